"""The queue has an index in its own order."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One for the other: rank falls while the time rises, which the old one could not give."""
    op.drop_index("ix_review_item_state_rank_due", "review_item")
    op.create_index(
        "ix_review_item_queue",
        "review_item",
        ["state", sa.text("rank DESC"), "due_at", "item_id"],
        unique=False,
    )
