"""Rich Text: text, tables, form fields, what is passed over."""

import time

import pytest

from mailbot.domain.document import Document, Paragraph
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.readers import rtf
from tests.unit.parse.readers.building import LIMITS, lines, only_table

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset2 Wingdings;}"
    r"{\f2\fcharset238 Arial CE;}{\f3\fcharset128 MS Gothic;}}{\stylesheet{Normal;}{\s2 heading 2;}}"
)


def read(content: str) -> Document:
    """A document with fonts and styles before it."""
    return rtf.read((HEAD + content + "}").encode("latin-1"), LIMITS)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (r"a\par b", ["a", "b"]),
        (r"a\line b\tab c", ["a\nb\tc"]),
        (r"caf\'e9 \'93x\'94", ["café “x”"]),
        (r"\u321?uk \uc0\u233 \uc1\u8217 'x", ["Łuk é’x"]),
        (r"\u-10179?\u-8982?", ["\U0001f4ea"]),
        (r"{\f2 \'b3}", ["ł"]),
        (r"{\f3 \'83\'65}", ["テ"]),
        (r"{\f1 \'fe} Yes {\f1\u-3928?} No", ["☑ Yes ☐ No"]),
        (r"\{x\}\\ \~\_\-y\emdash z", ["{x}\\ \u00a0-y—z"]),
        (
            r"{\b a}{\b0 b}{\strike c}{\highlight7 d}{\highlight0 e}{\i\ul f\ulnone g}",
            ["[b:a]b[s:c][h:d]e[iu:f][i:g]"],
        ),
        (r"\b a\plain b", ["[b:a]b"]),
        (r"{\*\unknown x}y{\pict 0102}{\*\shppict{\pict 01}}z", ["yz"]),
        ("a\\\nb", ["a", "b"]),
        (r"{\field{\*\fldinst SYMBOL 168 \\f Wingdings}{\fldrslt x}}", ["☐"]),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}", ["link"]),
        (r"\bin5 {}{}{ab", ["ab"]),
    ],
)
def test_text(content: str, expected: list[str]) -> None:
    """Characters of every code page, marks and symbols come out; what is no text does not."""
    assert expected == lines(read(content))


def test_headings() -> None:
    """A level, or a style of that name, makes a heading."""
    found = read(r"\pard\s2 a\par\pard\outlinelevel0 b\par\pard c")

    assert [2, 1, 0] == [block.heading for block in found.blocks if isinstance(block, Paragraph)]


FIELD = r"{\field{\*\fldinst %s {\*\formfield{\fftype%d%s{\*\ffname N}%s}}}{\fldrslt %s}}"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (FIELD % ("FORMCHECKBOX", 1, r"\ffres1\ffdefres0", "", ""), "<xN>"),
        (FIELD % ("FORMCHECKBOX", 1, r"\ffres25\ffdefres1", "", ""), "<xN>"),
        (FIELD % ("FORMCHECKBOX", 1, r"\ffres0\ffdefres1", "", ""), "< N>"),
        (FIELD % ("FORMTEXT", 0, "", "", "typed"), "<N=typed>"),
        (FIELD % ("FORMTEXT", 0, "", "", r"\u8194?\u8194?"), "<N=?>"),
        (FIELD % ("FORMTEXT", 0, "", r"{\*\ffdeftext here}", "here"), "<N=?here>"),
        (FIELD % ("FORMDROPDOWN", 2, r"\ffres1", r"{\*\ffl A}{\*\ffl B}", "x"), "<N=B>"),
        (FIELD % ("FORMDROPDOWN", 2, r"\ffres25\ffdefres0", r"{\*\ffl A}{\*\ffl B}", "A"), "<N=?A>"),
    ],
)
def test_form_fields(content: str, expected: str) -> None:
    """Boxes, lists and texts have their states; what nobody touched is nothing."""
    assert [expected] == lines(read(content))


def test_a_text_field_over_paragraphs() -> None:
    """What was typed over several paragraphs stays in each of them."""
    assert ["<N=a>", "<N=b>"] == lines(read(FIELD % ("FORMTEXT", 0, "", "", r"a\par b")))


def test_tables() -> None:
    """Columns and spans come from the edges of the cells."""
    found = only_table(
        read(
            r"\trowd\trhdr\clcbpat1\cellx1000\cellx3000\pard\intbl a\cell b\cell\row"
            r"\trowd\clvmgf\cellx1000\cellx2000\cellx3000\pard\intbl c\cell d\cell e\cell\row"
            r"\trowd\clvmrg\cellx1000\clmgf\cellx2000\clmrg\cellx3000\intbl\cell f\cell\cell\row"
            r"\pard after\par"
        )
    )

    assert [[(0, 1, 1), (1, 2, 1)], [(0, 1, 2), (1, 1, 1), (2, 1, 1)], [(1, 2, 1)]] == [
        [(c.column, c.columns, c.rows) for c in row] for row in found.rows
    ]
    assert [["a", "b"], ["c", "d", "e"], ["f"]] == [[c.text for c in row] for row in found.rows]
    assert (True, True, False) == (found.rows[0][0].header, found.rows[0][0].shaded, found.rows[1][0].header)


def test_a_table_in_a_cell() -> None:
    """A nested table is a block of its cell."""
    content = (
        r"\trowd\cellx3000\pard\intbl\itap2 in\nestcell{\*\nesttableprops\trowd\cellx900\nestrow}"
        r"{\nonesttables\par}\pard\intbl\itap1 out\cell\row\pard end"
    )

    assert [[[[[[["in"]]], "out"]]], "end"] == lines(read(content))


def test_what_is_not_on_the_page_stands_aside() -> None:
    """Hidden and deleted text, headers and notes are kept apart; boxes stand behind their anchor."""
    found = read(
        r"{\header head\par}seen{\v unseen}{\deleted gone}{\footnote note}{\*\annotation remark}"
        r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt boxed\par}}{\shprslt boxed}}\par next"
    )

    assert ["seen", "boxed", "next"] == lines(found)
    assert {
        ("header", "head"),
        ("hidden", "unseen"),
        ("deleted", "gone"),
        ("footnote", "note"),
        ("comment", "remark"),
    } == {(aside.kind, aside.text) for aside in found.asides}


def test_properties_and_flags() -> None:
    """Who made the file is known; an embedded object is reported."""
    found = read(r"{\info{\author A. Inventor}{\title T}{\*\company C}}x{\object{\*\objdata 01}{\result y}}")

    assert {"author": "A. Inventor", "title": "T", "company": "C"} == found.properties
    assert ("unsafe_document",) == found.flags
    assert ["xy"] == lines(found)


@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), (b"text", "corrupt"), (b"{\\html}", "corrupt")])
def test_what_is_no_rich_text_says_why(data: bytes, code: str) -> None:
    """Empty files and other kinds are told apart."""
    with pytest.raises(Unreadable, match=code):
        rtf.read(data, LIMITS)


def test_groups_nest_only_so_deep() -> None:
    """A million open groups end at a limit, at once."""
    started = time.process_time()

    with pytest.raises(LimitExceeded, match="rtf_groups"):
        rtf.read(b"{\\rtf1" + b"{" * 1_000_000, LIMITS)
    assert time.process_time() - started < 5


def test_tables_nest_only_so_deep() -> None:
    """Tables in tables end at a limit."""
    with pytest.raises(LimitExceeded, match="block_nesting"):
        read(r"\intbl\itap5000 x\nestcell")
