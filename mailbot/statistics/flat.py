"""
A report as flat CSV: a line for each number, nothing else; no formulas, no hidden sheets.

Columns: period_first, period_last (months), counts ("submissions" or "ticks"), organisation_type, area,
information_type ("" is all), value ("" where it is not shown), marker ("[c]" there).
"""

import csv
import io

from mailbot.statistics.kept import Number, Public, Tables
from mailbot.statistics.words import HIDDEN, TYPES

COLUMNS = (
    "period_first", "period_last", "counts", "organisation_type", "area", "information_type", "value",
    "marker",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def flat(report: Public) -> str:
    """All tables, one below the other."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow(COLUMNS)
    for tables in report.tables:
        writer.writerows(_line(tables, number) for number in tables.numbers)
    return out.getvalue()


def _line(tables: Tables, number: Number) -> tuple[str, ...]:
    ticks = number.table == "ticks"
    return (
        tables.first,
        tables.last,
        number.table,
        "" if ticks else _cell(number.row),
        _cell(number.column),
        TYPES.get(number.row, number.row) if ticks else "",
        "" if number.shown is None else str(number.shown),
        HIDDEN if number.shown is None else "",
    )


def _cell(text: str) -> str:
    """Words of the configuration; a spreadsheet must not take them for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
