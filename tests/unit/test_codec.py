"""JSON is checked against its type, from any number of threads."""

import subprocess
import sys

import pytest

from mailbot import codec
from mailbot.domain.mail import Envelope, Kind, Reading
from mailbot.domain.record import Record, Subject
from mailbot.errors import Unreadable

READING = Reading(Envelope(senders=("a@b.example",)), Kind.CPI, records=(Record(subjects=(Subject(),)),))

# In a process of its own, because what it guards against would take this one down.
RACE = """
import sys, threading
from mailbot import codec
from mailbot.domain.mail import Envelope, Kind, Reading
data = codec.encode(Reading(Envelope(), Kind.CPI))
together = threading.Barrier(8)
def decode():
    together.wait()
    for _ in range(50):
        codec.decode(data, Reading)
sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=decode) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_a_reading_comes_back_as_it_was() -> None:
    """Encoding and decoding change nothing."""
    assert READING == codec.decode(codec.encode(READING), Reading)


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b'{"envelope": {}, "kind": "no such kind"}',
        b'{"envelope": {}, "kind": "cpi", "flags": "urgent"}',
        b'{"envelope": {"from_headers": "1"}, "kind": "cpi"}',
        b'{"envelope": {}, "kind": "cpi", "records": [{"urgent": "perhaps"}]}',
        b"[" * 100_000,
    ],
)
def test_anything_else_is_refused(untrusted: bytes) -> None:
    """What is not exactly of the type is `Unreadable`, and nothing else is ever raised."""
    with pytest.raises(Unreadable):
        codec.decode(untrusted, Reading)


def test_threads_may_decode_for_the_first_time_at_once() -> None:
    """Many threads that begin together do not take the process down (ten processes in a row)."""
    ended = [subprocess.run([sys.executable, "-c", RACE], check=False).returncode for _ in range(10)]

    assert [0] * 10 == ended
