"""
Whether somebody said that contact with them is not safe, in words or in a place that nobody foresaw.

GUARANTEES
    Nobody is answered on the strength of a label that was not understood: a question that went into no field
    and seems to have been answered so counts as a warning, and so does a plain one in any box about contact.
SECURITY
    All expressions are linear: what they may repeat is bounded, or texts are short.
BUGS
    It knows words, not grammar. It would rather warn once too often: then a person answers.
"""

import re
from collections.abc import Sequence

from mailbot.domain.record import Finding, Record
from mailbot.record import words
from mailbot.record.options import said
from mailbot.record.rich import MARK
from mailbot.record.telling import CANNOT, FEARED, HINDERED

_REACH = frozenset(
    [
        "contact", "contacted", "contacting", "call", "calls", "called", "calling", "phone", "phoned",
        "phoning", "telephone", "ring", "ringing", "rung", "rang", "hearing", "email", "emails", "emailed",
        "emailing", "reply", "replied", "replying", "respond", "response", "write", "reach", "reached",
        "text", "texting", "message", "messages", "letter", "letters", "voicemail", "inbox", "mailbox",
        "number", "touch", "acknowledge", "acknowledgement",
    ]
)  # fmt: skip
_SAFE = frozenset({"safe", "safely", "safety", "unsafe"})
_RISK = frozenset({"risk", "risks", "danger", "dangers", "dangerous"})
_NOT = frozenset({"no", "not", "unsafe", "never", "n", "nope", "dont"})
_MONITORED = frozenset({"monitored", "watched", "overheard", "tapped"})
_WATCHED = frozenset({"checks", "reads", "sees", "watches", "monitors", "listens"})
_DO_NOT = frozenset({"not", "never", "dont", "shouldnt"}) | CANNOT
_SHORT = 12  # words: "please do not ring me"
_WRITER = frozenset({"you", "your", "me", "my", "us", "our", "i", "being"})
_OTHERS = frozenset({"someone", "somebody", "anyone", "anybody", "else", "others", "family", "partner"})
_OVERSEE = frozenset({"see", "read", "find", "check", "hear", "overhear", "access", "know"})
_MINE = frozenset({"me", "my", "us", "our", "this", "here"})
_SENTENCE = re.compile(r"(?<=[.!?;]) ")
_YES = frozenset({"yes", "y"})
_LONGEST = 300  # characters; what is longer tells a story
_ANSWER = 24  # characters of an answer that may stand below its question
_PLAIN = re.compile(
    r"\b(?:do not|don'?t|never|must not|prefer not to be|rather not be) (?:ever |please |try to )?"
    r"(?:contact(?:ed)?|ring|rung|call(?:ed)?|phoned?|telephone|text|e-?mail(?:ed)?|reply|write|get in touch)"
    r"(?: (?:to |with )?(?:me|us|back|my \w+|this (?:number|phone|address|e-?mail))\b|\W{0,9}$"
    r"|[,;.] ?(?:he|she|they|it|my)\b)"
    r"|\b(?:not|never|isn'?t) (?:\w{1,12} ){0,2}safe\b(?! (?:at (?:home|school)|with|from|there))"
    r"|\bunsafe\b|\b(?:puts?|putting) (?:me|us) (?:at risk|in danger)|\bendangers? (?:me|us)\b",
    re.I,
)
_WITHOUT = re.compile(
    r"\bwithout (?:\w{1,12} ){0,3}(?:risk|danger|endangering|harm|putting|anyone|anybody)\b", re.I
)
_NONE = re.compile(r"\bno (?:contact|calls?|repl(?:y|ies)|e-?mails?)\b", re.I)
_ASKED = re.compile(
    r"^[^\w\n]{0,10}(\w[^\n?:]{5,150}[?:])[^\w\n]{0,10}\n?[^\w\n]{0,10}"
    r"(yes|no|y|n|nope|never|unsafe|not safe)\W{0,3}$",
    re.I | re.M,
)
_REFUSED = re.compile(r"\W{0,9}(?:no|nope|never|none|n)\b", re.I)
_ABOUT_CONTACT = ("contact_preference", "phone", "email", "may_contact", "contact_safe")


def warned(unmapped: Sequence[str]) -> bool:
    """Whether what went into no field warns: by itself, or as a question with its answer behind it."""
    texts = [_ticked(line) for text in unmapped for line in text.split("\n")]
    return any(
        warns(text) or (len(answer) <= _ANSWER and warns(f"{text} {answer}"))
        for text, answer in zip(texts, [*texts[1:], ""], strict=False)
    )


def _ticked(text: str) -> str:
    """A question with the options whose boxes are ticked, where it has boxes."""
    mark = MARK.search(text)
    if mark is None or len(text) > _LONGEST:
        return text
    front = text[: mark.start()]
    cut = max(front.rfind("?"), front.rfind(":")) + 1  # boxes may stand behind their options
    return f"{front[: cut or None]} {said(text)}"


def told(record: Record) -> bool:
    """Whether an answer in some field says it: a box about contact, a wish, or a question in a narrative."""
    safe = record.submitter.contact_safe == "yes"  # then "please do not contact me" only refuses leave
    findings = [one for one in record.findings if not (safe and one.path == "submitter.may_contact")]
    return any(_told(finding) for finding in findings) or any(
        warns(" ".join(hit.groups())) for hit in _ASKED.finditer(record.narrative or "")
    )


def _told(finding: Finding) -> bool:
    part, _, last = finding.path.rpartition(".")
    answer = said(finding.raw)[:_LONGEST]
    if part == "submitter" and last in _ABOUT_CONTACT:
        label = frozenset(words.words(finding.label).split())
        if _PLAIN.search(words.plain(answer)) or (
            last == "contact_preference" and label & _SAFE and _REFUSED.match(answer)
        ):
            return True
    guessed = 0 < finding.confidence < 1 and last != "contact_safe"
    wished = finding.path == "handling_request"  # "Do not contact: yes"
    return (guessed or wished) and warns(f"{finding.label} {answer}")


def written(letter: str) -> bool:
    """Whether a letter says so in a sentence of its own, or as a question with its answer."""
    if any(warns(" ".join(hit.groups())) for hit in _ASKED.finditer(letter)):
        return True
    return any(_pleads(one) for one in _SENTENCE.split(" ".join(letter.split())))


def _pleads(sentence: str) -> bool:
    """ "Please do not contact me", "it is not safe to reply to this address"."""
    if len(sentence) > _LONGEST:
        return False
    used = frozenset(words.words(sentence).split())
    return bool(used & _REACH and used & _MINE and _PLAIN.search(words.plain(sentence)))


def warns(text: str) -> bool:
    """Whether a question and its answer may mean "it is not safe to contact me"."""
    used = frozenset(words.words(text).split()) if len(text) <= _LONGEST else frozenset[str]()
    if not used & _REACH:
        return False
    if used & _SAFE and used & (_NOT | _RISK | _WATCHED):
        return True
    if used & _NOT and _WITHOUT.search(text):
        return True
    against = (
        used & (_RISK | HINDERED | _MONITORED)
        or (used & FEARED and used & (_WRITER | _SAFE))
        or (used & _DO_NOT and len(used) <= _SHORT)
        or (used & _OTHERS and used & _OVERSEE and used & _WRITER)
        or _NONE.search(text)
    )
    return bool(against and used & _YES) or bool(_PLAIN.search(words.plain(text)))
