"""A reading child that was taken over can do nothing, and costs its own message only."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mailbot.domain.mail import Border, Kind
from mailbot.errors import LimitExceeded, ReaderFailed, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.samples import samples
from mailbot.parse.sandbox import ReaderPool
from mailbot.reading import read_headers, read_message

HOSTILE = "tests.fakes.hostile_reading"
BORDER = Border(("mx.police.example",))
QUICK = Limits(wall_seconds=3.0, cpu_seconds=8)  # for what takes all the time that it is given
PATIENT = Limits(wall_seconds=60.0, cpu_seconds=8)  # for all else: a machine may stand still for a moment


def hostile(limits: Limits) -> Iterator[ReaderPool]:
    """One hostile reader for all tests: each shows that the ones before it left no trace."""
    with ReaderPool(HOSTILE, "best_effort", 1, limits) as pool:
        if pool.warnings:
            pytest.skip(f"this kernel does not isolate: {pool.warnings}")
        yield pool


@pytest.fixture(scope="module")
def shared() -> Iterator[ReaderPool]:
    """One that is given time."""
    yield from hostile(PATIENT)


@pytest.fixture(scope="module")
def quick() -> Iterator[ReaderPool]:
    """One that is given little."""
    yield from hostile(QUICK)


@pytest.fixture
def pool(shared: ReaderPool) -> Iterator[ReaderPool]:
    """The hostile reader, which must read an honest message after every test."""
    yield shared

    assert ("5", "mx.police.example") == shared.read(b"hello", BORDER).flags


def children_of(pid: int) -> list[int]:
    """Process ids of its children, and of theirs."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == pid:
            child = int(path.parent.name)
            found += [child, *children_of(child)]
    return found


def is_gone(pid: int) -> bool:
    """Whether it is no more, or only waits to be counted."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


@pytest.mark.parametrize("deed", [b"open", b"write", b"list"])
def test_no_file(pool: ReaderPool, deed: bytes) -> None:
    """Nothing can be read, written or listed."""
    assert ("PermissionError",) == pool.read(deed, BORDER).flags
    assert not Path("/tmp/mailbot-was-here").exists()  # noqa: S108


@pytest.mark.parametrize("deed", [b"chmod", b"socket", b"unix", b"exec", b"fork", b"kill", b"setsid"])
def test_no_call(pool: ReaderPool, deed: bytes) -> None:
    """No mode is changed, no socket made, no program or process started, nobody signalled."""
    assert ("PermissionError",) == pool.read(deed, BORDER).flags


REFUSED = [
    b"queue a signal",
    b"own a descriptor",
    b"choose its signal",
    b"own it by ioctl",
    b"slow the worker",
    b"nail the worker",
    b"starve the worker",
    b"shared memory",
    b"shared messages",
    b"shared semaphores",
    b"a message queue",
    b"memory as a file",
    b"look into the worker",
    b"another namespace",
    b"mount",
    b"chroot",
    b"personality",
    b"watch the kernel",
    b"raise a limit",
    b"outlive its parent",
    b"raw socket",
    b"netlink",
    b"a pair of sockets",
    b"the worker's memory",
    b"its own memory",
    b"its own descriptors",
    b"a folder",
    b"a link",
    b"a second name",
    b"away with it",
    b"shared memory's folder",
]


@pytest.mark.parametrize("deed", REFUSED)
def test_no_way_out(pool: ReaderPool, deed: bytes) -> None:
    """No signal by a side door, nothing that outlives it, no look at others, no way round its limits."""
    assert ("PermissionError",) == pool.read(deed, BORDER).flags
    assert not any(Path(folder, "mailbot-was-here").exists() for folder in ("/tmp", "/dev/shm"))  # noqa: S108


def test_a_fork_bomb_is_none(pool: ReaderPool) -> None:
    """Two thousand times it tries, and no process is made."""
    before = set(children_of(os.getpid()))
    found = pool.read(b"fork bomb", BORDER).flags

    assert ("fork bomb", "0") == found
    assert len(set(children_of(os.getpid())) - before) <= 1  # the child that waits for the next message


def test_it_gets_no_more_than_its_share(pool: ReaderPool) -> None:
    """Address space and descriptors end at the limits."""
    _, mapped = pool.read(b"map more", BORDER).flags
    _, descriptors = pool.read(b"descriptors without end", BORDER).flags

    assert int(mapped) < PATIENT.address_space_bytes >> 20
    assert int(descriptors) < PATIENT.open_files


def test_what_it_writes_goes_nowhere(pool: ReaderPool) -> None:
    """Three hundred megabytes into every descriptor that is not its socket: to the null device."""
    free = os.statvfs("/tmp").f_bfree  # noqa: S108
    assert ("written",) == pool.read(b"write everywhere", BORDER).flags
    assert abs(os.statvfs("/tmp").f_bfree - free) * os.statvfs("/tmp").f_frsize < 200 << 20  # noqa: S108


def test_no_thread(pool: ReaderPool) -> None:
    """No thread is started."""
    assert ("RuntimeError",) == pool.read(b"thread", BORDER).flags


def test_descriptors(pool: ReaderPool) -> None:
    """A child holds the null device thrice and its own socket, nothing else of anybody's."""
    found = pool.read(b"descriptors", BORDER).flags

    assert ("0", "1", "2") == found[:3]
    assert 4 == len(found)


def test_environment(pool: ReaderPool) -> None:
    """A child knows no environment of ours; Python adds the character set."""
    assert set(pool.read(b"environment", BORDER).flags) <= {"LC_CTYPE"}


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (b"allocate", "memory"),
        (b"exit", "crashed"),
        (b"segfault", "crashed"),
        (b"recurse", "memory"),
        (b"nonsense", "answer"),
        (b"flood", "answer"),
        (b"large", "answer"),
        (b"unreadable:password", "password"),
        (b"unreadable:Mr Smith wrote this", "answer"),
    ],
)
def test_unreadable(pool: ReaderPool, deed: bytes, code: str) -> None:
    """However a child ends, the message is unreadable, for a reason in one word of ours."""
    with pytest.raises(Unreadable) as caught:
        pool.read(deed, BORDER)

    assert code == caught.value.code


@pytest.mark.parametrize("deed", [b"spin", b"sleep", b"disobey"])
def test_what_takes_too_long(quick: ReaderPool, deed: bytes) -> None:
    """It is ended, and the next message is read."""
    with pytest.raises(Unreadable) as caught:
        quick.read(deed, BORDER)

    assert "time" == caught.value.code
    assert ("5", "mx.police.example") == quick.read(b"hello", BORDER).flags


def test_memory_that_is_touched(pool: ReaderPool) -> None:
    """What is resident is bounded too; filling it takes a slow machine longer than the others are given."""
    with ReaderPool(HOSTILE, "best_effort", 1) as patient, pytest.raises(Unreadable) as caught:
        patient.read(b"grow", BORDER)

    assert "memory" == caught.value.code
    assert ("5", "mx.police.example") == pool.read(b"hello", BORDER).flags


def test_processor_time() -> None:
    """A child that spends its processor time ends by itself, before the wall limit."""
    with (
        ReaderPool(HOSTILE, "best_effort", 1, Limits(cpu_seconds=1)) as pool,
        pytest.raises(Unreadable) as caught,
    ):
        pool.read(b"spin", BORDER)

    assert "time" == caught.value.code


def test_limit(pool: ReaderPool) -> None:
    """A limit that the reader names comes through as one."""
    with pytest.raises(LimitExceeded, match=r"^parts$"):
        pool.read(b"limit:parts", BORDER)


def test_too_large(pool: ReaderPool) -> None:
    """A message over the limit never reaches a child."""
    with pytest.raises(LimitExceeded, match=r"^message_bytes$"):
        pool.read(bytes(PATIENT.message_bytes + 1), BORDER)


def test_print(pool: ReaderPool) -> None:
    """What a child prints goes nowhere and blocks nobody."""
    assert Kind.ENQUIRY == pool.read(b"print", BORDER).kind


def test_document_and_headers(pool: ReaderPool) -> None:
    """Documents go with their name, headers without the body."""
    assert ("form.docx", "3") == pool.read_document(b"abc", "form.docx").flags
    assert str(2 * PATIENT.header_bytes) == pool.read_headers(bytes(10**6), BORDER).subject


def test_large_message(pool: ReaderPool) -> None:
    """A message of many megabytes goes through whole."""
    assert "20000000" == pool.read(bytes(20_000_000), BORDER).flags[0]


def test_restarted() -> None:
    """A zygote that is killed is replaced, and the next message is read."""
    with ReaderPool(HOSTILE, "best_effort", 1, PATIENT) as pool:
        pool.read(b"hello", BORDER)
        for pid in children_of(os.getpid()):
            with suppress(
                FileNotFoundError, ProcessLookupError
            ):  # the child of a message may just have ended
                if b"mailbot.parse.zygote" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)

        assert "5" == pool.read(b"hello", BORDER).flags[0]


def test_threads() -> None:
    """Many threads share few readers; each gets its own answer."""
    wrong: list[int] = []
    with ReaderPool(HOSTILE, "best_effort", 2, PATIENT) as pool:

        def read(size: int) -> None:
            if pool.read(bytes(size), BORDER).flags[0] != str(size):
                wrong.append(size)

        threads = [threading.Thread(target=read, args=(size,)) for size in range(10, 30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert [] == wrong


def test_no_such_module() -> None:
    """A reader that cannot start says so, and leaves no process."""
    before = set(children_of(os.getpid()))
    with pytest.raises(ReaderFailed):
        ReaderPool("tests.fakes.no_such_module", "best_effort", 1)

    assert set(children_of(os.getpid())) <= before


def test_worker_killed() -> None:
    """When the worker is killed, readers and the child at work die with it."""
    program = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        "import threading\n"
        "from mailbot.domain.mail import Border\n"
        "from mailbot.parse.sandbox import ReaderPool\n"
        f"pool = ReaderPool({HOSTILE!r}, 'best_effort', 2)\n"
        "threading.Thread(target=pool.read, args=(b'sleep', Border())).start()\n"
        "print('ready', flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        until = time.monotonic() + 60
        while len(found := children_of(worker.pid)) < 3 and time.monotonic() < until:
            time.sleep(0.02)
        worker.kill()

    until = time.monotonic() + 60
    while not all(is_gone(pid) for pid in found) and time.monotonic() < until:
        time.sleep(0.02)

    assert len(found) >= 3
    assert all(is_gone(pid) for pid in found)


def test_close() -> None:
    """Closing ends every process that the pool started."""
    before = set(children_of(os.getpid()))
    with ReaderPool(HOSTILE, "best_effort", 2, PATIENT) as pool:
        pool.read(b"hello", BORDER)

    assert set(children_of(os.getpid())) <= before


def test_kernel_lacks_a_part() -> None:
    """Where namespaces and Landlock are refused, "required" does not start, and "best_effort" says so."""
    program = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        "from dataclasses import replace\n"
        "import os\n"
        "from mailbot.domain.mail import Border\n"
        "from mailbot.errors import ConfigError\n"
        "from mailbot.parse import lockdown\n"
        "from mailbot.parse.sandbox import ReaderPool\n"
        "from mailbot.parse.syscalls import FILTERS\n"
        "lockdown.forbid_new_privileges()\n"
        "lockdown.refuse(replace(FILTERS[os.uname().machine], refused=(272, 97, 444)))\n"
        "try:\n"
        f"    ReaderPool({HOSTILE!r}, 'required', 1)\n"
        "except ConfigError as error:\n"
        "    print(error)\n"
        f"with ReaderPool({HOSTILE!r}, 'best_effort', 1) as pool:\n"
        "    print(pool.warnings, pool.read(b'hello', Border()).flags)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    refused, best = run.stdout.splitlines()

    assert refused.startswith('[sandbox] → mode: "required"')
    assert "Landlock" in refused
    assert "Landlock" in best
    assert "('5',)" in best


def test_same_reading() -> None:
    """A child reads what the worker itself would read: nothing that it needs was left outside."""
    found = sorted((Path(__file__).resolve().parents[3] / "shared" / "corpus").glob("messages/*.eml"))[::12]
    raws = [*samples(), *(path.read_bytes() for path in found)]
    with ReaderPool(mode="best_effort", readers=1) as pool:
        for raw in raws:
            assert read_message(raw, BORDER) == pool.read(raw, BORDER)
            assert read_headers(raw, BORDER) == pool.read_headers(raw, BORDER)
