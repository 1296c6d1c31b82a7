"""The controls of an OpenDocument text: form layer, content controls, fields taken over from Word."""

from typing import Final, Literal

from mailbot.domain.document import Box, Entry, NamedField
from mailbot.parse.readers.docx_controls import Control
from mailbot.parse.readers.odt_names import FIELD, FORM, LO, TEXT, XML
from mailbot.parse.readers.symbols import clean
from mailbot.parse.readers.xml import Element, text_of

Kind = Literal["text", "date", "choice", "check", "radio"]
_KINDS: Final[dict[str, Kind]] = {
    FORM + "text": "text", FORM + "textarea": "text", FORM + "formatted-text": "text",
    FORM + "number": "text",
    FORM + "value-range": "text", FORM + "date": "date", FORM + "time": "date", FORM + "listbox": "choice",
    FORM + "combobox": "choice", FORM + "checkbox": "check", FORM + "radio": "radio",
}  # fmt: skip
_ON: Final = frozenset(("true", "checked", "1"))
_MARK: Final = "vnd.oasis.opendocument.field."


def form_controls(root: Element) -> dict[str, NamedField]:
    """Every control of the form layer by its id."""
    found: dict[str, NamedField] = {}
    for forms in root.iter(FORM + "form"):
        for element in forms:
            kind = _KINDS.get(element.tag)
            key = element.get(XML + "id") or element.get(FORM + "id")
            if kind is not None and key and key not in found:
                found[key] = _named(element, kind)
    return found


def _named(element: Element, kind: Kind) -> NamedField:
    name, label = clean(element.get(FORM + "name", "")), clean(element.get(FORM + "label", ""))
    if kind == "check":
        state = element.get(FORM + "current-state") or element.get(FORM + "state")
        return NamedField(name, kind, checked=state in _ON, label=label)
    if kind == "radio":
        state = element.get(FORM + "current-selected") or element.get(FORM + "selected")
        return NamedField(name, kind, checked=state in _ON, label=label)
    options: list[str] = []
    chosen: list[str] = []
    for option in element.iterchildren(FORM + "option", FORM + "item"):
        text = clean(option.get(FORM + "label", ""))
        options.append(text)
        if (option.get(FORM + "current-selected") or option.get(FORM + "selected")) in _ON:
            chosen.append(text)
    typed = element.get(FORM + "current-value")
    value = clean(element.get(FORM + "value", "") if typed is None else typed)
    return NamedField(name, kind, ", ".join(chosen) or value, label=label, options=tuple(options))


def inline(field: NamedField) -> Box | Entry:
    """The control where it is anchored; its caption follows it as text."""
    if field.kind in ("check", "radio"):
        return Box(bool(field.checked), field.name)
    kind: Literal["text", "date", "choice"] = field.kind if field.kind != "check" else "text"  # type: ignore[assignment]
    return Entry(field.value, kind, field.name, field.options)


def drop_down(element: Element) -> Entry:
    """`text:drop-down`: LibreOffice's own list field."""
    labels = list(element.iterchildren(TEXT + "label"))
    options = tuple(clean(label.get(TEXT + "value", "")) for label in labels)
    for label in labels:
        if label.get(TEXT + "current-selected") in _ON:
            return Entry(clean(label.get(TEXT + "value", "")), "choice", _name(element), options)
    return Entry("", "choice", _name(element), options, placeholder=clean(text_of(element)).strip())


def _name(element: Element) -> str:
    return clean(element.get(TEXT + "name", ""))


def content_control(element: Element) -> Control:
    """`loext:content-control`: what Word's content controls become."""
    name = clean(element.get(LO + "alias") or element.get(LO + "tag") or "")
    untouched = element.get(LO + "showing-place-holder") in _ON
    if element.get(LO + "checkbox") in _ON:
        return Control("check", name, checked=element.get(LO + "checked") in _ON)
    items = list(element.iterchildren(LO + "list-item"))
    if items:
        meant = [(item.get(LO + "value"), item.get(LO + "display-text")) for item in items]
        options = tuple(clean(shown or value or "") for value, shown in meant if value != "")
        prompts = tuple(clean(shown or "") for value, shown in meant if value == "")
        return Control("choice", name, options, prompts, untouched)
    if element.get(LO + "date") in _ON:
        return Control("date", name, untouched=untouched)
    return Control("text" if element.get(LO + "plain-text") in _ON else "rich", name, untouched=untouched)


def field_mark(element: Element) -> Box | Entry | None:
    """`field:fieldmark`: Word's tick box or list in one element; None for anything else."""
    kind = element.get(FIELD + "type", "").removeprefix(_MARK)
    name = clean(element.get(TEXT + "name") or element.get(FIELD + "name") or "")
    parameters = [
        (p.get(FIELD + "name", ""), p.get(FIELD + "value", "")) for p in element.iter(FIELD + "param")
    ]
    if kind == "FORMCHECKBOX":
        return Box(any(key == "Checkbox_Checked" and value in _ON for key, value in parameters), name)
    if kind == "FORMDROPDOWN":
        options = tuple(clean(value) for key, value in parameters if key == "Dropdown_ListEntry")
        chosen = next((value for key, value in parameters if key == "Dropdown_Selected"), "")
        shown = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 6 else -1
        return Entry(options[shown] if 0 <= shown < len(options) else "", "choice", name, options)
    return None
