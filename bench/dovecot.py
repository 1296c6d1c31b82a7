"""A private Dovecot on loopback: plain IMAP, one password, mail in Maildirs that we may fill ourselves."""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "bench"  # noqa: S105  of invented users on loopback
CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/run
log_path = {root}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {owner}
mail_location = maildir:~/Maildir
mail_max_userip_connections = 50
first_valid_uid = {uid}
first_valid_gid = {gid}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {root}/users
  default_fields = uid={uid} gid={gid}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A server that runs."""

    root: Path
    port: int
    owner: pwd.struct_passwd

    def maildir(self, user: str) -> Path:
        """Where a user's mail lies."""
        return self.root / "mail" / user / "Maildir"

    def own(self, *paths: Path) -> None:
        """Give files to the user under whom the server runs."""
        if os.getuid() == 0:
            for path in paths:
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def fill(self, user: str, source: Path) -> int:
        """A fresh mailbox with hard links to the files of `source`, and its index warm."""
        box = self.maildir(user)
        shutil.rmtree(box, ignore_errors=True)
        for name in ("cur", "new", "tmp"):
            (box / name).mkdir(parents=True)
        files = sorted(source.iterdir())
        for file in files:
            os.link(file, box / "new" / file.name)
            self.own(box / "new" / file.name)
        self.own(box.parent, box, box / "cur", box / "new", box / "tmp")
        with self.sign_in(user) as session:
            session.uid("fetch", "1:*", "(RFC822.SIZE)")
        return len(files)

    @contextmanager
    def sign_in(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A session with the inbox open."""
        session = imaplib.IMAP4("127.0.0.1", self.port)
        try:
            session.login(user, PASSWORD)
            session.select("INBOX")
            yield session
        finally:
            session.logout()

    def left(self, user: str) -> int:
        """How many messages are in the inbox."""
        with self.sign_in(user) as session:
            return int(session.select("INBOX", readonly=True)[1][0] or 0)


@contextmanager
def dovecot(root: Path, users: tuple[str, ...]) -> Iterator[Dovecot]:
    """Start one under `root`, a short path that its unprivileged user can reach; stop it afterwards."""
    owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    server = Dovecot(root, free_port(), owner)
    _write(server, users)
    drop = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    command = ["dovecot", "-F", "-c", str(root / "dovecot.conf")]
    process = subprocess.Popen(command, cwd=root, **drop)
    try:
        _await(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _write(server: Dovecot, users: tuple[str, ...]) -> None:
    owner, root = server.owner, server.root
    (root / "run").mkdir(parents=True)
    lines = []
    for user in users:
        home = root / "mail" / user
        home.mkdir(parents=True)
        lines.append(f"{user}:{{PLAIN}}{PASSWORD}:{owner.pw_uid}:{owner.pw_gid}::{home}::\n")
        server.own(home)
    (root / "users").write_text("".join(lines), encoding="ascii")
    text = CONFIGURATION.format(
        root=root,
        port=server.port,
        owner=owner.pw_name,
        group=grp.getgrgid(owner.pw_gid).gr_name,
        uid=owner.pw_uid,
        gid=owner.pw_gid,
    )
    (root / "dovecot.conf").write_text(text, encoding="utf-8")
    server.own(root, root / "run", root / "mail", root / "users", root / "dovecot.conf")


def _await(server: Dovecot, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", server.port), 1) as asked:
                if asked.recv(100).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"Dovecot did not come up; see {server.root}/dovecot.log")
