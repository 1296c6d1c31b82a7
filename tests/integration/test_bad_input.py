"""
What is wrong outside costs one sentence: the right exit code, no traceback, no secret, nothing personal.

Real commands over a real mailbox and a real relay. Whatever it was, the message is still in the inbox or
stored, and the next good run finishes everything.
"""

import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fakes.imap_server import ScriptedImap, serving
from tests.house.silence import heard
from tests.installation import LOGGED, Ended, Installation, children_of, is_alive, working
from tests.letters import question
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import Authority, SmtpSink

ADDRESS = "ottilie.inventedly@nowherefield.example"
PRIVATE = (PASSWORD, ADDRESS, "nowherefield", "Ottilie", "Thursday", "out of hours", "Traceback")


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Installation:
    """An installation that the others are copies of."""
    return Installation.create(tmp_path_factory.mktemp("blank") / "mailbot", dovecot, "nobody", 1, readers=1)


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """Somebody with one message in the inbox."""
    name = dovecot.user("bad")
    dovecot.deliver(name, question(ADDRESS))
    return name


@pytest.fixture
def mailbot(blank: Installation, tmp_path: Path, dovecot: Dovecot, user: str, smtp: SmtpSink) -> Installation:
    """An installation over that mailbox in which everything is right."""
    return blank.copy(tmp_path / "mailbot", dovecot, user, smtp.port, readers=1)


def sentence(ended: Ended, code: int, *words: str) -> str:
    """The one sentence that was said; it has these words, and nothing else is in it."""
    for private in PRIVATE:
        assert private not in ended.err + ended.text, private
    heard("bad input", ended.err + ended.text)
    assert code == ended.code, ended.err
    assert 1 == len(ended.said), ended.err
    assert ended.said[0].startswith("mailbot: ")
    for word in words:
        assert word in ended.said[0]
    return ended.said[0]


def at_once(installation: Installation, *commands: tuple[str, ...]) -> list[Ended]:
    """Several commands at the same time; each waits for something else."""
    with ThreadPoolExecutor(len(commands)) as threads:
        return list(threads.map(lambda words: installation.ask(*words), commands))


def finishes(installation: Installation, dovecot: Dovecot, user: str, smtp: SmtpSink, count: int = 1) -> None:
    """A good run: every message is stored and queued once, out of the inbox, and answered."""
    installation.command("run", "--once")
    status = installation.status()

    assert [] == dovecot.uids(user)
    assert count == len(dovecot.uids(user, "Processed"))
    assert {"queued": count} == status["messages"]
    assert {"waiting": count} == status["review"]
    assert 0 == status["difference"]
    assert count == len(smtp.received)


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


Stuck = tuple[Installation, str, SmtpSink, list[Ended]]


@pytest.fixture(scope="module", autouse=True)
def stuck(
    blank: Installation, tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot, smtp_authority: Authority
) -> Iterator["Future[Stuck]"]:
    """What commands say about a database that stays locked: half a minute of waiting, beside the others."""
    folder, user = tmp_path_factory.mktemp("stuck"), dovecot.user("stuck")
    (folder / "relay").mkdir()
    relay = SmtpSink(folder / "relay", smtp_authority.context)
    dovecot.deliver(user, question(ADDRESS))
    mailbot = blank.copy(folder / "mailbot", dovecot, user, relay.port, readers=1)

    def wait() -> Stuck:
        with locked(mailbot):
            commands = (("run", "--once"), ("status",), ("run", "--dry-run"))
            return mailbot, user, relay, at_once(mailbot, *commands)

    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(wait)
    relay.close()


# The mailbox

MAILBOXES: dict[str, tuple[dict[str, object], int, str]] = {
    "a wrong password": ({"password_file": "wrong.password"}, 1, "refused the user name or the password"),
    "a closed port": ({"imap_port": closed_port()}, 1, "cannot reach 127.0.0.1:"),
    "an unknown host": (
        {"imap_host": "mail.invalid", "imap_tls": "implicit"},
        1,
        "host name of mail.invalid:",
    ),
    "an untrusted certificate": ({"imap_tls": "implicit"}, 1, "its authority is not known"),
    "another host's certificate": (
        {"imap_tls": "implicit", "imap_host": "127.0.0.2", "imap_ca_file": "ca.pem"},
        1,
        "it is for another",
    ),
    "TLS on the wrong port": ({"imap_tls": "implicit", "imap_port": None}, 1, "no TLS with 127.0.0.1:"),
    "a missing folder": ({"inbox": "Nowhere"}, 1, "the inbox folder is missing"),
    "a folder's name that is a command": ({"inbox": "IN\\r\\nBOX"}, 2, "inbox"),
    "a password file that is not there": ({"password_file": "no.password"}, 2, "password_file"),
    "an authority that is not there": ({"imap_tls": "implicit", "imap_ca_file": "no.pem"}, 2, "ca_file"),
}

CHECKED_TOO = {"a wrong password", "an untrusted certificate", "a missing folder"}  # each costs a second


@pytest.mark.parametrize("what", MAILBOXES)
def test_a_mailbox_that_cannot_be_used(what: str, mailbot: Installation, dovecot: Dovecot, user: str) -> None:
    """`run --once` says one sentence, `check` the same; the message stays where it is, unmarked."""
    changes, code, words = MAILBOXES[what]
    (mailbot.folder / "wrong.password").write_text("battery-staple")
    shutil.copy(dovecot.ca_file, mailbot.folder / "ca.pem")
    mailbot.configure(
        **{"imap_port": dovecot.plain if changes.get("imap_tls", "none") == "none" else dovecot.tls}
        | {key: dovecot.plain if value is None else value for key, value in changes.items()}
    )

    commands = [("run", "--once"), ("check",)] if what in CHECKED_TOO else [("run", "--once")]
    once, *checked = at_once(mailbot, *commands)

    said = sentence(once, code, words)
    for one in checked:
        sentence(one, code, "mailbox partnership")
        assert said.removeprefix("mailbot: ") in one.text
    assert not any("battery-staple" in one.err + one.text for one in (once, *checked))
    assert [set()] == dovecot.flags(user)


def test_starttls_that_is_not_offered(mailbot: Installation) -> None:
    """Somebody may have removed the offer: nothing is sent, least of all the password."""
    with serving(ScriptedImap()) as server:
        mailbot.configure(imap_port=server.port, imap_tls="starttls")
        ended = mailbot.ask("run", "--once")

    sentence(ended, 1, f"127.0.0.1:{server.port} does not offer")
    assert not any(command.upper().startswith((b"LOGIN", b"AUTH")) for command in server.commands())


def test_a_mailbox_that_was_wrong_and_is_right(
    mailbot: Installation, dovecot: Dovecot, user: str, smtp: SmtpSink
) -> None:
    """The worker that could not sign in says so, once, and ends when it is told; `status` knows it too."""
    (mailbot.folder / "wrong.password").write_text("battery-staple")
    mailbot.configure(password_file="wrong.password")
    with working(mailbot) as worker:
        mailbot.await_log("mailbox_suspended mailbox=partnership error=Refused", seconds=60)
        failed = mailbot.status()["mailboxes"]
        worker.terminate()
        code = worker.wait(30)
    mailbot.configure(password_file="imap.password")

    assert 0 == code
    wrong = f"mailbot: partnership: 127.0.0.1:{dovecot.plain} refused the user name or the password"
    assert [wrong] == [line for line in mailbot.log().splitlines() if not LOGGED.match(line)]
    assert [("Refused", None)] == [(box["error"], box["last_good_poll"]) for box in failed]
    finishes(mailbot, dovecot, user, smtp)


# The relay


def test_a_relay_that_is_away(mailbot: Installation, dovecot: Dovecot, user: str, smtp: SmtpSink) -> None:
    """The message is queued and its acknowledgement stays reserved; it leaves when the relay is back."""
    mailbot.configure(smtp_port=closed_port())
    ended, checked = mailbot.ask("run", "--once"), mailbot.ask("check")
    before = mailbot.status()
    mailbot.configure(smtp_port=smtp.port)
    with working(mailbot):  # the pause after a first refusal is 4 to 5 seconds
        mailbot.await_log("ack_sent", seconds=60)

    sentence(ended, 1, "the relay cannot be reached")
    sentence(checked, 1, "way out")
    assert ({"queued": 1}, {"reserved": 1}) == (before["messages"], before["outbox"])
    finishes(mailbot, dovecot, user, smtp)


@pytest.mark.parametrize(
    ("how", "changes", "words", "state"),
    [
        ({"mode": "rcpt-450"}, {}, "does not take the message now (450)", "reserved"),
        ({"mode": "data-554"}, {}, "refuses the message (554)", "refused"),
        ({"mode": "dot-cut"}, {}, "broke off after the content", "uncertain"),
        ({"tls": "starttls"}, {"smtp_tls": "starttls"}, "certificate does not verify", "reserved"),
        ({}, {"smtp_tls": "starttls"}, "does not offer what is configured", "reserved"),
    ],
    ids=["not now", "refused", "in doubt", "untrusted certificate", "no STARTTLS"],
)
def test_a_relay_that_refuses(
    how: dict[str, str],
    changes: dict[str, str],
    words: str,
    state: str,
    mailbot: Installation,
    start_smtp: Callable[..., SmtpSink],
) -> None:
    """One sentence; the message is in the queue all the same, and the acknowledgement in the right state."""
    relay = start_smtp(**how)
    mailbot.configure(smtp_port=relay.port, **changes)

    sentence(mailbot.ask("run", "--once"), 1, words)

    status = mailbot.status()
    assert ({"queued": 1}, {state: 1}) == (status["messages"], status["outbox"])


# Keys, configuration, another worker


def _without_keys(installation: Installation) -> None:
    shutil.rmtree(installation.folder / "data" / "keys")


def _without_a_key(installation: Installation) -> None:
    (installation.folder / "data" / "keys" / "source-1.key").unlink()


def _open_key(installation: Installation) -> None:
    (installation.folder / "data" / "keys" / "source-1.key").chmod(0o644)


def _without_database(installation: Installation) -> None:
    (installation.folder / "data" / "mailbot.db").unlink()


def _open_database(installation: Installation) -> None:
    (installation.folder / "data" / "mailbot.db").chmod(0o644)


def _foreign_version(installation: Installation) -> None:
    with contextlib.closing(sqlite3.connect(installation.folder / "data" / "mailbot.db")) as db:
        db.execute("UPDATE alembic_version SET version_num = '0815'")
        db.commit()


def _misspelt(installation: Installation) -> None:
    installation.configure(more='[network]\nproxi = ""')


def _no_configuration(installation: Installation) -> None:
    (installation.folder / "mailbot.toml").unlink()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_without_keys, ("key folder", "mailbot init")),
        (_without_a_key, ("source-1.key", "missing")),
        (_open_key, ("source-1.key", "chmod 0400")),
        (_without_database, ("no database", "mailbot init")),
        (_open_database, ("mailbot.db", "chmod 0600")),
        (_foreign_version, ("0815", "mailbot upgrade")),
        (_misspelt, ("[network]", "proxi")),
        (_no_configuration, ("mailbot.toml",)),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_an_installation_that_is_not_whole(
    damage: Callable[[Installation], None],
    words: tuple[str, ...],
    mailbot: Installation,
    dovecot: Dovecot,
    user: str,
) -> None:
    """It is misconfigured (2), and no server is spoken to."""
    damage(mailbot)

    sentence(mailbot.ask("run", "--once"), 2, *words)

    assert [set()] == dovecot.flags(user)


def test_a_second_worker_is_refused(mailbot: Installation, smtp: SmtpSink) -> None:
    """At once, with a sentence; the first goes on."""
    with working(mailbot) as worker:
        mailbot.await_log("worker_started", seconds=60)
        ended = at_once(mailbot, ("run", "--once"), ("run",))
        mailbot.await_log("ack_sent", seconds=60)
        still = worker.poll()

    for one in ended:
        sentence(one, 1, "another mailbot worker is running", "stop it first")
    assert still is None
    assert 1 == len(smtp.received)


# The database


@contextlib.contextmanager
def locked(installation: Installation) -> Iterator[None]:
    """A second process that keeps the database to itself, as a careless backup does."""
    code = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "db.execute('BEGIN EXCLUSIVE'); print('locked', flush=True); sys.stdin.read()"
    )
    path = str(installation.folder / "data" / "mailbot.db")
    with subprocess.Popen(
        ["python3", "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert "locked\n" == other.stdout.readline()
        yield


def test_a_database_that_is_locked_for_a_moment(
    mailbot: Installation, dovecot: Dovecot, user: str, smtp: SmtpSink
) -> None:
    """The run waits, and does everything."""
    with ThreadPoolExecutor(1) as thread:
        with locked(mailbot):
            running_once = thread.submit(mailbot.ask, "run", "--once")
            time.sleep(3)  # the length of the lock, not a wait for anything
            assert not running_once.done()
        ended = running_once.result()

    assert (0, []) == (ended.code, ended.said)
    finishes(mailbot, dovecot, user, smtp)


def test_a_database_that_stays_locked(stuck: "Future[Stuck]", dovecot: Dovecot) -> None:
    """Every command gives up after half a minute with the same sentence; nothing was told to the server."""
    mailbot, user, smtp, ended = stuck.result()

    for one in ended:
        sentence(one, 1, "the database is locked by another process")
    assert [set()] == dovecot.flags(user)
    finishes(mailbot, dovecot, user, smtp)


# The disk


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[Callable[[str], int]]:
    """A file system of 16 MB; gives what remounts it with other options."""
    if os.getuid() != 0:
        pytest.skip("only root may mount a small disk")
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=0700", "tmpfs", str(place)]
    made = subprocess.run(mount, capture_output=True, check=False)
    if made.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield lambda how: subprocess.check_call(["mount", "-o", f"remount,{how}", str(place)])
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(folder: Path, leave: int) -> Path:
    """Ballast that leaves so many bytes."""
    ballast = folder / "ballast"
    found = os.statvfs(folder)
    with open(ballast, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, found.f_bavail * found.f_frsize - leave)
    return ballast


def on_small_disk(
    blank: Installation, folder: Path, data: Path, dovecot: Dovecot, user: str, port: int, **settings: object
) -> Installation:
    """An installation whose data lies there."""
    installation = blank.copy(folder, dovecot, user, port, readers=1, **settings)
    shutil.copytree(installation.folder / "data", data, dirs_exist_ok=True)
    shutil.rmtree(installation.folder / "data")
    (installation.folder / "data").symlink_to(data)
    return installation


@pytest.mark.parametrize("leave_kb", [900, 96, 0])
def test_a_full_disk(
    leave_kb: int,
    blank: Installation,
    tmp_path: Path,
    dovecot: Dovecot,
    smtp: SmtpSink,
) -> None:
    """
    Wherever the room ends: one sentence, nothing lost, and when there is room again the next run goes on
    without any repair.
    """
    user = dovecot.user("full")
    for number in range(8):
        padding = ("x" * 70 + "\r\n").encode() * 600
        dovecot.deliver(user, question(f"person{number}@nowherefield.example", number) + padding)
    with small_disk(tmp_path / "disk"):
        reserve = int(leave_kb == 900)
        mailbot = on_small_disk(
            blank, tmp_path / "mailbot", tmp_path / "disk", dovecot, user, smtp.port, reserve_mb=reserve
        )
        ballast = fill(tmp_path / "disk", leave_kb * 1024)
        ended = mailbot.ask("run", "--once")
        served = len(dovecot.uids(user)) + len(dovecot.uids(user, "Processed"))
        ballast.unlink()

        sentence(ended, 1, "disk")
        assert 8 == served
        finishes(mailbot, dovecot, user, smtp, 8)
        mailbot.command("audit", "verify")


def test_a_disk_that_fills_up_under_the_worker(
    blank: Installation, tmp_path: Path, dovecot: Dovecot, smtp: SmtpSink
) -> None:
    """The worker stays, says so in its log, and goes on by itself when there is room."""
    user = dovecot.user("full")
    with small_disk(tmp_path / "disk"):
        mailbot = on_small_disk(
            blank, tmp_path / "mailbot", tmp_path / "disk", dovecot, user, smtp.port, reserve_mb=1
        )
        with working(mailbot) as worker:
            mailbot.await_log("poll_done", seconds=60)
            ballast = fill(tmp_path / "disk", 900 * 1024)
            dovecot.deliver(user, question(ADDRESS))
            mailbot.await_log("mailbox_failed mailbox=partnership error=DiskFull", seconds=60)
            kept = len(dovecot.uids(user))
            ballast.unlink()
            mailbot.await_log("ack_sent", seconds=60)
            worker.terminate()
            code = worker.wait(30)

        assert (1, 0) == (kept, code)
        finishes(mailbot, dovecot, user, smtp)


def test_a_database_that_is_read_only(
    mailbot: Installation, tmp_path: Path, dovecot: Dovecot, user: str, smtp: SmtpSink
) -> None:
    """A file system that the kernel turned read-only: a sentence, and nothing is told to the server."""
    with small_disk(tmp_path / "disk") as remount:
        database = tmp_path / "disk" / "mailbot.db"
        shutil.copy(mailbot.folder / "data" / "mailbot.db", database)
        mailbot.configure(more=f'[database]\nurl = "sqlite:///{database}"')
        remount("ro")
        ended = mailbot.ask("run", "--once")
        flags = dovecot.flags(user)
        remount("rw")

        sentence(ended, 1, "the database is read-only")
        assert [set()] == flags
        finishes(mailbot, dovecot, user, smtp)


# The end


@pytest.mark.parametrize("silent", ["relay", "mailbox"])
def test_a_server_that_says_nothing_delays_no_stop(
    silent: str, mailbot: Installation, dovecot: Dovecot, user: str, start_smtp: Callable[..., SmtpSink]
) -> None:
    """SIGTERM ends the worker within 30 seconds, and no process of its is left."""
    mute = socket.create_server(("127.0.0.1", 0))
    spoken_to = threading.Event()

    def listen() -> None:
        with contextlib.suppress(OSError):
            connection, _ = mute.accept()
            spoken_to.set()
            with connection:
                while connection.recv(1024):
                    pass

    threading.Thread(target=listen, daemon=True).start()
    mailbot.configure(**{"smtp_port" if silent == "relay" else "imap_port": mute.getsockname()[1]})
    with working(mailbot) as worker, mute:
        assert spoken_to.wait(60)
        children = children_of(worker.pid)
        began = time.monotonic()
        worker.terminate()
        code = worker.wait(40)
        seconds = time.monotonic() - began

    assert 0 == code
    assert seconds < 30
    assert children
    assert [] == [pid for pid in children if is_alive(pid)]
