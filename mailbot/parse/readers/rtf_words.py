"""Control words of Rich Text that do one thing: marks, paragraphs, rows and cells."""

from collections.abc import Callable
from typing import Final

from mailbot.parse.readers import flow
from mailbot.parse.readers.rtf_state import Reader
from mailbot.parse.readers.rtf_story import Layout
from mailbot.parse.readers.rtf_table import CellForm, RowForm
from mailbot.parse.readers.rtf_text import of_charset, of_page

Action = Callable[[Reader, int], None]

MARKS: Final = {
    "b": flow.BOLD, "i": flow.ITALIC, "ul": flow.UNDERLINE, "strike": flow.STRIKE, "striked": flow.STRIKE,
    "highlight": flow.HIGHLIGHT, "chcbpat": flow.HIGHLIGHT, "cb": flow.HIGHLIGHT, "v": flow.HIDDEN,
    "deleted": flow.DELETED, "chbrdr": flow.CIRCLED, "uld": flow.UNDERLINE, "uldb": flow.UNDERLINE,
}  # fmt: skip
_TWIPS_PER_STEP = 567  # about 1 cm


def _end_cell(reader: Reader, level: int) -> None:
    """Empty as it may be, the cell is there; text in it belongs to this depth, whatever was said before."""
    layout = reader.story.layout
    kept = layout.in_table, layout.nesting
    layout.in_table, layout.nesting = True, level
    reader.end_paragraph(only_text=True)
    reader.story.end_cell(level)
    layout.in_table, layout.nesting = kept


def _depth(reader: Reader) -> int:
    return max(reader.story.layout.nesting, 2)


def _reset_paragraph(reader: Reader, value: int) -> None:
    reader.story.layout = Layout()


def _reset_look(reader: Reader, value: int) -> None:
    reader.state.look = flow.PLAIN


def _in_table(reader: Reader, value: int) -> None:
    reader.story.layout.in_table = True


def _nesting(reader: Reader, value: int) -> None:
    reader.story.layout.nesting = max(value, 0)


def _style(reader: Reader, value: int) -> None:
    reader.story.layout.style = value


def _heading(reader: Reader, value: int) -> None:
    reader.story.layout.heading = value + 1 if 0 <= value < 9 else 0


def _indent(reader: Reader, value: int) -> None:
    reader.story.layout.indent = min(max(value, 0) // _TWIPS_PER_STEP, 50)


def _list_level(reader: Reader, value: int) -> None:
    reader.story.layout.indent = min(max(value, 0), 8)


def _font(reader: Reader, value: int) -> None:
    reader.state.font = reader.last_font = value


def _charset(reader: Reader, value: int) -> None:
    if reader.state.into == "fonts":
        reader.fonts[reader.last_font] = ("", of_charset(value, reader.codec))


def _code_page(reader: Reader, value: int) -> None:
    reader.codec = of_page(value)


def _skip_after(reader: Reader, value: int) -> None:
    reader.state.skip_after = min(max(value, 0), 16)


def _no_underline(reader: Reader, value: int) -> None:
    reader.state.look &= ~flow.UNDERLINE


def _new_row(reader: Reader, value: int) -> None:
    reader.story.draft.form = RowForm()


def _row_left(reader: Reader, value: int) -> None:
    reader.story.draft.form.left = value


def _header_row(reader: Reader, value: int) -> None:
    reader.story.draft.form.header = True


def _across(reader: Reader, value: int) -> None:
    reader.story.draft.form.next.across = True


def _down(reader: Reader, value: int) -> None:
    reader.story.draft.form.next.down = True


def _shaded(reader: Reader, value: int) -> None:
    reader.story.draft.form.next.shaded = bool(value)


def _edge(reader: Reader, value: int) -> None:
    form = reader.story.draft.form
    form.next.edge = value
    if len(form.cells) < reader.limits.table_columns:
        form.cells.append(form.next)
    form.next = CellForm()


def _object(reader: Reader, value: int) -> None:
    reader.flags.add("unsafe_document")


ACTIONS: Final[dict[str, Action]] = {
    "par": lambda reader, value: reader.end_paragraph(),
    "sect": lambda reader, value: reader.end_paragraph(),
    "cell": lambda reader, value: _end_cell(reader, 1),
    "nestcell": lambda reader, value: _end_cell(reader, _depth(reader)),
    "row": lambda reader, value: reader.story.end_row(1),
    "nestrow": lambda reader, value: reader.story.end_row(_depth(reader)),
    "pard": _reset_paragraph, "plain": _reset_look, "intbl": _in_table, "itap": _nesting, "s": _style,
    "outlinelevel": _heading, "li": _indent, "ilvl": _list_level, "f": _font, "fcharset": _charset,
    "ansicpg": _code_page, "uc": _skip_after, "ulnone": _no_underline, "trowd": _new_row,
    "trleft": _row_left, "trhdr": _header_row, "clmrg": _across, "clvmrg": _down, "clcbpat": _shaded,
    "clshdng": _shaded, "cellx": _edge, "object": _object, "objocx": _object,
}  # fmt: skip
