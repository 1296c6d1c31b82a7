"""Destinations of Rich Text: what a group is, told by its first word, and what happens when it ends."""

from typing import Final, Literal

from mailbot.domain.document import Aside
from mailbot.errors import LimitExceeded
from mailbot.parse.readers.docx_parts import is_own_disk
from mailbot.parse.readers.rtf_fields import Field
from mailbot.parse.readers.rtf_state import Reader, State
from mailbot.parse.readers.rtf_story import Layout, Story
from mailbot.parse.readers.symbols import FONTS

_SKIPPED: Final = frozenset((
    "colortbl", "pict", "nonshppict", "shprslt", "themedata", "datastore", "objdata", "listtable", "filetbl",
    "revtbl", "rsidtbl", "nonesttables", "private", "xe", "tc", "sp", "ftnsep", "ftnsepc", "ftncn", "aftnsep",
    "aftnsepc", "aftncn", "generator", "objclass", "objname", "bkmkstart", "bkmkend", "pn", "falt", "panose",
    "annotationid", "atnid", "atnauthor", "atndate", "atnref", "atrfstart", "atrfend", "atnparent",
))  # fmt: skip
AFTER_STAR: Final = frozenset((
    "fldinst", "formfield", "ffname", "ffdeftext", "ffl", "annotation", "shpinst", "nesttableprops",
    "company", "manager", "shppict", "template", "listtext", "pntext", "footnote", "shptxt",
))  # fmt: skip
_STORIES: Final[dict[str, Literal["header", "footer", "footnote", "comment", "note"]]] = {
    "header": "header", "headerl": "header", "headerr": "header", "headerf": "header", "footer": "footer",
    "footerl": "footer", "footerr": "footer", "footerf": "footer", "footnote": "footnote",
    "annotation": "comment", "shptxt": "note",
}  # fmt: skip
_INFO: Final = {
    "author": "author", "title": "title", "operator": "last_modified_by", "company": "company",
    "manager": "manager", "subject": "subject", "keywords": "keywords", "doccomm": "comments",
}  # fmt: skip
_CAPTURES: Final = frozenset(("template", "ffname", "ffdeftext", "ffl", "listtext", "pntext", *_INFO))
_GROUPS: Final = {"fonttbl": "fonts", "stylesheet": "styles", "info": "info", "fldinst": "instruction"}


def opens(reader: Reader, word: str) -> bool:
    """Whether this word says what the whole group is; then the group is set up."""
    state = reader.state
    if word in _SKIPPED:
        state.into = "skip"
    elif word in _STORIES:
        _open_story(reader, word)
    elif word in _CAPTURES and (word not in _INFO or state.into == "info"):
        state.opened = state.into = word
        reader.captured = []
    elif word in _GROUPS:
        state.opened, state.into = word, _GROUPS[word]
    elif word == "formfield":
        state.into = "form"
    elif word == "field":
        state.opened, state.field = word, Field()
    elif word == "fldrslt" and state.field is not None:
        _open_result(reader, state, state.field)
    else:
        return False
    return True


def _open_story(reader: Reader, word: str) -> None:
    if len(reader.stories) > reader.limits.block_nesting:
        raise LimitExceeded("block_nesting")
    state = reader.state
    state.opened, state.into, state.typing, state.field = word, "", None, None
    reader.stories.append((Story(reader.limits, _STORIES[word]), word))


def _open_result(reader: Reader, state: State, field: Field) -> None:
    """What the field shows; a box or a list shows nothing that its data do not say better."""
    state.into = reader.stack[-1].into if reader.stack else ""
    if field.form == "text":
        state.typing = field
    elif field.form or field.symbol:
        state.into = "skip"


def closed(reader: Reader, ended: State) -> None:
    """A group has ended; the state is again what it was outside."""
    opened = ended.opened
    if opened in _STORIES:
        _close_story(reader)
    elif opened == "field" and ended.field is not None:
        if not ended.into:
            ended.field.end(reader.story.flow)
    elif opened == "fldinst" and ended.field is not None:
        reader.flags |= ended.field.understand()
        reader.put(ended.field.symbol)
    elif opened in _CAPTURES:
        _close_capture(reader, opened, ended)
    elif ended.into == "styles":
        _name_style(reader)
    elif ended.into == "fonts":
        _name_font(reader)


def _close_capture(reader: Reader, key: str, ended: State) -> None:
    text = reader.take_captured().strip()
    if key in _INFO:
        if text:
            reader.properties[_INFO[key]] = text[:500]
    elif key in ("listtext", "pntext"):
        printed = text[:1].isalnum() or text[:1] in ("(", "☐", "☒", "☑", "✓", "✗")
        reader.story.bullet = text[:20] if printed and text else "*"
    elif key == "template":
        if text and not is_own_disk(text):
            reader.flags.add("unsafe_document")
    elif ended.field is not None:
        ended.field.text(key, text)


def _close_story(reader: Reader) -> None:
    reader.end_paragraph(only_text=True)
    story, word = reader.stories.pop()
    kind, blocks = _STORIES[word], story.finish()
    if kind == "note":
        reader.story.text_box(blocks)
        return
    text = "\n".join(block.text for block in blocks).strip()
    if text and text not in [aside.text for aside in reader.asides[-20:]]:
        reader.asides.append(Aside(kind, text, kind))


def _name_font(reader: Reader) -> None:
    name = reader.take_captured().strip(" ;")
    _, codec = reader.fonts.get(reader.last_font, ("", reader.codec))
    reader.fonts[reader.last_font] = (name if name.casefold() in FONTS else "", codec)


def _name_style(reader: Reader) -> None:
    name, layout = reader.take_captured().strip(" ;"), reader.story.layout
    if layout.style >= 0 and name:
        reader.styles[layout.style] = name[:60]
    reader.story.layout = Layout()
