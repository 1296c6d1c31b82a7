"""
What is fuzzed: each reader by its name, any file by what it looks like, headers, and a whole message.

A mutation inside a zip archive breaks a checksum and tells nothing. So a target for packages also takes the
markup of the main part alone, which it packs first. A Word document is read in two ways; a comment makes the
reader take the slower one, and both must see the same.
"""

import time
from collections.abc import Callable

from mailbot.domain.document import Document
from mailbot.domain.mail import Border, Envelope, ParsedMail
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.mail import take_apart, take_apart_document, take_apart_headers
from mailbot.parse.readers import registry
from tests.unit.parse.readers.building import archive, word_package

registry.warm_up()  # while atheris looks at what is imported
LIMITS = Limits()
BORDER = Border(("mx.police.example",))
MOST_SECONDS = 2.0  # of CPU; instrumented code is several times slower than what is shipped
_WHOLE: dict[str, Callable[[bytes], ParsedMail | Envelope]] = {
    "mime": lambda data: take_apart(data, BORDER),
    "headers": lambda data: take_apart_headers(data, BORDER),
    "file": lambda data: take_apart_document(data, "sample"),  # also what is no document: zip, S/MIME
}


class TooSlowError(Exception):
    """A sample took more CPU time than any sample of its size may."""


class UnsoundError(Exception):
    """A document holds what no text may hold."""


def names() -> list[str]:
    """All targets."""
    return [*registry.DOCUMENTS, *registry.CONTAINERS, *registry.TEXTS, *_WHOLE]


def target(name: str) -> Callable[[bytes], None]:
    """Reads bytes; raises what no reader may raise."""
    return _guarded(reader(name))


def reader(name: str) -> Callable[[bytes], object]:
    """Reads bytes, and may refuse them."""
    if name in _WHOLE:
        return _WHOLE[name]
    if (text := registry.text_reader(name)) is not None:
        return lambda data: text(data.decode("utf-8", "replace"), LIMITS)
    if (document := registry.document_reader(name)) is not None:
        return lambda data: _document(document, name, data)
    if (unpack := registry.container_reader(name)) is not None:
        return lambda data: unpack(data, LIMITS)
    raise SystemExit(f"fuzz: there is no reader {name}")


def _document(read: Callable[[bytes, Limits], Document], name: str, data: bytes) -> Document:
    if name == "docx" and data.startswith(b"<"):
        whole = read(_packed(name, data + b"<!-- -->"), LIMITS)
        if read(_packed(name, data), LIMITS) != whole:
            raise UnsoundError
        return whole
    return read(_packed(name, data), LIMITS)


def _packed(name: str, data: bytes) -> bytes:
    if not data.startswith(b"<"):
        return data
    if name == "docx":
        return archive(word_package("") | {"word/document.xml": data})
    return archive({"content.xml": data}) if name == "odt" else data


def _guarded(read: Callable[[bytes], object]) -> Callable[[bytes], None]:
    def once(data: bytes) -> None:
        start = time.process_time()
        try:
            found = read(data)
        except (Unreadable, LimitExceeded):
            found = None
        if time.process_time() - start > MOST_SECONDS:
            raise TooSlowError
        if isinstance(found, Document):
            _must_be_sound(found)
        elif isinstance(found, ParsedMail):
            _must_be_whole(found)

    return once


def _must_be_sound(document: Document) -> None:
    for text in (document.text, *(aside.text for aside in document.asides), *document.properties.values()):
        if any(char < " " and char not in "\t\n" for char in text):
            raise UnsoundError
        text.encode("utf-8")


def _must_be_whole(mail: ParsedMail) -> None:
    """A reader's fault costs its own part only; here it is a find."""
    if any(part.reason == "fault" for part in mail.parts):
        raise UnsoundError
    for piece in mail.pieces:
        _must_be_sound(piece.document)
