"""The conversations database: SQLite by default, PostgreSQL by setting; same code for both."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations import migrating
from bot.conversations.records import (
    Adviser,
    ConversationRecord,
    MatchRecord,
    ProposalRecord,
    StoredMessage,
)
from bot.conversations.schema import (
    advisers,
    conversations,
    erasures,
    matches,
    messages,
    profiles,
    proposals,
)
from bot.errors import StoreUnavailable
from bot.person import Equipment, Profile, Status

CONSENT_VERSION: Final = "2026-11"
"""Version of the consent text, kept with each consent; changes when utter_ask_consent does."""

_BUSY_TIMEOUT_S: Final = 3


class ConversationStore:
    """Keeps nothing about a person who has not agreed: each ``save_…`` of a conversation that was
    not started returns False and writes nothing. Every method raises StoreUnavailable when the
    database does not answer.
    """

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)

    def migrate(self) -> None:
        """Bring the tables to this version; safe when several processes start at once."""
        with self._translated():
            migrating.upgrade(self.engine)

    def ping(self) -> None:
        """Raise StoreUnavailable unless the database answers and has its tables."""
        with self._reading() as connection:
            connection.execute(sa.select(sa.func.count()).select_from(advisers))

    # Consent

    def start(
        self, conversation_id: str, *, channel: str = "web", version: str = CONSENT_VERSION
    ) -> None:
        """Record that the person agreed; from now on her conversation is kept."""
        now = _now()
        with self._writing() as connection:
            if not _exists(connection, conversation_id):
                connection.execute(
                    conversations.insert().values(
                        id=conversation_id,
                        channel=channel,
                        consent_version=version,
                        consented_at=now,
                        updated_at=now,
                        waiting_for_human=False,
                    )
                )
                connection.execute(
                    profiles.insert().values(
                        conversation_id=conversation_id, background="", motivations=""
                    )
                )

    def consented(self, conversation_id: str) -> bool:
        """Whether the conversation is kept."""
        with self._reading() as connection:
            return _exists(connection, conversation_id)

    # What is kept

    def save_profile(self, conversation_id: str, profile: Profile) -> bool:
        """Keep the answers as they are now."""
        return self._save(
            conversation_id,
            profiles.update()
            .where(profiles.c.conversation_id == conversation_id)
            .values(**asdict(profile)),
        )

    def save_matches(self, conversation_id: str, records: Sequence[MatchRecord]) -> bool:
        """Keep the roles put on the table; one that was already there keeps its place."""
        return self._save_each(
            conversation_id,
            matches,
            "role_id",
            [asdict(record) | {"quotes": list(record.quotes)} for record in records],
        )

    def set_role_state(self, conversation_id: str, role_id: str, state: str) -> bool:
        """Mark a role as "chosen" or "rejected"; choosing one lets go of the one before."""
        here = matches.c.conversation_id == conversation_id
        statements = [
            matches.update().where(here, matches.c.role_id == role_id).values(state=state)
        ]
        if state == "chosen":
            let_go = matches.update().where(here, matches.c.state == "chosen")
            statements.insert(0, let_go.values(state="proposed"))
        return self._save(conversation_id, *statements)

    def save_proposals(self, conversation_id: str, records: Sequence[ProposalRecord]) -> bool:
        """Keep the trainings that were shown."""
        rows = [asdict(record) for record in records]
        return self._save_each(conversation_id, proposals, "training_id", rows)

    def choose_training(self, conversation_id: str, training_id: str) -> bool:
        """Mark the training that the person keeps, one at a time."""
        here = proposals.c.conversation_id == conversation_id
        return self._save(
            conversation_id,
            proposals.update().where(here).values(chosen=proposals.c.training_id == training_id),
        )

    def ask_for_human(self, conversation_id: str) -> bool:
        """Mark the conversation as waiting for an adviser."""
        return self._save(
            conversation_id,
            conversations.update()
            .where(conversations.c.id == conversation_id)
            .values(waiting_for_human=True, asked_for_human_at=_now()),
        )

    def add_messages(self, conversation_id: str, added: Sequence[StoredMessage]) -> bool:
        """Add to the transcript; a message that is already there is not added twice."""
        with self._writing() as connection:
            if not _exists(connection, conversation_id):
                return False
            here = messages.c.conversation_id == conversation_id
            known = set(connection.scalars(sa.select(messages.c.id).where(here)))
            rows = [
                asdict(message) | {"conversation_id": conversation_id}
                for message in added
                if message.id not in known
            ]
            if rows:
                connection.execute(messages.insert(), rows)
                _touch(connection, conversation_id)
        return True

    # Reading

    def messages(self, conversation_id: str) -> tuple[StoredMessage, ...]:
        """The transcript, in order."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(messages)
                .where(messages.c.conversation_id == conversation_id)
                .order_by(messages.c.position)
            )
            return tuple(
                StoredMessage(
                    id=row.id,
                    author=row.author,
                    text=row.text,
                    at=_aware(row.at),
                    payload=row.payload,
                )
                for row in rows
            )

    def conversation(self, conversation_id: str) -> ConversationRecord | None:
        """One conversation with all but its transcript."""
        with self._reading() as connection:
            row = connection.execute(
                _listing().where(conversations.c.id == conversation_id)
            ).one_or_none()
            return None if row is None else _record(connection, row)

    def conversations(
        self, *, limit: int = 50, offset: int = 0, waiting_only: bool = False, text: str = ""
    ) -> tuple[tuple[ConversationRecord, ...], int]:
        """A page of conversations, those waiting for a human first, then the latest; and how many
        there are in all. ``text`` is looked for in places, words and roles.
        """
        where: list[sa.ColumnElement[bool]] = []
        if waiting_only:
            where.append(conversations.c.waiting_for_human)
        if text:
            where.append(_mentions(text))
        with self._reading() as connection:
            found = _listing().where(*where)
            total = connection.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
            order = (conversations.c.waiting_for_human.desc(), conversations.c.updated_at.desc())
            rows = connection.execute(found.order_by(*order).limit(limit).offset(offset)).all()
            return tuple(_record(connection, row) for row in rows), total

    # Advisers

    def save_adviser(self, email: str, password_hash: str) -> None:
        """Add an adviser, or change the password of one."""
        email = email.strip().lower()
        with self._writing() as connection:
            connection.execute(advisers.delete().where(advisers.c.email == email))
            connection.execute(
                advisers.insert().values(
                    email=email, password_hash=password_hash, created_at=_now()
                )
            )

    def adviser(self, email: str) -> Adviser | None:
        """The account of an e-mail address, whatever its capitals."""
        with self._reading() as connection:
            row = connection.execute(
                sa.select(advisers).where(advisers.c.email == email.strip().lower())
            ).one_or_none()
            return (
                None if row is None else Adviser(email=row.email, password_hash=row.password_hash)
            )

    def has_advisers(self) -> bool:
        """Whether any account exists."""
        with self._reading() as connection:
            return connection.execute(sa.select(advisers.c.email).limit(1)).first() is not None

    # Erasure

    def erase(self, conversation_id: str, *, conversation_hash: str) -> dict[str, int]:
        """Delete every row about the conversation, leave its hash; rows deleted by table."""
        counts: dict[str, int] = {}
        with self._writing() as connection:
            for table in (messages, matches, proposals, profiles):
                here = table.c.conversation_id == conversation_id
                counts[table.name] = connection.execute(table.delete().where(here)).rowcount
            here = conversations.c.id == conversation_id
            counts["conversations"] = connection.execute(
                conversations.delete().where(here)
            ).rowcount
            known = erasures.c.conversation_hash == conversation_hash
            if connection.execute(sa.select(erasures).where(known)).first() is None:
                connection.execute(
                    erasures.insert().values(conversation_hash=conversation_hash, erased_at=_now())
                )
        scrub(self.engine)
        return counts

    def erased(self, conversation_hash: str) -> bool:
        """Whether the conversation of that hash was erased."""
        with self._reading() as connection:
            known = erasures.c.conversation_hash == conversation_hash
            return connection.execute(sa.select(erasures).where(known)).first() is not None

    def older_than(self, moment: datetime) -> tuple[str, ...]:
        """Ids of the conversations not touched since ``moment``."""
        with self._reading() as connection:
            return tuple(
                connection.scalars(
                    sa.select(conversations.c.id).where(conversations.c.updated_at < moment)
                )
            )

    # Inside

    def _save(self, conversation_id: str, *statements: sa.Update) -> bool:
        with self._writing() as connection:
            if not _exists(connection, conversation_id):
                return False
            for statement in statements:
                connection.execute(statement)
            _touch(connection, conversation_id)
        return True

    def _save_each(
        self, conversation_id: str, table: sa.Table, key: str, rows: Sequence[dict[str, Any]]
    ) -> bool:
        with self._writing() as connection:
            if not _exists(connection, conversation_id):
                return False
            here = table.c.conversation_id == conversation_id
            known = set(connection.scalars(sa.select(table.c[key]).where(here)))
            for row in rows:
                if row[key] not in known:
                    connection.execute(
                        table.insert().values(conversation_id=conversation_id, **row)
                    )
            _touch(connection, conversation_id)
        return True

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            # The statement's values stay out of the message: they are the person's words.
            cause = getattr(error, "orig", None) or type(error).__name__
            raise StoreUnavailable(f"conversations database: {cause}") from None


def make_engine(url: str) -> sa.Engine:
    """An engine whose SQLite connections wait for a lock, use WAL, and erase what they delete."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, connect_args={"timeout": _BUSY_TIMEOUT_S})

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: Any) -> None:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def scrub(engine: sa.Engine) -> None:
    """Leave no deleted word in SQLite's files: its write-ahead log holds what was."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _exists(connection: Connection, conversation_id: str) -> bool:
    known = sa.select(conversations.c.id).where(conversations.c.id == conversation_id)
    return connection.execute(known).first() is not None


def _touch(connection: Connection, conversation_id: str) -> None:
    connection.execute(
        conversations.update()
        .where(conversations.c.id == conversation_id)
        .values(updated_at=_now())
    )


def _listing() -> sa.Select[Any]:
    return sa.select(conversations, profiles).join(
        profiles, profiles.c.conversation_id == conversations.c.id
    )


def _mentions(text: str) -> sa.ColumnElement[bool]:
    escaped = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    columns = (profiles.c.place_name, profiles.c.background, profiles.c.motivations)
    in_profile = [column.ilike(f"%{escaped}%", escape="\\") for column in columns]
    in_roles = (
        sa.select(matches.c.position)
        .where(
            matches.c.conversation_id == conversations.c.id,
            matches.c.label.ilike(f"%{escaped}%", escape="\\"),
        )
        .exists()
    )
    reference = conversations.c.id.istartswith(text.replace("-", "")[:6], autoescape=True)
    return sa.or_(*in_profile, in_roles, reference)


def _record(connection: Connection, row: sa.Row[Any]) -> ConversationRecord:
    def rows_of(table: sa.Table) -> Sequence[sa.Row[Any]]:
        here = table.c.conversation_id == row.id
        return connection.execute(sa.select(table).where(here).order_by(table.c.position)).all()

    return ConversationRecord(
        id=row.id,
        channel=row.channel,
        consented_at=_aware(row.consented_at),
        updated_at=_aware(row.updated_at),
        waiting_for_human=row.waiting_for_human,
        profile=Profile(
            status=Status(row.status) if row.status else None,
            level=row.level,
            place_id=row.place_id,
            place_name=row.place_name,
            radius_km=row.radius_km,
            has_vehicle=row.has_vehicle,
            equipment=Equipment(row.equipment) if row.equipment else None,
            background=row.background,
            motivations=row.motivations,
        ),
        matches=tuple(
            MatchRecord(
                role_id=match.role_id,
                label=match.label,
                score=match.score,
                quotes=tuple(match.quotes),
                state=match.state,
            )
            for match in rows_of(matches)
        ),
        proposals=tuple(
            ProposalRecord(
                training_id=proposal.training_id,
                role_id=proposal.role_id,
                title=proposal.title,
                provider=proposal.provider,
                place_name=proposal.place_name,
                chosen=proposal.chosen,
            )
            for proposal in rows_of(proposals)
        ),
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _aware(moment: datetime) -> datetime:
    """SQLite gives times back without their zone; they were written in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
