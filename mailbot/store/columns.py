"""What tables are made of: the collection they belong to, moments, states, and why a row may exist."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; a naive one is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way out; SQLite keeps no zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def state_column(kind: type[Enum], name: str = "state") -> tuple[Column[Any], CheckConstraint]:
    """A column of state words, and the CHECK that knows them."""
    words = ", ".join(f"'{member.value}'" for member in kind)
    return Column(name, String(20), nullable=False), CheckConstraint(f"{name} IN ({words})", name=name)


def privacy_columns() -> list[Column[Any]]:
    """Why the row may exist and until when (DPA 2018 s.35 and s.39; UK GDPR for training)."""
    return [
        Column("purpose", String(20), nullable=False, server_default="law_enforcement"),  # or "training"
        Column("review_on", Moment),
        Column("hold", Boolean, nullable=False, server_default="0"),  # a disposal freeze
        Column("erased_at", Moment),
    ]
