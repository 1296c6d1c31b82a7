"""
The body of a mail cut into its layers: what was written now, what was quoted, what was forwarded.

The header lines of quoted and forwarded mails are left out: they are nobody's answers.
"""

import itertools
import re
from dataclasses import dataclass, field

from mailbot.record.rows import Row

_MARKER = re.compile(
    r"^\W{0,12}(?:original message|forwarded message|begin forwarded message|forwarded by"
    r"|original e-?mail|ursprüngliche nachricht)\b.{0,80}$",
    re.I,
)
_WROTE = re.compile(r"^\W{0,4}on\b.{6,250}\bwrote:?\s*$", re.I)
_HEADER = re.compile(
    r"^\W{0,4}(from|sent|to|cc|bcc|subject|date|reply-to|sent by|attachments?|importance"
    r"|sensitivity)\s?\*?\s*:",
    re.I,
)
_FIRST = re.compile(r"^\W{0,4}from\s?\*?\s*:", re.I)
_LINE = re.compile(r"^\s*[_-]{8,}\s*$")
_ALTERNATES = 5


@dataclass(slots=True)
class Layer:
    """Rows of one writer."""

    rows: list[Row] = field(default_factory=list)
    inner: bool = False  # quoted or forwarded


def layers(rows: list[Row]) -> list[Layer]:
    """The layers from the top down; answers typed between quoted questions stay with them."""
    changes = sum(
        one.quoted != two.quoted
        for one, two in itertools.pairwise(rows)
        if one.text.strip() and two.text.strip()
    )
    mixed = changes > _ALTERNATES
    found = [Layer()]
    index, quoted = 0, rows[0].quoted if rows else 0
    while index < len(rows):
        row = rows[index]
        skip = _header_at(rows, index)
        if skip:
            found.append(Layer(inner=True))
            index += skip
            quoted = rows[index].quoted if index < len(rows) else 0
            continue
        if not mixed and row.text.strip() and row.quoted != quoted:
            found.append(Layer(inner=row.quoted > 0 or (found[-1].inner and row.quoted > 0)))
            quoted = row.quoted
        found[-1].rows.append(row)
        index += 1
    return [layer for layer in found if any(row.text.strip() for row in layer.rows)]


def _header_at(rows: list[Row], index: int) -> int:
    """How many rows the head of a quoted or forwarded mail takes; 0 where none begins."""
    text = rows[index].text
    if not text.strip():
        return 0
    if _MARKER.match(text) and len(text) < 120:
        return 1 + _headers(rows, index + 1)
    if _WROTE.match(text):
        return 1
    if (
        text.lstrip(" >*").lower().startswith("on ")
        and index + 1 < len(rows)
        and _WROTE.match(f"{text} {rows[index + 1].text}")
    ):
        return 2
    if _LINE.match(text):
        taken = _headers(rows, index + 1)
        return 1 + taken if taken else 0
    return _headers(rows, index)


def _headers(rows: list[Row], index: int) -> int:
    """How many rows from here on are From, Sent, To and Subject; at least two, From first."""
    start = index
    while index < len(rows) and index - start < 3 and not rows[index].text.strip():
        index += 1
    if index >= len(rows) or not _FIRST.match(rows[index].text):
        return 0
    count = 0
    while index < len(rows) and _HEADER.match(rows[index].text):
        count += 1
        index += 1
    return index - start if count >= 2 else 0
