"""A body read as text, and the same read as a tree: nobody can tell which it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.domain.document import Document
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers import docx
from mailbot.parse.readers.docx_source import source_of
from tests.property.pieces import WORD_PIECES
from tests.unit.parse.readers.building import WORD, archive, word_package

LIMITS = Limits()
PARAGRAPH = "<w:p><w:r><w:t>Name: A Mock</w:t></w:r></w:p>"
CELL = "<w:tc><w:tcPr><w:tcW w:w='5'/></w:tcPr>{}</w:tc>"
BODIES = {
    "references": "<w:p><w:r><w:t>a &amp; b &lt;c&gt; &#233;&#x2612;</w:t></w:r></w:p>",
    "empty": "<w:p/><w:p></w:p><w:p><w:r/></w:p><w:p><w:pPr/></w:p><w:p><w:r><w:t/></w:r></w:p>",
    "marks": "<w:p><w:r><w:rPr><w:b/><w:i w:val='0'/><w:highlight w:val='yellow'/></w:rPr>"
    "<w:t>a</w:t></w:r>"
    "<w:r><w:rPr><w:strike/></w:rPr><w:t>b</w:t><w:tab/><w:br/><w:t xml:space='preserve'> c</w:t>"
    "</w:r></w:p>",
    "hidden": "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>a</w:t></w:r><w:r><w:t>b</w:t></w:r></w:p>",
    "symbols": "<w:p><w:r><w:rPr><w:rFonts w:ascii='Wingdings'/></w:rPr><w:t>\uf0fe</w:t></w:r>"
    "<w:r><w:sym w:font='Wingdings' w:char='F0A8'/></w:r></w:p>",
    "field": "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r>"
    "<w:instrText>FORMTEXT</w:instrText></w:r>"
    f"<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>a</w:t></w:r></w:p>{PARAGRAPH}"
    "<w:p><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>",
    "deleted": "<w:p><w:del><w:r><w:delText>a</w:delText></w:r></w:del><w:ins><w:r><w:t>b</w:t>"
    "</w:r></w:ins></w:p>",
    "control": "<w:p><w:sdt><w:sdtPr><w:tag w:val='n'/><w:text/></w:sdtPr><w:sdtContent><w:r>"
    "<w:t>a</w:t></w:r>"
    f"</w:sdtContent></w:sdt></w:p><w:sdt><w:sdtPr/><w:sdtContent>{PARAGRAPH * 2}</w:sdtContent></w:sdt>",
    "links": "<w:p><w:bookmarkStart w:id='1'/><w:hyperlink w:anchor='x'><w:r><w:t>a</w:t></w:r>"
    "</w:hyperlink></w:p>",
    "layout": "<w:p><w:pPr><w:outlineLvl w:val='1'/><w:ind w:left='1200'/><w:rPr><w:b/></w:rPr>"
    "</w:pPr></w:p>"
    "<w:p><w:pPr><w:pPrChange><w:pPr><w:outlineLvl w:val='2'/></w:pPr></w:pPrChange></w:pPr>"
    "<w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r><w:pPr><w:outlineLvl w:val='1'/>"
    "</w:pPr></w:p>",
    "list": "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='4'/></w:numPr></w:pPr><w:r>"
    "<w:t>a</w:t></w:r></w:p>",
    "table": "<w:tbl><w:tblPr><w:tblW w:w='0'/></w:tblPr><w:tblGrid><w:gridCol w:w='9'/></w:tblGrid>"
    f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{CELL.format(PARAGRAPH) * 2}</w:tr>"
    f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{CELL.format('<w:p/>')}</w:tr></w:tbl>",
    "rows": f"<w:tbl><w:tr>{CELL.format(PARAGRAPH) * 2}</w:tr>"
    f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{CELL.format('<w:p/>') * 2}</w:tr>"
    f"<w:tr>{CELL.format('<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>a</w:t></w:r></w:p>')}</w:tr>"
    f"<w:tr>{CELL.format(PARAGRAPH * 2)}</w:tr><w:tr>{CELL.format(PARAGRAPH)}</w:tr>"
    f"<w:tr><w:trPr><w:del w:id='1'/></w:trPr>{CELL.format(PARAGRAPH)}</w:tr>"
    f"<w:tr>{CELL.format(PARAGRAPH)}</w:tr></w:tbl>",
    "spans": "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/><w:vMerge w:val='restart'/>"
    "</w:tcPr><w:p/></w:tc>"
    f"</w:tr><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/><w:vMerge/></w:tcPr>{PARAGRAPH}</w:tc>"
    f"</w:tr></w:tbl>",
    "inner table": f"<w:tbl>"
    f"<w:tr>{CELL.format(f'<w:tbl><w:tr>{CELL.format(PARAGRAPH)}</w:tr></w:tbl><w:p/>')}"
    "</w:tr></w:tbl>",
    "wrapped": f"<w:tbl><w:sdt><w:sdtPr/><w:sdtContent><w:tr>{CELL.format(PARAGRAPH)}</w:tr>"
    f"</w:sdtContent></w:sdt>"
    f"<w:tr><w:sdt><w:sdtPr/><w:sdtContent>{CELL.format(PARAGRAPH)}</w:sdtContent></w:sdt></w:tr></w:tbl>",
    "deleted row": f"<w:tbl><w:tr><w:trPr><w:del w:id='1'/></w:trPr>{CELL.format(PARAGRAPH)}</w:tr>"
    f"</w:tbl>",
    "drawing": "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
    "<w:txbxContent>"
    f"{PARAGRAPH}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict/></mc:Fallback>"
    "</mc:AlternateContent></w:r></w:p>",
    "sections": f"{PARAGRAPH}<w:sectPr><w:pgSz w:w='1'/></w:sectPr>",
    "line ends": "<w:p><w:r><w:t>a\r\nb\rc</w:t></w:r></w:p>",
}  # fmt: skip


def part(body: str) -> str:
    """A main part."""
    return f"<w:document {WORD}><w:body>{body}</w:body></w:document>"


def read(markup: str | bytes) -> Document | str:
    """What the reader makes of a main part: a document, or the word of its refusal."""
    try:
        return docx.read(archive(word_package("") | {"word/document.xml": markup}), LIMITS)
    except (Unreadable, LimitExceeded) as error:
        return str(error)


def as_tree(markup: str) -> Document | str:
    """The same, with a comment in it, which only the parser of the whole skips."""
    return read(markup + "<!-- -->")


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_text_and_tree_agree(body: str, quote: str) -> None:
    """Every construct is the same either way."""
    markup = part(body.replace("'", quote))

    assert source_of(markup.encode(), LIMITS) is not None
    assert as_tree(markup) == read(markup)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(st.sampled_from([*BODIES.values()]), min_size=1, max_size=6).map("".join))
def test_text_and_tree_agree_on_many(body: str) -> None:
    """What one leaves open (a field, a list, a count) the next one finds."""
    assert as_tree(part(body)) == read(part(body))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(WORD_PIECES), max_size=30))
def test_text_and_tree_agree_on_odd_elements(pieces: list[str]) -> None:
    """Whatever a parser accepts is read alike."""
    open_tags: list[str] = []
    out = []
    for piece in pieces:
        if piece.startswith("</"):
            if not open_tags or open_tags[-1] != piece[2:-1]:
                continue
            open_tags.pop()
        elif piece.startswith("<") and piece.count("<") == 1 and not piece.endswith("/>"):
            open_tags.append(piece[1:-1].split()[0])
        out.append(piece)
    body = "".join(out) + "".join(f"</{tag}>" for tag in reversed(open_tags))

    assert as_tree(part(body)) == read(part(body))


@pytest.mark.parametrize(
    "markup",
    [
        part("<w:p><w:r><w:t>a</w:r></w:t></w:p>"),
        part("<w:p><w:r><w:t>a &nbsp; b &#0;</w:t></w:r></w:p>"),
        part(PARAGRAPH)[:-12],
        part(PARAGRAPH) + "<w:p/>",
        part("<w:tbl><w:tr></w:tbl>"),
        part("<x:p/>"),
        part("</w:body>"),
    ],
)
def test_broken_markup_is_refused(markup: str) -> None:
    """What no parser accepts is not guessed at."""
    assert read(markup) == "corrupt"


@pytest.mark.parametrize(
    "markup",
    [
        part(PARAGRAPH).replace("xmlns:w=", "xmlns:x=").replace("<w:", "<x:").replace("</w:", "</x:"),
        part('<w:p w:rsidR="a>b"><w:r><w:t>Name: A Mock</w:t></w:r></w:p>'),
        part(f'<w:p xmlns:w = "urn:else"><w:r/></w:p>{PARAGRAPH}'),
        part(f"<?word x?>{PARAGRAPH}"),
        part(PARAGRAPH.replace("A Mock", "<![CDATA[A Mock]]>")),
        '<?xml version="1.0" encoding="iso-8859-1"?>' + part(PARAGRAPH),
        "<?xml version='1.0' encoding = 'iso-8859-1'?>" + part(PARAGRAPH),
    ],
)
def test_unusual_writing_is_read_by_the_parser(markup: str) -> None:
    """Another prefix, another encoding, a sign where it seldom stands: read all the same."""
    found = read(markup)

    assert source_of(markup.encode(), LIMITS) is None
    assert isinstance(found, Document)
    assert found.text.strip() == "Name: A Mock"


def test_thousands_of_odd_pieces_are_read_whole() -> None:
    """A part of nothing but unusual elements is parsed once, and loses nothing."""
    found = read(part("<w:p><w:ins><w:r><w:t>word </w:t></w:r></w:ins></w:p>" * 3000))

    assert isinstance(found, Document)
    assert len(found.blocks) == 3000


def test_a_form_full_of_controls_is_read_whole() -> None:
    """One tree of all costs less than a tree of each; what is read is the same."""
    inner = "<w:sdtPr><w:text/></w:sdtPr><w:sdtContent><w:r><w:t>a</w:t></w:r></w:sdtContent>"
    control = f"<w:p><w:sdt>{inner}</w:sdt></w:p>"
    few, many = part(control * 10), part(control * 100)

    assert source_of(few.encode(), LIMITS) is not None
    assert source_of(many.encode(), LIMITS) is None
    assert [as_tree(few), as_tree(many)] == [read(few), read(many)]
