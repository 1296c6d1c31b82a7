"""Whatever a stranger sends, a reader gives a document or one of two refusals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.domain.document import Block, Document, Paragraph
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers import docx, html, odt, plain, rtf
from tests.property.pieces import HTML_PIECES, OPEN_PIECES, RTF_PIECES, WORD_PIECES
from tests.unit.parse.readers.building import OPEN, WORD, archive, word_package

LIMITS = Limits(xml_bytes=200_000, block_nesting=8)
SETTINGS = settings(derandomize=True, deadline=None, max_examples=150)


def check(found: Document) -> None:
    """A document keeps what the domain promises of it."""
    assert all(isinstance(block, Paragraph) or block.rows is not None for block in found.blocks)
    for text in (found.text, *(aside.text for aside in found.asides), *found.properties.values()):
        assert not any(ord(char) < 32 and char not in "\t\n" for char in text)
        text.encode("utf-8")


def attempt(read: object, data: object) -> None:
    """Read, and look at what came."""
    assert callable(read)
    try:
        found, refusal = read(data, LIMITS), "none"
    except (Unreadable, LimitExceeded) as error:
        found, refusal = Document("text"), str(error)

    assert refusal.isidentifier()
    check(found)


def _pieces(pieces: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pieces), max_size=40).map("".join)


def _balanced(opening: str, pieces: str, closing: str) -> str:
    """Close what is open, so that more than the parser's refusal is tried."""
    open_tags: list[str] = []
    out = []
    for token in pieces.replace("<", "\n<").replace(">", ">\n").split("\n"):
        if token.startswith("</"):
            if not open_tags or open_tags[-1] != token[2:-1]:
                continue
            open_tags.pop()
        elif token.startswith("<") and not token.endswith("/>"):
            open_tags.append(token[1:-1].split()[0])
        out.append(token)
    return opening + "".join(out) + "".join(f"</{tag}>" for tag in reversed(open_tags)) + closing


@SETTINGS
@given(_pieces(WORD_PIECES))
def test_word_of_odd_pieces(pieces: str) -> None:
    """Elements in any order are a document or a refusal."""
    members = word_package("")
    members["word/document.xml"] = _balanced(f"<w:document {WORD}><w:body>", pieces, "</w:body></w:document>")
    attempt(docx.read, archive(members))


@SETTINGS
@given(_pieces(OPEN_PIECES))
def test_open_text_of_odd_pieces(pieces: str) -> None:
    """Elements in any order are a document or a refusal."""
    start = f"<office:document-content {OPEN}><office:body><office:text>"
    end = "</office:text></office:body></office:document-content>"
    attempt(odt.read, archive({"content.xml": _balanced(start, pieces, end)}))


@SETTINGS
@given(_pieces(HTML_PIECES))
def test_html_of_odd_pieces(markup: str) -> None:
    """Broken markup is a document or a refusal."""
    attempt(html.read, markup)


@SETTINGS
@given(_pieces(RTF_PIECES))
def test_rich_text_of_odd_pieces(pieces: str) -> None:
    """Broken groups are a document or a refusal."""
    attempt(rtf.read, b"{\\rtf1 " + pieces.encode("latin-1", "replace"))


@SETTINGS
@given(st.text(max_size=200), st.booleans())
def test_any_text_is_read(text: str, flowed: bool) -> None:
    """There is no unreadable text; nothing but control characters and marks of quotes goes."""
    found = plain.read(text, LIMITS, flowed=flowed)

    check(found)
    assert sum(map(str.isalnum, text)) == sum(map(str.isalnum, found.text))


def _samples() -> dict[str, bytes]:
    body = "".join(
        _balanced("", piece, "") for piece in ("<w:p><w:r><w:t>some text", "<w:tbl><w:tr><w:tc><w:p>")
    )
    start, end = f"<o:document-content {OPEN}>".replace("o:", "office:"), "</office:document-content>"
    content = f"{start}<office:body><office:text><text:p>some text</text:p></office:text></office:body>{end}"
    return {
        "docx": archive(word_package(body, {"styles.xml": f"<w:styles {WORD}/>"})),
        "odt": archive({"content.xml": content, "meta.xml": content}),
        "rtf": b"{\\rtf1{\\fonttbl{\\f0 Arial;}}\\trowd\\cellx99\\intbl some text\\cell\\row {\\b x}\\par}",
    }


SAMPLES = _samples()
CHANGES = st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=4)


@pytest.mark.parametrize(("kind", "read"), [("docx", docx.read), ("odt", odt.read), ("rtf", rtf.read)])
@SETTINGS
@given(CHANGES, st.floats(0, 2))
def test_damaged_files(kind: str, read: object, changes: list[tuple[float, int]], cut: float) -> None:
    """A file with bytes changed, or cut off, is a document or a refusal."""
    data = bytearray(SAMPLES[kind])
    for place, byte in changes:
        data[int(place * len(data))] = byte
    attempt(read, bytes(data[: int(cut * len(data))] if cut < 1 else data))


@SETTINGS
@given(st.binary(max_size=2000))
def test_random_bytes(data: bytes) -> None:
    """Noise is refused, or is a document that tells nobody anything."""
    for read in (docx.read, odt.read, rtf.read):
        attempt(read, data)


def depth(block: Block) -> int:
    """How deep tables nest."""
    if isinstance(block, Paragraph):
        return 0
    inner = [depth(inner) for row in block.rows for cell in row for inner in cell.blocks]
    return 1 + max(inner, default=0)


@SETTINGS
@given(_pieces(["<table>", "<tr>", "<td>", "</table>", "x"]))
def test_nesting_of_tables_is_bounded(markup: str) -> None:
    """Whoever walks a document may recurse."""
    try:
        found = html.read(markup, LIMITS)
    except LimitExceeded:
        return

    assert max(map(depth, found.blocks), default=0) <= 2 * LIMITS.block_nesting
