"""Sets a filled-in form in Word: tables of several kinds, paragraphs, controls and legacy fields."""

import io
from random import Random

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from tests.layouts.form import Block, Field, Grid, Head, Layout, Note

NS = nsdecls("w") + ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
EMPTY = "Click or tap here to enter text."


def escaped(text: str) -> str:
    """Text for the inside of an element."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shade(cell: _Cell, colour: str) -> None:
    """A coloured ground."""
    cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="{colour}"/>'))


def runs(text: str) -> str:
    """Runs with line breaks, as XML."""
    return "<w:br/>".join(f'<w:t xml:space="preserve">{escaped(line)}</w:t>' for line in text.split("\n"))


def sdt_text(field: Field) -> str:
    """A content control: text or date; untouched it shows its placeholder."""
    kind = '<w:date><w:dateFormat w:val="dd/MM/yyyy"/></w:date>' if field.day else "<w:text w:multiLine='1'/>"
    shown = field.text or ("Click or tap to enter a date." if field.day else EMPTY)
    mark = "" if field.text else "<w:showingPlcHdr/>"
    return f"<w:sdt {NS}><w:sdtPr>{mark}{kind}</w:sdtPr><w:sdtContent><w:r>{runs(shown)}</w:r></w:sdtContent></w:sdt>"


def sdt_drop(field: Field) -> str:
    """A drop-down control."""
    items = "".join(
        f'<w:listItem w:displayText="{escaped(n)}" w:value="{escaped(n)}"/>' for n, _ in field.options
    )
    mark = "" if field.chosen else "<w:showingPlcHdr/>"
    shown = field.chosen or "Choose an item."
    return (
        f'<w:sdt {NS}><w:sdtPr>{mark}<w:dropDownList><w:listItem w:value="Choose an item."/>{items}</w:dropDownList>'
        f"</w:sdtPr><w:sdtContent><w:r>{runs(shown)}</w:r></w:sdtContent></w:sdt>"
    )


def sdt_box(on: bool) -> str:
    """A check box control."""
    return (
        f'<w:sdt {NS}><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(on)}"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent><w:r><w:t>{'☒' if on else '☐'}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def legacy(paragraph: Paragraph, data: str, result: str | None, word: str) -> None:
    """A legacy form field with its result."""
    pieces = [
        f"<w:fldChar w:fldCharType='begin'><w:ffData><w:enabled/>{data}</w:ffData></w:fldChar>",
        f'<w:instrText xml:space="preserve"> {word} </w:instrText>',
        "<w:fldChar w:fldCharType='separate'/>",
        runs(result) if result is not None else "",
        "<w:fldChar w:fldCharType='end'/>",
    ]
    for piece in pieces:
        if piece:
            paragraph._p.append(parse_xml(f"<w:r {NS}>{piece}</w:r>"))


class Word:
    """One document."""

    def __init__(self, layout: Layout, rng: Random) -> None:
        self.how, self.rng = layout.how, rng
        self.doc: Doc = Document()
        self.table: Table | None = None
        self.left: Table | None = None
        self.deleted = rng.random() < 0.5  # alternatives are deleted, not struck
        self.marker = rng.choice(["bold", "highlight"])

    def whole(self, blocks: list[Block]) -> bytes:
        """The finished file."""
        for block in blocks:
            self.block(block)
        out = io.BytesIO()
        self.doc.save(out)
        return out.getvalue()

    def block(self, block: Block) -> None:
        """One block, set as the layout asks."""
        if isinstance(block, Head):
            self.heading(block)
        elif isinstance(block, Note):
            self.note(block.text)
        elif isinstance(block, Grid):
            self.grid(block)
        else:
            self.field(block)

    def heading(self, head: Head) -> None:
        """A heading: a paragraph, or a shaded bar over the whole table."""
        one = self.how["arrange"] == "onetable"
        if head.level and one:
            row = self.rows(2).add_row()
            cell = row.cells[0].merge(row.cells[1])
            cell.text = head.text
            shade(cell, "D9D9D9")
            return
        self.table = None
        if head.level == 0:
            self.doc.add_heading(head.text, 0)
        elif self.how["arrange"] in ("table4", "above"):
            bar = self.new_table(1)
            bar.add_row().cells[0].text = head.text
            shade(bar.rows[0].cells[0], "1F3864")
            self.doc.add_paragraph()
        elif self.how["arrange"] == "same":
            self.doc.add_paragraph().add_run(head.text.upper()).bold = True
        else:
            self.doc.add_heading(head.text, 1 + (head.level > 1))

    def note(self, text: str) -> None:
        """Guidance in small italics."""
        if self.table is not None and self.how["arrange"] == "onetable":
            row = self.table.add_row()
            row.cells[0].merge(row.cells[1]).paragraphs[0].add_run(text).italic = True
            return
        self.table = None
        self.doc.add_paragraph().add_run(text).italic = True

    def new_table(self, columns: int) -> Table:
        """An empty table with lines."""
        table = self.doc.add_table(0, columns)
        table.style = "Table Grid"
        return table

    def rows(self, columns: int) -> Table:
        """The table being written, or a new one."""
        if self.table is None or len(self.table.columns) != columns:
            self.table = self.new_table(columns)
        return self.table

    def field(self, field: Field) -> None:
        """A question with its answer."""
        arrange = self.how["arrange"]
        getattr(self, f"as_{'table2' if arrange == 'onetable' else arrange}")(field)

    def label(self, paragraph: Paragraph, field: Field, end: str = "") -> None:
        """The printed words, with the hint in brackets or italics."""
        paragraph.add_run(field.label + end).bold = True
        if field.hint and self.how.get("hints") != "below":
            paragraph.add_run(f" ({field.hint})").italic = True

    def as_table2(self, field: Field) -> None:
        """Label left, answer right."""
        row = self.rows(2).add_row()
        if field.long:
            cell = row.cells[0].merge(row.cells[1])
            self.label(cell.paragraphs[0], field)
            row = self.rows(2).add_row()
            self.value(row.cells[0].merge(row.cells[1]).paragraphs[0], field)
            return
        self.label(row.cells[0].paragraphs[0], field)
        self.value(row.cells[1].paragraphs[0], field, row.cells[1])

    def as_table4(self, field: Field) -> None:
        """Two questions beside each other; long answers over the whole width."""
        if field.long or len(field.options) > 4:
            self.table = None
            row = self.rows(2).add_row()
            self.label(row.cells[0].paragraphs[0], field)
            self.value(row.cells[1].paragraphs[0], field, row.cells[1])
            self.table = None
            return
        table = self.rows(4)
        last = table.rows[-1] if table.rows else None
        at = 2 if last is not None and not last.cells[2].text else 0
        row = last if at and last is not None else table.add_row()
        self.label(row.cells[at].paragraphs[0], field)
        self.value(row.cells[at + 1].paragraphs[0], field, row.cells[at + 1])

    def as_above(self, field: Field) -> None:
        """A row with the label, under it a row with the answer."""
        if field.options and self.how["ticks"] == "own":
            self.doc.add_paragraph(field.label)
            table = self.new_table(2)
            for name, on in field.options:
                row = table.add_row()
                row.cells[0].text, row.cells[1].text = name, "X" if on else ""
            self.doc.add_paragraph()
            return
        table = self.new_table(1)
        cell = table.add_row().cells[0]
        self.label(cell.paragraphs[0], field)
        shade(cell, "EEEEEE")
        self.value(table.add_row().cells[0].paragraphs[0], field)
        self.doc.add_paragraph()

    def as_same(self, field: Field) -> None:
        """Label on the first line of the cell, the answer under it."""
        self.table = None
        cell = self.new_table(1).add_row().cells[0]
        self.label(cell.paragraphs[0], field)
        self.value(cell.add_paragraph(), field)

    def as_nextpara(self, field: Field) -> None:
        """The question in one paragraph, the answer in the next."""
        self.label(self.doc.add_paragraph(), field)
        self.value(self.doc.add_paragraph(), field)

    def as_tabbed(self, field: Field) -> None:
        """Label, tab, answer; the hint in small letters below."""
        paragraph = self.doc.add_paragraph()
        self.label(paragraph, field, "\t")
        self.value(paragraph, field)
        if field.hint and self.how.get("hints") == "below":
            self.doc.add_paragraph().add_run(field.hint).italic = True

    def grid(self, grid: Grid) -> None:
        """A row or column for each person or thing."""
        self.table = None
        table = self.new_table(len(grid.head))
        for cell, name in zip(table.add_row().cells, grid.head, strict=True):
            cell.paragraphs[0].add_run(name).bold = True
        for row in grid.rows:
            for cell, field in zip(table.add_row().cells, row, strict=True):
                self.value(cell.paragraphs[0], field, cell)
        self.doc.add_paragraph()

    def value(self, paragraph: Paragraph, field: Field, cell: _Cell | None = None) -> None:
        """The answer: words, a control, or marked options."""
        if field.options:
            self.marks(paragraph, field, cell)
        elif self.how.get("controls") == "sdt" and field.label:
            paragraph._p.append(parse_xml(sdt_text(field)))
        elif self.how.get("controls") == "legacy" and field.label:
            legacy(paragraph, "<w:textInput/>", field.text or "\u2002" * 5, "FORMTEXT")
        else:
            first, *more = (field.text or "").split("\n\n")
            self.lines(paragraph, first)
            for part in more:
                self.lines(cell.add_paragraph() if cell is not None else self.after(paragraph), part)

    def after(self, paragraph: Paragraph) -> Paragraph:
        """A new paragraph behind the last one of the same story."""
        parent = paragraph._p.getparent()
        made = OxmlElement("w:p")
        last = [p for p in parent if p.tag == qn("w:p")][-1]
        last.addnext(made)
        return Paragraph(made, paragraph._parent)

    @staticmethod
    def lines(paragraph: Paragraph, text: str) -> None:
        """Text with breaks where lines end."""
        if text:
            paragraph.add_run(text)

    def marks(self, paragraph: Paragraph, field: Field, cell: _Cell | None) -> None:
        """The options with the chosen ones marked, in the layout's way."""
        style = self.how["ticks"]
        if style == "sdt" and not self.several(field):
            paragraph._p.append(parse_xml(sdt_drop(field)))
            return
        if style == "strike" and self.deleted:
            paragraph.add_run(field.chosen or " / ".join(name for name, _ in field.options))
            return
        for number, (name, on) in enumerate(field.options):
            if number:
                if len(field.options) > 4 and cell is not None:
                    paragraph = cell.add_paragraph()
                else:
                    paragraph.add_run(" / " if style in ("strike", "bold", "underline") else "   ")
            self.mark(paragraph, name, on, style, any(o for _, o in field.options))

    @staticmethod
    def several(field: Field) -> bool:
        """Whether more than one may be marked: nobody offers nine choices in a drop-down of themes."""
        return len(field.options) >= 8 and any("slavery" in name.lower() for name, _ in field.options)

    def mark(self, paragraph: Paragraph, name: str, on: bool, style: str, any_on: bool) -> None:
        """One option."""
        if style in ("before", "own"):
            paragraph.add_run(f"{'☒' if on else '☐'} {name}")
        elif style == "after":
            paragraph.add_run(f"{name} {'☑' if on else '☐'}")
        elif style == "brackets":
            paragraph.add_run(f"[{'X' if on else ' '}] {name}")
        elif style == "sdt":
            paragraph._p.append(parse_xml(sdt_box(on)))
            paragraph.add_run(f" {name}")
        elif style == "legacy":
            state = '<w:checked w:val="1"/>' if on else ""
            legacy(paragraph, f'<w:checkBox><w:default w:val="0"/>{state}</w:checkBox>', None, "FORMCHECKBOX")
            paragraph.add_run(f" {name}")
        else:
            run = paragraph.add_run(name)
            run.font.strike = True if style == "strike" and any_on and not on else None
            run.font.underline = True if style == "underline" and on else None
            if style == "bold" and on:
                run.bold = self.marker == "bold" or None
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW if self.marker == "highlight" else None


def docx(layout: Layout, blocks: list[Block], rng: Random) -> bytes:
    """A form as a Word file."""
    return Word(layout, rng).whole(blocks)
