"""The advisers' desk: organisations, assignment, notes, audit, outbox; full-text search."""

from collections import defaultdict
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from bot.conversations.searching import words_of
from bot.conversations.territories import territory_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_TRUE, _FALSE = sa.true(), sa.false()

_APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit"
        " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        "CREATE TRIGGER audit_is_kept_a_year BEFORE DELETE ON audit"
        " WHEN OLD.at > datetime('now', '-365 days')"
        " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$",
        "CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit"
        " FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
        "CREATE TRIGGER audit_is_kept_a_year BEFORE DELETE ON audit FOR EACH ROW"
        " WHEN (OLD.at > now() - interval '365 days') EXECUTE FUNCTION audit_is_append_only()",
        "CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
    ),
}

# Words are already without capitals and accents, one space apart: nothing is left to parse.
_FULL_TEXT = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_documents',"
        " content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='2 3', detail=none)",
        "CREATE TRIGGER search_index_added AFTER INSERT ON search_documents BEGIN"
        " INSERT INTO search_index(rowid, words) VALUES (new.id, new.words); END",
        "CREATE TRIGGER search_index_removed AFTER DELETE ON search_documents BEGIN"
        " INSERT INTO search_index(search_index, rowid, words)"
        " VALUES ('delete', old.id, old.words); END",
        "CREATE TRIGGER search_index_changed AFTER UPDATE ON search_documents BEGIN"
        " INSERT INTO search_index(search_index, rowid, words)"
        " VALUES ('delete', old.id, old.words);"
        " INSERT INTO search_index(rowid, words) VALUES (new.id, new.words); END",
    ),
    "postgresql": (
        "CREATE INDEX search_index ON search_documents"
        " USING gin (array_to_tsvector(string_to_array(words, ' ')))",
    ),
}


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    _accounts()
    _conversations()
    _work()
    _proofs()
    for statement in (*_APPEND_ONLY[dialect], *_FULL_TEXT[dialect]):
        connection.exec_driver_sql(statement)
    _bring_accounts(connection)
    _bring_conversations(connection)
    for table in ("profiles", "matches"):
        op.drop_column(table, "search_text")


def _accounts() -> None:
    op.create_table(
        "organisations",
        _number(),
        sa.Column("name", sa.String(200), nullable=False, unique=True),
        sa.Column("nationwide", sa.Boolean, nullable=False, server_default=_FALSE),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "territories",
        sa.Column(
            "organisation_id",
            sa.Integer,
            sa.ForeignKey("organisations.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("department", sa.String(3), primary_key=True),
    )
    organisation = sa.ForeignKey("organisations.id")
    for column in (
        sa.Column("role", sa.String(16), nullable=False, server_default="adviser"),
        sa.Column("organisation_id", sa.Integer, organisation),
        sa.Column("totp_secret", sa.String(64)),
        sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"),
    ):
        op.add_column("advisers", column, inline_references=True)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        _adviser("email"),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column(
            "organisation_id", sa.Integer, sa.ForeignKey("organisations.id", ondelete="CASCADE")
        ),
        sa.Column("expires_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("key_hash", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("since", _MOMENT, nullable=False, index=True),
    )


def _conversations() -> None:
    assignee = sa.ForeignKey("advisers.email", ondelete="SET NULL", onupdate="CASCADE")
    for column in (
        sa.Column("territory", sa.String(8)),
        sa.Column("status", sa.String(16), nullable=False, server_default="to_contact"),
        sa.Column("unread", sa.Boolean, nullable=False, server_default=_TRUE),
        sa.Column("assigned_to", sa.String(254), assignee),
    ):
        op.add_column("conversations", column, inline_references=True)
    for name, table, columns in (
        ("ix_conversations_asked_for_human_at", "conversations", ("asked_for_human_at",)),
        ("ix_conversations_assigned_to", "conversations", ("assigned_to",)),
        ("ix_conversations_territory", "conversations", ("territory", "updated_at")),
        (
            "ix_conversations_desk",
            "conversations",
            (
                *("waiting_for_human", "unread", "updated_at", "id"),
                *("territory", "assigned_to", "status"),
            ),
        ),
        ("ix_matches_role", "matches", ("role_id", "conversation_id")),
    ):
        op.create_index(name, table, list(columns))


def _work() -> None:
    op.create_table(
        "notes",
        _number(),
        _conversation(),
        sa.Column("author", sa.String(254), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "tags",
        _number(),
        _conversation(),
        sa.Column("name", sa.String(40), nullable=False, index=True),
        sa.UniqueConstraint("conversation_id", "name"),
    )
    op.create_table(
        "role_corrections",
        _number(),
        _conversation(),
        sa.Column("role_id", sa.String(64), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("instead_of", sa.String(64), nullable=False),
        sa.Column("instead_of_label", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reusable", sa.Boolean, nullable=False),
        sa.Column("author", sa.String(254), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "summary_edits",
        _number(),
        _conversation(),
        sa.Column("line", sa.String(100), nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("author", sa.String(254), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.UniqueConstraint("conversation_id", "line"),
    )


def _proofs() -> None:
    op.create_table(
        "audit",
        _number(),
        sa.Column("at", _MOMENT, nullable=False, index=True),
        sa.Column("actor", sa.String(254), nullable=False),
        sa.Column("organisation_id", sa.Integer),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("conversation_hash", sa.String(64), index=True),
        sa.Column("detail", sa.String(200), nullable=False),
    )
    op.create_index("ix_audit_organisation", "audit", ["organisation_id", "at"])
    op.create_table(
        "outbox",
        _number(),
        _conversation(),
        _adviser("recipient"),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False, index=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("sent_at", _MOMENT),
    )
    op.create_table(
        "search_documents",
        _number(),
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("words", sa.Text, nullable=False),
    )


def _bring_accounts(connection: sa.Connection) -> None:
    """Accounts of before could read everything: leads of one organisation without limits."""
    advisers = sa.table("advisers", *map(sa.column, ("email", "role", "organisation_id")))
    organisations = sa.table(
        "organisations",
        sa.column("id"),
        sa.column("name"),
        sa.column("nationwide", sa.Boolean),
        sa.column("created_at", _MOMENT),
    )
    if connection.execute(sa.select(advisers.c.email).limit(1)).first() is None:
        return
    connection.execute(
        organisations.insert().values(name="Déclic", nationwide=True, created_at=datetime.now(UTC))
    )
    organisation = connection.execute(sa.select(organisations.c.id)).scalar_one()
    connection.execute(advisers.update().values(role="lead", organisation_id=organisation))


def _bring_conversations(connection: sa.Connection) -> None:
    conversations = sa.table("conversations", sa.column("id"), sa.column("territory"))
    profiles = sa.table(
        "profiles",
        *map(sa.column, ("conversation_id", "place_id", "place_name", "background", "motivations")),
    )
    matches = sa.table("matches", sa.column("conversation_id"), sa.column("label"))
    documents = sa.table("search_documents", sa.column("conversation_id"), sa.column("words"))
    labels: dict[str, list[str]] = defaultdict(list)
    for match in connection.execute(sa.select(matches)):
        labels[match.conversation_id].append(match.label)
    for row in connection.execute(sa.select(profiles)).all():
        id_ = row.conversation_id
        words = words_of(id_, row.place_name, row.background, row.motivations, *labels[id_])
        connection.execute(documents.insert().values(conversation_id=id_, words=words))
        here = conversations.c.id == id_
        territory = territory_of(row.place_id)
        connection.execute(conversations.update().where(here).values(territory=territory))


def _number() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)


def _conversation() -> sa.Column[str]:
    return sa.Column(
        "conversation_id",
        sa.String(64),
        sa.ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    )


def _adviser(name: str) -> sa.Column[str]:
    account = sa.ForeignKey("advisers.email", ondelete="CASCADE", onupdate="CASCADE")
    return sa.Column(name, sa.String(254), account, nullable=False, index=True)
