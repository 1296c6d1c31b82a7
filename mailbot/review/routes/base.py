"""
The port by which a document reaches a desk.

Every adapter passes `tests/contract/test_routes.py`. It returns when the document is handed over, raises a
`Transient` to be tried again, or a `Permanent` when a person must see to it. The same document may be
delivered twice, under the same reference: the second time changes nothing for the desk.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Document:
    """A finished document: the same thing for people (DOCX) and for their systems (JSON)."""

    reference: str
    desk: str
    kind: str
    marking: str
    docx: bytes
    json: bytes

    @property
    def name(self) -> str:
        """The name of its files, without the ending: tells nothing but the reference."""
        return self.reference


class Route(Protocol):
    """A configured way."""

    def deliver(self, document: Document) -> None:
        """Hand it over; see above."""
        ...
