"""OpenDocument texts."""

import pytest

from mailbot.domain.document import Aside, NamedField, Paragraph
from mailbot.errors import Unreadable
from mailbot.parse.readers import odt
from tests.unit.parse.readers.building import LIMITS, OPEN, archive, lines, only_table, open_text


def style(name: str, family: str, properties: str) -> str:
    """An automatic style."""
    return f'<style:style style:name="{name}" style:family="{family}">{properties}</style:style>'


def test_text_and_white_space() -> None:
    """Spaces, tabs and breaks have elements of their own."""
    body = "<text:p>a<text:s text:c='2'/>b<text:tab/>c<text:line-break/>d\n  e</text:p><text:p/>"

    assert ["a  b\tc\nd e", ""] == lines(open_text(body))


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ('fo:font-weight="bold"', "[b:x]"),
        ('style:text-line-through-style="solid"', "[s:x]"),
        ('style:text-line-through-style="none"', "x"),
        ('fo:background-color="#ffff00"', "[h:x]"),
        ('fo:background-color="transparent"', "x"),
        ('fo:border="0.5pt solid #000000"', "[c:x]"),
        ('fo:font-style="italic" style:text-underline-style="solid"', "[iu:x]"),
    ],
)
def test_marks(properties: str, expected: str) -> None:
    """Automatic styles are looked up."""
    automatic = style("T1", "text", f"<style:text-properties {properties}/>")

    assert [expected] == lines(
        open_text("<text:p><text:span text:style-name='T1'>x</text:span></text:p>", automatic)
    )


def test_headings_lists_and_sections() -> None:
    """Headings have levels, list items markers, sections are only wrappers."""
    body = (
        "<text:h text:outline-level='2'>h</text:h><text:section><text:p>s</text:p></text:section>"
        "<text:list><text:list-item><text:p>i</text:p></text:list-item></text:list>"
    )
    found = [block for block in open_text(body).blocks if isinstance(block, Paragraph)]

    assert [2, 0, 0] == [block.heading for block in found]
    assert ["", "", "*"] == [block.bullet for block in found]


def test_tables() -> None:
    """Spans, covered cells, header rows and shading."""
    automatic = style("C", "table-cell", '<style:table-cell-properties fo:background-color="#d9e2f3"/>')
    body = (
        "<table:table><table:table-header-rows><table:table-row><table:table-cell table:style-name='C' "
        "table:number-columns-spanned='2'><text:p>a</text:p></table:table-cell><table:covered-table-cell>"
        "<text:p>under</text:p></table:covered-table-cell></table:table-row></table:table-header-rows>"
        "<table:table-row><table:table-cell><text:p>b</text:p></table:table-cell><table:table-cell>"
        "<text:p>c</text:p></table:table-cell></table:table-row></table:table>"
    )
    document = open_text(body, automatic)
    found = only_table(document)

    assert [[(0, 2)], [(0, 1), (1, 1)]] == [[(c.column, c.columns) for c in row] for row in found.rows]
    assert (True, True) == (found.rows[0][0].header, found.rows[0][0].shaded)
    assert (Aside("hidden", "under", "covered cell"),) == document.asides


def test_repetitions_are_cut() -> None:
    """A repetition is no way to make a table of a billion rows."""
    body = (
        "<text:p>x</text:p><table:table>"
        "<table:table-row table:number-rows-repeated='1000000000'><table:table-cell "
        "table:number-columns-repeated='1000000000'/></table:table-row></table:table>"
    )
    found = only_table(open_text(body))

    assert (LIMITS.table_repeats + 1, LIMITS.table_columns) == (len(found.rows), len(found.rows[0]))


FORMS = (
    "<office:forms><form:form>"
    "<form:checkbox form:id='c1' form:name='yes' form:label='Yes' form:current-state='checked'/>"
    "<form:radio form:id='c2' form:name='no' form:label='No'/>"
    "<form:text form:id='c3' form:name='who' form:value='old' form:current-value='typed'/>"
    "<form:listbox form:id='c4' form:name='pick'><form:option form:label='A'/>"
    "<form:option form:label='B' form:current-selected='true'/></form:listbox>"
    "<form:textarea form:id='c5' form:name='loose' form:current-value='nowhere'/>"
    "</form:form></office:forms>"
)


def test_form_controls_stand_where_they_are_anchored() -> None:
    """Anchored controls are in the line, with their captions; others are fields of the document."""
    anchors = "".join(f"<draw:control draw:control='c{number}'/> " for number in (1, 2, 3, 4))
    found = open_text(f"{FORMS}<text:p>{anchors}</text:p>")

    assert ["<xyes> Yes < no> No <who=typed> <pick=B> "] == lines(found)
    assert (NamedField("loose", "text", "nowhere"),) == found.fields


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<text:placeholder>&lt;Name&gt;</text:placeholder>", "<=?Name>"),
        ("<text:text-input text:description='Name'>typed</text:text-input>", "<Name=typed>"),
        ("<text:text-input text:description='Name'>Name</text:text-input>", "<Name=?Name>"),
        (
            (
                "<text:drop-down text:name='d'><text:label text:value='A'/><text:label text:value='B' "
                "text:current-selected='true'/>B</text:drop-down>"
            ),
            "<d=B>",
        ),
        (
            "<loext:content-control loext:checkbox='true' loext:checked='true'>☒</loext:content-control>",
            "<x>",
        ),
        (
            (
                "<loext:content-control loext:showing-place-holder='true' loext:alias='A'>Click"
                "</loext:content-control>"
            ),
            "<A=?Click>",
        ),
        (
            (
                "<field:fieldmark text:name='m' field:type='vnd.oasis.opendocument.field.FORMCHECKBOX'>"
                "<field:param field:name='Checkbox_Checked' field:value='true'/></field:fieldmark>"
            ),
            "<xm>",
        ),
    ],
)
def test_fields_and_content_controls(inner: str, expected: str) -> None:
    """Every kind of field gives its state; a prompt is no answer."""
    assert [expected] == lines(open_text(f"<text:p>{inner}</text:p>"))


def test_what_is_not_on_the_page_stands_aside() -> None:
    """Deletions, comments, notes, headers and hidden text are kept apart."""
    hidden = style("H", "text", '<style:text-properties text:display="none"/>')
    pages = "<office:master-styles><style:master-page><style:header><text:p>head</text:p></style:header>"
    pages += "<style:footer><text:p>foot</text:p></style:footer></style:master-page></office:master-styles>"
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:p>seen<office:annotation><text:p>remark</text:p>"
        "</office:annotation><text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note"
        "</text:p></text:note-body></text:note><text:span text:style-name='H'>unseen</text:span></text:p>"
    )
    found = open_text(body, hidden, pages)

    assert ["seen"] == lines(found)
    assert [
        ("deleted", "gone"),
        ("comment", "remark"),
        ("footnote", "note"),
        ("hidden", "unseen"),
        ("header", "head"),
        ("footer", "foot"),
    ] == [(aside.kind, aside.text) for aside in found.asides]


def test_text_boxes_stand_behind_their_anchor() -> None:
    """A frame's text follows the paragraph that holds it."""
    box = "<draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame>"

    assert ["label", "boxed", "next"] == lines(open_text(f"<text:p>label{box}</text:p><text:p>next</text:p>"))


def test_properties() -> None:
    """Who made the file is kept apart from what it says."""
    meta = f"<office:document-meta {OPEN}><office:meta><dc:title>T</dc:title><meta:initial-creator>A"
    meta += "</meta:initial-creator></office:meta></office:document-meta>"
    found = open_text("<text:p>x</text:p>", more={"meta.xml": meta})

    assert {"title": "T", "author": "A"} == found.properties


@pytest.mark.parametrize(
    ("body", "more", "flags"),
    [
        ("<text:p>x</text:p>", {"Basic/Standard/script-lb.xml": "x"}, ("macro",)),
        ("<text:p>x<draw:image xlink:href='https://a.example/i.png'/></text:p>", {}, ("unsafe_document",)),
        ("<text:p>x<draw:image xlink:href='Pictures/i.png'/></text:p>", {}, ()),
        ("<text:p>x<draw:object-ole xlink:href='./Object 1'/></text:p>", {}, ("unsafe_document",)),
        ("<text:p/>", {}, ("unreadable_part",)),
    ],
)
def test_dangers_are_flagged(body: str, more: dict[str, str | bytes], flags: tuple[str, ...]) -> None:
    """Macros, links to outside and embedded programs' data are reported."""
    assert flags == open_text(body, more=more).flags


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"content.xml": "<a/>"}, "corrupt"),
        ({"other.xml": "<a/>"}, "corrupt"),
        ({"content.xml": "<!DOCTYPE a><a/>"}, "entities"),
        ({"content.xml": "x", "META-INF/manifest.xml": "<m:encryption-data/>"}, "password"),
    ],
)
def test_what_is_no_text_says_why(members: dict[str, str | bytes], code: str) -> None:
    """Damaged, hostile and locked files are told apart."""
    with pytest.raises(Unreadable, match=code):
        odt.read(archive(members), LIMITS)
