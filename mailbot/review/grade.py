"""
What a handler decides, as values, and what must be there before it may stand.

GUARANTEES
    Nothing has a default: a grade that nobody gave is None, and then a decision that needs it is refused with
    the field and a sentence. Conditions of handling stand only under a code that takes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.review.vocabulary import Grading

LONGEST_TEXT = 100_000  # characters of a sanitised text or a handover
LONGEST_LINE = 2_000
MOST = 20  # logs of one message, persons in a handover


@dataclass(frozen=True, slots=True)
class Grade:
    """3x5x2 with its conditions, and the protective marking."""

    source: str | None = None
    source_reason: str = ""
    intelligence: str | None = None
    handling: str | None = None
    action: str | None = None
    sanitisation: str | None = None
    instructions: str = ""  # handling instructions, in words
    marking: str | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """One intelligence log: sanitised by the handler, with the persons that the handler put in."""

    text: str
    grade: Grade
    persons: tuple[str, ...] = ()  # a line each: name, date of birth, role
    information_types: tuple[str, ...] = ()
    wishes: str = ""  # of whoever told us, in words that name nobody


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity that somebody put into a handover deliberately."""

    label: str  # "Name of submitter", "Telephone of submitter", …
    value: str


@dataclass(frozen=True, slots=True)
class Handover:
    """What the crime desk or safeguarding gets."""

    outcome: str
    text: str
    marking: str | None = None
    instructions: str = ""
    wishes: str = ""  # of the submitter, as the handler passes them on
    identities: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlRoom:
    """Who took a pressing matter, when, and under which number."""

    taken_by: str = ""
    taken_at: str = ""
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A whole decision."""

    priority: str | None = None
    outcomes: tuple[str, ...] = ()
    logs: tuple[Log, ...] = ()
    handovers: tuple[Handover, ...] = ()
    control_room: ControlRoom = ControlRoom()
    rationale: str = ""
    answered: tuple[str, ...] = ()  # kinds of value that were left in knowingly
    answer: str = ""  # why


@dataclass(frozen=True, slots=True)
class Problem:
    """What is missing or wrong: the field as the form has it, and what to do."""

    field: str
    sentence: str


def problems(decision: Decision, grading: Grading) -> tuple[Problem, ...]:
    """What keeps a decision from standing; empty when nothing does."""
    return tuple(_problems(decision, grading))


def _problems(decision: Decision, grading: Grading) -> Iterator[Problem]:
    yield from _priority(decision, grading)
    yield from _outcomes(decision, grading)
    for number, log in enumerate(decision.logs):
        yield from _log(log, f"logs-{number}", grading)
    for handover in decision.handovers:
        yield from _handover(handover, grading)
    if len(decision.rationale) > LONGEST_TEXT or len(decision.answer) > LONGEST_LINE:
        yield Problem("rationale", "Shorten your reasons")


def _priority(decision: Decision, grading: Grading) -> Iterator[Problem]:
    chosen = grading.choice("priority", decision.priority)
    if chosen is None:
        yield Problem("priority", "Choose a priority")
        return
    room = decision.control_room
    if chosen.control_room and not (room.taken_by and room.taken_at and room.incident):
        yield Problem(
            "control_room", "Enter who in the control room took it, when, and their incident number"
        )
    if max(map(len, (room.taken_by, room.taken_at, room.incident))) > LONGEST_LINE:
        yield Problem("control_room", "Shorten what you entered about the control room")


def _outcomes(decision: Decision, grading: Grading) -> Iterator[Problem]:
    chosen = [grading.choice("outcome", code) for code in decision.outcomes]
    if not chosen or None in chosen or len(set(decision.outcomes)) != len(chosen):
        yield Problem("outcomes", "Choose at least one outcome")
        return
    desks = {one.code for one in chosen if one is not None and one.desk}
    if desks and len(desks) != len(chosen):
        yield Problem("outcomes", "No action cannot stand beside another outcome")
    if not desks and not decision.rationale.strip():
        yield Problem("rationale", "Say why nothing is passed on")
    if ("intelligence_log" in desks) != bool(decision.logs):
        yield Problem("logs-0-text", "Write the sanitised text of the log, or take that outcome away")
    if len(decision.logs) > MOST:
        yield Problem("outcomes", f"Make at most {MOST} logs of one message")
    wanted = desks - {"intelligence_log"}
    given = [handover.outcome for handover in decision.handovers]
    if set(given) != wanted or len(given) != len(wanted):
        yield Problem("outcomes", "Each desk needs its handover, and no other")


def _log(log: Log, field: str, grading: Grading) -> Iterator[Problem]:
    if not log.text.strip():
        yield Problem(f"{field}-text", "Write the sanitised text of the log")
    if len(log.text) > LONGEST_TEXT or len(log.persons) > MOST or _long(*log.persons):
        yield Problem(f"{field}-text", "Shorten the log")
    if _long(log.wishes):
        yield Problem(f"{field}-wishes", "Shorten the wishes")
    yield from _grade(log.grade, field, grading)


def _grade(grade: Grade, field: str, grading: Grading) -> Iterator[Problem]:
    for name, words in (
        ("source", "Choose a source evaluation"),
        ("intelligence", "Choose an intelligence assessment"),
        ("handling", "Choose a handling code"),
        ("marking", "Choose a protective marking"),
    ):
        if grading.choice(name, getattr(grade, name)) is None:
            yield Problem(f"{field}-{name}", words)
    source = grading.choice("source", grade.source)
    if source is not None and source.reason and not grade.source_reason.strip():
        yield Problem(f"{field}-source_reason", "Say why the source is not reliable")
    yield from _conditions(grade, field, grading)
    if _long(grade.source_reason, grade.instructions):
        yield Problem(f"{field}-instructions", "Shorten the instructions")


def _conditions(grade: Grade, field: str, grading: Grading) -> Iterator[Problem]:
    handling = grading.choice("handling", grade.handling)
    takes = handling is not None and handling.conditions
    for name, words in (("action", "an action condition"), ("sanitisation", "a sanitisation condition")):
        given = getattr(grade, name)
        if takes and grading.choice(name, given) is None:
            yield Problem(f"{field}-{name}", f"Choose {words}: the handling code asks for it")
        if not takes and given:
            yield Problem(f"{field}-{name}", f"Take away {words}: the handling code has none")


def _handover(handover: Handover, grading: Grading) -> Iterator[Problem]:
    field = f"handover-{handover.outcome}"
    if not handover.text.strip():
        yield Problem(f"{field}-text", "Write what the desk needs to know")
    if grading.choice("marking", handover.marking) is None:
        yield Problem(f"{field}-marking", "Choose a protective marking")
    too_many = len(handover.identities) > MOST or _long(*(one.value for one in handover.identities))
    if len(handover.text) > LONGEST_TEXT or too_many or _long(handover.instructions, handover.wishes):
        yield Problem(f"{field}-text", "Shorten the handover")


def _long(*lines: str) -> bool:
    return any(len(line) > LONGEST_LINE for line in lines)
