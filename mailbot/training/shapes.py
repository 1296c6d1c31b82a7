"""What the desk keeps, sealed with its own key: what somebody asked for, and what a session is."""

from dataclasses import dataclass, field
from datetime import datetime

from mailbot.domain.record import Training
from mailbot.domain.states import SessionState, TrainingState

TRAINING, QUESTION, FORM = "training", "question", "form"  # what a request is about


@dataclass(frozen=True, slots=True)
class Note:
    """What an admin wrote down, a telephone call for instance; none is changed."""

    by: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Details:
    """The sealed part of a request."""

    asked: Training  # as written; without findings
    address: str  # where letters go: whoever wrote, or what an admin typed
    proven: bool  # whether our border has authenticated that address, or an admin has typed it
    body: str = ""  # of a question: what they wrote
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A request, opened."""

    request_id: str
    state: TrainingState
    matter: str
    token: str
    received_at: datetime
    changed_at: datetime
    also: int
    urn: str | None
    session_id: str | None
    waits_since: datetime | None
    attended: int | None
    due_again_at: datetime | None
    answered_at: datetime | None
    by_telephone: bool
    version: int
    details: Details

    @property
    def people(self) -> int:
        """How many would come: the largest number that they wrote; one where they wrote none."""
        digits = "".join(one if one.isdigit() else " " for one in self.details.asked.attendees or "")
        return min(max((int(one[:4]) for one in digits.split()), default=1), 9999)


@dataclass(frozen=True, slots=True)
class Plan:
    """The sealed part of a session."""

    place: str  # "" is online
    link: str
    trainer: str
    audience: str
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A session, opened."""

    session_id: str
    state: SessionState
    starts_at: datetime
    ends_at: datetime
    capacity: int
    sequence: int
    version: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class Rules:
    """How the desk works; see `[training]`."""

    per_sender_day: int = 5
    keep_months: int = 24
    again_months: int = 24
    remind_days: int = 7
    remind_at: str = "09:00"
    field_limit: int = field(default=300)
