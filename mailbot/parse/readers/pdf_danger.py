"""
What a PDF would do if a viewer let it: scripts, launches, files inside it. Seen, named, never run.
"""

from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from mailbot.parse.readers.pdf_fields import RAISES

KEYS = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/RichMedia", "/SubmitForm", "/ImportData")
ACTIONS = frozenset(
    ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition")
)
MOST = 20_000  # objects looked at


def is_active(reader: PdfReader) -> bool:
    """Whether the catalogue, a page or an annotation carries something that acts or hides a file."""
    try:
        root = reader.trailer["/Root"]
    except RAISES:
        return False
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
            if any(key in node for key in KEYS) or node.get("/S") in ACTIONS:
                return True
            pending += [
                value
                for key, value in node.items()
                if key not in ("/Parent", "/P", "/Resources", "/Contents")
            ]
        elif isinstance(node, ArrayObject):
            pending += node
    return True
