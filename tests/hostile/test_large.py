"""Messages of forty megabytes: no child holds more than 512 MB, and the form among them is read."""

import base64
import os
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailbot.domain.mail import Border
from mailbot.parse.sandbox import ReaderPool
from tests.hostile.cases import letter, mixed, part
from tests.hostile.making import DOCX, with_members
from tests.hostile.peak import Peak
from tests.installation import children_of
from tests.letters import GATEWAY
from tests.unit.parse.readers.building import archive

SIZE, MEGABYTES = 40 << 20, 512
NOISE = random.Random(40).randbytes(SIZE * 3 // 4 - (1 << 20))  # noqa: S311  nothing packs it any smaller
FORM = part("application/octet-stream", DOCX, "form.docx")
PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + NOISE


def inner() -> bytes:
    """A message with a photograph."""
    return b"Subject: x\r\nMIME-Version: 1.0\r\n" + mixed(
        part("image/jpeg", PHOTO, "photo.jpg"), boundary="=i"
    )


def quoted() -> bytes:
    """A text in which every sign is three."""
    line = b"=41" * 24 + b"=\r\n"
    return b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + line * (
        SIZE // len(line) - 1
    )


def pages() -> bytes:
    """A page of HTML without end."""
    line = b"<p>" + b"<b>word</b> and another " * 12 + b"</p>\r\n"
    return b"Content-Type: text/html; charset=utf-8\r\n\r\n" + line * (SIZE // len(line) - 1)


MESSAGES: dict[str, Callable[[], bytes]] = {
    "a photograph": lambda: mixed(FORM, part("image/jpeg", PHOTO, "photo.jpg")),
    "forty photographs": lambda: mixed(
        FORM, *(part("image/jpeg", PHOTO[: len(PHOTO) // 40], f"{number}.jpg") for number in range(40))
    ),
    "a zip": lambda: mixed(FORM, part("application/zip", archive({"photo.jpg": PHOTO}), "photos.zip")),
    "a forward": lambda: mixed(FORM, part("message/rfc822", inner(), coded=False)),
    "a forward in base64": lambda: mixed(FORM, part("message/rfc822", inner()[: SIZE * 3 // 4])),
    "a text": lambda: mixed(
        FORM, b"Content-Type: text/plain\r\n\r\n" + b"a word and another\r\n" * (SIZE // 20)
    ),
    "quoted signs": lambda: mixed(FORM, quoted()),
    "a page": lambda: mixed(FORM, pages()),
    "one line": lambda: mixed(FORM, b"Content-Type: text/plain\r\n\r\n" + base64.b64encode(NOISE)),
    "empty parts": lambda: mixed(FORM, *([b"\r\n"] * (SIZE // 10))),
    "a Word file": lambda: mixed(
        part("application/octet-stream", with_members(DOCX, {"word/media/image1.jpeg": PHOTO}), "form.docx")
    ),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """One reader, as a worker has it."""
    with ReaderPool(mode="best_effort", readers=1) as readers:
        yield readers


@pytest.mark.parametrize("what", MESSAGES)
def test_a_large_message(what: str, pool: ReaderPool) -> None:
    """It is read in a real child, whose memory is watched from outside."""
    raw = letter(f"large {what}", MESSAGES[what]())
    assert 0.9 * SIZE < len(raw) < 1.1 * SIZE, "it is not forty megabytes"

    peak = Peak()
    parents = [
        pid for pid in children_of(os.getpid()) if b"zygote" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    watcher = threading.Thread(target=peak.watch, args=(parents,))
    watcher.start()
    try:
        reading = pool.read(raw, Border((GATEWAY,)))
    finally:
        peak.over.set()
        watcher.join()

    assert peak.seen
    assert peak.megabytes < MEGABYTES
    assert "cpi" == reading.kind.value
    assert 1 == len(reading.records)
