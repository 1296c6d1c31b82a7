"""
Everything, as the first version had it.

Frozen: what changes later is another file beside this one, also when `schema` has long moved on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSAL = "the audit chain is never changed"

_SQLITE_TRIGGERS = tuple(
    f"CREATE TRIGGER audit_refuses_{act.lower()} BEFORE {act} ON audit "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for act in ("UPDATE", "DELETE")
)
_POSTGRES_TRIGGERS = (
    f"""
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
    """
    CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_refuses_truncate BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
)


def upgrade() -> None:
    """All tables, and the triggers that keep the audit chain."""
    _tables()
    triggers = _POSTGRES_TRIGGERS if op.get_bind().dialect.name == "postgresql" else _SQLITE_TRIGGERS
    for trigger in triggers:
        op.execute(sa.text(trigger))


def _tables() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "job",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job")),
        sa.UniqueConstraint("task", "subject", name=op.f("uq_job_task_subject")),
    )
    op.create_index("ix_job_run_at", "job", ["run_at"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "message",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("mailbox", sa.String(length=40), nullable=False),
        sa.Column("raw_digest", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('stored', 'parsed', 'queued', 'decided', 'ignored', 'quarantined')",
            name=op.f("ck_message_state"),
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message")),
        sa.UniqueConstraint("mailbox", "raw_digest", name=op.f("uq_message_mailbox_raw_digest")),
    )
    op.create_index("ix_message_fingerprint", "message", ["fingerprint"], unique=False)
    op.create_index("ix_message_state_received", "message", ["state", "received_at"], unique=False)
    op.create_table(
        "poll",
        sa.Column("mailbox", sa.String(length=40), nullable=False),
        sa.Column("last_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_good_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listed", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_poll")),
    )
    op.create_table(
        "unfetched",
        sa.Column("mailbox", sa.String(length=40), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "locator", name=op.f("pk_unfetched")),
    )
    op.create_table(
        "delivery",
        sa.Column("delivery_id", sa.String(length=32), nullable=False),
        sa.Column("mailbox", sa.String(length=40), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("target_folder", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('stored', 'moving', 'moved', 'gone', 'returned', 'superseded')",
            name=op.f("ck_delivery_state"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.message_id"], name=op.f("fk_delivery_message_id_message")
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("mailbox", "locator", name=op.f("uq_delivery_mailbox_locator")),
    )
    op.create_index("ix_delivery_mailbox_state", "delivery", ["mailbox", "state"], unique=False)
    op.create_index("ix_delivery_message_id", "delivery", ["message_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("mail_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("acknowledges", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("mailbox", sa.String(length=40), nullable=True),
        sa.Column("recipient", sa.LargeBinary(), nullable=True),
        sa.Column("recipient_digest", sa.String(length=64), nullable=True),
        sa.Column("caps_digest", sa.String(length=64), nullable=True),
        sa.Column("domain_digest", sa.String(length=64), nullable=True),
        sa.Column("covered_by", sa.String(length=32), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("our_message_id", sa.String(length=120), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('reserved', 'sending', 'sent', 'refused', 'held', 'uncertain', 'covered', 'not_due')",
            name=op.f("ck_outbox_state"),
        ),
        sa.ForeignKeyConstraint(
            ["acknowledges"], ["message.message_id"], name=op.f("fk_outbox_acknowledges_message")
        ),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("acknowledges", name=op.f("uq_outbox_acknowledges")),
        sa.UniqueConstraint("our_message_id", name=op.f("uq_outbox_our_message_id")),
    )
    op.create_index("ix_outbox_caps", "outbox", ["caps_digest", "decided_at"], unique=False)
    op.create_index("ix_outbox_kind_state_decided", "outbox", ["kind", "state", "decided_at"], unique=False)
    op.create_index("ix_outbox_domain", "outbox", ["domain_digest", "decided_at"], unique=False)
    op.create_index("ix_outbox_recipient", "outbox", ["recipient_digest", "state"], unique=False)
    op.create_index("ix_outbox_state_due", "outbox", ["state", "due_at"], unique=False)
    op.create_table(
        "reading",
        sa.Column("reading_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("reader_version", sa.String(length=40), nullable=False),
        sa.Column("schema_version", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.message_id"], name=op.f("fk_reading_message_id_message")
        ),
        sa.PrimaryKeyConstraint("reading_id", name=op.f("pk_reading")),
        sa.UniqueConstraint("message_id", "version", name=op.f("uq_reading_message_id_version")),
    )
    op.create_table(
        "review_item",
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rank", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'claimed', 'clarification', 'decided')", name=op.f("ck_review_item_state")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.message_id"], name=op.f("fk_review_item_message_id_message")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_review_item")),
        sa.UniqueConstraint("message_id", name=op.f("uq_review_item_message_id")),
    )
    op.create_index("ix_review_item_state_rank_due", "review_item", ["state", "rank", "due_at"], unique=False)
    op.create_table(
        "bounce",
        sa.Column("bounce_id", sa.String(length=32), nullable=False),
        sa.Column("mail_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["outbox.mail_id"], name=op.f("fk_bounce_mail_id_outbox")),
        sa.PrimaryKeyConstraint("bounce_id", name=op.f("pk_bounce")),
    )
    op.create_index(op.f("ix_bounce_at"), "bounce", ["at"], unique=False)
    op.create_table(
        "reading_content",
        sa.Column("reading_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["reading.reading_id"], name=op.f("fk_reading_content_reading_id_reading")
        ),
        sa.PrimaryKeyConstraint("reading_id", name=op.f("pk_reading_content")),
    )
    op.create_table(
        "reading_source",
        sa.Column("reading_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["reading.reading_id"], name=op.f("fk_reading_source_reading_id_reading")
        ),
        sa.PrimaryKeyConstraint("reading_id", name=op.f("pk_reading_source")),
    )
