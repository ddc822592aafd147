"""Tables of the conversations database; migrations/ holds how they came to be."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    true,
)

metadata = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """Aware moments in and out: SQLite forgets the zone, so that all are written in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def conversation_id() -> Column[str]:
    """The column of what belongs to a conversation, and goes with it."""
    return Column(
        "conversation_id",
        String(64),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    )


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("channel", String(32), nullable=False),
    # Which text the person agreed to, and when: a row exists only once she has agreed.
    Column("consent_version", String(32), nullable=False),
    Column("consented_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, index=True),
    Column("waiting_for_human", Boolean, nullable=False, default=False),
    Column("asked_for_human_at", UtcDateTime, index=True),
    # Where the person lives, as bot.conversations.territories writes it.
    Column("territory", String(8)),
    # What advisers made of it: none of this is an activity of the person.
    Column("status", String(16), nullable=False, server_default="to_contact"),
    Column("unread", Boolean, nullable=False, server_default=true()),
    Column(
        "assigned_to",
        String(254),
        ForeignKey("advisers.email", ondelete="SET NULL", onupdate="CASCADE"),
        index=True,
    ),
    # The order of the desk's list, with what its filters read, so that a page reads the index only.
    Index(
        "ix_conversations_desk",
        *("waiting_for_human", "unread", "updated_at", "id", "territory", "assigned_to", "status"),
    ),
    Index("ix_conversations_territory", "territory", "updated_at"),
)

profiles = Table(
    "profiles",
    metadata,
    Column(
        "conversation_id",
        String(64),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("status", String(32)),
    Column("level", Integer),
    Column("place_id", String(16)),
    Column("place_name", String(200)),
    Column("radius_km", Integer),
    Column("has_vehicle", Boolean),
    Column("equipment", String(32)),
    Column("background", Text, nullable=False, default=""),
    Column("motivations", Text, nullable=False, default=""),
)

messages = Table(
    "messages",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("id", String(64), nullable=False),
    Column("author", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("conversation_id", "id"),
)

matches = Table(
    "matches",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("role_id", String(64), nullable=False),
    Column("label", String(200), nullable=False),
    Column("score", Float, nullable=False),
    Column("quotes", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    UniqueConstraint("conversation_id", "role_id"),
    Index("ix_matches_role", "role_id", "conversation_id"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("training_id", String(200), nullable=False),
    Column("role_id", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("place_name", String(200), nullable=False),
    Column("chosen", Boolean, nullable=False, default=False),
    UniqueConstraint("conversation_id", "training_id"),
)

# What was erased, without what it was: a hash tells a late message from a new conversation.
erasures = Table(
    "erasures",
    metadata,
    Column("conversation_hash", String(64), primary_key=True),
    Column("erased_at", UtcDateTime, nullable=False),
)
