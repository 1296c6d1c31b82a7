"""Which addresses can be written to, and which are the same person's."""

import pytest

from mailbot.send.address import domain, fold, untagged, usable


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example",
        "o'neill-sample.i@school.example",
        "a+tag@b.sch.example",
        "A.B@B.Example",
        "x" * 64 + "@b.example",
    ],
)
def test_plain_addresses_are_usable(address: str) -> None:
    """What people really have."""
    assert usable(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "@b.example", "a@", "a@@b.example", "a@b@c.example", "a b@c.example", "a@b.example\n",
        "a@b.example\r\nTo: x@y.example", "<a@b.example>", "a@b.example,c@d.example", ".a@b.example",
        "a.@b.example", "a..b@c.example", '"a"@b.example', "a@[192.0.2.1]", "a@-b.example", "a@b..example",
        "zoë@b.example", "a@bü.example", "a@b.example\x00", "x" * 65 + "@b.example", "a@" + "b." * 130 + "c",
    ],
)  # fmt: skip
def test_odd_addresses_are_not(address: str) -> None:
    """What could become a second recipient, a header or a command; and what SMTP cannot carry."""
    assert not usable(address)


def test_tags_and_case_make_nobody_else() -> None:
    """One person, however the address is written."""
    assert "a@b.example" == untagged("A+x+y@B.example")
    assert "+x@b.example" == untagged("+x@b.example")
    assert "a+x@b.example" == fold(" A+x@B.example ")
    assert "b.example" == domain("a@B.example")
