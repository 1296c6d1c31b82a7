"""Plain text: lines, quotes, and format=flowed."""

from dataclasses import replace

import pytest

from mailbot.domain.document import Document, Paragraph
from mailbot.errors import LimitExceeded
from mailbot.parse.readers import plain
from tests.unit.parse.readers.building import LIMITS, lines


def quoted(document: Document) -> list[int]:
    """The depth of every line."""
    return [block.quoted for block in document.blocks if isinstance(block, Paragraph)]


def test_a_line_is_a_paragraph() -> None:
    """Lines and empty lines stay, tabs stay, the end of the last line is none."""
    assert ["Name:\tA", "", "wrapped", "line"] == lines(plain.read("Name:\tA\r\n\r\nwrapped\nline\n", LIMITS))


def test_control_characters_are_removed() -> None:
    """No text carries characters that command a terminal."""
    assert ["ab[31mc", "d"] == lines(plain.read("a\x00b\x1b[31mc\rd\x7f\x9b", LIMITS))


@pytest.mark.parametrize(
    ("line", "depth", "text"),
    [
        ("> cited", 1, "cited"),
        (">cited", 1, "cited"),
        ("> > deeper", 2, "deeper"),
        (">> > three", 3, "three"),
        (">", 1, ""),
        (">  two spaces", 1, " two spaces"),
        (" > no quote", 0, " > no quote"),
        ("a > b", 0, "a > b"),
    ],
)
def test_quotes(line: str, depth: int, text: str) -> None:
    """Leading marks are counted, with or without spaces between."""
    found = plain.read(line, LIMITS)

    assert ([depth], [text]) == (quoted(found), lines(found))


def test_flowed_lines_are_joined() -> None:
    """A line that ends in a space goes on in the next, as the sender marked it."""
    text = "one \ntwo\n stuffed\n> a \n> b\n-- \nsign"

    assert ["one two", "stuffed", "a b", "-- ", "sign"] == lines(plain.read(text, LIMITS, flowed=True))


def test_flowed_lines_without_their_spaces() -> None:
    """With DelSp the space is only the mark."""
    assert ["onetwo"] == lines(plain.read("one \ntwo", LIMITS, flowed=True, delsp=True))


def test_a_quote_of_other_depth_ends_a_flowed_line() -> None:
    """Nobody's sentence goes on in somebody else's."""
    found = plain.read("> a \nb \n>> c", LIMITS, flowed=True)

    assert ["a ", "b ", "c"] == lines(found)
    assert [1, 0, 2] == quoted(found)


def test_too_much_text_is_refused() -> None:
    """The caller cuts; the reader only holds the limit."""
    with pytest.raises(LimitExceeded):
        plain.read("12345", replace(LIMITS, body_characters=4))
