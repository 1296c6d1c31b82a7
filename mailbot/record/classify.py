"""
What a message is: an ordered table of small rules; the first that speaks decides.

A form decides before any words around it do; what could not be opened counts before what is only a
letter, because it may be a form.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mailbot.domain.mail import Kind, ParsedMail, Part
from mailbot.record.letters import Cues, Letter
from mailbot.record.pieces import Found

_NO_FORM = frozenset({"calendar", "vcard", "signature", "ics", "vcf", "p7s", "audio", "video", "key"})
_LOGO = 40_000  # bytes; a picture inside a body that is smaller is a logo


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the rules look at."""

    mail: ParsedMail
    found: list[Found]
    letter: Letter  # what the sender wrote beside any form
    cues: Cues

    def has(self, kind: str) -> bool:
        """Whether some part was read as that kind of form."""
        return any(one.kind == kind for one in self.found)

    @property
    def asks(self) -> bool:
        """Whether the letter asks for training."""
        return self.cues.wants_training(self.letter.text)

    @property
    def tells(self) -> bool:
        """Whether the letter, or a training form's last box, tells something about somebody."""
        inside = " ".join(
            text for one in self.found if one.kind == "training_request" for text in one.unmapped
        )
        return self.cues.tells(self.letter.text) or self.cues.tells(inside)


Rule = Callable[[Evidence], Kind | None]


def report(seen: Evidence) -> Kind | None:
    """A delivery report or a receipt is a machine's, whatever it quotes."""
    return Kind.AUTOMATIC if seen.mail.report else None


def form(seen: Evidence) -> Kind | None:
    """A completed form is what the message is about, unless training is asked for beside it."""
    if not seen.has("cpi"):
        return None
    wants = seen.has("training_request") or (seen.mail.envelope.automatic is None and seen.asks)
    return Kind.MIXED if wants else Kind.CPI


def unopened(seen: Evidence) -> Kind | None:
    """What could not be opened may be the form; a person must look, whatever the letter says."""
    other = any(seen.has(kind) for kind in ("mash_referral", "crime_report", "training_request"))
    return Kind.UNREADABLE if not other and any(map(may_be_form, seen.mail.parts)) else None


def other_form(seen: Evidence) -> Kind | None:
    """Another form that came here by mistake."""
    for kind in (Kind.MASH_REFERRAL, Kind.CRIME_REPORT):
        if seen.has(kind.value):
            return kind
    return None


def training_form(seen: Evidence) -> Kind | None:
    """A training request form; its free boxes may tell something all the same."""
    if not seen.has("training_request"):
        return None
    return Kind.MIXED if seen.tells else Kind.TRAINING_REQUEST


def automatic(seen: Evidence) -> Kind | None:
    """A machine's mail without a form; a web form's notification may still carry a request."""
    envelope = seen.mail.envelope
    if envelope.automatic in ("bounce", "list") or seen.cues.is_automatic(envelope.subject):
        return Kind.AUTOMATIC
    if envelope.automatic and not (seen.cues.wants_form(seen.letter.text) or seen.asks or seen.tells):
        return Kind.AUTOMATIC
    return None


def crime(seen: Evidence) -> Kind | None:
    """A letter that reports a crime."""
    return Kind.CRIME_REPORT if seen.cues.reports_crime(seen.letter.text) else None


def intelligence(seen: Evidence) -> Kind | None:
    """A letter that tells about somebody, with a question or a request or without."""
    return Kind.MIXED if seen.tells else None


def request(seen: Evidence) -> Kind | None:
    """A letter that asks for a blank form or for training."""
    if seen.asks:
        return Kind.TRAINING_REQUEST
    return Kind.FORM_REQUEST if seen.cues.wants_form(seen.letter.text) else None


def anything(seen: Evidence) -> Kind | None:
    """Any other message of a human."""
    return Kind.ENQUIRY


RULES: tuple[Rule, ...] = (
    report,
    form,
    other_form,
    training_form,
    automatic,
    unopened,
    crime,
    intelligence,
    request,
    anything,
)


def kind(seen: Evidence) -> Kind:
    """The first rule that speaks."""
    for rule in RULES:
        if (decided := rule(seen)) is not None:
            return decided
    return Kind.ENQUIRY


def may_be_form(part: Part) -> bool:
    """Whether a part that was not read could have been a form: a file or a photograph, no logo."""
    if part.state in ("read", "empty") or part.detected in _NO_FORM:
        return False
    if part.role == "inline" or (part.detected == "image" and part.role == "body"):
        return part.size > _LOGO
    return True
