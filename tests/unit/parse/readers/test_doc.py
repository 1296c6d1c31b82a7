"""Word 97 files: text of both encodings, tables with empty cells, and what cannot or must not be read."""

import pytest

from mailbot.errors import Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.doc import read
from tests.unit.parse.readers.building import lines
from tests.unit.parse.readers.making_ole import compound, word97

LIMITS = Limits()


def tabled(*parts: tuple[str, bool]) -> bytes:
    """A document of paragraphs in tables, each with whether it ends a row."""
    marks, at = [], 0
    for text, ends_row in parts:
        marks.append((at, at + len(text), ends_row))
        at += len(text)
    return word97([("".join(text for text, _ in parts), True)], marks)


def test_both_encodings() -> None:
    """Pieces of one byte and of two a character follow each other."""
    document = read(word97([("Hello caf\xe9\r", True), ("Łódź\r", False)]), LIMITS)

    assert ["Hello café", "Łódź"] == lines(document)


def test_a_table_with_empty_and_long_cells() -> None:
    """An empty cell is not the end of a row; a cell may have several paragraphs."""
    row = [("Role\x07", False), ("\x07", False), ("\x07", True)]
    long = [("Notes\x07", False), ("one\r", False), ("two\x07", False), ("\x07", True)]

    assert [[[["Role"], [""]], [["Notes"], ["one", "two"]]]] == lines(read(tabled(*row, *long), LIMITS))


def test_fields_show_their_result() -> None:
    """The instruction of a field goes, its result stays."""
    assert ["a x b"] == lines(read(word97([("a \x13 FORMTEXT \x14x\x15 b\r", True)]), LIMITS))


def test_what_stands_outside_the_text() -> None:
    """Footnotes and headers follow the main text and stand aside."""
    document = read(word97([("Main\rnote\r", True)], main=5), LIMITS)

    assert ["Main"] == lines(document)
    assert ["note"] == [aside.text for aside in document.asides]


def test_macros_are_flagged() -> None:
    """A document with macros is read, and says so."""
    assert ("macro",) == read(word97([("x\r", True)], more={"Macros/VBA/dir": b"x"}), LIMITS).flags


@pytest.mark.parametrize(
    ("untrusted", "code"),
    [
        (word97([("x\r", True)], flags=0x0300), "password"),
        (compound({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}), "password"),
        (compound({"WordDocument": b"x"}), "corrupt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "corrupt"),
        (b"", "corrupt"),
        (word97([("x\r", True)])[:1500], "corrupt"),
        (word97([(" \r\x07", True)]), "empty"),
    ],
)
def test_what_cannot_be_read(untrusted: bytes, code: str) -> None:
    """Each has its own word."""
    with pytest.raises(Unreadable) as caught:
        read(untrusted, LIMITS)

    assert code == caught.value.code


def test_pieces_that_repeat() -> None:
    """Pieces that all point at the same text cost no more than the longest document."""
    document = read(word97([("abcdefgh" * 100 + "\r", True)] * 2), Limits(body_characters=900))

    assert len(document.text) <= 900
