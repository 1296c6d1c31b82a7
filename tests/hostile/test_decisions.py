"""Who is answered: a golden message for each row of the table, through a real reader and a real database."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from mailbot.config import Directory, Partner
from mailbot.domain.states import AckState
from mailbot.parse.automatic import RULES as SIGNS
from mailbot.parse.sandbox import ReaderPool
from mailbot.parse.verifier import Keys, Verifier
from mailbot.review.partners import Partners
from mailbot.send.policy import HOLDING, RULES
from mailbot.store.ids import new_id
from mailbot.store.schema import bounce, outbox
from tests.hostile.road import Road, road
from tests.hostile.senders import OURS, Row, rows

TABLE = rows()


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """One reader for all."""
    with ReaderPool(mode="best_effort", readers=1) as opened:
        yield opened


@pytest.fixture
def way(quick: Path, pool: ReaderPool) -> Iterator[Road]:
    """A road of its own."""
    with road(quick, pool) as opened:
        yield opened


def answered_before(way: Road) -> str:
    """An acknowledgement of ours was sent, long enough ago to cover nothing."""
    earlier = way.arrive(b"From: a@earlier.example\r\n\r\nhello\r\n")
    with way.ground.store.unit() as unit:
        mail_id = new_id()
        row = {"mail_id": mail_id, "kind": "acknowledgement", "acknowledges": earlier, "our_message_id": OURS}
        unit.db.execute(insert(outbox).values(**row, state=AckState.SENT.value, decided_at=way.ground.now))
    return mail_id


def six_bounces(way: Road) -> None:
    """They came back within minutes."""
    mail_id = answered_before(way)
    with way.ground.store.unit() as unit:
        for _ in range(6):
            unit.db.execute(insert(bounce).values(bounce_id=new_id(), mail_id=mail_id, at=way.ground.now))


def rules(**changes: object) -> Callable[[Road], None]:
    """Other rules."""

    def change(way: Road) -> None:
        way.settings = replace(way.settings, rules=replace(way.settings.rules, **changes))  # type: ignore[arg-type]

    return change


def partners(way: Road) -> None:
    """A directory in which the sender is not."""
    known = Partner(name="Elsewhereham Academy", domains=("elsewhereham.example",))
    way.partners = Partners.of(Directory((known,), {"elsewhereham.example": known}))
    rules(require_known_partner=True, partner_domains=way.partners.directory.domains)(way)


def a_days_worth(way: Road) -> None:
    """The limit is reached."""
    answered_before(way)
    way.settings = replace(way.settings, total_day=1)


def a_backup_restored(way: Road) -> None:
    """A backup was restored a moment ago."""
    way.settings = replace(way.settings, restored_at=way.ground.now)


def exchange(way: Road) -> None:
    """An Exchange serves the mailbox."""
    way.border = replace(way.border, exchange=True)


class Nobody:
    """A resolver that answers nothing."""

    def find(self, names: Sequence[str]) -> Keys:
        """Nothing was learned of any."""
        return Keys({}, complete=not names)


def a_silent_resolver(way: Road) -> None:
    """The site verifies signatures itself, and the DNS is away."""
    way.border = replace(way.border, local_dkim=True)
    way.verifier = way.closing.enter_context(Verifier(Nobody(), "best_effort"))


def one_waits(way: Road) -> None:
    """The same sender is about to be answered."""
    (row,) = (row for row in TABLE if row.given == "one waits")
    way.pass_by(row.raw() + b"one more line\r\n")


WORLDS: dict[str, Callable[[Road], object]] = {
    "": lambda way: None,
    "answered before": answered_before,
    "six bounces": six_bounces,
    "partners": partners,
    "a day's worth": a_days_worth,
    "a backup restored": a_backup_restored,
    "days ago": lambda way: way.ground.later(days=4),
    "shared mailboxes": rules(shared_mailboxes=("office@*",)),
    "switched off": rules(enabled=False),
    "exchange": exchange,
    "a silent resolver": a_silent_resolver,
    "one waits": one_waits,
}


@pytest.mark.parametrize("row", TABLE, ids=[row.what for row in TABLE])
def test_the_row_decides(way: Road, row: Row) -> None:
    """State and code are what the table says, and an address is kept only where something may leave."""
    WORLDS[row.given](way)
    _, found = way.pass_by(row.raw())

    assert (row.state, row.code) == (found.state, found.code)
    assert (found.recipient is None) == (row.state == "not_due")


SAID = {
    "reserved": "acknowledged",
    "covered": "acknowledged together with another of its sender",
    "held": "its acknowledgement held for a person ({code})",
    "not_due": "not acknowledged ({code})",
}


@pytest.mark.parametrize("row", TABLE, ids=[row.what for row in TABLE])
def test_a_rehearsal_says_the_same(way: Road, row: Row) -> None:
    """What `run --dry-run` says of an acknowledgement is what the run then decides."""
    WORLDS[row.given](way)
    raw = row.raw()
    way.source.deliver(raw)
    said = way.rehearse()

    assert f", {SAID[row.state].format(code=row.code)}, moved to" in said[-1]


def test_a_rehearsal_knows_what_is_there_twice(way: Road) -> None:
    """Of a burst the first speaks for all, and bytes that are stored already are nothing new."""
    (row,) = (row for row in TABLE if row.given == "one waits")
    way.source.deliver(row.raw())
    way.source.deliver(row.raw() + b"one more line\r\n")
    first, second = way.rehearse()[1:]
    way.ground.collect(way.source)
    way.source.deliver(row.raw())

    assert ", acknowledged, moved" in first
    assert ", acknowledged together with another of its sender, moved" in second
    assert "known by its bytes" in way.rehearse()[-1]


def test_every_rule_has_its_row() -> None:
    """
    No rule of who is answered, and no sign of automatic mail, without a golden message. (The null path is a
    sign of automatic mail already; its rule is the second net under the first.)
    """
    assert {rule.__name__ for rule, _ in (*RULES, *HOLDING)} - {"has_null_path"} == {
        row.rule for row in TABLE if row.rule
    }
    assert {rule.__name__ for rule in SIGNS} == {row.sign for row in TABLE if row.sign}


def test_every_row_has_the_code_of_its_rule() -> None:
    """The table of the tests and the one of the product name the same codes."""
    codes = {
        rule.__name__: (code, state)
        for table, state in ((RULES, "not_due"), (HOLDING, "held"))
        for rule, code in table
    }

    assert [] == [row.what for row in TABLE if row.rule and codes[row.rule] != (row.code, row.state)]


def test_the_rows_differ() -> None:
    """Each message is of a sender of its own."""
    assert len(TABLE) == len({row.what for row in TABLE})
