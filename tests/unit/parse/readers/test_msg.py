"""Outlook messages: body, files, a message inside."""

import pytest

from mailbot.errors import Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.msg import unpack
from tests.unit.parse.readers.making_ole import compound, outlook

LIMITS = Limits()


def test_body_and_files() -> None:
    """The plain body comes first, then each file by its name."""
    found = unpack(outlook({0x37: "S", 0x1000: "Body"}, [{0x3707: "a.txt", 0x3701: b"abc"}]), LIMITS)

    assert [("body", b"Body"), ("a.txt", b"abc")] == [
        (one.untrusted_name, one.untrusted_data) for one in found
    ]


def test_an_html_body() -> None:
    """Where there is no plain body, the HTML counts."""
    (body,) = unpack(outlook({0x1013: b"<p>Body</p>"}), LIMITS)

    assert ("text/html", b"<p>Body</p>") == (body.declared, body.untrusted_data)


def test_a_message_inside() -> None:
    """The text of an attached message is found."""
    found = unpack(outlook({0x1000: "Outer"}, (), {0x1000: "Inner"}), LIMITS)

    assert [b"Outer", b"Inner"] == [one.untrusted_data for one in found]


@pytest.mark.parametrize("untrusted", [b"", bytes(600), compound({"x": b"y"}), outlook({0x1000: "B"})[:900]])
def test_junk(untrusted: bytes) -> None:
    """What is no message is corrupt; property streams may be missing."""
    with pytest.raises(Unreadable) as caught:
        unpack(untrusted, LIMITS)

    assert "corrupt" == caught.value.code
