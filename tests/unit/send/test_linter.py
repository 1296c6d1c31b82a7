"""What a constant text may hold."""

import pytest

from mailbot.errors import ConfigError
from mailbot.send import linter

GOOD = "Thank you. In an emergency call 999, else 101."


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"{GOOD} To report a crime, call 101. A message here is not a referral. A child in danger: 999.",
        f"{GOOD} We inform nobody. See https://www.police.example/ or www.police.example.",
        f"{GOOD} For further information, see our platform.",
    ],
)
def test_plain_words_pass(text: str) -> None:
    """What everybody may read, whatever they sent."""
    linter.check_text(text, "body.txt")


@pytest.mark.parametrize(
    "hole",
    [
        "{",
        "}",
        "{{ name }}",
        "%s",
        "%(name)s",
        "$name",
        "${name}",
        "[[name]]",
        "<name>",
        "<% name %>",
        "{% if x %}",
    ],
)
def test_a_place_to_fill_in_is_refused(hole: str) -> None:
    """There is no such thing in a constant."""
    with pytest.raises(ConfigError, match=r"body\.txt: a sign of a template"):
        linter.check_text(f"{GOOD} {hole}", "body.txt")


@pytest.mark.parametrize(
    "word",
    [
        "CPI", "c.p.i.", "Intelligence", "intel", "form", "FORMS", "your submission", "the source",
        "informant", "crime report", "police report", "information\nabout", "suspects", "victim",
        "investigation", "graded", "duplicate", "rejected", "attachment", "disclosure", "priority",
    ],
)  # fmt: skip
def test_a_telling_word_is_refused(word: str) -> None:
    """In whatever case, and over the end of a line."""
    with pytest.raises(ConfigError, match="telling word"):
        linter.check_text(f"{GOOD} {word} {GOOD}", "body.txt")


@pytest.mark.parametrize(
    "subject",
    [
        "Crime",
        "Your report",
        "Referral received",
        "Safeguarding",
        "URGENT",
        "Re: message",
        "two\nlines",
        "x" * 79,
        " ",
    ],
)
def test_a_telling_subject_is_refused(subject: str) -> None:
    """A subject shows in lists and previews, so more is telling there."""
    with pytest.raises(ConfigError, match=r"subject\.txt"):
        linter.check_subject(subject, "subject.txt")


@pytest.mark.parametrize("text", ["Call 999.", "Call 101.", "Call 9990 or 1010.", "x" * 10_001])
def test_what_must_be_said_is_said(text: str) -> None:
    """Where to turn in an emergency, and where else; in few words."""
    with pytest.raises(ConfigError):
        linter.check_text(text, "body.txt")


@pytest.mark.parametrize(
    "link", ["https://police.example/r/8f3a", "http://police.example?id=1", "www.police.example/x#y"]
)
def test_a_deep_link_is_refused(link: str) -> None:
    """A link of its own for each reader is a reference."""
    with pytest.raises(ConfigError, match="link"):
        linter.check_text(f"{GOOD} {link}", "body.txt")


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u200b", "\u202e", "\u2028", "\ufeff"])
def test_what_cannot_be_seen_is_refused(sign: str) -> None:
    """Nobody could check it by reading."""
    with pytest.raises(ConfigError, match="invisible"):
        linter.check_text(f"{GOOD}{sign}", "body.txt")


def test_a_refusal_does_not_quote_the_text() -> None:
    """Our list's word, and no more."""
    with pytest.raises(ConfigError) as caught:
        linter.check_text(f"{GOOD} Mallory wrote this form", "body.txt")

    assert 'body.txt: the telling word "form"' == str(caught.value)
