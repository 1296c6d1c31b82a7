"""
Refuses, at the start, a constant that could tell anything.

An acknowledgement is read over shoulders, on lock screens and by whoever shares a mailbox. So its text, its
subject and its sender may hold no word that says what was sent, and no place where anything could be put in.

"Crime", "report", "referral" and "child" are allowed in the text, because everybody is told where those go;
in the subject and the sender they would tell, and are refused.

GUARANTEES
    A refusal is a `ConfigError` that names the file or setting and the word of our list, never the text.
"""

import re
import unicodedata

from mailbot.errors import ConfigError

FRAGMENTS = ("cpi", "intelligence", "intel")  # also inside a word, and spelt with dots: hantscpi@, C.P.I.
TELLING = (
    # what was sent
    "form|forms|submission|submissions|submitted|attachment|attachments|enclosed|disclosure|disclosures|disclose"
    "|police report|crime report|information about|partnership information"
    # who is in it
    "|source|sources|informant|informer|suspect|suspects|suspicion|victim|victims|offender|offenders|allegation"
    "|allegations|investigation|investigations|investigate"
    # what became of it
    "|graded|grading|priority|actioned|assessed|duplicate|accepted|declined|rejected|unreadable"
)
TELLING_HEAD = (  # besides, in the subject and in the sender
    "crime|crimes|report|reports|reporting|referral|referrals|child|children|safeguarding|mash|urgent|emergency"
    "|information|confidential|re|fw|fwd"
)
NEEDED = ("999", "101")
LONGEST = 10_000  # characters; a receipt is short
_HOLE = re.compile(r"[{}$%]|\[\[|\]\]")
_LINK = re.compile(r"https?:\S+|www\.\S+", re.IGNORECASE)
_HOME = re.compile(r"(?:https?://)?[a-z0-9.-]+/?[.,)]?", re.IGNORECASE)


def check_text(text: str, name: str) -> None:
    """The body."""
    _refuse(len(text) > LONGEST, name, f"more than {LONGEST} characters")
    _check_constant(text, name, "\n")
    if any(not _HOME.fullmatch(link) for link in _LINK.findall(text)):
        raise ConfigError(f"{name}: a link to more than a home page, which could be told apart")
    for number in NEEDED:
        _refuse(not re.search(rf"\b{number}\b", text), name, f"no mention of {number}")
    _check_words(text, name, TELLING)


def check_subject(subject: str, name: str) -> None:
    """The subject: one short line."""
    _refuse(not subject.strip() or len(subject) > 78, name, "no text, or more than 78 characters")
    _check_constant(subject, name)
    _check_words(subject, name, f"{TELLING}|{TELLING_HEAD}")


def check_sender(sender: str, name: str) -> None:
    """The sender, name and address."""
    _check_constant(sender, name, "<>")
    _check_words(sender, name, f"{TELLING}|{TELLING_HEAD}")


def _check_constant(text: str, name: str, allowed: str = "") -> None:
    _refuse(bool(_HOLE.search(text)), name, "a sign of a template ({ } $ % [[), and this is a constant")
    _refuse("<" in text and "<" not in allowed, name, "a sign of a template (<)")
    hidden = any(
        unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") for sign in text if sign not in allowed
    )
    _refuse(hidden, name, "a line end, a control character or an invisible one")


def _check_words(text: str, name: str, words: str) -> None:
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold())
    for fragment in FRAGMENTS:
        _refuse(bool(re.search(r"[\W_]?".join(fragment), plain)), name, f'the telling word "{fragment}"')
    found = re.search(rf"(?<![a-z])(?:{words})(?![a-z])", plain)
    _refuse(found is not None, name, f'the telling word "{found.group() if found else ""}"')


def _refuse(wrong: bool, name: str, what: str) -> None:
    if wrong:
        raise ConfigError(f"{name}: {what}")
