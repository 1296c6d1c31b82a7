"""
What came in: a request becomes one on the desk, an answer is put beside the request that it answers.

An answer is known by two things together: the random token (in the address that it was sent to, in its
subject, or in the id of a calendar's reply) and the address that we wrote to. Never by what it says.

SECURITY
    What may be intelligence is not shown here, nor that there is any: whoever asks for training would be
    known as a source by it. So of no request, `mixed` or not, is more taken than its fields; a question or
    an answer that may tell something, or that carries a flag which handlers must see first, is theirs alone;
    so is whatever says that contact is not safe: nobody must write there. A calendar's reply says yes or no
    to its own request, and changes nothing by itself: whoever knows a token and forges an address could send
    one.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from mailbot.domain.mail import Kind, Reading
from mailbot.domain.record import Training
from mailbot.store.ids import new_id
from mailbot.store.office import training_answer as ANSWERS
from mailbot.store.office import training_request as REQUESTS
from mailbot.store.once import insert_once
from mailbot.store.unit import Unit
from mailbot.store.vault import Part
from mailbot.training import calendar, requests
from mailbot.training.shapes import FORM, QUESTION, TRAINING, Details, Rules

MATTERS = {
    Kind.TRAINING_REQUEST: TRAINING,
    Kind.MIXED: TRAINING,
    Kind.FORM_REQUEST: FORM,
    Kind.ENQUIRY: QUESTION,
}
_UNSAFE = "contact_not_safe"
PLAIN = frozenset({Kind.TRAINING_REQUEST, Kind.FORM_REQUEST, Kind.ENQUIRY})  # nothing for handlers in it
# These do not say that something is told about somebody.
_HARMLESS = frozenset({"duplicate", "no_form_found", "unknown_partner", "never_seen"})
_TOKEN = re.compile(r"(?<![a-z2-7])([a-z2-7]{16})(?![a-z2-7])")
HELD_BACK = "mixed"  # an answer that handlers have, and nobody here
LONGEST = 20_000  # characters of a body


class Inbox:
    """Takes in what was read; called in the transaction that queues the message."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def __call__(
        self, unit: Unit, message_id: str, reading: Reading, received_at: datetime, now: datetime
    ) -> None:
        """An answer, a new request, or nothing of ours."""
        if len(reading.envelope.senders) != 1:
            return
        if self._is_answer(unit, message_id, reading, now):
            return
        matter = MATTERS.get(reading.kind)
        if matter is None or (reading.kind is Kind.MIXED and reading.training is None):
            return
        if withheld(reading.kind, reading.flags) in ("unsafe", "question"):
            return
        requests.open_request(
            unit, details_of(reading), matter, min(received_at, now), now, self._rules, message_id
        )

    def _is_answer(self, unit: Unit, message_id: str, reading: Reading, now: datetime) -> bool:
        reply = calendar.reply(reading.parts)
        tokens = tokens_in(reading) | ({reply.token} if reply else set())
        if not tokens:
            return False
        digest = requests.address_digest(unit.vault, reading.envelope.senders[0])
        request_id = unit.db.scalar(
            select(REQUESTS.c.request_id).where(
                REQUESTS.c.token.in_(sorted(tokens)),
                REQUESTS.c.requester_digest == digest,
                REQUESTS.c.erased_at.is_(None),
            )
        )
        if request_id is None or (reading.kind is Kind.AUTOMATIC and reply is None):
            return False
        shown = is_plain(reading.kind, reading.flags)
        kind = "calendar" if reply else ("mail" if shown else HELD_BACK)
        text = reading.body[:LONGEST] if shown else ""
        answer_id = new_id()
        row = {
            "answer_id": answer_id,
            "request_id": request_id,
            "message_id": message_id,
            "kind": kind,
            "code": reply.answer if reply else "",
            "at": now,
            "sealed": unit.vault.seal(Part.TRAINING, text.encode("utf-8", "replace"), place(answer_id)),
            "purpose": "training",
        }
        if insert_once(unit.db, ANSWERS, row) and kind != HELD_BACK:
            seen = update(REQUESTS).where(REQUESTS.c.request_id == request_id)
            unit.db.execute(seen.values(answered_at=now))
        return True


def details_of(reading: Reading) -> Details:
    """What the desk may see of a message."""
    envelope = reading.envelope
    asked = replace(reading.training or Training(), findings=())
    is_question = MATTERS.get(reading.kind) == QUESTION
    return Details(
        asked=asked,
        address=envelope.senders[0],
        proven=envelope.authentication in ("pass", "internal") and envelope.automatic is None,
        body=reading.body[:LONGEST] if is_question else "",
    )


def withheld(kind: Kind, flags: Sequence[str]) -> str:
    """What of a message the desk does not get: "unsafe", "question": all; "request": all but its fields."""
    if kind not in MATTERS or is_plain(kind, flags):
        return ""
    if _UNSAFE in flags:
        return "unsafe"
    return "question" if MATTERS[kind] == QUESTION else "request"


def is_plain(kind: Kind, flags: Sequence[str]) -> bool:
    """Whether nothing in a message is for handlers, as far as a reader can tell."""
    telling = (flag for flag in flags if flag not in _HARMLESS and not flag.startswith("missing:"))
    return kind in PLAIN and not any(telling)


def tokens_in(reading: Reading) -> set[str]:
    """All that could be a token of ours: in the addresses that it was sent to, and in its subject."""
    tags = [one.rpartition("@")[0].partition("+")[2] for one in reading.envelope.recipients]
    places = [reading.envelope.subject, *tags]
    return {token for one in places for token in _TOKEN.findall(one.casefold())}


def place(answer_id: str) -> str:
    """Where its sealed text stands."""
    return f"training_answer.sealed.{answer_id}"
