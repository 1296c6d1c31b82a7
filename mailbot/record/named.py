"""
Fields that have a name and a state but no place among the blocks: put where their labels are printed.

Only what a reader could not place itself comes here. A field is a row of its own: its label, then its value.
"""

from mailbot.domain.document import Document, NamedField
from mailbot.record.match import Book
from mailbot.record.rich import Line, Span
from mailbot.record.rows import Cell, Row


def placed(document: Document, every: list[Row], book: Book) -> list[Row]:
    """The rows, followed by a row for each field."""
    if not document.fields:
        return every
    return every + [_row(field) for field in document.fields if field.value or field.checked]


def _row(field: NamedField) -> Row:
    label = field.label or field.name.replace("_", " ").replace(".", " ")
    value = field.value or ("☒" if field.checked else "☐")
    where = f"field '{field.name}'"
    cells = [Cell([Line((Span(label),), where)], 0), Cell([Line((Span(value),), where)], 1)]
    return Row(cells, table=1_000_000 + abs(hash(field.name)) % 1_000_000, where=where, last=True)
