"""What is written, shown and sent, and what goes along with it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from mailbot.domain.mail import Kind
from mailbot.domain.states import AckState, SessionState, TrainingState
from mailbot.errors import Declined, InDoubt, TransportUnavailable
from mailbot.send.linter import FRAGMENTS
from mailbot.store.office import training_session
from mailbot.store.schema import outbox
from mailbot.training import desk as work
from mailbot.training import letters, requests, sessions, templates
from mailbot.training.letters import KEEP_OUT, Writer
from mailbot.training.shapes import Request, Session
from tests.fakes.transport import FakeTransport
from tests.unit.training.office import ASKED, ASKER, PLAN, TEAM, Desk, calendar_of

KINDS = ("offer", "confirmation", "change", "reminder", "cancellation", "need_info", "declined")


def test_an_offer_is_shown_and_sent(desk: Desk) -> None:
    """To whoever wrote, with a token in the address for answers, and the sentence about details."""
    desk.arrive()
    session = desk.plan()
    desk.write("offer", session)
    (mail,) = desk.post()

    assert (ASKER, TEAM) == (mail["To"], mail["From"])
    assert f"partnership+{desk.only.token}@police.example" == mail["Reply-To"]
    assert "Thursday 14 May 2026, 15:30 to 16:30" in mail.get_content()
    assert KEEP_OUT in mail.get_content()
    assert (TrainingState.OFFERED, session.session_id) == (desk.only.state, desk.only.session_id)


def test_a_confirmation_carries_the_invitation(small: Desk) -> None:
    """As an alternative and as a file; its title says nothing but what it is."""
    small.arrive()
    small.write("confirmation", small.plan())
    (mail,) = small.post()

    assert TrainingState.CONFIRMED is small.only.state
    assert "SUMMARY:Training session" in calendar_of(mail)
    assert ["invite.ics"] == [one.get_filename() for one in mail.iter_attachments()]


def test_without_tags_the_token_stands_in_the_subject(small: Desk) -> None:
    """A server that knows no tags."""
    small.arrive()
    small.office = replace(small.office, writer=Writer(TEAM))
    small.write("offer", small.plan())
    (mail,) = small.post()

    assert mail["Subject"].endswith(f"[{small.only.token}]")
    assert mail["Reply-To"] is None


@pytest.mark.parametrize("kind", KINDS)
def test_no_letter_mentions_what_else_comes_here(small: Desk, kind: str) -> None:
    """No submission, nothing of intelligence; where an answer is wanted, no details of anybody."""
    small.arrive(training=None)
    shown = small.draft(kind, small.plan())
    letters.check(shown)

    assert not any(word in f"{shown.subject} {shown.text}".casefold() for word in FRAGMENTS)
    assert KEEP_OUT in shown.text


@pytest.mark.parametrize("answer", [one.name.removeprefix("answers/") for one in templates.answers()])
def test_prepared_answers_answer_and_mention_no_submission(small: Desk, answer: str) -> None:
    """A question is delivered with its answer."""
    small.arrive(Kind.ENQUIRY, None, body="Which form do I need?")
    small.write("answer", answer=answer)

    assert TrainingState.DELIVERED is small.only.state
    assert 1 == len(small.post())


def test_a_number_says_when_it_was_checked(small: Desk) -> None:
    """Numbers change, and pages contradict each other."""
    small.arrive(Kind.ENQUIRY, None)

    assert "Portsmouth: 01632 960010 (checked on 1 April 2026)" in small.draft("answer", answer="mash").text


def test_the_blank_form_goes_along_twice(small: Desk) -> None:
    """As a Word document, and as a PDF to fill in."""
    small.arrive(Kind.FORM_REQUEST, None)
    small.write("answer", answer="blank-form")
    (mail,) = small.post()
    files = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}

    assert {"cpi-form.docx", "cpi-form.pdf"} == set(files)
    assert bytes(files["cpi-form.pdf"]).startswith(b"%PDF")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words", ["Thank you for your report.", "We received your submission", "the intelligence"]
)
def test_a_changed_text_is_looked_at_again(small: Desk, words: str) -> None:
    """Whoever writes such words is told, and nothing is queued."""
    small.arrive()
    shown = replace(small.draft("declined"), text=words)
    with pytest.raises(Declined, match="telling"), small.store.unit() as unit:
        letters.send(unit, small.office.writer, small.only, None, shown, "ada", small.now, small.office.rules)

    assert [] == small.queued()
    assert TrainingState.REQUESTED is small.only.state


def test_whoever_clicks_twice_sends_once(small: Desk) -> None:
    """The second time the request is no longer as it was seen."""
    small.arrive()
    session, request = small.plan(), small.only
    small.write("offer", session, request)
    with pytest.raises(Declined, match="stale"):
        small.write("offer", session, request)

    assert 1 == len(small.queued())


def test_the_same_offer_twice_is_one(desk: Desk) -> None:
    """Also for somebody who has looked again; a session that was changed is another occasion."""
    desk.arrive()
    session = desk.plan()
    desk.write("offer", session)
    with pytest.raises(Declined, match="sent_already"):
        desk.write("offer", session)

    assert 1 == len(desk.queued())


def test_what_is_in_doubt_is_not_sent_again(small: Desk) -> None:
    """Like everything in the outbox; what was certainly not handed over is."""
    small.arrive()
    small.transport = FakeTransport(TransportUnavailable("later"), InDoubt("who knows"))
    small.write("offer", small.plan())
    small.post()
    first = small.queued()[0][0]
    small.now += timedelta(minutes=5)
    small.post()
    small.now += timedelta(days=1)
    small.post()

    assert (AckState.RESERVED, AckState.UNCERTAIN) == (first, small.queued()[0][0])
    assert 2 == len(small.transport.tried)


def test_a_letter_that_could_not_leave_for_days_is_held(small: Desk) -> None:
    """An offer for last Thursday helps nobody."""
    small.arrive()
    small.write("offer", small.plan())
    small.now += timedelta(days=4)
    small.post()

    assert AckState.HELD is small.queued()[0][0]


def test_a_letter_that_cannot_be_opened_keeps_no_other(small: Desk) -> None:
    """Its key is gone, or somebody changed the row: held for a person, and the next one leaves."""
    small.arrive()
    first = small.only
    small.write("offer", small.plan())
    with small.store.unit() as unit:
        unit.db.execute(update(outbox).values(content=b"v1.nobody.xyz"))
    small.arrive()
    (second,) = (one for one in small.all if one.request_id != first.request_id)
    small.write("offer", small.plan(), second)
    small.post()

    assert 1 == len(small.transport.sent)
    assert {AckState.HELD, AckState.SENT} == {row[0] for row in small.queued()}


def test_a_reminder_follows_a_confirmation(desk: Desk) -> None:
    """A week before, at nine on people's clocks; then the request is reminded."""
    desk.arrive()
    desk.write("confirmation", desk.plan())
    desk.post()
    before = len(desk.transport.sent)
    desk.now = datetime(2026, 5, 7, 8, 0, tzinfo=UTC)  # 9:00 in summer
    (mail,) = desk.post()

    assert 1 == before
    assert "reminder" in mail["Subject"]
    assert TrainingState.REMINDED is desk.only.state


def test_a_cancellation_takes_the_reminder_back(small: Desk) -> None:
    """And says so to the calendar, under the same id with a later number."""
    small.arrive()
    session = small.plan(capacity=20)
    small.write("confirmation", session)
    (invitation,) = small.post()
    with small.store.unit() as unit:
        told = work.cancel_session(unit, small.office, session, "ada", small.now)
    (mail,) = small.post()
    uid = [line for line in calendar_of(invitation).splitlines() if line.startswith("UID:")]

    assert 1 == told
    assert TrainingState.CANCELLED is small.only.state
    assert uid[0] in calendar_of(mail)
    assert "METHOD:CANCEL" in calendar_of(mail)
    assert "SEQUENCE:1" in calendar_of(mail)
    assert {AckState.SENT, AckState.NOT_DUE} == {state for state, _ in small.queued()}


def test_a_changed_session_moves_its_reminder(small: Desk) -> None:
    """The old reminder is taken back, the new one is for the new day."""
    small.arrive()
    session = small.plan()
    small.write("confirmation", session)
    later = session.starts_at + timedelta(days=7)
    with small.store.unit() as unit:
        sessions.change(unit, session, "ada", small.now, starts_at=later, minutes=90)
        session = sessions.get(unit.db, unit.vault, session.session_id)
    small.write("change", session)
    waiting = [due for state, due in small.queued() if state is AckState.RESERVED and due and due > small.now]

    assert [datetime(2026, 5, 14, 8, 0, tzinfo=UTC)] == waiting


def test_one_offer_to_many_schools(small: Desk) -> None:
    """Each gets a letter of its own, to its own address, with its own token."""
    for number in range(4):
        small.arrive(sender=f"head@school{number}.example")
    session = small.plan()
    shown = replace(small.draft("offer", session, small.all[0]), text=f"A date for all.\n{KEEP_OUT}\n")
    with small.store.unit() as unit:
        work.offer_to_many(unit, small.office, small.all, session, shown, "ada", small.now)
    mails = small.post()

    assert {f"head@school{number}.example" for number in range(4)} == {mail["To"] for mail in mails}
    assert 4 == len({mail["Reply-To"] for mail in mails})
    assert all("A date for all." in mail.get_content() for mail in mails)


def test_one_offer_to_many_names_nobody_else(small: Desk) -> None:
    """One line was changed: the others keep the name and the school of whoever reads them."""
    for number in range(3):
        asked = replace(ASKED, school=f"Sampleton{number} Academy")
        small.arrive(training=asked, sender=f"head@school{number}.example")
    session = small.plan()
    drafted = small.draft("offer", session, small.all[0])
    shown = replace(drafted, text=drafted.text.replace("Kind regards", "With kind regards"))
    named = replace(drafted, subject=f"{drafted.subject}!")
    with pytest.raises(Declined) as refusal, small.store.unit() as unit:
        work.offer_to_many(unit, small.office, small.all, session, named, "ada", small.now)
    with small.store.unit() as unit:
        work.offer_to_many(unit, small.office, small.all, session, shown, "ada", small.now)
    mails = {mail["To"]: f"{mail['Subject']}\n{mail.get_content()}" for mail in small.post()}

    assert "names_one" == refusal.value.code
    for number in range(3):
        letter = mails[f"head@school{number}.example"]
        assert "With kind regards" in letter
        assert [f"Sampleton{number}"] == sorted(set(re.findall(r"Sampleton\d", letter)))


def test_who_waits_is_shown_in_order(desk: Desk) -> None:
    """Worked by hand: nobody moves up by themselves."""
    for number in range(3):
        desk.arrive(sender=f"head@school{number}.example")
        desk.now += timedelta(hours=1)
    session = desk.plan(capacity=15)
    desk.write("confirmation", session, desk.all[0])
    for request in reversed(desk.all[1:]):
        desk.now += timedelta(hours=1)
        with desk.store.unit() as unit:
            work.wait(unit, request, session, "ada", desk.now)
    with desk.store.look() as db:
        seated, waiting = requests.of_session(db, desk.store.vault, session.session_id)

    assert 0 == sessions.seats_left(session, seated)
    assert ["head@school2.example", "head@school1.example"] == [one.details.address for one in waiting]


def test_attendance_says_when_a_school_is_due_again(desk: Desk) -> None:
    """Two years later; who was trained when is known by the school's number."""
    desk.arrive()
    session = desk.plan()
    desk.write("confirmation", session)
    with desk.store.unit() as unit:
        requests.change(unit, desk.only.request_id, desk.only.version, "ada", desk.now, urn="900001")
    with desk.store.unit() as unit:
        work.deliver(unit, desk.office, desk.only, 14, "ada", session.starts_at, desk.now)
    with desk.store.look() as db:
        (trained,) = requests.of_school(db, desk.store.vault, "900001")
        due = requests.due_again(db, desk.store.vault, session.starts_at + timedelta(days=731))

    assert (TrainingState.DELIVERED, 14) == (trained.state, trained.attended)
    assert [trained.request_id] == [one.request_id for one in due]


def test_answered_elsewhere_needs_no_letter(small: Desk) -> None:
    """Somebody has telephoned."""
    small.arrive()
    with small.store.unit() as unit:
        work.answered_elsewhere(unit, small.only, "ada", small.now)

    assert TrainingState.DECLINED is small.only.state
    assert [] == small.queued()


def test_a_request_by_telephone_is_like_any_other(small: Desk) -> None:
    """Its letters go to the address that the admin typed."""
    asked = replace(ASKED, contact_email=None)
    with small.store.unit() as unit:
        requests.by_telephone(unit, asked, "office@school.example", "ada", small.now, small.office.rules)
    small.write("offer", small.plan())

    assert small.only.by_telephone
    assert ["office@school.example"] == [mail["To"] for mail in small.post()]


def test_a_session_is_cancelled_once(desk: Desk) -> None:
    """The second of two admins is told that it is no longer as they saw it."""
    session = desk.plan()
    for _ in range(2):
        with desk.store.unit() as unit:
            state = unit.db.scalar(select(training_session.c.state))
            if state == SessionState.PLANNED.value:
                work.cancel_session(unit, desk.office, session, "ada", desk.now)
                continue
            with pytest.raises(Declined, match="stale"):
                work.cancel_session(unit, desk.office, session, "bob", desk.now)


def test_a_second_confirmation_leaves_one_reminder(small: Desk) -> None:
    """The session was moved and is confirmed again: what would remind of the old day is taken back."""
    small.arrive()
    session = small.plan()
    small.write("confirmation", session)
    with small.store.unit() as unit:
        sessions.change(
            unit, session, "ada", small.now, starts_at=session.starts_at + timedelta(days=7), minutes=60
        )
        session = sessions.get(unit.db, unit.vault, session.session_id)
    small.write("confirmation", session)
    waiting = [due for state, due in small.queued() if state is AckState.RESERVED and due and due > small.now]

    assert [datetime(2026, 5, 14, 8, 0, tzinfo=UTC)] == waiting


def test_a_prepared_answer_does_not_end_a_request_for_training(small: Desk) -> None:
    """They asked something besides: the session, and its reminder, stand."""
    small.arrive()
    small.write("confirmation", small.plan())
    small.write("answer", answer="mash")

    assert TrainingState.CONFIRMED is small.only.state
    assert 3 == sum(state is AckState.RESERVED for state, _ in small.queued())


def seated(desk: Desk, session: Session, kind: str, sender: str) -> Request:
    """A school with a letter that gives it a place."""
    desk.arrive(sender=sender)
    request = desk.all[-1]
    desk.write(kind, session, request)
    return next(one for one in desk.all if one.request_id == request.request_id)


def changed(desk: Desk, session: Session, **difference: object) -> int:
    """A change of a session; how many letters."""
    wanted = replace(session, **difference)  # type: ignore[arg-type]
    with desk.store.unit() as unit:
        return work.change_session(unit, desk.office, session, wanted, "ada", desk.now)


def test_a_change_tells_everybody_who_has_a_place(small: Desk) -> None:
    """A new invitation that replaces the old one for those who agreed, the offer anew for the others."""
    session = small.plan()
    seated(small, session, "confirmation", "one@inventley.example")
    small.now += timedelta(seconds=1)
    seated(small, session, "offer", "two@elsewhereham.example")
    small.post()
    small.now += timedelta(hours=1)
    later = session.starts_at + timedelta(days=1)

    assert 2 == changed(
        small,
        session,
        starts_at=later,
        ends_at=later + timedelta(hours=1),
        plan=replace(PLAN, place="Library"),
    )

    told = {str(mail["To"]): mail for mail in small.post()}
    assert {"one@inventley.example", "two@elsewhereham.example"} == set(told)
    assert "SEQUENCE:1" in calendar_of(told["one@inventley.example"])
    assert "LOCATION:Library" in calendar_of(told["one@inventley.example"])
    body = told["two@elsewhereham.example"].get_body(("plain",))
    assert body is not None
    assert "Library" in body.get_content()
    assert {TrainingState.CONFIRMED, TrainingState.OFFERED} == {one.state for one in small.all}
    waiting = [due for state, due in small.queued() if state is AckState.RESERVED]
    assert 1 == len(waiting)  # the reminder of the new day; the old one is taken back
    assert waiting[0] is not None
    assert 7 == (later.date() - waiting[0].date()).days


def test_more_places_are_nobodys_news(small: Desk) -> None:
    """Who may come, and for whom it is, is between us and the trainer."""
    session = small.plan(capacity=10)
    seated(small, session, "confirmation", "one@inventley.example")
    before = len(small.queued())

    assert 0 == changed(small, session, capacity=20, plan=replace(PLAN, audience="governors"))
    assert before == len(small.queued())
    with small.store.look() as db:
        found = sessions.get(db, small.store.vault, session.session_id)
    assert (20, "governors") == (found.capacity, found.plan.audience)


def test_a_change_of_what_has_changed_is_refused(small: Desk) -> None:
    """Nothing of it is done, and nobody is written to."""
    session = small.plan()
    seated(small, session, "confirmation", "one@inventley.example")
    changed(small, session, capacity=20)
    before = small.queued()

    with pytest.raises(Declined, match="stale"):
        changed(small, session, plan=replace(PLAN, place="Library"))
    assert before == small.queued()


def test_what_is_kept_longer_is_the_later_session(small: Desk) -> None:
    """Its period begins with its own day."""
    session = small.plan()
    with small.store.look() as db:
        before = db.scalars(select(training_session.c.review_on)).one()
    later = session.starts_at + timedelta(days=30)
    changed(small, session, starts_at=later, ends_at=later + timedelta(hours=1))
    with small.store.look() as db:
        assert timedelta(days=30) == db.scalars(select(training_session.c.review_on)).one() - before
