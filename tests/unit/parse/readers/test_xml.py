"""XML without entities, without network."""

from dataclasses import replace

import pytest

from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.readers.xml import parse_xml, text_of
from tests.unit.parse.readers.building import LIMITS


def test_text_comes_out_whole() -> None:
    """The text of an element is that of all its descendants; comments are none."""
    assert "one two" == text_of(parse_xml(b"<a>one<!-- x --><b> two</b></a>", LIMITS))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_doctype_is_refused(encoding: str) -> None:
    """With a DOCTYPE come entities, in whatever encoding it is written."""
    text = '<!DOCTYPE a [<!ENTITY b "bomb">]><a>&b;</a>'
    data = ("\ufeff" + text).encode(encoding) if encoding == "utf-16-le" else text.encode(encoding)

    with pytest.raises(Unreadable, match="entities"):
        parse_xml(data, LIMITS)


@pytest.mark.parametrize("data", [b"", b"<a>", b"no xml", b"<a>\x00</a>", b"<a>" * 300 + b"</a>" * 300])
def test_damaged_xml_is_corrupt(data: bytes) -> None:
    """What is not well formed, or nests absurdly, is refused."""
    with pytest.raises(Unreadable, match="corrupt"):
        parse_xml(data, LIMITS)


def test_a_huge_part_is_not_parsed() -> None:
    """The tree of a part takes many times its bytes, so they are limited."""
    with pytest.raises(LimitExceeded, match="xml_bytes"):
        parse_xml(b"<a>123456789</a>", replace(LIMITS, xml_bytes=10))
