"""How what is due leaves: at most once, with patience, and never in doubt."""

import random
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update

from mailbot.domain.states import AckState
from mailbot.errors import InDoubt, Refused, TransportUnavailable
from mailbot.send import outbox
from mailbot.send.retry import next_pause
from mailbot.send.transports.base import NoSession, OutgoingMail
from mailbot.store import audit, erasure, schema
from tests.fakes.transport import FakeTransport
from tests.unit.send.conftest import SETTINGS, World, make_envelope


class Killed(BaseException):
    """The worker dies here: nothing after it runs as if it had been meant."""


def reserve(world: World, count: int = 1) -> None:
    """So many acknowledgements are due."""
    for number in range(count):
        world.arrive(make_envelope(f"a{number}@b{number}.example"))
    world.later(minutes=6)


def test_nothing_leaves_before_its_time(world: World) -> None:
    """A reserved acknowledgement waits for the end of its delay."""
    world.arrive()

    assert 0 == world.send()
    assert [] == world.transport.tried


def test_what_is_due_is_sent(world: World) -> None:
    """To the exact address, once, under a Message-ID of ours; and the chain records a disclosure."""
    world.arrive(make_envelope("A.Sample+tag@School.example"))
    world.later(minutes=6)
    accepted = world.send()
    again = world.send()
    (mail,) = world.transport.sent
    with world.store.look() as db:
        entries = [link.entry for link in audit.entries(db) if link.entry.action == "disclosure"]

    assert (1, 0) == (accepted, again)
    assert "A.Sample+tag@School.example" == mail.recipient
    assert ("sent", mail.message_id, world.now) == (
        world.only.state,
        world.only.our_message_id,
        world.only.sent_at,
    )
    assert [world.only.mail_id] == [entry.subject for entry in entries]
    assert world.only.acknowledges in entries[0].detail


def test_sending_is_committed_before_the_transport_is_spoken_to(world: World) -> None:
    """While the transport has the message, the row says so, with its Message-ID, in another transaction."""
    seen: list[tuple[str, str | None]] = []

    def look(mail: OutgoingMail) -> None:
        seen.append((world.only.state, world.only.our_message_id))

    world.transport = FakeTransport(look)
    reserve(world)
    world.send()

    assert [("sending", world.transport.sent[0].message_id)] == seen


def test_no_transaction_is_open_while_the_transport_is_spoken_to(world: World) -> None:
    """Others write meanwhile."""
    world.transport = FakeTransport(lambda mail: world.note(make_envelope()) and None)
    reserve(world)

    assert 1 == world.send()


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        (Refused("no"), "refused", "refused"),
        (InDoubt("who knows"), "uncertain", "in_doubt"),
    ],
)
def test_a_final_answer_is_final(answer: Exception, state: str, code: str, world: World) -> None:
    """Refused and uncertain are never tried again by the machine."""
    world.transport = FakeTransport(answer)
    reserve(world)
    world.send()
    world.later(days=2)
    world.send()

    assert (state, code) == (world.only.state, world.only.code)
    assert 1 == len(world.transport.tried)


def test_not_now_is_tried_again_under_the_same_id(world: World) -> None:
    """Within five seconds, and the Message-ID never changes."""
    world.transport = FakeTransport(TransportUnavailable("not now"))
    reserve(world)
    world.send()
    pause = world.only.due_at - world.now
    early = world.send()
    world.later(seconds=5)
    world.send()

    assert timedelta() < pause <= timedelta(seconds=5)
    assert 0 == early
    assert 1 == len({mail.message_id for mail in world.transport.tried})
    assert ("sent", 2) == (world.only.state, world.only.attempts)


def test_the_schedule_of_a_relay_that_is_down(small_world: World) -> None:
    """Pauses of 5 s at first, a minute at most for ten minutes, 15 minutes later; after a day refused."""
    world = small_world
    world.transport = FakeTransport(*[TransportUnavailable("down")] * 1000)
    reserve(world)
    began = world.now
    tries: list[datetime] = []
    while world.only.state == "reserved":
        world.send()
        tries.append(world.now)
        world.now = world.only.due_at or world.now
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(tries)]
    early = [pause for at, pause in zip(tries, pauses, strict=False) if at - began < timedelta(minutes=10)]
    late = pauses[len(early) :]

    assert pauses[0] <= 5
    assert early[:4] == sorted(early[:4])
    assert max(early) <= 60
    assert max(late) <= 900
    assert late[-1] >= 700
    assert ("refused", "expired") == (world.only.state, world.only.code)
    assert timedelta(hours=23, minutes=40) <= tries[-1] - began <= timedelta(hours=24)


def test_the_pause_ends_with_the_day() -> None:
    """A try that would come after 24 hours is none."""
    spread = random.Random(3)  # noqa: S311

    assert next_pause(1, timedelta(), spread) is not None
    assert next_pause(200, timedelta(hours=23), spread) is not None
    assert next_pause(200, timedelta(hours=24), spread) is None


def test_one_bad_message_does_not_stop_the_others(world: World) -> None:
    """The queue goes on behind a message that is refused, in doubt, or not taken now."""
    world.transport = FakeTransport(TransportUnavailable("451"), Refused("554"), InDoubt("cut"))
    reserve(world, 5)

    assert 2 == world.send()
    assert ["refused", "reserved", "sent", "sent", "uncertain"] == world.states()


def test_an_address_that_cannot_be_opened_keeps_no_other(world: World) -> None:
    """Its key is gone, or somebody changed the row: held for a person, and the next one leaves."""
    reserve(world, 2)
    first = world.rows()[0].mail_id
    with world.store.unit() as unit:
        unit.db.execute(
            update(schema.outbox).where(schema.outbox.c.mail_id == first).values(recipient=b"v1.nobody.xyz")
        )
    sent = world.send()
    held = {row.mail_id: (row.state, row.code) for row in world.rows()}

    assert 1 == sent
    assert ("held", "sealed") == held[first]


def test_a_relay_that_is_away_is_asked_once_a_round(world: World) -> None:
    """Where no session can be had the others keep their turn, untried."""
    world.transport = FakeTransport(*[NoSession("down")] * 3)
    reserve(world, 5)

    assert 0 == world.send()
    assert 1 == len(world.transport.tried)
    assert [0, 0, 0, 0, 1] == sorted(row.attempts for row in world.rows())


def test_a_round_is_limited(world: World) -> None:
    """So many and no more; then the session is ended."""
    reserve(world, 5)

    assert 3 == world.send(limit=3)
    assert 1 == world.transport.closed


def test_switched_off_means_nothing_leaves(world: World) -> None:
    """What was reserved stays reserved until it is switched on again."""
    reserve(world)
    world.settings = replace(SETTINGS, rules=replace(SETTINGS.rules, enabled=False))
    off = world.send()
    world.settings = SETTINGS

    assert 0 == off
    assert ["reserved"] == world.states()
    assert 1 == world.send()


def test_not_safe_is_heard_between_two_tries(world: World) -> None:
    """While the first try was under way a form asked for silence: there is no second."""

    def warn(mail: OutgoingMail) -> None:
        world.arrive(make_envelope("a0@b0.example"), not_safe=True)
        raise TransportUnavailable("451")

    world.transport = FakeTransport(warn)
    reserve(world)
    world.send()
    world.later(seconds=10)
    world.send()

    assert 1 == len(world.transport.tried)
    assert ["not_due", "not_due"] == world.states()


def test_what_waited_for_days_is_held(world: World) -> None:
    """A worker that was away for long asks before it surprises people."""
    world.arrive()
    world.later(hours=73)
    world.send()

    assert ("held", "late") == (world.only.state, world.only.code)
    assert [] == world.transport.tried


def test_killed_before_the_claim_changes_nothing(world: World) -> None:
    """The row is still reserved, and leaves at the next start."""
    reserve(world)

    def clock() -> datetime:
        raise Killed

    with pytest.raises(Killed):
        world.send(clock=clock)
    outbox.recover(world.store, world.now)

    assert 1 == world.send()
    assert 1 == len(world.transport.tried)


def test_what_another_was_sending_is_uncertain(world: World) -> None:
    """A worker that comes back after the start of the next one changes nothing, and records nothing."""
    handed, go_on = threading.Event(), threading.Event()

    def hang(mail: OutgoingMail) -> None:
        handed.set()
        go_on.wait(120)

    world.transport = FakeTransport(hang)
    reserve(world)
    worker = threading.Thread(target=world.send)
    worker.start()
    assert handed.wait(60)
    recovered = outbox.recover(world.store, world.now - timedelta(days=1))  # the clock may have been set back
    go_on.set()
    worker.join(60)
    with world.store.look() as db:
        entries = list(audit.entries(db))

    assert (1, 0) == (recovered, world.send())
    assert ("uncertain", "interrupted") == (world.only.state, world.only.code)
    assert [] == entries


def test_a_fault_of_ours_is_doubt(world: World) -> None:
    """Whatever ends the try, the row says that nobody knows."""

    def die(mail: OutgoingMail) -> None:
        raise Killed

    world.transport = FakeTransport(die)
    reserve(world)
    with pytest.raises(Killed):
        world.send()

    assert ("uncertain", "fault") == (world.only.state, world.only.code)
    assert 1 == world.transport.closed


def test_an_end_that_could_not_be_written_down_is_doubt(world: World) -> None:
    """Without a new start too: an hour later the row says that nobody knows."""

    reserve(world)

    def clock() -> datetime:
        if world.transport.sent:
            raise Killed
        return world.now

    with pytest.raises(Killed):
        world.send(clock=clock)
    before = world.only.state
    world.later(minutes=61)
    world.send()

    assert ("sending", "uncertain") == (before, world.only.state)
    assert 1 == len(world.transport.tried)


def test_recovering_touches_nothing_else(world: World) -> None:
    """Reserved, sent, held: a start changes none of them."""
    reserve(world, 2)
    world.send(limit=1)

    assert 0 == outbox.recover(world.store, world.now)
    assert ["reserved", "sent"] == world.states()


def test_two_senders_never_send_the_same(world: World) -> None:
    """At once, from two threads: each message once."""
    reserve(world, 12)
    transports = [FakeTransport(), FakeTransport()]
    counts: list[int] = []

    def work(transport: FakeTransport) -> None:
        counts.append(
            outbox.send_due(
                world.store,
                transport,
                world.composer,
                world.settings,
                lambda: world.now,
                random.Random(1),  # noqa: S311
                limit=50,
            )
        )

    threads = [threading.Thread(target=work, args=(transport,)) for transport in transports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    recipients = [mail.recipient for transport in transports for mail in transport.sent]

    assert 12 == sum(counts)
    assert sorted(set(recipients)) == sorted(recipients)
    assert ["sent"] * 12 == world.states()


@pytest.mark.parametrize("answer", [InDoubt("cut"), Refused("554")])
def test_a_person_may_send_again(answer: Exception, world: World) -> None:
    """Uncertain or refused, it leaves under the Message-ID it had; the chain says who decided."""
    world.transport = FakeTransport(answer)
    reserve(world)
    world.send()
    with world.store.unit() as unit:
        first = outbox.retry(unit, world.only.mail_id, "admin-1", world.now)
    with world.store.unit() as unit:
        second = outbox.retry(unit, world.only.mail_id, "admin-1", world.now)
    world.send()
    with world.store.look() as db:
        actors = [link.entry.actor for link in audit.entries(db)]

    assert (True, False) == (first, second)
    assert "sent" == world.only.state
    assert 1 == len({mail.message_id for mail in world.transport.tried})
    assert ["admin-1", "mailbot"] == actors


def test_a_person_may_release_what_is_held(world: World) -> None:
    """Also days later; only what is held."""
    world.settings = replace(SETTINGS, total_day=1)
    world.arrive(make_envelope("b@c.example"))
    world.arrive()
    held = next(row for row in world.rows() if row.state == "held")
    world.later(days=4)
    with world.store.unit() as unit:
        released = outbox.release(unit, held.mail_id, "admin-1", world.now)
        unknown = outbox.release(unit, "0" * 32, "admin-1", world.now)
    world.send()

    assert (True, False) == (released, unknown)
    assert ["a.sample@school.example"] == [mail.recipient for mail in world.transport.sent]


def erase(world: World, mail_id: str) -> None:
    """The message of this acknowledgement was decided, and is erased because somebody may ask for that."""
    message_id = next(row.acknowledges for row in world.rows() if row.mail_id == mail_id)
    with world.store.unit() as unit:
        mine = update(schema.message).where(schema.message.c.message_id == message_id)
        unit.db.execute(mine.values(state="decided"))
        assert erasure.erase(unit, str(message_id), "admin-1", world.now)


def test_what_was_erased_does_not_leave_and_keeps_no_other(world: World) -> None:
    """It has been due longest, and nobody is there to send it to."""
    reserve(world)
    erase(world, world.only.mail_id)
    world.arrive(make_envelope("another@school.example"))
    world.later(minutes=6)
    world.send()

    assert ["another@school.example"] == [mail.recipient for mail in world.transport.sent]
    assert ["not_due", "sent"] == world.states()


@pytest.mark.parametrize("answer", [InDoubt("cut"), Refused("554")])
def test_nobody_lets_go_what_was_erased(answer: Exception, world: World) -> None:
    """Uncertain or refused, its address is gone."""
    world.transport = FakeTransport(answer)
    reserve(world)
    world.send()
    erase(world, world.only.mail_id)
    with world.store.unit() as unit:
        let_go = outbox.retry(unit, world.only.mail_id, "admin-1", world.now)

    assert not let_go
    assert "reserved" != world.only.state


def test_states_are_never_skipped(world: World) -> None:
    """What is not reserved cannot be claimed, whatever its time says."""
    world.arrive(make_envelope(authentication="fail"))
    world.later(days=1)

    assert 0 == world.send()
    assert AckState.NOT_DUE.value == world.only.state


def test_what_a_clock_put_off_that_was_set_back_leaves(world: World) -> None:
    """Reserved while the clock was a day ahead, it does not wait for that day to come again."""
    received = world.now
    world.later(days=1)
    world.arrive(received_at=world.now)
    world.now = received
    first = world.send()

    assert 1 == first
    assert "sent" == world.only.state
