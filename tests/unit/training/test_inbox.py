"""What the desk takes in, what it may see of it, and which answers it knows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot.domain.mail import Kind
from mailbot.domain.states import TrainingState
from mailbot.training import answers, requests
from mailbot.training.missing import missing
from tests.house.silence import canary
from tests.unit.training.office import ASKED, ASKER, Desk, a_reply

SECRET = "Wilf Fauxley carries packages"
canary(SECRET)


def test_a_request_is_listed_with_what_was_written(desk: Desk) -> None:
    """Its fields, and where it came from; not its text, or one without a text would be known as mixed."""
    desk.arrive(body="We would like a session.")
    request = desk.only

    assert TrainingState.REQUESTED is request.state
    assert (ASKED, ASKER, True) == (request.details.asked, request.details.address, request.details.proven)
    assert "" == request.details.body
    assert [] == missing(request.details.asked, request.details.address)


def test_what_is_missing_is_named() -> None:
    """In the order in which one would ask; a place is needed in person only."""
    bare = replace(ASKED, school=None, place=None, preferred_dates=())

    assert ["school", "place", "preferred_dates"] == missing(bare, ASKER)
    assert ["school", "preferred_dates"] == missing(replace(bare, format="online"), ASKER)


@pytest.mark.parametrize(
    ("kind", "matter"),
    [(Kind.TRAINING_REQUEST, "training"), (Kind.FORM_REQUEST, "form"), (Kind.ENQUIRY, "question")],
)
def test_each_kind_has_its_list(small: Desk, kind: Kind, matter: str) -> None:
    """Sessions, blank forms, questions."""
    small.arrive(kind, None, body="Hello")

    assert matter == small.only.matter


@pytest.mark.parametrize(
    "kind", [Kind.CPI, Kind.MASH_REFERRAL, Kind.CRIME_REPORT, Kind.UNREADABLE, Kind.AUTOMATIC]
)
def test_what_is_for_handlers_does_not_come_here(small: Desk, kind: Kind) -> None:
    """Not even as a line in a list."""
    small.arrive(kind, None, body=SECRET)

    assert [] == small.all


def test_of_a_mixed_message_only_the_request_is_seen(small: Desk) -> None:
    """The handler has the rest; to the desk it is a request like any other."""
    small.arrive(Kind.MIXED, ASKED, "source_risk", "urgent", body=f"We would like training. {SECRET}.")
    small.arrive(body="We would like training.", sender="other@inventley.example")
    mixed, plain = small.all

    assert plain.details == replace(mixed.details, address="other@inventley.example")
    assert SECRET not in repr(mixed)


@pytest.mark.parametrize("kind", [Kind.MIXED, Kind.TRAINING_REQUEST, Kind.FORM_REQUEST, Kind.ENQUIRY])
def test_where_contact_is_not_safe_nobody_writes(small: Desk, kind: Kind) -> None:
    """The desk does not learn of it: a letter would go to an address that must get none."""
    small.arrive(kind, ASKED, "contact_not_safe", body="Hello")

    assert [] == small.all


def test_mixed_without_a_request_is_the_handlers_alone(small: Desk) -> None:
    """A letter that only tells something."""
    small.arrive(Kind.MIXED, None, body=SECRET)

    assert [] == small.all


@pytest.mark.parametrize("flag", ["urgent", "source_risk", "malware", "crime_indicated", "unreadable_part"])
def test_a_flagged_question_is_the_handlers_alone(small: Desk, flag: str) -> None:
    """Without its text it would say that there is something in it."""
    small.arrive(Kind.ENQUIRY, None, flag, body=SECRET)

    assert [] == small.all


def test_a_plain_question_has_its_text(small: Desk) -> None:
    """Nobody could answer it otherwise."""
    small.arrive(Kind.ENQUIRY, None, body="When do you come?")

    assert "When do you come?" == small.only.details.body


def test_nothing_readable_stands_in_the_table(small: Desk) -> None:
    """Sealed with the training key, which opens nothing else."""
    small.arrive(body="We would like a session.")
    with small.store.look() as db:
        row = db.execute(requests.TABLE.select()).one()

    assert b"Tamsin" not in row.sealed
    assert ASKER not in "".join(map(str, row))
    assert row.purpose == "training"


def test_a_flood_does_not_bury_the_desk(desk: Desk) -> None:
    """
    Ten thousand requests of one sender in a night, with tags in the address: five are listed.

    A hundred on PostgreSQL, which keeps every version of a row until the transaction ends.
    """
    many = 10_000 if desk.store.engine.dialect.name == "sqlite" else 100
    desk.arrive(sender="calm@elsewhere.example")
    details = desk.only.details
    with desk.store.unit() as unit:
        for number in range(many):
            flood = replace(details, address=f"flood+{number}@spam.example")
            requests.open_request(
                unit, flood, "training", desk.now, desk.now, desk.office.rules, by_mail=True
            )
    with desk.store.look() as db:
        listed, more = requests.listed(db, desk.store.vault, requests.OPEN)

    assert (6, False) == (len(listed), more)
    assert many - 5 == sum(one.also for one in listed)
    assert "calm@elsewhere.example" in {one.details.address for one in listed}


def test_an_answer_is_known_by_token_and_address(desk: Desk) -> None:
    """In the tag of the address that it was sent to, or in its subject."""
    desk.arrive()
    token = desk.only.token
    desk.arrive(
        Kind.ENQUIRY, None, body="Yes please", recipients=(f"partnership+{token.upper()}@police.example",)
    )
    desk.now += timedelta(minutes=1)
    desk.arrive(Kind.ENQUIRY, None, body="Sorry, no", subject=f"RE: a date [{token}]")

    assert ["Yes please", "Sorry, no"] == [one.text for one in read(desk)]
    assert desk.now == desk.only.answered_at


@pytest.mark.parametrize(
    ("sender", "token"), [("stranger@elsewhere.example", None), (ASKER, "a" * 16), (ASKER, "")]
)
def test_half_of_it_is_not_enough(small: Desk, sender: str, token: str | None) -> None:
    """Another address with the token, or the address without it: a message like any other."""
    small.arrive()
    known = small.only
    small.arrive(
        Kind.ENQUIRY, None, sender=sender, subject=known.token if token is None else token, body="Yes"
    )

    assert 2 == len(small.all)
    assert [] == read(small, known.request_id)


@pytest.mark.parametrize("kind", [Kind.MIXED, Kind.CPI, Kind.UNREADABLE])
def test_an_answer_that_tells_something_is_the_handlers_alone(small: Desk, kind: Kind) -> None:
    """The desk does not learn that one came; that it is an answer is known where handlers look at it."""
    small.arrive()
    before = small.only
    message_id = small.arrive(kind, None, subject=before.token, body=SECRET)

    assert [] == read(small)
    assert before == small.only
    with small.store.look() as db:
        assert answers.is_held_back(db, message_id)


def test_a_calendar_answers_for_its_own_request(desk: Desk) -> None:
    """It says yes; the request stays what it was until a person moves it."""
    desk.arrive()
    desk.arrive(Kind.AUTOMATIC, None, automatic="automatic", parts=(a_reply(desk.only.token),))
    (answer,) = read(desk)

    assert ("calendar", "accepted") == (answer.kind, answer.code)
    assert TrainingState.REQUESTED is desk.only.state


@pytest.mark.parametrize(
    "part",
    [
        a_reply("a" * 16),
        a_reply("b" * 16, method="REQUEST"),
        a_reply("b" * 16, answer="DELEGATED"),
        a_reply("b" * 16 + "\nUID:nonsense"),
    ],
)
def test_a_calendar_is_not_trusted_for_anything_else(small: Desk, part: object) -> None:
    """Another token, another method, another answer: nothing happens."""
    small.arrive()
    small.arrive(Kind.AUTOMATIC, None, automatic="automatic", parts=(part,))

    assert [] == read(small)
    assert 1 == len(small.all)


def test_a_forged_calendar_is_nothing(small: Desk) -> None:
    """The right token from an address that we did not write to."""
    small.arrive()
    parts = (a_reply(small.only.token, "DECLINED"),)
    small.arrive(Kind.AUTOMATIC, None, automatic="automatic", parts=parts, sender="eve@elsewhere.example")

    assert [] == read(small)


def test_an_absence_note_answers_nothing(small: Desk) -> None:
    """Although it carries the token in its subject."""
    small.arrive()
    small.arrive(Kind.AUTOMATIC, None, automatic="automatic", subject=f"Out of office: {small.only.token}")

    assert [] == read(small)


def read(desk: Desk, request_id: str = "") -> list[answers.Answer]:
    """The answers to the only request."""
    with desk.store.look() as db:
        return answers.of_request(db, desk.store.vault, request_id or desk.only.request_id)
