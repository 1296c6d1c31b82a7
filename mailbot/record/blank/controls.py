"""
Content controls of WordprocessingML (ECMA-376, 17.5.2), as text to be parsed.

GUARANTEES
    Each has a title that a screen reader says, a tag that is its key, and a lock against being deleted.
    The identifier follows from the key, so the same form has the same bytes.
"""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from mailbot.record.blank.model import Box, Option

PROMPTS = {"line": "Enter text", "text": "Enter text", "date": "dd/mm/yyyy", "choice": "Choose one"}
_BOX_FONT = "MS Gothic"
_LONGEST = 64  # characters that Word takes for a title or a tag


def run(text: str, properties: str = "") -> str:
    """A piece of text."""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def of(box: Box) -> list[str]:
    """What stands in the answer's cell: the content of one paragraph, or of one for each tick box."""
    if box.kind == "checks":
        return [f"{_check(box, option)}{run(' ' + option.text)}" for option in box.options]
    kind = {"date": _DATE, "choice": _list(box.options), "text": '<w:text w:multiLine="1"/>'}.get(
        box.kind, "<w:text/>"
    )
    prompt = run(PROMPTS[box.kind], '<w:rStyle w:val="PlaceholderText"/><w:color w:val="50565E"/>')
    return [_control(box.key, box.tip, "<w:showingPlcHdr/>" + kind, prompt)]


_DATE = (
    '<w:date><w:dateFormat w:val="dd/MM/yyyy"/><w:lid w:val="en-GB"/>'
    '<w:storeMappedDataAs w:val="dateTime"/><w:calendar w:val="gregorian"/></w:date>'
)


def _list(options: Iterable[Option]) -> str:
    items = "".join(
        f"<w:listItem w:displayText={quoteattr(option.text)} w:value={quoteattr(option.value)}/>"
        for option in options
    )
    prompt = f'<w:listItem w:displayText="{PROMPTS["choice"]}" w:value=""/>'
    return f"<w:dropDownList>{prompt}{items}</w:dropDownList>"


def _check(box: Box, option: Option) -> str:
    states = "".join(
        f'<w14:{name} w14:val="{sign}" w14:font="{_BOX_FONT}"/>'
        for name, sign in (("checkedState", "2612"), ("uncheckedState", "2610"))
    )
    kind = f'<w14:checkbox><w14:checked w14:val="0"/>{states}</w14:checkbox>'
    font = (
        f'<w:rFonts w:ascii="{_BOX_FONT}" w:eastAsia="{_BOX_FONT}" w:hAnsi="{_BOX_FONT}" w:hint="eastAsia"/>'
    )
    return _control(box.option_key(option), f"{box.label}: {option.text}", kind, run("☐", font))


def _control(key: str, tip: str, kind: str, content: str) -> str:
    number = crc32(key.encode()) & 0x7FFFFFFF
    return (
        f"<w:sdt><w:sdtPr><w:alias w:val={quoteattr(_short(tip))}/><w:tag w:val={quoteattr(key)}/>"
        f'<w:id w:val="{number}"/><w:lock w:val="sdtLocked"/>{kind}</w:sdtPr>'
        f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )


def _short(tip: str) -> str:
    return tip if len(tip) <= _LONGEST else tip[: _LONGEST - 1].rstrip() + "…"
