"""The first release's tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("consent_version", sa.String(32), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("waiting_for_human", sa.Boolean, nullable=False),
        sa.Column("asked_for_human_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "profiles",
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("status", sa.String(32)),
        sa.Column("level", sa.Integer),
        sa.Column("place_id", sa.String(16)),
        sa.Column("place_name", sa.String(200)),
        sa.Column("radius_km", sa.Integer),
        sa.Column("has_vehicle", sa.Boolean),
        sa.Column("equipment", sa.String(32)),
        sa.Column("background", sa.Text, nullable=False),
        sa.Column("motivations", sa.Text, nullable=False),
    )
    op.create_table(
        "messages",
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
        _conversation_id(),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("author", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("conversation_id", "id"),
    )
    op.create_table(
        "matches",
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
        _conversation_id(),
        sa.Column("role_id", sa.String(64), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("quotes", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.UniqueConstraint("conversation_id", "role_id"),
    )
    op.create_table(
        "proposals",
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
        _conversation_id(),
        sa.Column("training_id", sa.String(200), nullable=False),
        sa.Column("role_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("place_name", sa.String(200), nullable=False),
        sa.Column("chosen", sa.Boolean, nullable=False),
        sa.UniqueConstraint("conversation_id", "training_id"),
    )
    op.create_table(
        "advisers",
        sa.Column("email", sa.String(254), primary_key=True),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "erasures",
        sa.Column("conversation_hash", sa.String(64), primary_key=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
    )


def _conversation_id() -> sa.Column[str]:
    return sa.Column(
        "conversation_id",
        sa.String(64),
        sa.ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    )
