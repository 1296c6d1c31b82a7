"""A picture that is sealed is known again in other messages."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column with its index; what was sealed before stays so in its own message alone."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("sealed_part", recreate="always" if sqlite else "never") as batch:
        batch.add_column(sa.Column("digest", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_sealed_part_digest"), "sealed_part", ["digest"], unique=False)
