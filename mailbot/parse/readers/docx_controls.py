"""Word's content controls (`w:sdt`): what kind one is, and what its content then means."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mailbot.domain.document import Block, Box, Entry, Inline, Paragraph, Text
from mailbot.parse.readers.docx_names import OFF, VAL, W
from mailbot.parse.readers.symbols import clean
from mailbot.parse.readers.xml import Element

Kind = Literal["text", "date", "choice", "check", "rich", "wrapper"]
_KINDS: dict[str, Kind] = {
    "text": "text",
    "date": "date",
    "dropDownList": "choice",
    "comboBox": "choice",
    "checkbox": "check",
    "group": "wrapper",
    "docPartObj": "wrapper",
    "docPartList": "wrapper",
    "repeatingSection": "wrapper",
    "repeatingSectionItem": "wrapper",
    "bibliography": "wrapper",
    "picture": "wrapper",
}
_ALIAS = W + "alias"
_TAG = W + "tag"
_PROMPT = W + "showingPlcHdr"
_MARKED = frozenset("☐☒☑✓✗")


@dataclass(frozen=True, slots=True)
class Control:
    """One content control."""

    kind: Kind = "rich"
    name: str = ""
    options: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()  # choices without a value: "Choose an item."
    untouched: bool = False
    checked: bool = False


def control(properties: Element | None) -> Control:
    """What `w:sdtPr` says."""
    if properties is None:
        return Control("wrapper")
    alias = tag_name = ""
    untouched = False
    kind: Kind = "rich"
    holder: Element | None = None
    for child in properties:
        tag = child.tag
        if tag == _ALIAS:
            alias = child.get(VAL, "")
        elif tag == _TAG:
            tag_name = child.get(VAL, "")
        elif tag == _PROMPT:
            untouched = child.get(VAL) not in OFF
        elif holder is None:
            found = _KINDS.get(tag.rpartition("}")[2])
            if found is not None:
                kind, holder = found, child
    name = clean(alias or tag_name)
    if holder is not None and kind == "choice":
        options, prompts = _choices(holder)
        return Control(kind, name, options, prompts, untouched)
    if holder is not None and kind == "check":
        return Control(kind, name, checked=_checked(holder))
    return Control(kind, name, untouched=untouched)


def _checked(box: Element) -> bool:
    for child in box:
        if child.tag.endswith("}checked"):
            states = [state for name, state in child.attrib.items() if str(name).endswith("val")]
            return not states or str(states[0]) not in OFF
    return False


def _choices(element: Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    options: list[str] = []
    prompts: list[str] = []
    for item in element.iterchildren(W + "listItem"):
        meant, shown = item.get(W + "value"), item.get(W + "displayText")
        (prompts if meant == "" else options).append(clean(shown or meant or "").strip())
    return tuple(option for option in options if option), tuple(prompts)


def as_inlines(parts: tuple[Inline, ...], of: Control) -> tuple[Inline, ...]:
    """The content of a control inside a line; what only wraps other things stays as it is."""
    if of.kind == "check":
        return (Box(of.checked, of.name),)
    if of.kind == "wrapper" or any(not isinstance(part, Text) for part in parts):
        return parts
    texts = [part for part in parts if isinstance(part, Text)]
    text = "".join(part.text for part in texts)
    if of.untouched or (text and text.strip() in of.prompts):
        return (_entry(of, "", text.strip()),)
    if of.kind == "rich" and _speaks(texts):
        return parts
    return (_entry(of, text),)


def as_blocks(blocks: Iterable[Block], of: Control) -> list[Block]:
    """The content of a control around paragraphs, a cell or a table."""
    content = list(blocks)
    if of.kind == "wrapper" or not content or not all(isinstance(block, Paragraph) for block in content):
        return content
    paragraphs = [block for block in content if isinstance(block, Paragraph)]
    if of.untouched or of.kind == "check":
        first = paragraphs[0]
        prompt = tuple(part for paragraph in paragraphs for part in paragraph.inlines)
        return [first._replace(inlines=as_inlines(prompt, of))]
    if of.kind == "rich" and any(_laid_out(paragraph) for paragraph in paragraphs):
        return content
    return [
        paragraph._replace(inlines=as_inlines(paragraph.inlines, of)) if paragraph.inlines else paragraph
        for paragraph in paragraphs
    ]


def _entry(of: Control, text: str, placeholder: str = "") -> Entry:
    kind: Literal["text", "date", "choice"] = of.kind if of.kind in ("date", "choice") else "text"
    return Entry(text, kind, of.name, of.options, placeholder)


def _speaks(texts: list[Text]) -> bool:
    """Whether marks or printed boxes say something that plain text would lose."""
    if any(part.strike or part.highlight or part.circled for part in texts):
        return True
    return any(not _MARKED.isdisjoint(part.text) for part in texts)


def _laid_out(paragraph: Paragraph) -> bool:
    """Whether this is a piece of the form that stands in a control, rather than what was typed into one."""
    if paragraph.heading or any(not isinstance(part, Text) for part in paragraph.inlines):
        return True
    texts = [part for part in paragraph.inlines if isinstance(part, Text)]
    return _speaks(texts) or any(part.bold for part in texts)
