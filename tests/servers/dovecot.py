"""
A private Dovecot on loopback, one per run: IMAP in the clear, by STARTTLS and by implicit TLS.

Every user name is accepted with the one password, so each test takes a user, and so a mailbox, of its
own. Mail is delivered as a real server delivers it: into `tmp`, then renamed into `new`.
"""

import contextlib
import imaplib
import itertools
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.servers.certificates import Authority

PASSWORD = "correct-horse"
WITHOUT_MOVE = "IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE UIDPLUS LIST-EXTENDED NAMESPACE UNSELECT"
CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1, 127.0.0.2
base_dir = {root}/run
state_dir = {root}/run
log_path = {root}/dovecot.log
ssl = yes
ssl_cert = <{root}/server.pem
ssl_key = <{root}/server.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = {uid}
first_valid_gid = {gid}
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
mail_fsync = never
maildir_stat_dirs = no
{capability}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {root}/oauth2.conf
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""

OAUTH = """\
tokeninfo_url = http://127.0.0.1:{directory}/tokeninfo?access_token=
username_attribute = upn
active_attribute = active
active_value = yes
"""


@dataclass(slots=True)
class Dovecot:
    """A server that runs, and what tests do to its mailboxes behind mailbot's back."""

    root: Path
    plain: int  # port; STARTTLS too
    tls: int  # port
    ca_file: Path
    owner: tuple[int, int]
    host: str = "127.0.0.1"
    password: str = PASSWORD
    directory: int = 0  # port on which it asks whose an access token is
    _count: "itertools.count[int]" = field(default_factory=itertools.count)

    def user(self, word: str = "u") -> str:
        """A user whom nobody had before, with an empty mailbox."""
        name = f"{word}{secrets.token_hex(4)}"
        self._directories(name, "INBOX")
        return name

    def deliver(self, user: str, data: bytes, folder: str = "INBOX") -> str:
        """Deliver one message, as it is; its unique name."""
        box = self._directories(user, folder)
        # Dovecot numbers by these names: they must grow within one microsecond too
        unique = f"{int(time.time())}.M{next(self._count):06}P{os.getpid()}.test"
        partial = box / "tmp" / unique
        partial.write_bytes(data)
        os.chown(partial, *self.owner)
        partial.rename(box / "new" / unique)
        return unique

    @contextlib.contextmanager
    def client(self, user: str, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Another mail program, signed in, with `folder` open."""
        client = imaplib.IMAP4(self.host, self.plain)
        try:
            client.login(user, self.password)
            answer, _ = client.select(f'"{folder}"')
            assert answer == "OK"
            yield client
        finally:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                client.logout()

    def folders(self, user: str) -> set[str]:
        """All folders, as the server names them."""
        with self.client(user) as client:
            return _names(client.list()[1])

    def subscribed(self, user: str) -> set[str]:
        """The folders that people see."""
        with self.client(user) as client:
            return _names(client.lsub()[1])

    def uids(self, user: str, folder: str = "INBOX") -> list[int]:
        """The numbers of all messages in a folder; none where it is missing."""
        if folder != "INBOX" and folder not in self.folders(user):
            return []
        with self.client(user, folder) as client:
            _, answer = client.uid("search", "ALL")
        return [int(number) for number in answer[0].split()]

    def served(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The bytes of all messages in a folder, by their number."""
        if folder != "INBOX" and folder not in self.folders(user):
            return []
        with self.client(user, folder) as client:
            _, answer = client.uid("fetch", "1:*", "(BODY.PEEK[])")
        return [part[1] for part in answer if isinstance(part, tuple)]

    def flags(self, user: str, folder: str = "INBOX") -> list[set[str]]:
        """The flags of all messages in a folder, without the fleeting \\Recent."""
        with self.client(user, folder) as client:
            _, answer = client.uid("fetch", "1:*", "(FLAGS)")
        found = [re.search(rb"FLAGS \((.*?)\)", line) for line in answer if line]
        return [set(match[1].decode().split()) - {"\\Recent"} for match in found if match]

    def command(self, user: str, *words: str, folder: str = "INBOX") -> None:
        """A UID command of another mail program: ("move", "7", "Processed")."""
        with self.client(user, folder) as client:
            answer, _ = client.uid(*words)
        assert answer == "OK"

    def renumber(self, user: str) -> None:
        """Reset UIDVALIDITY, as a server does that lost its index."""
        box = self.root / "mail" / user / "Maildir"
        for path in (box / "dovecot-uidlist", *box.glob("dovecot.index*")):
            path.unlink(missing_ok=True)

    def count_again(self, user: str) -> None:
        """Forget which numbers were given, under the same UIDVALIDITY, as one brought back from a backup."""
        box = self.root / "mail" / user / "Maildir"
        head = (box / "dovecot-uidlist").read_text().partition("\n")[0]
        (box / "dovecot-uidlist").write_text(re.sub(r" N\d+", " N1", head) + "\n")
        for path in box.glob("dovecot.index*"):
            path.unlink()

    def _directories(self, user: str, folder: str) -> Path:
        home = self.root / "mail" / user
        box = home / "Maildir" if folder == "INBOX" else home / "Maildir" / f".{folder}"
        for path in (home, home / "Maildir", box, *(box / name for name in ("tmp", "new", "cur"))):
            if not path.is_dir():
                path.mkdir()
                os.chown(path, *self.owner)
        return box


def _names(lines: list[Any]) -> set[str]:
    found = [re.fullmatch(rb'\(.*?\) "/" (.*)', line) for line in lines if isinstance(line, bytes)]
    return {match[1].decode().strip('"') for match in found if match}


StartDovecot = Callable[[str], Dovecot]


@pytest.fixture(scope="session")
def start_dovecot() -> Iterator[StartDovecot]:
    """Servers by what they claim to be able to do ("": all that Dovecot can); one of each for the run."""
    running: dict[str, Dovecot] = {}
    with contextlib.ExitStack() as stack:

        def start(capability: str = "") -> Dovecot:
            if capability not in running:
                running[capability] = stack.enter_context(serving(capability))
            return running[capability]

        yield start


@pytest.fixture(scope="session")
def dovecot(start_dovecot: StartDovecot) -> Dovecot:
    """The server with all its abilities."""
    return start_dovecot("")


@contextlib.contextmanager
def serving(capability: str) -> Iterator[Dovecot]:
    """A server while the block runs."""
    executable = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if executable is None:
        pytest.skip("dovecot is not installed (Debian: dovecot-imapd)")
    account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    # A short path: sockets lie in it, and the owner must get through to it
    root = Path(tempfile.mkdtemp(prefix="mbdc-"))
    try:
        server = _prepared(root, account, capability)
        process = _start(executable, root, account)
        try:
            _await(server)
            yield server
        finally:
            os.killpg(
                process.pid, signal.SIGKILL
            )  # nothing in it is worth an orderly end, which takes seconds
            process.wait(20)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _prepared(root: Path, account: pwd.struct_passwd, capability: str) -> Dovecot:
    authority = Authority.new()
    authority.issue(root)
    plain, tls, directory = _free_ports(3)
    group = subprocess.run(
        ["getent", "group", str(account.pw_gid)], check=True, capture_output=True, text=True
    ).stdout.partition(":")[0]
    text = CONFIGURATION.format(
        root=root,
        user=account.pw_name,
        group=group,
        uid=account.pw_uid,
        gid=account.pw_gid,
        plain=plain,
        tls=tls,
        password=PASSWORD,
        capability=f"imap_capability = {capability}" if capability else "",
    )
    (root / "dovecot.conf").write_text(text, encoding="utf-8")
    (root / "oauth2.conf").write_text(OAUTH.format(directory=directory), encoding="utf-8")
    for name in ("run", "mail"):
        (root / name).mkdir()
    for path in (root, *root.iterdir()):
        os.chown(path, account.pw_uid, account.pw_gid)
    root.chmod(0o755)
    owner = (account.pw_uid, account.pw_gid)
    return Dovecot(root, plain, tls, authority.write(root / "ca.pem"), owner, directory=directory)


def _start(executable: str, root: Path, account: pwd.struct_passwd) -> "subprocess.Popen[bytes]":
    command = [executable, "-F", "-c", str(root / "dovecot.conf")]
    if os.getuid() != 0:
        return subprocess.Popen(command, cwd=root, start_new_session=True)
    return subprocess.Popen(
        command, cwd=root, user=account.pw_uid, group=account.pw_gid, extra_groups=[], start_new_session=True
    )


def _await(server: Dovecot) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((server.host, server.plain), 2) as asked:
            if asked.recv(100).startswith(b"* OK"):
                return
        time.sleep(0.02)
    pytest.fail(
        "dovecot did not come up: " + (server.root / "dovecot.log").read_text(errors="replace")[-2000:]
    )


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
