"""HTML as mail programs write it."""

import pytest

from mailbot.domain.document import Paragraph
from mailbot.errors import LimitExceeded
from mailbot.parse.readers import html
from tests.unit.parse.readers.building import LIMITS, lines, only_table


def read(markup: str) -> list[object]:
    """The blocks as short values."""
    return lines(html.read(markup, LIMITS))


def test_blocks_and_white_space() -> None:
    """Blocks are paragraphs; white space shows as in a browser; what separates is kept."""
    markup = "<div>one\n two </div><p>&nbsp;</p><div><br></div>three<br>four<p></p><h2>five</h2>"

    assert ["one two", "", "", "three\nfour", "five"] == read(markup)


def test_headings_lists_and_quotes() -> None:
    """Levels, markers and depth of quotes are known."""
    markup = (
        "<h3>h</h3><ul><li>a<ol><li>b<li>c</ol></ul><blockquote>q<blockquote>r</blockquote></blockquote>z"
    )
    found = [block for block in html.read(markup, LIMITS).blocks if isinstance(block, Paragraph)]

    assert [3, 0, 0, 0, 0, 0, 0] == [block.heading for block in found]
    assert ["", "*", "1.", "2.", "", "", ""] == [block.bullet for block in found]
    assert [0, 0, 1, 1, 0, 0, 0] == [block.indent for block in found]
    assert [0, 0, 0, 0, 1, 2, 0] == [block.quoted for block in found]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<b>x</b>", "[b:x]"),
        ("<span style='font-weight:bold'>x</span>", "[b:x]"),
        ("<span style='font-weight: 700'>x</span>", "[b:x]"),
        ("<b><span style='font-weight:normal'>x</span></b>", "x"),
        ("<em>x</em>", "[i:x]"),
        ("<del>x</del>", "[s:x]"),
        ("<span style='text-decoration:line-through'>x</span>", "[s:x]"),
        ("<mark>x</mark>", "[h:x]"),
        ("<span style='background:yellow;mso-highlight:yellow'>x</span>", "[h:x]"),
        ("<span style='background-color: #FFFFFF'>x</span>", "x"),
        ("<span style='border:solid windowtext 1.0pt'>x</span>", "[c:x]"),
        ("<span style='border:none'>x</span>", "x"),
        ("<span style='font-family:Wingdings'>þ</span> <span style='font-family:Wingdings'>¨</span>", "☑ ☐"),
        ("<img alt='☒'><img alt='logo'>", "☒"),
        ("a<o:p></o:p><![if !x]>b<![endif]><!-- c --><!--[if mso]>d<![endif]-->", "ab"),
    ],
)
def test_marks(markup: str, expected: str) -> None:
    """Tags and inline styles say the same things; signs drawn by fonts are characters."""
    assert [expected] == read(f"<p>{markup}</p>")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<input type=checkbox name=n checked>", "<xn>"),
        ("<input type=radio name=n>", "< n>"),
        ("<input name=n value=v>", "<n=v>"),
        ("<input type=date name=n>", "<n=?>"),
        ("<input type=submit value=Send>x", "x"),
        ("<textarea name=n>a\nb</textarea>", "<n=a\nb>"),
        ("<select name=n><option value=''>Pick<option selected>B</select>", "<n=B>"),
        ("<select name=n><option>A<option>B</select>", "<n=?A>"),
    ],
)
def test_controls(markup: str, expected: str) -> None:
    """A control gives its state; the first choice of a list is nobody's answer."""
    assert [expected] == read(f"<p>{markup}</p>")


@pytest.mark.parametrize(
    "markup",
    [
        "<p style='display:none'>unseen</p>",
        "<div style='mso-hide:all'>unseen</div>",
        "<span style='font-size:0px'>unseen</span>",
        "<div style='max-height:0;overflow:hidden'>unseen</div>",
        "<p hidden>unseen</p>",
    ],
)
def test_hidden_text_stands_aside(markup: str) -> None:
    """What no reader of the mail sees is no part of its text."""
    found = html.read(f"<p>seen</p>{markup}", LIMITS)

    assert ["seen"] == lines(found)
    assert [("hidden", "unseen")] == [(aside.kind, aside.text) for aside in found.asides]


def test_scripts_and_styles_are_dropped() -> None:
    """Nothing of a program is text."""
    markup = "<head><title>T</title><style>p{}</style></head><p>x<script>alert(1)</script></p><svg>y</svg>"
    found = html.read(markup, LIMITS)

    assert ["x"] == lines(found)
    assert {"title": "T"} == found.properties


def test_spans_of_tables() -> None:
    """Cells know their grid column, whatever reaches down from above."""
    found = only_table(
        html.read(
            "<table><tr><th rowspan=2>a<td colspan=2 bgcolor=#eeeeee>b<tr><td>c<td>d<tr><td>e</table>", LIMITS
        )
    )

    assert [[(0, 1, 2), (1, 2, 1)], [(1, 1, 1), (2, 1, 1)], [(0, 1, 1)]] == [
        [(c.column, c.columns, c.rows) for c in row] for row in found.rows
    ]
    assert [True, False] == [c.header for c in found.rows[0]]
    assert [False, True] == [c.shaded for c in found.rows[0]]


def test_a_table_that_only_lays_out_is_opened() -> None:
    """Mail programs wrap pages in tables of one column; the form inside is what counts."""
    inner = "<table><tr><td>l<td>v</table>"

    assert ["top", [[["l"], ["v"]]]] == read(f"<table><tr><td>top{inner}</table>")
    assert [[[[[[["l"], ["v"]]]], ["x"]]]] == read(f"<table><tr><td>{inner}<td>x</table>")


@pytest.mark.parametrize("markup", ["", "   ", "<", "<p", "</p></td>", "<table><tr>", "<td>x", "\x00"])
def test_broken_markup_is_no_error(markup: str) -> None:
    """Whatever is there is read."""
    assert isinstance(read(markup), list)


def test_a_page_without_end_is_shown_as_text() -> None:
    """Nested beyond all reason, the text is still there, and flagged."""
    found = html.read("<div>" * 5000 + "deep &amp; far", LIMITS)

    assert ["deep & far"] == lines(found)
    assert ("unreadable_part",) == found.flags


def test_a_long_thread_is_read() -> None:
    """Replies to replies nest deeper than common parsers allow."""
    assert ["deep"] == read("<div>" * 1000 + "deep")


def test_tables_nest_only_so_deep() -> None:
    """Tables in tables end at a limit."""
    with pytest.raises(LimitExceeded, match="block_nesting"):
        read("<table><tr><td>" * 60)


def test_pictures_in_the_text_cost_nothing() -> None:
    """Data of a picture do not count as text."""
    assert ["x"] == read(f"<p>x<img src='data:image/png;base64,{'A' * 2_000_000}'></p>")
