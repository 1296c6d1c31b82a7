"""One flow of Rich Text (the body, a header, a note, a text box): paragraphs, tables in tables."""

from dataclasses import dataclass

from mailbot.domain.document import Block, Paragraph
from mailbot.errors import LimitExceeded
from mailbot.parse.limits import Limits
from mailbot.parse.readers.flow import Flow
from mailbot.parse.readers.rtf_table import TableDraft


@dataclass(slots=True)
class Layout:
    """What `\\pard` resets."""

    in_table: bool = False
    nesting: int = 0
    style: int = -1
    heading: int = 0
    indent: int = 0


class Story:
    """What has been read of one flow."""

    def __init__(self, limits: Limits, name: str = "") -> None:
        self.limits = limits
        self.blocks: list[Block] = []
        self.flow = Flow()
        self.layout = Layout()
        self.bullet = ""
        self._name = name
        self._tables: list[TableDraft] = []
        self._boxes: list[Block] = []
        self._count = self._table_count = 0

    @property
    def draft(self) -> TableDraft:
        """The innermost table; a definition may come before anything in it."""
        self._open(max(self.layout.nesting, 1))
        return self._tables[-1]

    @property
    def where(self) -> str:
        """For people."""
        return self._name or f"paragraph {self._count + 1}"

    def end_paragraph(self, style: str, heading: int, *, only_text: bool = False) -> None:
        """`\\par`; `only_text` for the end of a cell, where an empty paragraph is none."""
        layout = self.layout
        inlines = self.flow.take()
        level = max(layout.nesting, 1) if layout.in_table or layout.nesting else 0
        boxes, self._boxes = self._boxes, []
        if inlines or not (only_text or boxes):
            self._count += not level
            where = self._name or ("" if level else f"paragraph {self._count}")
            paragraph = Paragraph(
                inlines, layout.heading or heading, style, self.bullet, layout.indent, 0, where
            )
            self._add(level, [paragraph])
        self._add(level, boxes)
        self.bullet = ""

    def text_box(self, blocks: list[Block]) -> None:
        """Blocks of a text box, which stand behind the paragraph that holds it."""
        self._boxes.extend(blocks)

    def end_cell(self, level: int) -> None:
        """The paragraph before it has ended."""
        self._open(level)
        self._tables[-1].end_cell()

    def end_row(self, level: int) -> None:
        """Likewise."""
        self._open(level)
        self._tables[-1].end_row()

    def finish(self) -> list[Block]:
        """Everything, with what was still open."""
        if self._boxes:
            self._add(0, self._boxes)
        self._close(0)
        return self.blocks

    def _add(self, level: int, blocks: list[Block]) -> None:
        if not blocks:
            return
        self._open(level)
        (self._tables[-1].blocks if level else self.blocks).extend(blocks)

    def _open(self, level: int) -> None:
        """Exactly so many tables are open."""
        if level > self.limits.block_nesting:
            raise LimitExceeded("block_nesting")
        self._close(level)
        while len(self._tables) < level:
            self._tables.append(TableDraft())

    def _close(self, level: int) -> None:
        while len(self._tables) > level:
            draft = self._tables.pop()
            self._table_count += 1
            finished = draft.finish(f"table {self._table_count}", self.limits.table_columns)
            (self._tables[-1].blocks if self._tables else self.blocks).extend(finished)
