"""Correspondents: who wrote before, and whose mail could not be authenticated, as digests and counts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table; it begins empty, so at first everybody is new."""
    op.create_table(
        "correspondent",
        sa.Column("sender_digest", sa.String(length=64), nullable=False),
        sa.Column("domain_digest", sa.String(length=64), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_unproven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("authenticated", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sender_digest", name=op.f("pk_correspondent")),
    )
    op.create_index(op.f("ix_correspondent_domain_digest"), "correspondent", ["domain_digest"], unique=False)
