"""What is drawn on a form means something: boxes with crosses, rules to write on, lines through words."""

import pytest

from mailbot.parse.limits import Limits
from mailbot.parse.readers.pdf import read
from tests.unit.parse.readers.building import lines
from tests.unit.parse.readers.making_pdf import HEIGHT, Pdf

LIMITS = Limits()
CROSS = f"202 {HEIGHT - 98} m 208 {HEIGHT - 92} l 202 {HEIGHT - 92} m 208 {HEIGHT - 98} l S"
TICK = f"2 w 202 {HEIGHT - 96} m 204 {HEIGHT - 98} l 208 {HEIGHT - 92} l S"
BLOT = f"0 g 203 {HEIGHT - 98} 5 5 re f"


def shown(made: Pdf) -> list[object]:
    """All blocks of a document, short."""
    return lines(read(made.bytes(), LIMITS))


def options() -> Pdf:
    """A question with two drawn boxes."""
    made = Pdf().text(50, 99, "Urgent?").box(200, 90, 210, 100).text(214, 99, "Yes")
    return made.box(250, 90, 260, 100).text(264, 99, "No")


def test_drawn_squares_are_boxes() -> None:
    """An empty square is an empty tick box."""
    assert [[[["Urgent?"], ["< > Yes < > No"]]]] == shown(options())


@pytest.mark.parametrize("drawn", [CROSS, TICK, BLOT])
def test_a_mark_drawn_in_a_square(drawn: str) -> None:
    """A cross, a tick and a filled square in it tick the box."""
    assert [[[["Urgent?"], ["<x> Yes < > No"]]]] == shown(options().draw(drawn))


@pytest.mark.parametrize(("font", "letter"), [("F", "X"), ("B", "x"), ("Z", "4"), ("Z", "8")])
def test_a_character_in_a_square(font: str, letter: str) -> None:
    """A letter X, a tick or a cross of a symbol font in the square ticks the box and is no text."""
    assert [[[["Urgent?"], ["<x> Yes < > No"]]]] == shown(options().text(201.5, 98.5, letter, font))


def test_a_square_of_four_lines() -> None:
    """A box need not be one rectangle."""
    made = Pdf().text(50, 99, "Urgent?").text(214, 99, "Yes")
    made.line(200, 90, 210, 90).line(200, 100, 210, 100).line(200, 90, 200, 100).line(210, 90, 210, 100)

    assert [[[["Urgent?"], ["< > Yes"]]]] == shown(made)


def test_squares_inside_a_table() -> None:
    """The boxes in a cell make no cells of their own."""
    made = options().text(202, 99, "X", size=8).grid([40, 190, 400], [80, 110])

    assert [[[["Urgent?"], ["<x> Yes < > No"]]]] == shown(made)


def test_a_ring_is_a_radio_button() -> None:
    """A circle is a box; a filled one in it is its mark."""

    def ring(x: float, y: float, r: float, paint: str) -> str:
        k, y = 0.55 * r, HEIGHT - y
        return (
            f"{x + r} {y} m {x + r} {y + k} {x + k} {y + r} {x} {y + r} c {x - k} {y + r} {x - r} {y + k} "
            f"{x - r} {y} c {x - r} {y - k} {x - k} {y - r} {x} {y - r} c "
            f"{x + k} {y - r} {x + r} {y - k} {x + r} {y} c {paint}"
        )

    made = Pdf().text(50, 99, "Urgent?").draw(ring(205, 95, 5, "s")).text(214, 99, "Yes")
    made.draw(ring(255, 95, 5, "s")).draw(ring(255, 95, 2.5, "f")).text(264, 99, "No")

    assert [[[["Urgent?"], ["< > Yes <x> No"]]]] == shown(made)


def test_boxes_for_single_characters() -> None:
    """The digits of a date in boxes side by side are one answer, not eight ticks."""
    made = Pdf().text(50, 101, "Born:")
    for place, digit in enumerate("12032011"):
        made.box(100 + 14 * place, 90, 114 + 14 * place, 104).text(104 + 14 * place, 101, digit)

    assert [[[["Born:"], ["<=12032011>"]]]] == shown(made)


def test_a_letter_in_a_square_is_no_tick() -> None:
    """What is no mark stays text."""
    assert "B" in str(shown(Pdf().text(50, 99, "Grade").box(200, 90, 210, 100).text(202, 99, "B")))
    assert "<x>" not in str(shown(Pdf().box(200, 90, 210, 100).text(202, 99, "B")))


@pytest.mark.parametrize(("letter", "drawn"), [("4", "✔"), ("8", "✘"), ("o", "☐"), ("n", "■")])
def test_dingbats_are_their_characters(letter: str, drawn: str) -> None:
    """A symbol font's letters are what they draw."""
    assert [f"{drawn} Yes"] == shown(Pdf().text(50, 100, letter, "Z").text(62, 100, "Yes"))


def test_rules_to_write_on() -> None:
    """Underscores, dots and lines behind a label are controls; what stands on them is their text."""
    made = Pdf().text(50, 100, "Name: ____________  Date: ______").text(50, 130, "School:.................")
    made.text(90, 129, "Mock High").text(50, 160, "Phone:").line(90, 162, 250, 162).text(
        95, 160, "01632 960001"
    )
    rows = [
        [["Name:"], ["<=?>"], ["Date:"], ["<=?>"]],
        [["School:"], ["<=Mock High>"]],
        [["Phone:"], ["<=01632 960001>"]],
    ]

    assert rows == [row for table in shown(made) for row in table]  # type: ignore[attr-defined]


def test_looks_that_choose() -> None:
    """An option struck out, underlined, or marked with colour keeps its look; rules of a table do not."""
    made = Pdf().text(50, 100, "Yes").line(49, 97, 68, 97).text(80, 100, "No")
    made.text(50, 130, "Yes").line(49, 131.5, 68, 131.5).text(80, 130, "No")
    made.draw(f"1 1 0 rg 49 {HEIGHT - 162} 20 11 re f 0 g").text(50, 160, "Yes").text(80, 160, "No")
    made.grid([45, 150], [190, 203]).text(50, 200, "Cell")

    assert ["[s:Yes] No", "[u:Yes] No", "[h:Yes] No"] == shown(made)[:3]
    assert "[u:" not in str(shown(made)[3:])


def test_a_field_in_a_drawn_square_is_that_field() -> None:
    """A tick box that is a field is not counted twice because its frame is drawn."""
    made = Pdf().box(200, 90, 210, 100).check(200, 90, "u", True).text(214, 99, "Yes")

    assert ["<xu> Yes"] == shown(made)
