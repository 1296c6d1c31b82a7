"""A desk with a school that asks, and a clock that is set."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import insert, select

from mailbot.config import MashContact
from mailbot.domain.mail import Envelope, Kind, Part, Reading
from mailbot.domain.record import Training
from mailbot.domain.states import AckState
from mailbot.send.letters import send_letters
from mailbot.store.ids import new_id
from mailbot.store.office import training_request
from mailbot.store.schema import message, outbox
from mailbot.store.unit import Store
from mailbot.training import letters, requests, sessions
from mailbot.training.compose import Draft, Writer
from mailbot.training.desk import Office
from mailbot.training.inbox import Inbox
from mailbot.training.shapes import Plan, Request, Rules, Session
from tests.fakes.transport import FakeTransport
from tests.house.silence import canary

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)  # a Monday, summer time
ASKER = "tamsin.pretendham@inventley.example"
canary("Tamsin Pretendham", "Inventley Community Junior School", ASKER)
TEAM = "Education Partnership Team <partnership@police.example>"
ASKED = Training(
    school="Inventley Community Junior School",
    contact_name="Tamsin Pretendham",
    contact_email=ASKER,
    audience="all staff",
    attendees="about 15",
    format="in_person",
    place="School hall",
    preferred_dates=("Thursday 14th after school",),
)
CONTACT = MashContact(area="Portsmouth", phone="01632 960010", checked_on=date(2026, 4, 1))
PLAN = Plan(place="School hall, Inventley", link="", trainer="PC Imaginary", audience="all staff")


@dataclass
class Desk:
    """What a test moves."""

    store: Store
    office: Office = field(
        default_factory=lambda: Office(
            Writer(
                TEAM,
                "partnership+{token}@police.example",
                (CONTACT,),
            ),
            Rules(),
        )
    )
    now: datetime = NOW
    transport: FakeTransport = field(default_factory=FakeTransport)

    def arrive(
        self,
        kind: Kind = Kind.TRAINING_REQUEST,
        training: Training | None = ASKED,
        *flags: str,
        sender: str = ASKER,
        **more: object,
    ) -> str:
        """A message was read; its id."""
        names = {
            name: more.pop(name)
            for name in ("recipients", "subject", "automatic", "authentication")
            if name in more
        }
        envelope = replace(Envelope(senders=(sender,), from_headers=1, authentication="pass"), **names)  # type: ignore[arg-type]
        reading = Reading(envelope, kind, flags, training=training, **more)  # type: ignore[arg-type]
        message_id = new_id()
        with self.store.unit() as unit:
            row = {"message_id": message_id, "mailbox": "partnership", "raw_digest": message_id, "size": 1}
            times = {"received_at": self.now, "stored_at": self.now}
            unit.db.execute(insert(message).values(**row, **times, state="queued", kind=kind.value))
            Inbox(self.office.rules)(unit, message_id, reading, self.now, self.now)
        return message_id

    @property
    def all(self) -> list[Request]:
        """Every request, the first first."""
        with self.store.look() as db:
            rows = db.execute(select(training_request).order_by(training_request.c.received_at))
            return [requests.opened(self.store.vault, row) for row in rows]

    @property
    def only(self) -> Request:
        """The one request that there is."""
        (found,) = self.all
        return found

    def plan(self, days: int = 10, at: time = time(15, 30), capacity: int = 0, what: Plan = PLAN) -> Session:
        """A session of an hour, so many days from now."""
        with self.store.unit() as unit:
            starts = sessions.moment(self.now.date() + timedelta(days=days), at)
            session_id = sessions.plan(unit, starts, 60, capacity, what, "ada", self.now, self.office.rules)
            return sessions.get(unit.db, unit.vault, session_id)

    def draft(
        self, kind: str, session: Session | None = None, request: Request | None = None, answer: str = ""
    ) -> Draft:
        """What is shown."""
        return letters.draft(
            self.office.writer, kind, request or self.only, session, self.now, self.office.rules, answer
        )

    def write(
        self, kind: str, session: Session | None = None, request: Request | None = None, answer: str = ""
    ) -> None:
        """Show a letter, and send it as it is."""
        request = request or self.only
        shown = self.draft(kind, session, request, answer)
        with self.store.unit() as unit:
            letters.send(
                unit, self.office.writer, request, session, shown, "ada", self.now, self.office.rules
            )

    def post(self) -> Sequence[EmailMessage]:
        """Send what is due; what left now."""
        before = len(self.transport.sent)
        sender, spread = self.office.writer.address, random.Random(7)  # noqa: S311
        send_letters(self.store, self.transport, sender, lambda: self.now, spread, limit=500)
        with self.store.unit() as unit:
            letters.follow(unit, self.now)
        return [parsed(mail.data) for mail in self.transport.sent[before:]]

    def queued(self) -> list[tuple[AckState, datetime | None]]:
        """The outbox: states, and when each is due."""
        with self.store.look() as db:
            rows = db.execute(
                select(outbox.c.state, outbox.c.due_at).order_by(outbox.c.due_at, outbox.c.mail_id)
            )
            return [(AckState(row.state), row.due_at) for row in rows]


def parsed(data: bytes) -> EmailMessage:
    """A message as another program sees it."""
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def calendar_of(mail: EmailMessage) -> str:
    """The invitation in a message."""
    (part,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    return str(part.get_content())


def a_reply(token: str, answer: str = "ACCEPTED", method: str = "REPLY") -> Part:
    """What a calendar answers."""
    text = (
        f"BEGIN:VCALENDAR\nMETHOD:{method}\nVERSION:2.0\nBEGIN:VEVENT\nUID:{token}@police.example\n"
        f"ATTENDEE;CN=Somebody;PARTSTAT=\n {answer}:mailto:somebody@inventley.example\n"
        "END:VEVENT\nEND:VCALENDAR\n"
    )
    return Part("1", "", "text/calendar", "ics", len(text), "0" * 64, "unsupported", "calendar", text=text)
