"""
Which reader reads which kind of document, and which takes a container apart.

A reader is `read(untrusted: bytes, limits: Limits) -> Document`; those of text get characters instead.
A container's is `unpack(untrusted: bytes, limits: Limits) -> Sequence[Found]`. Both raise `Unreadable`
(its code says why) or `LimitExceeded`. They are named here and imported once, by `warm_up`: an import
costs more than a message. A kind whose module is not there is shown to a person as unsupported.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from mailbot.domain.document import Document
from mailbot.parse.limits import Limits

_HERE = "mailbot.parse.readers."

TEXTS = {"text": "plain:read", "html": "html:read"}
DOCUMENTS = {
    "docx": "docx:read",
    "odt": "odt:read",
    "rtf": "rtf:read",
    "doc": "doc:read",
    "pdf": "pdf:read",
}
CONTAINERS = {"tnef": "tnef:unpack", "msg": "msg:unpack"}


@dataclass(frozen=True, slots=True)
class Found:
    """Something inside a container: its body, or a file."""

    untrusted_name: str
    declared: str  # a content type; "text/html" for a body
    untrusted_data: bytes
    role: Literal["body", "attachment"] = "attachment"
    charset: str = ""  # of a text, where the container says
    problem: str = ""  # what should stand here cannot be read, and why


def text_reader(kind: str) -> Callable[..., Document] | None:
    """The reader of a text that is decoded already: `(text, limits)`, and for plain text how it flows."""
    reader: Callable[..., Document] | None = _load(TEXTS.get(kind, ""))
    return reader


def document_reader(kind: str) -> Callable[[bytes, Limits], Document] | None:
    """The reader of a file of this kind."""
    reader: Callable[[bytes, Limits], Document] | None = _load(DOCUMENTS.get(kind, ""))
    return reader


def container_reader(kind: str) -> Callable[[bytes, Limits], Sequence[Found]] | None:
    """What takes a file of this kind apart."""
    unpack: Callable[[bytes, Limits], Sequence[Found]] | None = _load(CONTAINERS.get(kind, ""))
    return unpack


def warm_up() -> tuple[str, ...]:
    """Imports every reader; the kinds that can be read."""
    kinds = TEXTS | DOCUMENTS | CONTAINERS
    return tuple(kind for kind, place in kinds.items() if _load(place) is not None)


@cache
def _load(place: str) -> Any:
    module, _, function = place.partition(":")
    if not module or find_spec(_HERE + module) is None:
        return None
    return getattr(import_module(_HERE + module), function)
