"""An installation to report on: partners, and what they sent."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, update

from mailbot.config import Directory, Partner
from mailbot.config import Report as Settings
from mailbot.domain.mail import Envelope, Kind
from mailbot.domain.record import InformationType, Record
from mailbot.review import queue
from mailbot.statistics.draft import Maker
from mailbot.statistics.facts import Reader
from mailbot.statistics.organisations import Organisations
from mailbot.store.ids import new_id
from mailbot.store.readings import save_reading
from mailbot.store.schema import message, review_item
from mailbot.store.schools import School
from mailbot.store.unit import Store, Unit
from tests.unit.review.items import a_reading

MARCH = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
WAYS = (("Primary school", "Portsmouth"), ("Primary school", "Southampton"), ("College", "Portsmouth"))


def partners(each: int = 6) -> Directory:
    """So many of each kind and area."""
    found = tuple(
        Partner(name=f"Partner {way}-{number}", domains=(domain(way, number),), type=kind, area=area)
        for way, (kind, area) in enumerate(WAYS)
        for number in range(each)
    )
    return Directory(found, {one.domains[0]: one for one in found})


def domain(way: int, number: int) -> str:
    """Of a partner."""
    return f"p{way}-{number}.example"


def maker(store: Store, directory: Directory, schools: Sequence[School] = (), **settings: int) -> Maker:
    """What makes drafts here."""
    organisations = Organisations.of(
        directory, list(schools), lambda key: store.vault.digest("organisation", key.encode())
    )
    return Maker(Reader(store, organisations), Settings(**settings))


def send(
    store: Store,
    sender_domain: str,
    at: datetime = MARCH,
    *ticks: InformationType,
    flags: Sequence[str] = (),
    kind: Kind = Kind.CPI,
    looked_after: int = 30,
) -> None:
    """A submission of somebody there, looked at after so many minutes."""
    with store.unit() as unit:
        _send(unit, sender_domain, at, ticks, flags, kind, looked_after)


def _send(
    unit: Unit,
    sender_domain: str,
    at: datetime,
    ticks: tuple[InformationType, ...],
    flags: Sequence[str] = (),
    kind: Kind = Kind.CPI,
    looked_after: int = 30,
) -> None:
    sender = Envelope(senders=(f"somebody@{sender_domain}",), from_headers=1)
    records = (Record(information_types=ticks),)
    message_id = new_id()
    unit.db.execute(
        insert(message).values(
            message_id=message_id,
            mailbox="partnership",
            raw_digest=message_id * 2,
            received_at=at,
            stored_at=at,
            size=1,
            state="queued",
            kind=kind.value,
        )
    )
    save_reading(unit, message_id, a_reading(*flags, envelope=sender, kind=kind, records=records), at)
    item_id = queue.open_item(unit, message_id, at, flags, at)
    opened = at + timedelta(minutes=looked_after)
    unit.db.execute(
        update(review_item).where(review_item.c.item_id == item_id).values(first_opened_at=opened)
    )


def a_busy_month(store: Store, at: datetime = MARCH, each: int = 2) -> None:
    """So many of every partner: 12 in every cell of three, where there are six partners each."""
    with store.unit() as unit:
        for way in range(len(WAYS)):
            for number in range(6):
                for _ in range(each):
                    _send(unit, domain(way, number), at, ("drug_related_harm",))
