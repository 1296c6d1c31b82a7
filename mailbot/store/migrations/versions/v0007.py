"""The admins' desk and the report: schools, requests, sessions, answers, letters, reports."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Six tables; nothing is there yet."""
    op.create_table(
        "report",
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("first_month", sa.String(length=7), nullable=False),
        sa.Column("last_month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_against", sa.Integer(), nullable=False),
        sa.Column("released_by", sa.String(length=80), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'released')", name=op.f("ck_report_state")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            "first_month", "last_month", "kind", name=op.f("uq_report_first_month_last_month_kind")
        ),
    )
    op.create_index("ix_report_state", "report", ["state"], unique=False)
    op.create_table(
        "school",
        sa.Column("urn", sa.String(length=10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("urn", name=op.f("pk_school")),
    )
    op.create_index("ix_school_domain", "school", ["domain"], unique=False)
    op.create_table(
        "training_session",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'delivered', 'cancelled')", name=op.f("ck_training_session_state")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_training_session")),
    )
    op.create_index(
        "ix_training_session_state_starts", "training_session", ["state", "starts_at"], unique=False
    )
    op.create_table(
        "training_request",
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("matter", sa.String(length=20), nullable=False),
        sa.Column("requester_digest", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("also", sa.Integer(), server_default="0", nullable=False),
        sa.Column("urn", sa.String(length=10), nullable=True),
        sa.Column("session_id", sa.String(length=32), nullable=True),
        sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attended", sa.Integer(), nullable=True),
        sa.Column("due_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'need_info', 'offered', 'confirmed', 'reminded',"
            " 'delivered', 'cancelled', 'declined')",
            name=op.f("ck_training_request_state"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.message_id"], name=op.f("fk_training_request_message_id_message")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["training_session.session_id"],
            name=op.f("fk_training_request_session_id_training_session"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_training_request")),
        sa.UniqueConstraint("message_id", name=op.f("uq_training_request_message_id")),
        sa.UniqueConstraint("token", name=op.f("uq_training_request_token")),
    )
    op.create_index(
        "ix_training_request_requester", "training_request", ["requester_digest", "state"], unique=False
    )
    op.create_index("ix_training_request_session", "training_request", ["session_id"], unique=False)
    op.create_index(
        "ix_training_request_state_received", "training_request", ["state", "received_at"], unique=False
    )
    op.create_index("ix_training_request_urn", "training_request", ["urn"], unique=False)
    op.create_table(
        "training_answer",
        sa.Column("answer_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=20), server_default="law_enforcement", nullable=False),
        sa.Column("review_on", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.message_id"], name=op.f("fk_training_answer_message_id_message")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_request.request_id"],
            name=op.f("fk_training_answer_request_id_training_request"),
        ),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_training_answer")),
        sa.UniqueConstraint("message_id", name=op.f("uq_training_answer_message_id")),
    )
    op.create_index(op.f("ix_training_answer_request_id"), "training_answer", ["request_id"], unique=False)
    op.create_table(
        "training_letter",
        sa.Column("letter_id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("mail_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("written_by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outbox.mail_id"], name=op.f("fk_training_letter_mail_id_outbox")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_request.request_id"],
            name=op.f("fk_training_letter_request_id_training_request"),
        ),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_training_letter")),
        sa.UniqueConstraint(
            "request_id", "kind", "occasion", name=op.f("uq_training_letter_request_id_kind_occasion")
        ),
    )
