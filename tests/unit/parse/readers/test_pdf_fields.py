"""PDF forms with fields: what was typed or ticked stands beside its label."""

import pytest

from mailbot.domain.document import Aside, Box, Document, Entry, Paragraph, Table
from mailbot.parse.limits import Limits
from mailbot.parse.readers.pdf import read
from tests.unit.parse.readers.building import lines
from tests.unit.parse.readers.making_pdf import Pdf

LIMITS = Limits()


def shown(made: Pdf) -> list[object]:
    """All blocks of a document, short."""
    return lines(read(made.bytes(), LIMITS))


def inlines(document: Document) -> list[object]:
    """Every control of a document."""
    found: list[object] = []
    for block in document.blocks:
        cells = [cell for row in block.rows for cell in row] if isinstance(block, Table) else []
        paragraphs = [b for cell in cells for b in cell.blocks] if cells else [block]
        found += [
            i for p in paragraphs if isinstance(p, Paragraph) for i in p.inlines if isinstance(i, Box | Entry)
        ]
    return found


def test_a_field_beside_its_label() -> None:
    """A label and the field to its right are a row; an empty field is an empty control."""
    made = Pdf().text(50, 100, "Name:").entry(150, 90, 350, 104, "Text1", "Ada Mock")
    made.text(50, 120, "Role:").entry(150, 110, 350, 124, "Text2", "")

    assert [[[["Name:"], ["<Text1=Ada Mock>"]], [["Role:"], ["<Text2=?>"]]]] == shown(made)


def test_a_field_below_and_above_its_label() -> None:
    """A label above its field comes before it; a caption below comes after."""
    made = Pdf().text(50, 100, "Name:").entry(50, 104, 350, 118, "a", "Ada Mock")
    made.entry(50, 140, 350, 154, "b", "Head").text(50, 166, "(your role)")

    assert ["Name:", "<a=Ada Mock>", "<b=Head>", "(your role)"] == shown(made)


def test_the_tool_tip_is_the_name() -> None:
    """A tool tip is made for people and wins over an opaque name; without one the full name counts."""
    made = (
        Pdf().entry(50, 90, 350, 104, "Text1", "x", "/TU(Family name)").entry(50, 120, 350, 134, "Text2", "y")
    )

    assert ["<Family name=x>", "<Text2=y>"] == shown(made)


def test_a_high_field_beside_a_label_of_two_lines() -> None:
    """Both lines of the label and the whole value are one row."""
    made = Pdf().text(50, 108, "What do you know about").text(50, 120, "this person?")
    made.entry(200, 98, 500, 160, "n", "line one\nline two").text(50, 190, "Next:")

    assert [[[["What do you know about", "this person?"], ["<n=line one\nline two>"]]], "Next:"] == shown(
        made
    )


def test_ticks_beside_a_label_of_two_lines() -> None:
    """Options centred on a label of two lines belong to both lines."""
    made = Pdf().text(50, 100, "Has a referral been").text(50, 112, "made already?")
    made.check(200, 97, "a", True).text(214, 106, "Yes").check(250, 97, "b", False).text(264, 106, "No")

    assert [[[["Has a referral been", "made already?"], ["<xa> Yes < b> No"]]]] == shown(made)


def test_columns_of_fields_under_labels() -> None:
    """Rows of fields under a row of labels keep their columns."""
    made = Pdf()
    for x, label in ((50, "Registration"), (200, "Make"), (350, "Driver")):
        made.text(x, 100, label)
        for row in range(2):
            made.entry(x, 110 + 20 * row, x + 120, 124 + 20 * row, f"{label}{row}", f"{label[0]}{row}")
    table = shown(made)[0]

    assert isinstance(table, list)
    assert [["Registration"], ["Make"], ["Driver"]] == table[0]
    assert [["<Registration1=R1>"], ["<Make1=M1>"], ["<Driver1=D1>"]] == table[2]


def test_a_list_of_ticks_beside_a_label() -> None:
    """Each box keeps its own line, under one label."""
    made = Pdf().text(50, 100, "Type:")
    for row, (name, on) in enumerate((("Drugs", True), ("Missing", False), ("Other", False))):
        made.check(200, 91 + 16 * row, name, on).text(216, 100 + 16 * row, name)

    assert [[[["Type:"], ["<xDrugs> Drugs", "< Missing> Missing", "< Other> Other"]]]] == shown(made)


def test_choices_show_what_was_shown() -> None:
    """A drop-down gives the text that people saw, with all options; a list gives all that were chosen."""
    made = Pdf().annotation(
        50, 90, 200, 104, "/Subtype/Widget/FT/Ch/Ff 131072/T(c)/V(b)/Opt[[(a)(Alpha)][(b)(Beta)]]"
    )
    made.annotation(50, 120, 200, 160, "/Subtype/Widget/FT/Ch/Ff 2097152/T(l)/V[(x)(z)]/Opt[(x)(y)(z)]")
    found = inlines(read(made.bytes(), LIMITS))

    assert [
        Entry("Beta", "choice", "c", ("Alpha", "Beta")),
        Entry("x, z", "choice", "l", ("x", "y", "z")),
    ] == found


def test_radio_buttons_share_a_field() -> None:
    """Of the buttons of one field, that one is on whose state it is; a button to push is no field."""
    made = Pdf()
    made.extra[900] = b"<</FT/Btn/Ff 49152/T(g)/V/Two/Kids[12 0 R 13 0 R]>>"
    for row, state in enumerate(("One", "Two")):
        on = "Two" if state == "Two" else "Off"
        keys = f"/Subtype/Widget/Parent 900 0 R/AS/{on}/AP<</N<</{state} 5 0 R/Off 5 0 R>>>>"
        made.annotation(50, 90 + 20 * row, 60, 100 + 20 * row, keys).text(66, 99 + 20 * row, state)
    made.annotation(50, 150, 90, 170, "/Subtype/Widget/FT/Btn/Ff 65536/T(send)")

    assert ["< g> One", "<xg> Two"] == shown(made)


def test_hidden_fields_and_notes_stand_aside() -> None:
    """A hidden field, a sticky note and invisible text are kept, and are no part of the form."""
    made = Pdf().text(50, 100, "Name").entry(50, 110, 150, 124, "h", "secret", "/F 2")
    made.annotation(10, 10, 20, 20, "/Subtype/Text/Contents(please ring)").draw(
        "BT /F 10 Tf 3 Tr 50 500 Td (guess) Tj ET"
    )
    document = read(made.bytes(), LIMITS)

    assert ["Name"] == lines(document)
    assert {("hidden", "secret"), ("comment", "please ring"), ("hidden", "guess")} == {
        (aside.kind, aside.text) for aside in document.asides
    }
    assert all(isinstance(aside, Aside) for aside in document.asides)


def test_text_typed_over_a_page_is_an_answer() -> None:
    """What a viewer's "add text" leaves on a form without fields stands beside its label like a field."""
    made = Pdf().text(50, 100, "Name:").annotation(150, 90, 350, 104, "/Subtype/FreeText/Contents(Ada Mock)")

    assert [[[["Name:"], ["<=Ada Mock>"]]]] == shown(made)


@pytest.mark.parametrize("packed", [False, True])
def test_xfa_without_widgets(packed: bool) -> None:
    """What was typed into an XFA form comes with its captions, whether it is one stream or several."""
    caption = b"<caption><value><text>Full name</text></value></caption>"
    template = b"<template><field name='Name'>" + caption + b"</field></template>"
    data = b"<datasets><data><Name>Ada Mock</Name><Empty/></data></datasets>"
    made = Pdf(form="/XFA[(template)900 0 R(datasets)901 0 R]" if not packed else "/XFA 902 0 R")
    whole = b"<xdp>" + template + data + b"</xdp>"
    for number, body in ((900, template), (901, data), (902, whole)):
        made.extra[number] = b"<</Length %d>>stream\n%s\nendstream" % (len(body), body)
    document = read(made.bytes(), LIMITS)

    assert [("Name", "Ada Mock", "Full name")] == [(f.name, f.value, f.label) for f in document.fields]
