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
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
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


def _conversation_id() -> Column[str]:
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
    Column("asked_for_human_at", UtcDateTime),
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
    Column("search_text", Text, nullable=False, server_default=""),
)

messages = Table(
    "messages",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    _conversation_id(),
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
    _conversation_id(),
    Column("role_id", String(64), nullable=False),
    Column("label", String(200), nullable=False),
    Column("search_text", Text, nullable=False, server_default=""),
    Column("score", Float, nullable=False),
    Column("quotes", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    UniqueConstraint("conversation_id", "role_id"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    _conversation_id(),
    Column("training_id", String(200), nullable=False),
    Column("role_id", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("place_name", String(200), nullable=False),
    Column("chosen", Boolean, nullable=False, default=False),
    UniqueConstraint("conversation_id", "training_id"),
)

advisers = Table(
    "advisers",
    metadata,
    Column("email", String(254), primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# What was erased, without what it was: a hash tells a late message from a new conversation.
erasures = Table(
    "erasures",
    metadata,
    Column("conversation_hash", String(64), primary_key=True),
    Column("erased_at", UtcDateTime, nullable=False),
)
