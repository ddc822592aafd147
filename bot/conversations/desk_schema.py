"""Tables of the advisers' desk: accounts, what is done with a conversation, and what proves it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from bot.conversations.schema import UtcDateTime, conversation_id, metadata

organisations = Table(
    "organisations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(200), nullable=False, unique=True),
    # The whole of France, and the people who named no place; else see territories.
    Column("nationwide", Boolean, nullable=False, server_default=false()),
    Column("created_at", UtcDateTime, nullable=False),
)

territories = Table(
    "territories",
    metadata,
    Column(
        "organisation_id",
        Integer,
        ForeignKey("organisations.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("department", String(3), primary_key=True),
)

advisers = Table(
    "advisers",
    metadata,
    Column("email", String(254), primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("role", String(16), nullable=False, server_default="adviser"),
    Column("organisation_id", Integer, ForeignKey("organisations.id")),
    Column("totp_secret", String(64)),
    # The last time step whose code was accepted: a code that was seen is of no use.
    Column("totp_step", BigInteger, nullable=False, server_default="0"),
)


def _adviser() -> Column[str]:
    return Column(
        "email",
        String(254),
        ForeignKey("advisers.email", ondelete="CASCADE", onupdate="CASCADE"),
        nullable=False,
        index=True,
    )


# Tokens of sessions and invitations are kept as SHA-256 only.
sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _adviser(),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("email", String(254), nullable=False),
    Column("role", String(16), nullable=False),
    Column("organisation_id", Integer, ForeignKey("organisations.id", ondelete="CASCADE")),
    Column("expires_at", UtcDateTime, nullable=False),
)

# Attempts to log in, by the hash of what they were made on or from.
attempts = Table(
    "attempts",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False, index=True),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("author", String(254), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

tags = Table(
    "tags",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("name", String(40), nullable=False, index=True),
    UniqueConstraint("conversation_id", "name"),
)

# "Rather this role": ``instead_of`` is empty when the role was only missing.
role_corrections = Table(
    "role_corrections",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("role_id", String(64), nullable=False),
    Column("label", String(200), nullable=False),
    Column("instead_of", String(64), nullable=False),
    Column("instead_of_label", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    # The person agrees that her words, without anything personal, help to test the matching.
    Column("reusable", Boolean, nullable=False),
    Column("author", String(254), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# A line of the summary set right, or taken away when ``text`` is NULL.
summary_edits = Table(
    "summary_edits",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column("line", String(100), nullable=False),
    Column("text", Text),
    Column("author", String(254), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("conversation_id", "line"),
)

# Who read, changed or exported what: the conversation by its hash, closed words only, so that
# erasing a conversation leaves nothing of it here. Triggers keep rows of a year or less for ever
# as they were written.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("actor", String(254), nullable=False),
    Column("organisation_id", Integer),
    Column("action", String(32), nullable=False),
    Column("conversation_hash", String(64), index=True),
    Column("detail", String(200), nullable=False),
    Index("ix_audit_organisation", "organisation_id", "at"),
)

# E-mails to send, written in the transaction that makes them due.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    conversation_id(),
    Column(
        "recipient",
        String(254),
        ForeignKey("advisers.email", ondelete="CASCADE", onupdate="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("sent_at", UtcDateTime),
)

# The words by which a conversation is found; full-text indexes of each database are over this.
search_documents = Table(
    "search_documents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column(
        "conversation_id",
        String(64),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("words", Text, nullable=False),
)

OF_A_CONVERSATION = (notes, tags, role_corrections, summary_edits, outbox, search_documents)
"""Tables whose rows are erased with their conversation."""
