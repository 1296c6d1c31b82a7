"""
What is an alarm: a table of small functions, each of which looks at the facts and names what is wrong.

An alarm is a code, what it is about (a mailbox, or nothing) and a number where more of it is worse.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.watch.facts import Facts

_MOST_BOUNCES = 5  # as the breaker has it


@dataclass(frozen=True, slots=True)
class Limits:
    """When something is too late or too much."""

    poll: timedelta = timedelta(minutes=10)
    read: timedelta = timedelta(minutes=15)
    send: timedelta = timedelta(minutes=15)
    unread: timedelta = timedelta(minutes=120)
    canary: timedelta = timedelta(hours=2)
    room: int = 2**30  # bytes above the reserve
    mailboxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Alarm:
    """Something that a person must know of."""

    code: str
    about: str = ""
    number: int = 0


Found = Iterator[Alarm]
Rule = Callable[[Facts, Limits], Found]


def _age(facts: Facts, at: datetime) -> timedelta:
    """How old it is; what a clock wrote that was set back since counts from when the watch began."""
    return facts.at - (at if at <= facts.at else facts.since)


def _quiet(facts: Facts, last: datetime | None) -> timedelta:
    """How long since then, while we have watched."""
    watched = facts.at - facts.since
    return watched if last is None else min(watched, _age(facts, last))


def poll_late(facts: Facts, limits: Limits) -> Found:
    """A mailbox has not been looked through for too long, whatever the reason."""
    for poll in facts.polls:
        if _quiet(facts, poll.last_good_at) > limits.poll:
            yield Alarm("poll_late", poll.mailbox)


def mailbox_refused(facts: Facts, limits: Limits) -> Found:
    """A password, certificate or folder is refused: waiting does not help."""
    for poll in facts.polls:
        if poll.error in ("Refused", "ConfigError"):
            yield Alarm("mailbox_refused", poll.mailbox)


def disk(facts: Facts, limits: Limits) -> Found:
    """Collecting has stopped for want of room, or soon will."""
    if facts.room <= 0:
        yield Alarm("disk_full")
    elif facts.room < limits.room:
        yield Alarm("disk_low")


def read_late(facts: Facts, limits: Limits) -> Found:
    """Messages are stored and not read."""
    if facts.oldest_stored and _quiet(facts, facts.oldest_stored) > limits.read:
        yield Alarm("read_late")


def scanner_down(facts: Facts, limits: Limits) -> Found:
    """Nothing is scanned."""
    if not facts.scanner:
        yield Alarm("scanner_down")


def unread(facts: Facts, limits: Limits) -> Found:
    """No handler has looked at something for too long."""
    if facts.oldest_unread and _age(facts, facts.oldest_unread) > limits.unread:
        yield Alarm("unread")


def send_late(facts: Facts, limits: Limits) -> Found:
    """What is due does not leave."""
    if facts.oldest_due and _quiet(facts, facts.oldest_due) > limits.send:
        yield Alarm("send_late")


def acknowledgements(facts: Facts, limits: Limits) -> Found:
    """A person must decide about some."""
    for state in ("uncertain", "held", "refused"):
        if number := facts.count("outbox", state):
            yield Alarm(f"acknowledgements_{state}", number=number)


def breaker(facts: Facts, limits: Limits) -> Found:
    """What we send comes back."""
    if facts.bounces > _MOST_BOUNCES:
        yield Alarm("breaker_open")


def quarantined(facts: Facts, limits: Limits) -> Found:
    """Reading was given up; a person reads."""
    if number := facts.count("message", "quarantined"):
        yield Alarm("quarantined", number=number)


def unfetched(facts: Facts, limits: Limits) -> Found:
    """The server lists messages and does not serve them."""
    for mailbox, number in facts.unfetched:
        yield Alarm("unfetched", mailbox, number)


def stuck(facts: Facts, limits: Limits) -> Found:
    """Messages do not leave the inbox."""
    for mailbox, number in facts.stuck:
        yield Alarm("not_moved", mailbox, number)


def strays(facts: Facts, limits: Limits) -> Found:
    """Messages lie where we look at none: a rule or a person moved them, or a filter took them for junk."""
    for folder in facts.folders:
        if folder.strays and folder.role != "inbox":
            code = "in_junk" if folder.role == "junk" else f"strays_{folder.role}"
            yield Alarm(code, folder.mailbox, folder.strays)


def difference(facts: Facts, limits: Limits) -> Found:
    """A message was read and is not in the queue, or nothing was decided about its acknowledgement."""
    if facts.difference:
        yield Alarm("difference", number=facts.difference)


def canary_late(facts: Facts, limits: Limits) -> Found:
    """A message that was sent to be received was not."""
    for canary in facts.canaries:
        if canary.arrived_at is None and _age(facts, canary.sent_at) > limits.canary:
            yield Alarm("canary_late", canary.mailbox)


def attention(facts: Facts, limits: Limits) -> Found:
    """Supervisors must look at something in the console."""
    for why, number in facts.attention:
        yield Alarm(f"attention_{why}", number=number)


RULES: tuple[Rule, ...] = (
    mailbox_refused,
    poll_late,
    disk,
    read_late,
    scanner_down,
    unread,
    send_late,
    acknowledgements,
    breaker,
    quarantined,
    unfetched,
    stuck,
    strays,
    difference,
    canary_late,
    attention,
)
# Work has stopped, or will stop: `/readyz` says no.
STOPPING = frozenset(
    {"mailbox_refused", "poll_late", "disk_full", "read_late", "send_late", "store_unavailable"}
)
SENTENCES = {
    "mailbox_refused": "a mailbox refuses us: password, certificate or folder",
    "poll_late": "a mailbox has not been looked through",
    "disk_full": "the disk is full up to the reserve; collecting has stopped",
    "disk_low": "the disk fills up",
    "read_late": "stored messages are not being read",
    "scanner_down": "the virus scanner does not answer",
    "unread": "an item in the queue has waited too long for a handler",
    "send_late": "acknowledgements that are due do not leave",
    "acknowledgements_uncertain": "acknowledgements are in doubt; a person decides (mailbot retry-ack)",
    "acknowledgements_held": "acknowledgements are held; a person decides (mailbot held)",
    "acknowledgements_refused": "acknowledgements were refused",
    "breaker_open": "acknowledgements come back; none leaves until somebody has looked",
    "quarantined": "messages could not be read; people read them in the queue",
    "unfetched": "the mail server lists messages and does not serve them",
    "not_moved": "messages that were read do not leave the inbox",
    "in_junk": "there is new mail in the junk folder; a report may be among it",
    "strays_processed": "the folder of processed mail holds messages that mailbot did not put there",
    "strays_quarantine": "the quarantine folder holds messages that mailbot did not put there",
    "difference": "messages were read and are not in the queue",
    "canary_late": "a message that was sent to be received did not arrive",
    "attention_urgent": "urgent items are in the queue",
    "attention_high_priority": "items were decided with high priority",
    "attention_escalated": "items have waited too long",
    "attention_breached": "items are late",
    "attention_break_glass": "source parts were opened without the second person; review that",
    "attention_opening_asked": "somebody waits for a second person to open a source part",
    "attention_image_sealed": "pictures were sealed",
    "attention_dispatch_failed": "documents did not reach their desk",
    "store_unavailable": "the database cannot be used",
    "test": "this is a test",
}


def alarms(facts: Facts, limits: Limits) -> list[Alarm]:
    """All that is wrong now."""
    return [alarm for rule in RULES for alarm in rule(facts, limits)]
