"""
The form fields of a PDF (ISO 32000-1, 12.7): names, values and states, and where each widget stands.

pypdf reads the objects; a value is what the form data says (V), never what a viewer has drawn (AP).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from mailbot.domain.document import Box, Entry, Inline, NamedField
from mailbot.parse.readers.symbols import clean

RADIO, PUSH = 1 << 15, 1 << 16  # field flags, table 226
MOST = 5_000  # widgets; a real form has 200
DEEP = 20  # parents of a field

# What a broken or hostile object tree makes the library raise.
RAISES = (PyPdfError, KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError)


@dataclass(frozen=True, slots=True)
class Widget:
    """One field as it stands on a page; the box is in PDF points, from the bottom left."""

    page: int  # from 0
    box: tuple[float, float, float, float]
    inline: Inline


def widgets(reader: PdfReader) -> Iterator[Widget]:
    """Every widget that stands on a page and is not a button."""
    count = 0
    for number, page in enumerate(reader.pages):
        annotations = _get(page, "/Annots")
        for reference in annotations if isinstance(annotations, ArrayObject) else ():
            count += 1
            if count > MOST:
                return
            try:
                widget = _widget(reference.get_object(), number)
            except RAISES:
                continue
            if widget is not None:
                yield widget


def unplaced(reader: PdfReader, placed: set[str]) -> list[NamedField]:
    """Fields with a value that stand on no page that we could read."""
    try:
        fields = reader.get_fields() or {}
    except RAISES:
        return []
    found = []
    for name, field in list(fields.items())[:MOST]:
        value = field.get("/V")
        if name not in placed and isinstance(value, str) and value and field.get("/FT") in ("/Tx", "/Ch"):
            found.append(
                NamedField(clean(name), "text", clean(value), label=clean(str(field.get("/TU", ""))))
            )
    return found


def _widget(annotation: Any, number: int) -> Widget | None:
    if not isinstance(annotation, DictionaryObject) or _get(annotation, "/Subtype") != "/Widget":
        return None
    kind, flags = _inherited(annotation, "/FT"), int(_inherited(annotation, "/Ff") or 0)
    rectangle: Any = annotation["/Rect"]
    left, bottom, right, top = (float(value) for value in rectangle)
    box = min(left, right), min(bottom, top), max(left, right), max(bottom, top)
    name = _label(annotation)
    if kind == "/Btn":
        return None if flags & PUSH else Widget(number, box, Box(_on(annotation), name))
    if kind == "/Tx":
        return Widget(number, box, Entry(_text(_inherited(annotation, "/V")), "text", name))
    if kind == "/Ch":
        options = _options(_inherited(annotation, "/Opt"))
        return Widget(
            number, box, Entry(_chosen(annotation, options), "choice", name, tuple(options.values()))
        )
    return None


def _on(annotation: DictionaryObject) -> bool:
    """A box is on when its state is one of its own and not Off; V counts where no state is given."""
    state = _get(annotation, "/AS")
    if state is None:
        state = _inherited(annotation, "/V")
    normal = _get(_get(annotation, "/AP"), "/N")
    own = set(normal) if isinstance(normal, DictionaryObject) else {state}
    return state not in (None, "/Off", "") and state in own


def _options(listed: Any) -> dict[str, str]:
    """Export value to the text that is shown."""
    found: dict[str, str] = {}
    for option in listed if isinstance(listed, ArrayObject) else ():
        one = option.get_object()
        pair = [_text(part) for part in one] if isinstance(one, ArrayObject) else [_text(one)]
        found[pair[0]] = pair[-1]
    return found


def _chosen(annotation: DictionaryObject, options: dict[str, str]) -> str:
    value = _inherited(annotation, "/V")
    values = value if isinstance(value, ArrayObject) else [value]
    return ", ".join(options.get(_text(one), _text(one)) for one in values if _text(one).strip())


def _label(annotation: DictionaryObject) -> str:
    """The tool tip, which is made for people; else the full name."""
    tip = _text(_inherited(annotation, "/TU"))
    return tip or full_name(annotation)


def full_name(annotation: DictionaryObject) -> str:
    """Partial names of the field and its parents, with dots."""
    names = [_text(node["/T"]) for node in _line(annotation) if "/T" in node]
    return ".".join(reversed(names))


def _inherited(node: DictionaryObject, key: str) -> Any:
    return next((_get(one, key) for one in _line(node) if key in one), None)


def _line(node: DictionaryObject) -> Iterator[DictionaryObject]:
    for _ in range(DEEP):
        yield node
        parent = _get(node, "/Parent")
        if not isinstance(parent, DictionaryObject):
            return
        node = parent


def _get(node: Any, key: str) -> Any:
    value = node.get(key) if isinstance(node, DictionaryObject) else None
    return value.get_object() if isinstance(value, IndirectObject) else value


def _text(value: Any) -> str:
    value = value.get_object() if isinstance(value, IndirectObject) else value
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return clean(value.replace("\r\n", "\n").replace("\r", "\n")) if isinstance(value, str) else ""
