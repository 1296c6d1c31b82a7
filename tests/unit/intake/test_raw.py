"""The raw store: nothing lost, nothing half, nothing plain."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.errors import DiskFull, Gone, StoreUnavailable, Tampered
from mailbot.intake.raw import RawStore, Stored
from mailbot.store.keys import Keyring, rotate
from mailbot.store.vault import Vault

_MAIL = b"Subject: canary\r\n\r\nA canary in the coal mine.\r\n"


@pytest.fixture
def raw(tmp_path: Path, keyring: Keyring) -> RawStore:
    """A raw store in a folder that is not there yet."""
    return RawStore(tmp_path / "raw", Vault(keyring))


def _files(raw_folder: Path) -> list[Path]:
    return [path for path in raw_folder.rglob("*") if path.is_file()]


def _save(raw: RawStore, *mails: bytes) -> list[Stored]:
    with raw.batch() as batch:
        return [batch.save([mail]) for mail in mails]


def test_a_message_comes_back_byte_for_byte(raw: RawStore) -> None:
    """Whatever its size and however it came in."""
    large = os.urandom(3 << 20)
    with raw.batch() as batch:
        stored = [
            batch.save([_MAIL]),
            batch.save([]),
            batch.save([large[:5], large[5 : 2 << 20], b"", large[2 << 20 :]]),
        ]

    assert [len(_MAIL), 0, len(large)] == [one.size for one in stored]
    assert [_MAIL, b"", large] == [raw.read(one.digest) for one in stored]
    assert all(len(chunk) <= 1 << 20 for chunk in raw.chunks(stored[2].digest))


def test_the_same_bytes_have_the_same_name_in_one_file(raw: RawStore, tmp_path: Path) -> None:
    """In one batch and in two; the digest is keyed, so that nobody can try known messages."""
    first, second = _save(raw, _MAIL, _MAIL)
    (third,) = _save(raw, _MAIL)
    other = RawStore(tmp_path / "other", Vault(Keyring.create(tmp_path / "other-keys")))

    assert first == second == third
    assert 1 == len(_files(tmp_path / "raw"))
    assert first.digest != _save(other, _MAIL)[0].digest


def test_nothing_has_its_name_before_the_batch_ends(raw: RawStore, tmp_path: Path) -> None:
    """What is being written stands in `tmp`; afterwards nothing does."""
    with raw.batch() as batch:
        stored = batch.save([_MAIL])
        inside = raw.exists(stored.digest)

    assert (False, True) == (inside, raw.exists(stored.digest))
    assert [] == list((tmp_path / "raw" / "tmp").iterdir())
    assert [tmp_path / "raw" / stored.digest] == _files(tmp_path / "raw")


def test_files_are_sealed_and_ours_alone(raw: RawStore, tmp_path: Path) -> None:
    """No plain byte on the disk, 0600 in folders of 0700."""
    _save(raw, _MAIL)
    (path,) = _files(tmp_path / "raw")

    assert b"canary" not in path.read_bytes()
    assert 0o600 == path.stat().st_mode & 0o777
    assert {0o700} == {one.stat().st_mode & 0o777 for one in (path.parent, tmp_path / "raw")}


def test_a_batch_that_breaks_leaves_nothing(raw: RawStore, tmp_path: Path) -> None:
    """A source that breaks off in the middle of a message: its error goes through, no file stays."""

    def broken() -> Iterator[bytes]:
        yield _MAIL
        raise ConnectionResetError

    with contextlib.suppress(ConnectionResetError), raw.batch() as batch:
        batch.save([_MAIL])
        batch.save(broken())

    assert [] == _files(tmp_path / "raw")


def test_a_message_that_breaks_does_not_take_the_others_with_it(raw: RawStore, tmp_path: Path) -> None:
    """The caller may go on with the batch."""

    def broken() -> Iterator[bytes]:
        yield _MAIL
        raise ConnectionResetError

    with raw.batch() as batch:
        with pytest.raises(ConnectionResetError):
            batch.save(broken())
        stored = batch.save([_MAIL])

    assert _MAIL == raw.read(stored.digest)
    assert 1 == len(_files(tmp_path / "raw"))


def test_a_batch_of_any_length_keeps_few_files_open(raw: RawStore) -> None:
    """More messages than a process may have open files."""
    count = 150
    with raw.batch() as batch:
        stored = [batch.save([_MAIL, str(number).encode()]) for number in range(count)]
        held = len(os.listdir("/proc/self/fd"))

    assert held < 120
    assert all(raw.exists(one.digest) for one in stored)


def test_no_file_stays_open(raw: RawStore) -> None:
    """Neither after a batch nor after a broken one."""
    _save(raw, _MAIL)
    before = len(os.listdir("/proc/self/fd"))
    _save(raw, *(str(number).encode() for number in range(30)))
    with contextlib.suppress(KeyError), raw.batch() as batch:
        batch.save([_MAIL])
        raise KeyError

    assert before == len(os.listdir("/proc/self/fd"))


def test_a_changed_and_an_exchanged_file_do_not_read(raw: RawStore, tmp_path: Path) -> None:
    """One byte, a cut end, or another whole message under the name."""
    one, other = _save(raw, _MAIL, _MAIL + b"!")
    path = tmp_path / "raw" / one.digest
    sealed = path.read_bytes()
    exchanged = (tmp_path / "raw" / other.digest).read_bytes()

    for wrong in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:-3], b"", exchanged):
        path.write_bytes(wrong)
        with pytest.raises(Tampered):
            raw.read(one.digest)


def test_a_message_that_is_not_there_is_gone(raw: RawStore) -> None:
    """In our words."""
    assert not raw.exists("0" * 64)
    with pytest.raises(Gone):
        raw.read("0" * 64)


def test_a_disk_that_does_not_answer_may_answer_later(raw: RawStore, tmp_path: Path) -> None:
    """That a file cannot be read now says nothing about the message in it."""
    (tmp_path / "raw" / ("0" * 64)).mkdir(parents=True)
    with pytest.raises(StoreUnavailable):
        raw.read("0" * 64)


def test_a_sweep_deletes_what_is_old_in_tmp_and_nothing_else(raw: RawStore, tmp_path: Path) -> None:
    """What interrupted batches left, after an hour; a batch that is at work keeps its files."""
    (stored,) = _save(raw, _MAIL)
    leftover = tmp_path / "raw" / "tmp" / "left"
    leftover.write_bytes(b"half")
    now = datetime.now(UTC)

    early = raw.sweep(now, timedelta(hours=1))
    late = raw.sweep(now + timedelta(hours=2), timedelta(hours=1))

    assert (0, 1) == (early, late)
    assert not leftover.exists()
    assert _MAIL == raw.read(stored.digest)


def test_a_disk_filled_up_to_the_reserve_takes_no_batch(tmp_path: Path, keyring: Keyring) -> None:
    """Nothing is begun, and nothing is made."""
    raw = RawStore(tmp_path / "raw", Vault(keyring), reserve_bytes=1 << 60)

    with pytest.raises(DiskFull, match="reserve"), raw.batch():
        pass

    assert 0 == raw.room()
    assert not (tmp_path / "raw").exists()


def test_a_folder_that_cannot_be_written_is_said_to_be(tmp_path: Path, keyring: Keyring) -> None:
    """Our own error, in our words."""
    (tmp_path / "raw").write_text("a file where the folder should be")

    with pytest.raises(StoreUnavailable, match="cannot be written"):
        _save(RawStore(tmp_path / "raw", Vault(keyring)), _MAIL)


def test_rotation_rewraps_the_header_alone(raw: RawStore, tmp_path: Path) -> None:
    """The frames are the same bytes; the message reads with the new key; a second time is nothing to do."""
    (stored,) = _save(raw, os.urandom(2 << 20))
    path = tmp_path / "raw" / stored.digest
    before, plain = path.read_bytes(), raw.read(stored.digest)
    rotate(tmp_path / "keys")
    new = RawStore(tmp_path / "raw", Vault(Keyring.load(tmp_path / "keys")))

    assert (True, False) == (new.rewrap(stored.digest), new.rewrap(stored.digest))
    assert before[96:] == path.read_bytes()[96:]
    assert before[:96] != path.read_bytes()[:96]
    assert plain == new.read(stored.digest)


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    place = tmp_path / "tiny"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_leaves_no_half_message(tiny: Path, keyring: Keyring) -> None:
    """`DiskFull`, the temporary file is gone, what was there before reads, and there is room again."""
    raw = RawStore(tiny / "raw", Vault(keyring))
    (kept,) = _save(raw, _MAIL)

    with pytest.raises(DiskFull, match="full"):
        _save(raw, os.urandom(2 << 20))

    assert [] == list((tiny / "raw" / "tmp").iterdir())
    assert _MAIL == raw.read(kept.digest)
    assert raw.room() > 500_000


_CHILD = """
import os, signal, sys
from pathlib import Path
from mailbot.intake.raw import RawStore
from mailbot.store.keys import Keyring
from mailbot.store.vault import Vault

raw = RawStore(Path(sys.argv[1]), Vault(Keyring.load(Path(sys.argv[2]))))
with raw.batch() as batch:
    print(batch.save([b"settled"]).digest, flush=True)
count = 0

def chunks():
    global count
    while True:
        yield b"x" * 50_000
        count += 1
        if count == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
        if count % 20 == 0:
            return

with raw.batch() as batch:
    while True:
        batch.save(chunks())
"""


@pytest.mark.parametrize("after", [1, 19, 45])
def test_a_process_that_was_killed_leaves_whole_messages_only(
    raw: RawStore, tmp_path: Path, after: int
) -> None:
    """In the middle of a message or between two: under a final name everything reads, the rest is swept."""
    command = [sys.executable, "-c", _CHILD, str(tmp_path / "raw"), str(tmp_path / "keys"), str(after)]
    child = subprocess.run(command, capture_output=True, text=True)
    digest = child.stdout.strip()
    finals = [path.name for path in _files(tmp_path / "raw") if path.parent.name != "tmp"]

    assert -signal.SIGKILL == child.returncode
    assert b"settled" == raw.read(digest)
    assert [digest] == finals
    assert raw.sweep(datetime.now(UTC) + timedelta(hours=2), timedelta(hours=1)) > 0
    assert 1 == len(_files(tmp_path / "raw"))


def test_every_message_and_its_folder_is_synced_once_and_in_order(tmp_path: Path) -> None:
    """
    Seen from outside, by strace: data first, then the names, then the folders.

    A power cut cannot be had in a test; the order of the calls is what survives it.
    """
    if not any(Path(folder, "strace").exists() for folder in os.environ["PATH"].split(":")):
        pytest.skip("strace is not installed")
    Keyring.create(tmp_path / "keys")
    code = _CHILD.split("with raw")[0] + (
        "with raw.batch() as batch:\n    for n in range(3):\n        batch.save([bytes([n])])\n"
    )
    trace = tmp_path / "trace"
    command = [
        "strace",
        "-f",
        "-qq",
        "-e",
        "trace=fsync,rename",
        "-o",
        str(trace),
        sys.executable,
        "-c",
        code,
    ]
    subprocess.run([*command, str(tmp_path / "raw"), str(tmp_path / "keys")], check=True)
    calls = [line.split("(")[0].split()[-1] for line in trace.read_text().splitlines()]
    last = len(calls) - calls[::-1].index("rename")

    assert 3 == calls.count("rename")
    assert ["fsync"] * 3 + ["rename"] * 3 == calls[last - 6 : last]
    assert ["fsync"] * 2 == calls[last:]  # the folder of the messages, and its parent, since it is new
