"""The review desk: versions of items, drafts, notes, corrections, openings, decisions, dispatch."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The new columns of the item first: the other tables refer to it."""
    _item()
    _desk()
    _decisions()


def _item() -> None:
    # SQLite writes an added column behind the constraints; made anew, the table reads as it is described
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("review_item", recreate="always" if sqlite else "never") as batch:
        batch.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch.add_column(sa.Column("first_opened_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_review_item_claimed_by", "review_item", ["claimed_by", "state"], unique=False)
    op.create_index("ix_review_item_opened", "review_item", ["first_opened_at"], unique=False)
    op.create_index("ix_review_item_state_decided", "review_item", ["state", "decided_at"], unique=False)


def _desk() -> None:
    op.create_table(
        "draft",
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["review_item.item_id"], name=op.f("fk_draft_item_id_review_item")
        ),
        sa.PrimaryKeyConstraint("item_id", "author", name=op.f("pk_draft")),
    )
    op.create_table(
        "note",
        sa.Column("note_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["review_item.item_id"], name=op.f("fk_note_item_id_review_item")
        ),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_item_id"), "note", ["item_id"], unique=False)
    op.create_table(
        "correction",
        sa.Column("correction_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["review_item.item_id"], name=op.f("fk_correction_item_id_review_item")
        ),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_correction")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_correction_item_id_number")),
    )
    op.create_table(
        "opening",
        sa.Column("opening_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("break_glass", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("reviewed_by", sa.String(length=80), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'open', 'refused', 'closed')", name=op.f("ck_opening_state")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["review_item.item_id"], name=op.f("fk_opening_item_id_review_item")
        ),
        sa.PrimaryKeyConstraint("opening_id", name=op.f("pk_opening")),
    )
    op.create_index("ix_opening_item_who", "opening", ["item_id", "who"], unique=False)
    op.create_index("ix_opening_state", "opening", ["state"], unique=False)
    op.create_table(
        "attention",
        sa.Column("attention_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("raised_by", sa.String(length=80), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("about", sa.String(length=64), server_default="", nullable=False),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["review_item.item_id"], name=op.f("fk_attention_item_id_review_item")
        ),
        sa.PrimaryKeyConstraint("attention_id", name=op.f("pk_attention")),
        sa.UniqueConstraint("item_id", "kind", "about", name=op.f("uq_attention_item_id_kind_about")),
    )
    op.create_index("ix_attention_settled", "attention", ["settled_at", "kind"], unique=False)
    op.create_table(
        "sealed_part",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("sealed_by", sa.String(length=80), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.message_id"], name=op.f("fk_sealed_part_message_id_message")
        ),
        sa.PrimaryKeyConstraint("message_id", "path", name=op.f("pk_sealed_part")),
    )


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("outcomes", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(length=40), nullable=True),
        sa.Column("vocabulary", sa.String(length=20), nullable=False),
        sa.Column("reading_version", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["review_item.item_id"], name=op.f("fk_decision_item_id_review_item")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision")),
        sa.UniqueConstraint("item_id", "version", name=op.f("uq_decision_item_id_version")),
    )
    op.create_index("ix_decision_at", "decision", ["at"], unique=False)
    op.create_table(
        "dispatch",
        sa.Column("dispatch_id", sa.String(length=32), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("desk", sa.String(length=40), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("replaces", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("log_number", sa.LargeBinary(), nullable=True),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'done', 'failed')", name=op.f("ck_dispatch_state")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.decision_id"], name=op.f("fk_dispatch_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["review_item.item_id"], name=op.f("fk_dispatch_item_id_review_item")
        ),
        sa.PrimaryKeyConstraint("dispatch_id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("reference", name=op.f("uq_dispatch_reference")),
    )
    op.create_index("ix_dispatch_item", "dispatch", ["item_id"], unique=False)
    op.create_index("ix_dispatch_state", "dispatch", ["state"], unique=False)
