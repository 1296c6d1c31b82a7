"""Who wrote: one plain address on which two parsers agree, or none."""

import pytest

from mailbot.parse.addresses import listed, scan, senders, to_ascii, usable


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@school.example", "a@school.example"),
        ("A Teacher <A.Teacher@School.Example>", "A.Teacher@school.example"),
        ('"Teacher, A (DSL)" <a@school.example>', "a@school.example"),
        ("A Teacher (head) <a@school.example>", "a@school.example"),
        ("=?utf-8?q?Ren=C3=A9e?= <renee@school.example>", "renee@school.example"),
        ("<a@schülé.example>", "a@xn--schl-epa6i.example"),
    ],
)
def test_sender(value: str, expected: str) -> None:
    """An honest From gives its address, the domain in lower-case ASCII."""
    boxes, defects = senders([value])

    assert [expected] == [box.address for box in boxes]
    assert () == defects


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Teachers: a@school.example, b@school.example;",
        "a@school.example <b@other.example> <c@third.example>",
        "a@school.example\x00@other.example",
        '"a@school.example',
        "(((((a@school.example",
        "<a@school.example",
        "a@school.example>",
        '"quoted local"@school.example',
        "a@[192.0.2.1]",
        "a@localhost",
        "a@b@school.example",
        ".a@school.example",
        "a@-school.example",
        "é@school.example",
        "alice@partner.example)bob@other.example",
        "a@school.example (" + "(" * 20_000,
    ],
)
def test_no_usable_sender(value: str) -> None:
    """A From that is odd, ambiguous or a group gives no address at all."""
    assert () == senders([value])[0]


def test_several_senders() -> None:
    """Two addresses in one From, and one in each of two, are two."""
    assert 2 == len(senders(["a@school.example, b@school.example"])[0])
    assert 2 == len(senders(["a@school.example", "b@school.example"])[0])


def test_one_bad_spoils_all() -> None:
    """An address that cannot be used is never quietly dropped beside a good one."""
    assert () == senders(["a@school.example, b@localhost"])[0]


def test_scan_refuses_groups() -> None:
    """A group is no list of mailboxes."""
    assert scan("friends:;") is None


def test_usable_lengths() -> None:
    """RFC 5321 says how long an address may be."""
    assert usable("a" * 64 + "@school.example") is not None
    assert usable("a" * 65 + "@school.example") is None
    assert "" == to_ascii("a." * 200 + "example")


def test_listed() -> None:
    """Recipients are those that can be shown, each once, not more than wanted."""
    assert ("a@x.example", "b@x.example") == listed(
        ["a@x.example, A <a@x.example>", "b@x.example, c@x.example"], 2
    )


@pytest.mark.parametrize(
    "domain",
    [
        "straße.example",
        "ſchool.example",
        "ｓchool.example",
        "school。example",
        "scho\u200dol.example",
        "ﬁeld.example",
    ],
)
def test_a_domain_that_rules_read_differently_is_nobody_s(domain: str) -> None:
    """
    IDNA 2003 makes them into a domain of letters, which somebody else may own; the border server may read
    them by IDNA 2008 and call the one authenticated. Then we would answer the other.
    """
    assert "" == to_ascii(domain)
    assert usable(f"a@{domain}") is None


@pytest.mark.parametrize(
    ("domain", "ours"), [("Schülé.example", "xn--schl-epa6i.example"), ("SCHOOL.example.", "school.example")]
)
def test_a_domain_that_all_read_alike(domain: str, ours: str) -> None:
    """Upper case and a final dot make no other."""
    assert ours == to_ascii(domain)
