"""Reading a Word form: our reader beside the text interface of the usual library."""

import io
import time
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

from docx import Document

from bench.setting import Setting
from bench.table import Row, median, spread
from mailbot.parse.limits import Limits
from mailbot.parse.readers.docx import read

COUNT = 60


def forms(source: Path) -> list[bytes]:
    """Word documents out of the messages."""
    found = []
    for path in sorted(source.iterdir()):
        for part in message_from_bytes(path.read_bytes()).walk():
            if (part.get_filename() or "").endswith(".docx"):
                found.append(part.get_payload(decode=True))
        if len(found) >= COUNT:
            break
    return found


def usual(data: bytes) -> int:
    """Every cell and paragraph through python-docx."""
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return len(cells) + len([paragraph.text for paragraph in document.paragraphs])


def ours(data: bytes) -> object:
    """All blocks, with marks, fields and controls."""
    return read(data, Limits())


def _timed(read: Callable[[bytes], object], documents: list[bytes]) -> float:
    start = time.process_time()
    for data in documents:
        read(data)
    return 1000 * (time.process_time() - start) / len(documents)


def run(setting: Setting) -> list[Row]:
    """The same documents both ways, in turn."""
    documents = forms(next(iter(setting.sources.values())))
    times = [(_timed(ours, documents), _timed(usual, documents)) for _ in range(setting.rounds + 1)][1:]
    mine, theirs = [one for one, _ in times], [other for _, other in times]
    ratios = [other / one for one, other in times]
    return [
        Row("docx", "our reader", median(mine), "ms/form", spread=spread(mine)),
        Row(
            "docx",
            "python-docx, texts alone",
            median(theirs),
            "ms/form",
            spread=spread(theirs),
        ),
        Row("docx", "python-docx / ours", median(ratios), "times", spread=spread(ratios)),
    ]
