"""
What a PDF would do if a viewer let it: scripts, launches, files inside it. Seen, named, never run.

GUARANTEES
    Where none of the names stands in the file nor in its object streams, there is nothing: that is looked
    for in bytes, in a millisecond. Where one does, or where we cannot look (encryption, other filters), the
    objects themselves are walked.
"""

import io
import re
import zlib
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

KEYS = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/RichMedia", "/SubmitForm", "/ImportData")
ACTIONS = frozenset(
    ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition")
)
TYPES = frozenset(("/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen"))  # of an annotation
MOST = 20_000  # objects looked at
STREAMS, STREAM_BYTES = 2_000, 16 << 20  # object streams, and what all of them may hold

_NAMES = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoTo[RE]|Rendition|FileAttachment"
    rb"|Movie|Sound|Screen)(?![A-Za-z])"
)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = re.compile(rb"/ObjStm")
_BEGIN = re.compile(rb"stream\r?\n")

# What a broken or hostile object tree makes the library raise.
RAISES = (
    PyPdfError, DependencyError, KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError,
    OSError, NotImplementedError, ImportError, AssertionError, OverflowError, zlib.error, UnicodeError,
)  # fmt: skip


def is_active(untrusted: bytes) -> bool:
    """Whether it carries something that acts or hides a file."""
    if not _may_be(untrusted):
        return False
    try:
        reader = PdfReader(io.BytesIO(untrusted), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return True  # PDFium opened it, so somebody hides something
        return _walk(reader.trailer["/Root"])
    except RAISES:
        return True  # one of the names is there, and nobody can say where


def _may_be(untrusted: bytes) -> bool:
    plain = _ESCAPE.sub(lambda hit: bytes([int(hit[1], 16)]), untrusted) if b"#" in untrusted else untrusted
    if _NAMES.search(plain) or b"/Encrypt" in plain:
        return True
    packed = [hit.start() for hit in _PACKED.finditer(untrusted)]
    if len(packed) > STREAMS or len(packed) != len(_PACKED.findall(plain)):  # or its name is disguised
        return True
    room = STREAM_BYTES
    for place in packed:
        start = _BEGIN.search(untrusted, max(untrusted.rfind(b"obj", 0, place), 0))
        inside = _inflated(untrusted, start.end(), room) if start else None
        if inside is None:
            return True
        room -= len(inside)
        if _NAMES.search(_ESCAPE.sub(lambda one: bytes([int(one[1], 16)]), inside)):
            return True
    return False


def _inflated(untrusted: bytes, at: int, room: int) -> bytes | None:
    """An object stream's content; None where it cannot be looked into."""
    try:
        engine = zlib.decompressobj()
        found = engine.decompress(untrusted[at : at + room], room)
    except zlib.error:
        return None
    plain = found[:20].lstrip()[:1].isdigit()  # numbers come first; else another filter is in play
    return found if plain and engine.eof and len(found) < room else None


def _walk(root: Any) -> bool:
    pending: list[Any] = [root]
    seen: set[tuple[int, int]] = set()
    for _ in range(MOST):
        if not pending:
            return False
        node = pending.pop()
        if isinstance(node, IndirectObject):
            if (node.idnum, node.generation) in seen:
                continue
            seen.add((node.idnum, node.generation))
            try:
                node = node.get_object()
            except RAISES:
                continue
        if isinstance(node, DictionaryObject):
            if _acts(node):
                return True
            pending += [value for key, value in node.items() if key not in _ELSEWHERE]
        elif isinstance(node, ArrayObject):
            pending += node
    return True


_ELSEWHERE = frozenset(
    ("/Parent", "/P", "/Resources", "/Contents", "/AP", "/MK", "/DR", "/DS")
)  # looks, and back


def _acts(node: DictionaryObject) -> bool:
    return any(key in node for key in KEYS) or node.get("/S") in ACTIONS or node.get("/Subtype") in TYPES
