"""
Reading a Word form: our reader beside the text interface of the usual library.

Both read the same bytes in turn, the usual library every text that its own interface gives: paragraphs,
cells of tables in tables, headers and footers. CPU time: the wall of a shared machine says little.
"""

import io
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from zipfile import BadZipFile

from docx import Document
from docx.blkcntnr import BlockItemContainer
from docx.document import Document as Whole
from docx.opc.exceptions import PackageNotFoundError

from bench.setting import ROOT, Setting
from bench.table import Row, median, spread
from mailbot.errors import Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.docx import read

Holder = BlockItemContainer | Whole
COUNT = 60
CORPUS = ROOT.parent / "shared" / "corpus" / "messages"
# what either raises for a damaged file: lxml's complaint is a SyntaxError
BROKEN = (ValueError, LookupError, OSError, SyntaxError, BadZipFile, PackageNotFoundError, Unreadable)


def forms(source: Path, count: int = COUNT) -> list[bytes]:
    """Word documents out of the messages."""
    found: list[bytes] = []
    for path in sorted(source.iterdir()):
        for part in message_from_bytes(path.read_bytes()).walk():
            if (part.get_filename() or "").endswith(".docx"):
                data = part.get_payload(decode=True)
                found += [data] if isinstance(data, bytes) else []
        if len(found) >= count:
            break
    return found


def usual(data: bytes) -> list[str]:
    """Every text through python-docx."""
    document = Document(io.BytesIO(data))
    ends = [end for section in document.sections for end in (section.header, section.footer)]
    shown = [document, *(end for end in ends if not end.is_linked_to_previous)]
    return [text for holder in shown for text in _texts(holder)]


def _texts(holder: Holder) -> Iterator[str]:
    yield from (paragraph.text for paragraph in holder.paragraphs)
    yield from _tables(holder)


def _tables(holder: Holder) -> Iterator[str]:
    for table in holder.tables:
        for row in table.rows:
            for cell in row.cells:
                yield cell.text
                yield from _tables(cell)


def ours(data: bytes) -> object:
    """All blocks, with marks, fields and controls."""
    return read(data, Limits())


def _both_read(data: bytes) -> bool:
    """Only what both can open is compared: the corpus holds damaged files too."""
    try:
        return bool(usual(data)) and ours(data) is not None
    except BROKEN:
        return False


def _timed(read: Callable[[bytes], object], documents: list[bytes]) -> float:
    start = time.process_time()
    for data in documents:
        read(data)
    return 1000 * (time.process_time() - start) / len(documents)


def _compared(name: str, documents: list[bytes], rounds: int) -> list[Row]:
    """Ours and theirs in turn; the first round only warms up."""
    times = [(_timed(ours, documents), _timed(usual, documents)) for _ in range(rounds + 1)][1:]
    mine, theirs = [one for one, _ in times], [other for _, other in times]
    ratios = [other / one for one, other in times]
    return [
        Row("docx", f"{name}: our reader", median(mine), "ms/form", spread=spread(mine)),
        Row("docx", f"{name}: python-docx, texts alone", median(theirs), "ms/form", spread=spread(theirs)),
        Row("docx", f"{name}: python-docx / ours", median(ratios), "times", spread=spread(ratios)),
    ]


def run(setting: Setting) -> list[Row]:
    """The documents of the invented mailbox, and of the sample messages where those are at hand."""
    rows = _compared("own forms", forms(next(iter(setting.sources.values()))), setting.rounds)
    if CORPUS.is_dir():
        samples = [data for data in forms(CORPUS, 1000) if _both_read(data)]
        rows += _compared("samples", samples, setting.rounds)
    return rows
