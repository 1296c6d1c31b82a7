"""
How many acknowledgements a day: for one address, for one domain, and in all.

Counted are those that were sent, will be, or may have been. A tag ("+anything") makes no other address.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, literal_column, select

from mailbot.domain.states import AckState
from mailbot.send.settings import Settings
from mailbot.store.schema import outbox

DAY = timedelta(hours=24)
_COUNTED = (AckState.RESERVED, AckState.SENDING, AckState.SENT, AckState.UNCERTAIN)
# words of ours, written out: a list of values would be spelled anew at each execution
_WORDS: list[ColumnElement[str]] = [literal_column(f"'{state.value}'") for state in _COUNTED]


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit that is reached."""

    name: str
    count: int


def _count(*more: ColumnElement[bool]) -> ScalarSelect[Any]:
    return (
        select(func.count())
        .where(
            outbox.c.decided_at > bindparam("day_ago"),
            outbox.c.decided_at <= bindparam("day_ahead"),  # beyond: by a clock that was wrong
            outbox.c.state.in_(_WORDS),
            outbox.c.kind == "acknowledgement",
            *more,
        )
        .scalar_subquery()
    )


BY_ADDRESS = _count(outbox.c.caps_digest == bindparam("caps_digest"))
BY_DOMAIN = _count(outbox.c.domain_digest == bindparam("domain_digest"))
IN_ALL = _count()


def reached(address: int, domain: int, total: int, settings: Settings) -> Cap | None:
    """The first limit that one more would cross."""
    limits = (
        ("address", address, settings.per_address_day),
        ("domain", domain, settings.per_domain_day),
        ("total", total, settings.total_day),
    )
    return next((Cap(name, count) for name, count, most in limits if count >= most), None)
