"""
Refuses, at the start, a constant that could tell anything.

An acknowledgement is read over shoulders, on lock screens and by whoever shares a mailbox. So its text, its
subject and its sender may hold no word that says what was sent, and no place where anything could be filled in.

"Crime", "report", "referral" and "child" are allowed in the text, because everybody is told where those go;
in the subject and the sender they would tell, and are refused.

GUARANTEES
    A refusal is a `ConfigError` that names the file or setting and the word of our list, never the text.
"""

import re
import unicodedata

from mailbot.errors import ConfigError

TELLING = (  # anywhere, as a whole word
    "form|forms|source|sources|informant|informer|suspect|suspects|suspicion|victim|victims|offender|offenders"
    "|allegation|allegations|submission|submissions|submitted|disclosure|disclosures|disclose|attachment|attachments"
    "|enclosed|investigation|investigations|investigate|graded|grading|priority|actioned|assessed|duplicate|accepted"
    "|declined|rejected|unreadable|reference number|police report|crime report|information about|partnership information"
)
TELLING_HEAD = (  # besides, in the subject and in the sender
    "crime|crimes|report|reports|reporting|referral|referrals|child|children|safeguarding|mash|urgent|emergency"
    "|information|confidential|re|fw|fwd"
)
FRAGMENTS = ("cpi", "intelligence", "intel")  # also within a word: hantscpi@, intelhub@
NEEDED = ("999", "101")
LONGEST = 10_000  # characters; a receipt is short
_HOLE = re.compile(r"[{}$%<>]|\[\[|\]\]")
_DEEP_LINK = re.compile(r"(?:https?:|www\.)\S*?[^\s/:]/\S|(?:https?:|www\.)\S*[?#]", re.I)


def check_text(text: str, name: str) -> None:
    """The body."""
    _refuse(_HOLE.search(text) is not None, name, "a sign of a template ({ } $ % < > [[): the text is a constant")
    _refuse(len(text) > LONGEST, name, f"more than {LONGEST} characters")
    _refuse(_hidden(text, allowed="\n"), name, "a control character or an invisible one")
    _refuse(_DEEP_LINK.search(text) is not None, name, "a link to more than a home page")
    for number in NEEDED:
        _refuse(not re.search(rf"\b{number}\b", text), name, f"no mention of {number}")
    _telling(text, name, TELLING)


def check_subject(subject: str, name: str) -> None:
    """The subject: one short line."""
    _refuse(_HOLE.search(subject) is not None, name, "a sign of a template: the subject is a constant")
    _refuse(not subject.strip() or len(subject) > 78, name, "no text, or more than 78 characters")
    _refuse(_hidden(subject), name, "a line end, a control character or an invisible one")
    _telling(subject, name, f"{TELLING}|{TELLING_HEAD}")


def check_sender(sender: str, name: str) -> None:
    """The sender, name and address."""
    _refuse(_hidden(sender), name, "a control character or an invisible one")
    _telling(sender, name, f"{TELLING}|{TELLING_HEAD}")


def _hidden(text: str, allowed: str = "") -> bool:
    return any(unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") and sign not in allowed for sign in text)


def _telling(text: str, name: str, words: str) -> None:
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold())
    squeezed = re.sub(r"[^a-z]", "", re.sub(r"\s", "|", plain))
    for fragment in FRAGMENTS:
        spaced = r"[\W_]?".join(fragment)  # C.P.I., c-p-i
        _refuse(bool(re.search(spaced, plain)) or fragment in squeezed.split("|"), name, f'the telling word "{fragment}"')
    if found := re.search(rf"(?<![a-z])(?:{words})(?![a-z])", plain):
        _refuse(True, name, f'the telling word "{found.group()}"')


def _refuse(wrong: bool, name: str, what: str) -> None:
    if wrong:
        raise ConfigError(f"{name}: holds {what}" if not what.startswith(("no ", "more ")) else f"{name}: {what}")
