"""A form of ten pages in every format: how long its reader takes."""

import gc
import time
from collections.abc import Callable

from bench.fuzz.targets import reader
from bench.setting import Setting
from bench.table import Row, median, spread
from tests.unit.parse.readers.building import OPEN, archive, word_package
from tests.unit.parse.readers.making_ole import word97
from tests.unit.parse.readers.making_pdf import Pdf

PAGES, ROWS, MOST = 10, 30, 200.0
ANSWER = "A pupil said that a silver car had waited at the gate on three days"


def _pdf(fields: bool) -> bytes:
    made = Pdf()
    for page in range(PAGES):
        made = made.page() if page else made
        for row in range(ROWS):
            y = 80 + 22 * row
            made.text(50, y, f"Question {row} of this page:")
            if fields:
                made.entry(220, y - 11, 540, y + 4, f"f{page}.{row}", ANSWER).check(
                    550, y - 9, f"c{page}.{row}", True
                )
            else:
                made.text(220, y, ANSWER).box(550, y - 9, 560, y + 1)
        if not fields:
            made.grid([45, 215, 545], [66 + 22 * row for row in range(ROWS + 1)])
    return made.bytes()


def documents() -> dict[str, tuple[str, bytes]]:
    """Each by its name, with its reader."""
    rows = [(f"Question {row} of this page:", ANSWER) for row in range(PAGES * ROWS)]
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    word = "".join(f"<w:tr>{cell.format(a)}{cell.format(b)}</w:tr>" for a, b in rows)
    odt_cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    odt = "".join(
        f"<table:table-row>{odt_cell.format(a)}{odt_cell.format(b)}</table:table-row>" for a, b in rows
    )
    content = (
        f"<office:document-content {OPEN}><office:body><office:text><table:table>{odt}</table:table>"
        "</office:text></office:body></office:document-content>"
    )
    rtf = "".join(rf"\trowd\cellx900\cellx9000\intbl {a}\cell {b}\cell\row" + "\n" for a, b in rows)
    html = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in rows)
    return {
        "PDF with fields": ("pdf", _pdf(True)),
        "PDF, printed": ("pdf", _pdf(False)),
        "docx": ("docx", archive(word_package(f"<w:tbl>{word}</w:tbl>"))),
        "odt": (
            "odt",
            archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}),
        ),
        "rtf": ("rtf", rf"{{\rtf1\ansi {rtf}}}".encode()),
        "doc": ("doc", word97([("".join(f"{a} {b}\r" for a, b in rows), True)])),
        "html": ("html", f"<table>{html}</table>".encode()),
        "text": ("text", "".join(f"{a} {b}\r\n" for a, b in rows).encode()),
    }


def _timed(read: Callable[[bytes], object], data: bytes) -> float:
    gc.collect()
    gc.disable()  # as in the child, which reads one message and ends
    start = time.process_time()
    try:
        read(data)
        return 1000 * (time.process_time() - start)
    finally:
        gc.enable()


def run(setting: Setting) -> list[Row]:
    """Every format in turn; a form of ten pages has 300 questions here."""
    rows = []
    for name, (kind, data) in documents().items():
        times = [_timed(reader(kind), data) for _ in range(setting.rounds + 1)][1:]
        rows.append(Row("formats", name, median(times), "ms/form", spread=spread(times), most=MOST))
    return rows
