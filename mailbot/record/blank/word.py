"""
The blank form as a Word file.

python-docx writes the package, its styles and its headings; the tables with their content controls are
written here, because it has none.

GUARANTEES
    The same definition gives the same bytes. No author, no program's name and no date of today is in it.
    A screen reader gets headings, the language, a title for every control and a header row for every grid.
"""

from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from mailbot.record.blank import arrange, controls, package, styles
from mailbot.record.blank.model import Block, Box, Part, Sheet

W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
COLUMNS = (2200, 2619, 2200, 2619)  # twentieths of a point: label, answer, label, answer
WIDTH = sum(COLUMNS)
LINE = 280


def make(sheet: Sheet) -> bytes:
    """The file."""
    document = docx.Document()
    styles.apply(document, f"Version {sheet.version} (model form)")
    document.add_paragraph(sheet.title, style="Title")
    document.add_paragraph(f"Version {sheet.version} (model form)", style="Subtitle")
    for number, (lead, rest) in enumerate(sheet.introduction):
        paragraph = document.add_paragraph(style="Body Text" if number else styles.WARNING)
        paragraph.add_run(lead).bold = True
        paragraph.add_run(f" {rest}" if rest else "")
    for part in sheet.parts:
        _part(document, part)
    return package.of(document, sheet.title)


def _part(document: Any, part: Part) -> None:
    document.add_heading(part.heading, part.level)
    if part.note:
        document.add_paragraph(part.note, style=styles.NOTE)
    for block in part.blocks:
        if block.heading:
            document.add_heading(block.heading, 2)
        xml = _grid(block, part.heading) if block.grid else _questions(block, block.heading or part.heading)
        document._body._body.insert_element_before(parse_xml(xml), "w:sectPr")
        document.add_paragraph(style=styles.GAP)  # Word joins tables that touch


def _questions(block: Block, title: str) -> str:
    rows = "".join(_pair(row) for row in arrange.rows(block))
    return _table(title, "Questions on the left of their answers", COLUMNS, rows, first_row=False)


def _pair(row: tuple[Box, ...]) -> str:
    label, answer = COLUMNS[:2]
    if arrange.tall(row[0]):
        head, below = _label(row[0], WIDTH, 4, above=True), _answer(row[0], WIDTH, 4)
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{head}</w:tr>{_row(below, row[0])}"
    if len(row) == 2:
        return _row("".join(_label(box, label) + _answer(box, answer) for box in row), row[0])
    return _row(_label(row[0], label) + _answer(row[0], WIDTH - label, 3), row[0])


def _row(cells: str, box: Box) -> str:
    high = f'<w:trHeight w:val="{LINE * box.lines}" w:hRule="atLeast"/>' if box.lines > 1 else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{high}</w:trPr>{cells}</w:tr>"


def _grid(block: Block, title: str) -> str:
    columns = [WIDTH // len(block.rows[0])] * len(block.rows[0])
    heads = "".join(
        _cell(column, 1, [_labelled(box)], shaded=True)
        for column, box in zip(columns, block.rows[0], strict=True)
    )
    rows = "".join(
        _row("".join(_answer(box, column) for column, box in zip(columns, row, strict=True)), row[0])
        for row in block.rows
    )
    head = f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"
    return _table(title, "One row for each; the first row says what its columns hold", columns, head + rows)


def _table(title: str, says: str, columns: Any, rows: str, first_row: bool = True) -> str:
    grid = "".join(f'<w:gridCol w:w="{column}"/>' for column in columns)
    look = f'<w:tblLook w:val="0000" w:firstRow="{int(first_row)}" w:firstColumn="{int(not first_row)}"/>'
    return (
        f'<w:tbl {nsdecls("w")} {W14}><w:tblPr><w:tblStyle w:val="{styles.TABLE}"/>'
        f'<w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{look}'
        f'<w:tblCaption w:val="{title}"/><w:tblDescription w:val="{says}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _label(box: Box, width: int, span: int = 1, above: bool = False) -> str:
    hint = [_paragraph(controls.run(f"({box.hint})"), styles.HINT, above)] if box.hint else []
    return _cell(width, span, [_labelled(box, above), *hint], shaded=True)


def _labelled(box: Box, above: bool = False) -> str:
    """The question; one that stands above its answer stays on the same page."""
    return _paragraph(controls.run(box.label, "<w:b/>"), styles.LABEL, above)


def _answer(box: Box, width: int, span: int = 1) -> str:
    return _cell(width, span, [_paragraph(content, styles.ANSWER) for content in controls.of(box)])


def _cell(width: int, span: int, paragraphs: list[str], shaded: bool = False) -> str:
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{styles.SHADE}"/>' if shaded else ""
    properties = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{shade}</w:tcPr>'
    return f"<w:tc>{properties}{''.join(paragraphs)}</w:tc>"


def _paragraph(content: str, style: str, with_next: bool = False) -> str:
    keep = "<w:keepNext/>" if with_next else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{keep}</w:pPr>{content}</w:p>'
