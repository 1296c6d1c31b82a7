"""From a school's message to a session in its calendar, with the real reader."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from sqlalchemy import select

from mailbot.domain.mail import Kind
from mailbot.parse.sandbox import ReaderPool
from mailbot.store.office import training_request
from mailbot.store.schema import review_item
from mailbot.training import answers, invitation, requests
from mailbot.training.inbox import Inbox
from mailbot.training.shapes import Request, Rules
from tests.hostile.road import Road, road
from tests.house.silence import canary
from tests.letters import GATEWAY, OURS, letter

SCHOOL = "tamsin.pretendham@inventley.example"
SECRET = "Wilf Fauxley has been carrying packages for an older male"
canary("Tamsin Pretendham", SCHOOL, SECRET, "Wilf Fauxley")
ASKS = "We would like CPI training for our pastoral team please, about 15 people."


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[Road]:
    """Readers, and a desk."""
    pool = ReaderPool(mode="best_effort", readers=1)
    with road(tmp_path, pool) as found:
        found.desk = Inbox(Rules())
        yield found
    pool.close()


def written(text: str, subject: str = "Training", to: str = OURS) -> bytes:
    """What the school writes."""
    text = f"Hello\n\n{text}\n\nTamsin Pretendham\nInventley Community Junior School\n"
    raw = letter(SCHOOL, text, name="Tamsin Pretendham", subject=subject)
    return raw.replace(f"To: {OURS}".encode(), f"To: {to}".encode())


def request_of(found: Road) -> Request:
    """The one that there is."""
    store = found.ground.store
    with store.look() as db:
        return requests.opened(store.vault, db.execute(select(training_request)).one())


def test_mixed_mail_is_split(at_work: Road) -> None:
    """The admin sees the request and no word of the rest; the handler has the message in the queue."""
    reading = at_work.read(at_work.arrive(written(f"{ASKS} Last week a Year 9 pupil told me that {SECRET}.")))
    request = request_of(at_work)

    assert Kind.MIXED is reading.kind
    assert ("training", "") == (request.matter, request.details.body)
    assert request.details.asked.audience == "our pastoral team"
    assert "Fauxley" not in repr(request)
    assert SECRET in reading.body
    assert 1 == len(at_work.ground.rows(review_item, "item_id"))


def test_a_reply_that_tells_something_is_not_at_the_desk(at_work: Road) -> None:
    """It answers an offer, and handlers alone have it."""
    at_work.read(at_work.arrive(written(ASKS)))
    token = request_of(at_work).token
    text = f"Yes, that is fine. By the way, a Year 9 pupil told me that {SECRET} from the car wash."
    reading = at_work.read(at_work.arrive(written(text, f"Re: Training session [{token}]")))
    with at_work.ground.store.look() as db:
        found = answers.of_request(db, at_work.ground.store.vault, request_of(at_work).request_id)

    assert Kind.MIXED is reading.kind
    assert [] == found
    assert None is request_of(at_work).answered_at


def test_a_reply_that_tells_nothing_is_shown(at_work: Road) -> None:
    """Matched by the tag of the address that it was sent to."""
    at_work.read(at_work.arrive(written(ASKS)))
    local, _, domain = OURS.partition("@")
    to = f"{local}+{request_of(at_work).token}@{domain}"
    at_work.read(at_work.arrive(written("Yes please, that date is fine.", "Re: a date", to)))
    with at_work.ground.store.look() as db:
        (answer,) = answers.of_request(db, at_work.ground.store.vault, request_of(at_work).request_id)

    assert "mail" == answer.kind
    assert "that date is fine" in answer.text


def test_a_calendar_says_yes(at_work: Road) -> None:
    """As programs answer: an alternative of type text/calendar, method REPLY, the id of our invitation."""
    at_work.read(at_work.arrive(written(ASKS)))
    token = request_of(at_work).token
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SCHOOL, OURS, "Accepted: Training session"
    mail.set_content("")
    reply = (
        f"BEGIN:VCALENDAR\r\nPRODID:-//x\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
        f"UID:{token}@police.example\r\nSUMMARY:{invitation.TITLE}\r\nDTSTAMP:20260301T100000Z\r\n"
        f"ATTENDEE;PARTSTAT=ACCEPTED;CN=Tamsin:mailto:{SCHOOL}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    mail.add_alternative(reply, subtype="calendar", params={"method": "REPLY"})
    host = SCHOOL.rpartition("@")[2]
    head = (
        f"Authentication-Results: {GATEWAY}; dmarc=pass header.from={host}\r\n"
        f"Received: from mail.{host} by {GATEWAY} with ESMTPS; Mon, 3 Nov 2025 09:00:00 +0000\r\n"
    )
    at_work.read(at_work.arrive(head.encode() + mail.as_bytes(policy=SMTP)))
    with at_work.ground.store.look() as db:
        (answer,) = answers.of_request(db, at_work.ground.store.vault, request_of(at_work).request_id)

    assert ("calendar", "accepted") == (answer.kind, answer.code)
