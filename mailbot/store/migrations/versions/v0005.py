"""What was done to a thing is found without reading the whole audit chain."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index of the chain by what its entries speak of."""
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"], unique=False)
