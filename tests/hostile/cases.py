"""What a hostile message is to the tests: its bytes, and what must become of it."""

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass

from mailbot.cli.demo import forms
from tests.house.silence import canary
from tests.letters import GATEWAY, OURS, form

SCHOOL, CHILD, AUTHOR, SECRET = (
    "Quaggafield School",
    "Bartholomew Pretendson",
    "Zebedee Quince",
    "Somebody was seen with a zorilla.",
)
canary(SCHOOL, CHILD, AUTHOR, SECRET, "zebedee.quince")
PORT = 20_000 + os.getpid() % 10_000  # where a test listens whether anything calls
LISTENER = f"http://127.0.0.1:{PORT}/quagga"
FORM = form(SCHOOL, SECRET)
TEXT = forms.as_text(FORM)


@dataclass(frozen=True)
class Case:
    """One message. `why` is the code for no acknowledgement, None where its sender is answered."""

    name: str
    make: Callable[[], bytes]
    why: str | None = None
    kinds: tuple[str, ...] = ("unreadable",)
    flags: tuple[str, ...] = ()  # that must be raised
    records: int | None = None  # how many must be found; None: as many as there are

    @property
    def host(self) -> str:
        """A domain of its own, so that its acknowledgement is known by its address."""
        return host_of(self.name)


def host_of(name: str) -> str:
    """The invented domain of a case."""
    return f"{''.join(char if char.isalnum() else '-' for char in name.lower()).strip('-')[:60]}.example"


def control(name: str, make: Callable[[], bytes], records: int = 1) -> Case:
    """The honest message beside a kind of hostile ones: read, queued as a form, and answered."""
    return Case(name, make, kinds=("cpi",), records=records)


def letter(
    name: str,
    rest: bytes,
    *,
    sender: str = "",
    auth: str | None = None,
    above: bytes = b"",
    more: bytes = b"",
    path: str | None = None,
) -> bytes:
    """What the gateway wrote, From, `more` header lines, and `rest`: from the Content-Type to the end."""
    host = host_of(name)
    address = f"zebedee.quince@{host}"
    shown = sender or f"{AUTHOR} <{address}>"
    verdict = auth if auth is not None else f"dmarc=pass header.from={host}"
    head = (
        f"Return-Path: <{address if path is None else path}>\r\n"
        f"Authentication-Results: {GATEWAY}; {verdict}\r\n"
        f"Received: from mail.{host} by {GATEWAY} with ESMTPS; Mon, 3 Nov 2025 09:00:00 +0000\r\n"
    ).encode()
    author = (
        f"From: {shown}\r\nTo: {OURS}\r\nSubject: {SECRET}\r\nDate: Mon, 03 Nov 2025 08:59:00 +0000\r\n"
        f"Message-ID: <{host}@{host}>\r\nMIME-Version: 1.0\r\n"
    ).encode("utf-8", "surrogateescape")
    return above + head + author + more + rest


def plain(text: str = TEXT, kind: str = "text/plain; charset=utf-8") -> bytes:
    """A body of text."""
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}".encode(
        "utf-8", "surrogateescape"
    )


def part(kind: str, data: bytes, file: str = "", *, coded: bool = True) -> bytes:
    """One part of a multipart, base64 unless it stands as it is."""
    head = f"Content-Type: {kind}\r\n"
    if file:
        canary(file)
        head += f'Content-Disposition: attachment; filename="{file}"\r\n'
    if not coded:
        return head.encode() + b"\r\n" + data
    return head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data)


def mixed(*parts: bytes, kind: str = "mixed", boundary: str = "=b", more: str = "") -> bytes:
    """A multipart, from its Content-Type to its end."""
    mark = boundary.encode()
    inner = b"".join(b"--" + mark + b"\r\n" + one + b"\r\n" for one in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}\r\n\r\n'.encode()
        + inner
        + b"--"
        + mark
        + b"--\r\n"
    )


def attached(name: str, file: str, data: bytes, kind: str = "application/octet-stream") -> bytes:
    """A greeting and one file."""
    greeting = part(
        "text/plain; charset=utf-8", b"Hello,\r\n\r\nplease find our form attached.\r\n", coded=False
    )
    return letter(name, mixed(greeting, part(kind, data, file)))
