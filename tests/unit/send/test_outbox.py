"""What is decided about the acknowledgement of each message."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from mailbot.config import AckLimits, Acknowledge
from mailbot.domain.mail import Envelope
from mailbot.domain.states import AckState
from mailbot.send import outbox
from mailbot.store import schema
from mailbot.store.ids import new_id
from tests.unit.send.conftest import NOON, SETTINGS, World, make_envelope


def test_an_ordinary_message_is_reserved(world: World) -> None:
    """It waits for its delay; the address stands sealed, the message has one row."""
    state = world.arrive()

    assert AckState.RESERVED is state
    assert timedelta(seconds=60) <= world.only.due_at - NOON <= timedelta(seconds=300)
    assert b"a.sample" not in world.only.recipient
    assert world.only.our_message_id is None


def test_deciding_twice_is_deciding_once(world: World) -> None:
    """A message that is read again is never acknowledged again."""
    world.arrive(message_id=None)
    world.later(days=1)
    again = world.arrive(make_envelope("b@school.example"), message_id=world.only.acknowledges)

    assert AckState.RESERVED is again
    assert 1 == len(world.rows())


def test_a_no_keeps_no_address(world: World) -> None:
    """Who is not answered is not written down."""
    state = world.arrive(make_envelope(authentication="fail"))

    assert AckState.NOT_DUE is state
    assert ("unauthenticated", None, None, None) == (
        world.only.code,
        world.only.recipient,
        world.only.recipient_digest,
        world.only.due_at,
    )


def test_a_burst_is_covered_by_its_first(world: World) -> None:
    """Until the first leaves, what the same sender sends is covered, in whatever case it is written."""
    states = [world.arrive() for _ in range(3)]
    states.append(world.arrive(make_envelope("A.Sample@SCHOOL.example")))
    reserved = next(row for row in world.rows() if row.state == "reserved")

    assert [AckState.RESERVED, *[AckState.COVERED] * 3] == states
    assert {reserved.mail_id} == {row.covered_by for row in world.rows() if row.state == "covered"}


def test_another_sender_is_not_covered(world: World) -> None:
    """Nor is another tag: it may be another inbox."""
    world.arrive()

    assert AckState.RESERVED is world.arrive(make_envelope("b.sample@school.example"))
    assert AckState.RESERVED is world.arrive(make_envelope("a.sample+x@school.example"))


def test_what_left_covers_nothing(world: World) -> None:
    """The next message after it is answered by itself."""
    world.arrive()
    world.later(minutes=6)
    world.send()

    assert AckState.RESERVED is world.arrive()
    assert 1 == len(world.transport.sent)


def test_a_burst_is_answered_once(world: World) -> None:
    """Thirty messages of one sender while the first waits: one acknowledgement, no hold."""
    for _ in range(30):
        world.arrive()
        world.later(seconds=1)
    world.later(minutes=10)
    world.send()

    assert 1 == len(world.transport.sent)
    assert ["covered"] * 29 + ["sent"] == world.states()


def test_not_safe_takes_back_what_waits(world: World) -> None:
    """One form that says contact is not safe silences the burst, also what it covered, and other tags."""
    world.arrive()
    world.arrive()
    world.arrive(make_envelope("a.sample+forms@school.example"))
    state = world.arrive(not_safe=True)
    world.later(hours=1)
    world.send()

    assert AckState.NOT_DUE is state
    assert [("not_due", "not_safe")] * 4 == [(row.state, row.code) for row in world.rows()]
    assert [] == world.transport.tried


def test_not_safe_of_another_changes_nothing(world: World) -> None:
    """It speaks for its sender alone."""
    world.arrive()
    world.arrive(make_envelope("b.sample@school.example"), not_safe=True)

    assert ["not_due", "reserved"] == world.states()


def test_not_safe_is_heard_although_forged_or_automatic(world: World) -> None:
    """Whether the warning can be trusted is no question for a machine."""
    world.arrive()
    world.arrive(make_envelope(authentication="fail"), not_safe=True)
    world.arrive(make_envelope("b.sample@school.example"))
    world.arrive(make_envelope("b.sample@school.example", automatic="automatic"), not_safe=True)

    assert ["not_due"] * 4 == world.states()


def test_not_safe_from_several_senders_is_heard_for_each(world: World) -> None:
    """Both people in From may be meant."""
    world.arrive()
    world.arrive(make_envelope("b@school.example"))
    both = make_envelope(senders=("a.sample@school.example", "b@school.example"))
    world.arrive(both, not_safe=True)

    assert ["not_due"] * 3 == world.states()


def test_not_safe_just_before_is_remembered(world: World) -> None:
    """The order within a burst is chance; after the longest delay a new message is a new matter."""
    world.arrive(not_safe=True)
    world.later(minutes=4)
    soon = world.arrive()
    world.later(minutes=4)
    later = world.arrive()

    assert (AckState.NOT_DUE, AckState.RESERVED) == (soon, later)


def test_not_safe_leaves_alone_what_was_covered_by_a_sent_one(world: World) -> None:
    """What is done stays written down as it was done."""
    world.arrive()
    world.arrive()
    world.later(minutes=6)
    world.send()
    world.arrive(not_safe=True)

    assert ["covered", "not_due", "sent"] == world.states()


def test_reading_again_can_still_silence(world: World) -> None:
    """A better reader that finds the warning takes back what has not left."""
    world.arrive()
    state = world.arrive(message_id=world.only.acknowledges, not_safe=True)

    assert AckState.NOT_DUE is state


def test_what_came_days_ago_is_held(world: World) -> None:
    """After 72 hours a person decides."""
    old = world.arrive(received_at=NOON - timedelta(hours=72, seconds=1))
    young = world.arrive(make_envelope("b@school.example"), received_at=NOON - timedelta(hours=71))

    assert (AckState.HELD, AckState.RESERVED) == (old, young)
    assert {"late"} == {row.code for row in world.rows() if row.state == "held"}


def test_a_stranger_is_held_where_partners_are_known(world: World) -> None:
    """Who is authenticated and unknown waits for a person."""
    rules = replace(SETTINGS.rules, require_known_partner=True, partner_domains=frozenset({"known.example"}))
    world.settings = replace(SETTINGS, rules=rules)

    assert AckState.HELD is world.arrive()
    assert AckState.RESERVED is world.arrive(make_envelope("a@known.example"))


@pytest.mark.parametrize("cap", ["per_address_day", "per_domain_day", "total_day"])
def test_more_than_a_limit_is_held(cap: str, world: World) -> None:
    """The limit for one person (whatever the tag), one domain, and all; tomorrow there is room again."""
    senders = {
        "per_address_day": ["a@b.example", "a+1@b.example", "a+2@b.example"],
        "per_domain_day": ["a@b.example", "b@b.example", "c@b.example"],
        "total_day": ["a@b.example", "b@c.example", "c@d.example"],
    }[cap]
    world.settings = replace(SETTINGS, **{cap: 2})
    states = [world.arrive(make_envelope(sender)) for sender in senders]
    (held,) = [row for row in world.rows() if row.state == "held"]
    world.later(hours=24)

    assert [AckState.RESERVED, AckState.RESERVED, AckState.HELD] == states
    assert ("rate_limited", None) == (held.code, held.due_at)
    assert AckState.RESERVED is world.arrive(make_envelope("x@b.example"))


def test_a_limit_counts_only_what_leaves(world: World) -> None:
    """Covered, held, refused by rule: none of them uses up the day."""
    world.settings = replace(SETTINGS, total_day=2)
    world.arrive()
    for _ in range(5):
        world.arrive()
        world.arrive(make_envelope("x@y.example", authentication="fail"))

    assert AckState.RESERVED is world.arrive(make_envelope("b@c.example"))
    assert AckState.HELD is world.arrive(make_envelope("d@e.example"))


def test_the_delay_starts_with_the_receipt(small_world: World) -> None:
    """How long the reading took is inside the delay, not on top of it."""
    world = small_world
    received = NOON - timedelta(seconds=30)
    for number in range(200):
        world.arrive(make_envelope(f"a{number}@b{number}.example"), received_at=received)
    delays = sorted((row.due_at - received).total_seconds() for row in world.rows())

    assert 60 <= delays[0] <= 70
    assert 290 <= delays[-1] <= 300


def test_a_message_from_the_future_waits_no_longer(world: World) -> None:
    """A server whose clock is ahead does not stretch the delay."""
    world.arrive(received_at=NOON + timedelta(hours=5))

    assert world.only.due_at - NOON <= timedelta(seconds=300)


def test_an_overdue_message_still_waits(world: World) -> None:
    """What is collected late gets a delay from now, so that its burst can be covered."""
    world.arrive(received_at=NOON - timedelta(hours=5))

    assert timedelta(seconds=60) <= world.only.due_at - NOON <= timedelta(seconds=300)


def test_the_delay_is_drawn_from_nothing_in_the_message(small_world: World) -> None:
    """The same chance gives the same delays, whoever writes and whatever is known of it."""

    def delays(prefix: str, **facts: object) -> list[timedelta]:
        small_world.spread = random.Random(11)  # noqa: S311
        for number in range(100):
            small_world.arrive(make_envelope(f"{prefix}{number}@{prefix}{number}.example", **facts))
        drawn = sorted(row.due_at - NOON for row in small_world.rows())
        with small_world.store.unit() as unit:
            unit.db.execute(schema.outbox.delete())
        return drawn

    plain = delays("a")
    odd = delays(
        "b", subject="URGENT", spoof_signs=("from_differs",), defects=("headers",), reply_to=("x@y.example",)
    )

    assert plain == odd


def test_delays_do_not_tell_what_came(small_world: World) -> None:
    """Three hundred messages, every other one odd: the delays of the two kinds have one distribution."""
    odd = {"subject": "URGENT", "authentication": "internal", "spoof_signs": ("from_differs",)}
    for number in range(300):
        small_world.arrive(make_envelope(f"a{number}@b{number}.example", **(odd if number % 2 else {})))
        small_world.later(seconds=0.001)  # so that the rows stand in their order
    delays = [(row.due_at - row.decided_at).total_seconds() for row in small_world.rows()]

    def share(values: list[float], most: float) -> float:
        return sum(value <= most for value in values) / len(values)

    distance = max(abs(share(delays[::2], step) - share(delays[1::2], step)) for step in delays)

    assert distance < 1.63 * (2 / 150) ** 0.5  # Kolmogorov-Smirnov, p > 0.01


def make_report(world: World, **changes: object) -> Envelope:
    """A bounce of what was sent last."""
    name = world.transport.sent[-1].message_id
    facts: dict[str, object] = {"automatic": "bounce", "return_path": "", "names_messages": (name,)}
    facts |= changes
    return make_envelope("mailer-daemon@school.example", **facts)


def send_one(world: World, sender: str = "a.sample@school.example") -> None:
    """One acknowledgement leaves."""
    world.arrive(make_envelope(sender))
    world.later(minutes=6)
    world.send()


def test_six_bounces_hold_what_comes(world: World) -> None:
    """More than five reports on ours in ten minutes: new ones are held, and what waits does not leave."""
    send_one(world)
    world.arrive(make_envelope("waiting@school.example"))
    for _ in range(5):
        world.note(make_report(world))
    before = world.arrive(make_envelope("b@school.example"))
    world.note(make_report(world))
    after = world.arrive(make_envelope("c@school.example"))
    world.later(minutes=6)
    world.send()

    assert (AckState.RESERVED, AckState.HELD) == (before, after)
    assert 1 == len(world.transport.tried)
    assert {"breaker"} == {row.code for row in world.rows() if row.state == "held"}


def test_the_breaker_closes_by_itself(world: World) -> None:
    """Ten quiet minutes later new messages are answered; what was held stays held."""
    send_one(world)
    for _ in range(6):
        world.note(make_report(world))
    world.arrive(make_envelope("b@school.example"))
    world.later(minutes=11)

    assert AckState.RESERVED is world.arrive(make_envelope("c@school.example"))
    assert ["held", "reserved", "sent"] == world.states()


@pytest.mark.parametrize(
    "changes",
    [
        {"names_messages": ("<0123456789abcdef0123456789abcdef@police.example>",)},
        {"names_messages": ()},
        {"automatic": None},
        {"automatic": "list"},
    ],
)
def test_only_reports_about_ours_count(changes: dict[str, object], world: World) -> None:
    """A bounce that names nothing of ours, and a person who replies, do not open the breaker."""
    send_one(world)
    counted = [world.note(make_report(world, **changes)) for _ in range(9)]

    assert not any(counted)
    assert AckState.RESERVED is world.arrive(make_envelope("b@school.example"))


def test_an_automatic_reply_to_ours_counts_without_its_brackets(world: World) -> None:
    """However the id is written."""
    send_one(world)
    name = world.transport.sent[-1].message_id.strip("<>")

    assert world.note(make_report(world, automatic="automatic", names_messages=("<x@y>", name)))


def test_a_reply_to_ours_is_not_answered(world: World) -> None:
    """A program that hides what it is ends in silence at its first turn."""
    send_one(world)
    reply = make_envelope(names_messages=(world.transport.sent[-1].message_id,))

    assert AckState.NOT_DUE is world.arrive(reply)


def test_the_schema_forbids_a_second_row(world: World) -> None:
    """Not the code alone: the database refuses two acknowledgements of one message."""
    world.arrive()
    first = world.only._asdict()

    with pytest.raises(IntegrityError), world.store.unit() as unit:
        unit.db.execute(insert(schema.outbox).values(**(first | {"mail_id": new_id()})))


def test_settings_come_from_the_configuration() -> None:
    """Every setting that decides is carried over; a directory of partners turns the question on."""
    section = Acknowledge(
        enabled=True,
        require_authenticated=False,
        delay_seconds=(1, 2),
        shared_mailboxes=("office@*",),
        limits=AckLimits(per_address_day=1, per_domain_day=2, total_day=3),
    )
    settings = outbox.Settings.of(section, ["x@police.example"], frozenset({"school.example"}))

    assert (1, 2) == settings.delay_seconds
    assert (1, 2, 3) == (settings.per_address_day, settings.per_domain_day, settings.total_day)
    assert ("office@*",) == settings.rules.shared_mailboxes
    assert ("x@police.example",) == settings.rules.own_addresses
    assert settings.rules.require_known_partner
    assert not settings.rules.require_authenticated
    assert not outbox.Settings.of(section).rules.require_known_partner


def test_bounces_of_a_clock_that_was_ahead_hold_nothing(world: World) -> None:
    """Counted a year ahead, they must not hold everybody's acknowledgement for a year."""
    send_one(world)
    world.later(days=365)
    for _ in range(6):
        world.note(make_report(world))
    world.later(days=-365)

    assert AckState.RESERVED is world.arrive(make_envelope("b@school.example"))


def test_a_limit_counts_no_day_that_is_still_to_come(world: World) -> None:
    """What was decided a year ahead uses up no day of this year; what was decided an hour ahead counts."""
    world.settings = replace(SETTINGS, per_domain_day=2)
    world.later(days=365)
    for number in range(2):
        world.arrive(make_envelope(f"a{number}@school.example"))
    world.later(days=-365)
    first = [world.arrive(make_envelope(f"b{number}@school.example")) for number in range(2)]
    world.later(hours=-1)

    assert [AckState.RESERVED] * 2 == first
    assert AckState.HELD is world.arrive(make_envelope("c@school.example"))
