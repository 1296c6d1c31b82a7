"""PDF pages without fields: reading order, tables, columns, paragraphs, running lines."""

from mailbot.domain.document import Table
from mailbot.parse.limits import Limits
from mailbot.parse.readers.pdf import read
from tests.unit.parse.readers.building import lines, only_table
from tests.unit.parse.readers.making_pdf import Pdf

LIMITS = Limits()


def shown(made: Pdf) -> list[object]:
    """All blocks of a document, short."""
    return lines(read(made.bytes(), LIMITS))


def test_order_is_that_of_the_page() -> None:
    """Values drawn before all labels still stand beside them."""
    made = (
        Pdf().text(200, 100, "Ada Mock").text(200, 120, "Head").text(50, 100, "Name:").text(50, 120, "Role:")
    )

    assert [[[["Name:"], ["Ada Mock"]], [["Role:"], ["Head"]]]] == shown(made)


def test_a_ruled_table_with_merged_cells() -> None:
    """Cells come from the rules; a cell without a rule inside spans what it covers."""
    made = Pdf().grid([50, 150, 250, 350], [100, 120]).grid([50, 350], [120, 140])
    for x, word in ((55, "Name"), (155, "Ada"), (255, "Mock")):
        made.text(x, 114, word)
    made.text(55, 134, "One wide cell")
    table = only_table(read(made.bytes(), LIMITS))

    assert [[1, 1, 1], [3]] == [[cell.columns for cell in row] for row in table.rows]
    assert ["Name", "Ada", "Mock"] == [cell.text for cell in table.rows[0]]


def test_two_pairs_in_a_row() -> None:
    """Label, value, label, value, with rules and without."""
    ruled = Pdf().grid([50, 120, 250, 320, 450], [100, 120])
    plain = Pdf()
    for made in (ruled, plain):
        for x, word in ((55, "Name:"), (125, "Ada Mock"), (255, "Born:"), (325, "1.2.2010")):
            made.text(x, 114, word)
    row = [["Name:"], ["Ada Mock"], ["Born:"], ["1.2.2010"]]

    assert [[row]] == shown(ruled)
    assert [[row]] == shown(plain)


def test_a_label_above_its_box() -> None:
    """A label, and the value in a drawn box below it, keep their order."""
    made = Pdf().text(50, 100, "What happened?").box(50, 105, 400, 160).text(55, 118, "He ran.")

    assert ["What happened?", "He ran."] == shown(made)


def test_shaded_labels() -> None:
    """A cell that is filled with grey says so."""
    made = Pdf().draw("0.8 g").box(50, 100, 150, 120, "f").draw("0 g").grid([50, 150, 350], [100, 120])
    made.text(55, 114, "Name").text(155, 114, "Ada Mock")
    (row,) = only_table(read(made.bytes(), LIMITS)).rows

    assert [True, False] == [cell.shaded for cell in row]


def test_a_table_goes_on_over_the_page() -> None:
    """Rows of the same columns at the head of the next page are of the same table; a cut row is one row."""
    made = Pdf().grid([50, 150, 500], [700, 740, 770]).text(55, 714, "A").text(155, 714, "one")
    made.text(55, 755, "B").text(155, 755, "two")
    made.page().grid([50, 150, 500], [80, 110, 140]).text(155, 95, "and more").text(55, 125, "C").text(
        155, 125, "three"
    )
    (table,) = shown(made)

    assert [[["A"], ["one"]], [["B"], ["two", "and more"]], [["C"], ["three"]]] == table


def test_tables_that_touch() -> None:
    """Rows that share no rule with those above are another table."""
    made = Pdf().grid([50, 150, 250, 500], [100, 120]).grid([50, 300, 500], [120, 140])
    for x, y, word in (
        (55, 114, "a"),
        (155, 114, "b"),
        (255, 114, "c"),
        (55, 134, "Urgent?"),
        (305, 134, "No"),
    ):
        made.text(x, y, word)
    document = read(made.bytes(), LIMITS)

    assert [[[["a"], ["b"], ["c"]]], [[["Urgent?"], ["No"]]]] == lines(document)
    assert all(isinstance(block, Table) for block in document.blocks)


def test_wrapped_lines_are_one_paragraph() -> None:
    """A line that had no more room goes on; a line that ended early does not."""
    words = "The pupil said that a man in a silver car had waited at the gate on three days and had asked for"
    made = (
        Pdf().text(50, 100, words).text(50, 112, "their friend by name.").text(50, 124, "They told nobody.")
    )

    assert [f"{words} their friend by name.", "They told nobody."] == shown(made)


def test_a_value_behind_a_tab_goes_on_below_its_label() -> None:
    """A word processor wraps to the margin what began behind a tab; a hyphen at the end is kept."""
    made = (
        Pdf()
        .text(50, 100, "Email:", "B")
        .text(150, 100, "a.very.long.address.that.fills.the.line.to.its.end-")
    )
    made.text(50, 112, "amin@school.example").text(50, 140, "Phone:", "B").text(
        150, 140, "01632 960001" + " " * 40
    )
    (table,) = shown(made)

    assert isinstance(table, list)
    assert "end-amin@school.example" in str(table[0]).replace("', '", "")


def test_running_lines_stand_aside() -> None:
    """What stands at the head and foot of every page, and page numbers, are no part of the flow."""
    made = Pdf()
    for number in (1, 2):
        made.text(50, 30, "OFFICIAL-SENSITIVE").text(50, 300, f"Text {number}").text(
            400, 820, f"Page {number} of 2"
        )
        made = made.page() if number == 1 else made
    document = read(made.bytes(), LIMITS)

    assert ["Text 1", "Text 2"] == lines(document)
    assert {"OFFICIAL-SENSITIVE", "Page 1 of 2"} <= {aside.text for aside in document.asides}


def test_a_value_at_the_foot_is_no_page_number() -> None:
    """A number in the margin counts as the page's only where it is that."""
    made = Pdf().text(50, 800, "Age:").text(200, 800, "12").page().text(300, 820, "2").text(50, 100, "End")

    assert [[[["Age:"], ["12"]]], "End"] == shown(made)


def test_a_turned_page_reads_upright() -> None:
    """A page that is shown turned is read as it is shown."""
    made = Pdf(page_more="/Rotate 90").draw("q 0 1 -1 0 595 0 cm")
    made.text(50, 347, "Name: Ada").text(50, 377, "Role: Head").draw("Q")

    assert ["Name: Ada", "Role: Head"] == shown(made)


def test_drawings_inside_drawings() -> None:
    """Rules in a form object stand where its matrix puts them."""
    made = Pdf(page_more="")
    body = b"0.5 w 0 0 m 300 0 l S 0 20 m 300 20 l S 0 0 m 0 20 l S 100 0 m 100 20 l S 300 0 m 300 20 l S"
    head = b"<</Type/XObject/Subtype/Form/BBox[0 0 400 400]/Matrix[1 0 0 1 50 0]/Length %d>>" % len(body)
    made.extra[900] = head + b"stream\n" + body + b"\nendstream"
    made.extra[3] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    made.page_more = "/Resources<</Font<</F 3 0 R>>/XObject<</X 900 0 R>>>>"
    made.draw("q 1 0 0 1 0 700 cm /X Do Q").text(55, 136, "Name").text(155, 136, "Ada")

    assert [[[["Name"], ["Ada"]]]] == shown(made)
