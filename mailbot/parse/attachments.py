"""
Reads items: each becomes a part that is shown, a document where it can be read, and further items
where it holds others.

GUARANTEES
    Every item has its part, with a state and a word of ours why it was not read; none is dropped.
    No recursion: what is inside is put back on the list. Archives share one budget.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from mailbot.domain.document import Document
from mailbot.domain.mail import Part, PartState
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.archive import Budget
from mailbot.parse.detect import detect
from mailbot.parse.headers import RAISED
from mailbot.parse.inside import inside_of
from mailbot.parse.items import Item
from mailbot.parse.limits import Limits
from mailbot.parse.names import part_name
from mailbot.parse.readers.registry import container_reader, document_reader, text_reader
from mailbot.parse.reasons import HARMLESS, extension, state_of, why_not
from mailbot.parse.text import body_text, clean, decode_text

_AS_TEXT = {"text": "text", "html": "html", "csv": "text", "xml": "text", "json": "text"}
_SHOWN_ONLY = {"ics": "calendar", "vcf": "contact"}


@dataclass(frozen=True, slots=True)
class Opened:
    """One item, opened: its part, and its document where it was read."""

    item: Item
    part: Part
    document: Document | None = None
    says: bool = False  # the document has text


class Opener:
    """Opens items until none is left, under the limits of one message."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._budget = Budget.of(limits)
        self._shown = limits.shown_characters
        self.flags: dict[str, None] = {}

    def open_all(self, untrusted_items: Iterable[Item]) -> list[Opened]:
        """Every item and what is inside of it, in reading order."""
        pending = deque(untrusted_items)
        done: list[Opened] = []
        while pending:
            item = pending.popleft()
            if len(done) >= self._limits.parts:
                done.append(self._closed(item, "binary", "parts"))
                break
            opened_item, inside = self._open(item, len(done) + 1)
            done.append(opened_item)
            pending.extendleft(reversed(inside))
        return done

    def _open(self, item: Item, index: int) -> tuple[Opened, list[Item]]:
        kind = self._kind(item)
        item = replace(item, untrusted_name=part_name(item.untrusted_name, index, extension(kind)))
        if item.problem:
            return self._closed(item, kind, item.problem), []
        if not item.untrusted_data:
            return self._empty(item, kind), []
        try:
            return self._content(item, kind)
        except LimitExceeded as error:
            return self._closed(item, kind, str(error).split(" ")[0] or "limit", "limit"), []
        except Unreadable as error:
            return self._closed(item, kind, error.code), []
        except MemoryError:
            return self._closed(item, kind, "memory"), []
        except RAISED:  # a reader's fault costs its own part, and a handler sees that
            return self._closed(item, kind, "fault"), []

    def _kind(self, item: Item) -> str:
        if item.role == "body":
            return "html" if item.declared == "text/html" else "text"
        if item.declared.startswith("message/") and item.declared not in ("message/rfc822", "message/global"):
            return "report"
        if item.declared in ("message/rfc822", "message/global"):
            return "eml"
        return detect(item.untrusted_data, item.untrusted_name, item.declared)

    def _content(self, item: Item, kind: str) -> tuple[Opened, list[Item]]:
        if kind in _AS_TEXT:
            return self._text(item, kind), []
        if (reader := document_reader(kind)) is not None:
            return self._read(item, kind, reader(item.untrusted_data, self._limits)), []
        if kind in ("eml", "zip", "smime") or container_reader(kind) is not None:
            inside = inside_of(item, kind, self._limits, self._budget)
            return self._part(item, kind, "read" if inside else "empty"), inside
        if kind in _SHOWN_ONLY or kind == "report":
            text = body_text(item.untrusted_data, item.parameters, self._limits)
            state: PartState = "read" if kind == "report" else "unsupported"
            return self._part(item, kind, state, _SHOWN_ONLY.get(kind, ""), text), []
        return self._closed(item, kind, why_not(item, kind)), []

    def _text(self, item: Item, kind: str) -> Opened:
        untrusted_text = decode_text(item.untrusted_data, item.parameters.get("charset", ""))
        text, cut = clean(untrusted_text, self._limits), len(untrusted_text) > self._limits.body_characters
        reader = text_reader(_AS_TEXT[kind])
        if reader is None:
            return self._closed(item, kind, "no_reader")
        return self._read(item, kind, reader(text, self._limits, **_flow(item, kind)), cut)

    def _read(self, item: Item, kind: str, document: Document, cut: bool = False) -> Opened:
        self._flag(*document.flags, *(["unreadable_part"] if cut else []))
        text = document.text
        if "unreadable_part" in document.flags and not text.strip() and not document.fields:
            return self._closed(item, kind, "image")
        reason = "characters" if cut else ""
        part = self._part(item, kind, "read", reason, text).part
        return Opened(item, part, document, bool(text.strip()))

    def _empty(self, item: Item, kind: str) -> Opened:
        if item.note or item.declared.startswith("message/"):  # an inner message: its content follows
            return self._part(item, kind, "read", text=item.note)
        if item.role in ("attachment", "member") and kind != "report":
            self._flag("unreadable_part")
        return self._part(item, kind, "empty")

    def _closed(self, item: Item, kind: str, reason: str, state: PartState | None = None) -> Opened:
        """An item that is not read, and why; a person gets its text where it is text."""
        if state is None:
            state = state_of(kind, reason)
        if state == "encrypted":
            self._flag("encrypted_attachment")
        elif reason not in HARMLESS:
            self._flag("unreadable_part")
        salvage = reason in ("parts", "nesting", "structure")
        text = body_text(item.untrusted_data, item.parameters, self._limits) if salvage else ""
        return self._part(item, kind, state, reason, text)

    def _part(self, item: Item, kind: str, state: PartState, reason: str = "", text: str = "") -> Opened:
        shown = text[: self._shown]
        self._shown -= len(shown)
        data = item.untrusted_data
        part = Part(
            path=item.path,
            name=item.untrusted_name if item.role != "body" else "",
            declared=item.declared[:100],
            detected=kind,
            size=len(data),
            sha256=sha256(data).hexdigest(),
            state=state,
            reason=reason,
            role=item.role,
            text=shown,
        )
        return Opened(item, part)

    def _flag(self, *codes: str) -> None:
        self.flags.update(dict.fromkeys(codes))


def _flow(item: Item, kind: str) -> dict[str, bool]:
    """RFC 3676: whether the sender's program wrapped the lines."""
    if kind != "text" or item.parameters.get("format", "").strip().lower() != "flowed":
        return {}
    return {"flowed": True, "delsp": item.parameters.get("delsp", "").strip().lower() == "yes"}
