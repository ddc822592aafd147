"""What is kept of a person, in SQLite by default, PostgreSQL by setting; same code for both."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversations import migrating, outbox, searching
from bot.conversations.desk_schema import OF_A_CONVERSATION
from bot.conversations.engine import Connected, make_engine, scrub, translated, unless_there
from bot.conversations.reading import listing, messages_of, records_of
from bot.conversations.records import (
    ConversationRecord,
    DeskStatus,
    MatchRecord,
    ProposalRecord,
    StoredMessage,
    hash_of,
)
from bot.conversations.schema import (
    conversations,
    erasures,
    matches,
    messages,
    profiles,
    proposals,
)
from bot.conversations.territories import territory_of
from bot.person import Profile

CONSENT_VERSION: Final = "2026-11"
"""Version of the consent text, kept with each consent; changes when utter_ask_consent does."""


_PROBE: Final = "probe"
"""Stands for a hash in a row that is written and removed in one transaction."""


class ConversationStore(Connected):
    """Keeps nothing about a person who has not agreed: each ``save_…`` of a conversation that was
    not started returns False and writes nothing. Every method raises StoreUnavailable when the
    database does not answer. Writes of one conversation wait for each other, so that a retry
    that arrives with the first try changes nothing.
    """

    def __init__(self, url: str) -> None:
        super().__init__(make_engine(url))

    def migrate(self) -> None:
        """Bring the tables to this version; safe when several processes start at once."""
        with translated("conversations database"):
            migrating.upgrade(self.engine)

    def ping(self) -> None:
        """Raise StoreUnavailable unless the database has its tables and takes a write: one that
        is locked, read-only or on a full disk still answers to reading.
        """
        with self._writing() as connection:
            connection.execute(erasures.insert().values(conversation_hash=_PROBE, erased_at=_now()))
            connection.execute(erasures.delete().where(erasures.c.conversation_hash == _PROBE))

    # Consent

    def start(
        self, conversation_id: str, *, channel: str = "web", version: str = CONSENT_VERSION
    ) -> bool:
        """Record that the person agreed; from now on her conversation is kept.

        False when it was erased: an answer that arrives late does not bring it back.
        """
        now = _now()
        with self._writing() as connection:
            if _erased(connection, conversation_id):
                return False
            with unless_there(connection):
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
                searching.index(connection, conversation_id)
        return True

    def consented(self, conversation_id: str) -> bool:
        """Whether the conversation is kept."""
        with self._reading() as connection:
            known = sa.select(conversations.c.id).where(conversations.c.id == conversation_id)
            return connection.execute(known).first() is not None

    # What is kept

    def save_profile(self, conversation_id: str, profile: Profile) -> bool:
        """Keep the answers as they are now.

        Roles that were only proposed go when the person's words change: their reasons are gone.
        """
        with self._writing() as connection:
            if not _hold(connection, conversation_id):
                return False
            here = profiles.c.conversation_id == conversation_id
            said = sa.select(profiles.c.background, profiles.c.motivations).where(here)
            if connection.execute(said).one() != (profile.background, profile.motivations):
                connection.execute(
                    matches.delete().where(
                        matches.c.conversation_id == conversation_id,
                        matches.c.state == "proposed",
                    )
                )
            connection.execute(profiles.update().where(here).values(**asdict(profile)))
            connection.execute(
                conversations.update()
                .where(conversations.c.id == conversation_id)
                .values(territory=territory_of(profile.place_id))
            )
            searching.index(connection, conversation_id)
        return True

    def save_matches(self, conversation_id: str, records: Sequence[MatchRecord]) -> bool:
        """Keep the roles put on the table; one that was already there keeps its place."""
        rows = [asdict(record) | {"quotes": list(record.quotes)} for record in records]
        return self._add(conversation_id, matches, "role_id", rows)

    def set_role_state(self, conversation_id: str, role_id: str, state: str) -> bool:
        """Mark a role as "chosen" or "rejected"; choosing one lets go of the one before."""
        here = matches.c.conversation_id == conversation_id
        role = matches.update().where(here, matches.c.role_id == role_id).values(state=state)
        let_go = matches.update().where(here, matches.c.state == "chosen").values(state="proposed")
        return self._save(conversation_id, *([let_go, role] if state == "chosen" else [role]))

    def save_proposals(self, conversation_id: str, records: Sequence[ProposalRecord]) -> bool:
        """Keep the trainings that were shown."""
        rows = [asdict(record) for record in records]
        return self._add(conversation_id, proposals, "training_id", rows)

    def choose_training(self, conversation_id: str, training_id: str) -> bool:
        """Mark the training that the person keeps, one at a time."""
        here = proposals.c.conversation_id == conversation_id
        return self._save(
            conversation_id,
            proposals.update().where(here).values(chosen=proposals.c.training_id == training_id),
        )

    def ask_for_human(self, conversation_id: str) -> bool:
        """Mark the conversation as waiting for an adviser; advisers are told once, by e-mail."""
        here = conversations.c.id == conversation_id
        with self._writing() as connection:
            if not _hold(connection, conversation_id):
                return False
            newly = connection.execute(
                conversations.update()
                .where(here, ~conversations.c.waiting_for_human)
                .values(
                    waiting_for_human=True,
                    asked_for_human_at=_now(),
                    status=DeskStatus.TO_CONTACT,
                )
            )
            if newly.rowcount:
                outbox.announce(connection, conversation_id, now=_now())
        return True

    def add_messages(self, conversation_id: str, added: Sequence[StoredMessage]) -> bool:
        """Add to the transcript; a message that is already there is not added twice."""
        return self._add(conversation_id, messages, "id", (vars(message) for message in added))

    # Reading

    def messages(self, conversation_id: str) -> tuple[StoredMessage, ...]:
        """The transcript, in order."""
        with self._reading() as connection:
            return messages_of(connection, conversation_id)

    def conversation(self, conversation_id: str) -> ConversationRecord | None:
        """One conversation with all but its transcript."""
        with self._reading() as connection:
            found = listing().where(conversations.c.id == conversation_id)
            records = records_of(connection, connection.execute(found).all())
            return records[0] if records else None

    def called(self, reference: str) -> tuple[str, ...]:
        """Ids of the conversations whose reference, without its hyphen, this is."""
        here = conversations.c.id.istartswith(reference, autoescape=True)
        with self._reading() as connection:
            return tuple(connection.scalars(sa.select(conversations.c.id).where(here)))

    # Erasure

    def erase(self, conversation_id: str) -> dict[str, int]:
        """Delete every row about the conversation, leave its hash; rows deleted by table.

        ``scrub`` has to follow: until then the files may hold copies of what was deleted.
        """
        counts: dict[str, int] = {}
        with self._writing() as connection:
            _hold(connection, conversation_id)
            for table in (*OF_A_CONVERSATION, messages, matches, proposals, profiles):
                here = table.c.conversation_id == conversation_id
                counts[table.name] = connection.execute(table.delete().where(here)).rowcount
            here = conversations.c.id == conversation_id
            gone = connection.execute(conversations.delete().where(here))
            counts["conversations"] = gone.rowcount
            with unless_there(connection):
                connection.execute(
                    erasures.insert().values(
                        conversation_hash=hash_of(conversation_id), erased_at=_now()
                    )
                )
        return counts

    def erased(self, conversation_id: str) -> bool:
        """Whether the conversation was erased."""
        with self._reading() as connection:
            return _erased(connection, conversation_id)

    def older_than(self, moment: datetime) -> tuple[str, ...]:
        """Ids of the conversations not touched since ``moment``."""
        old = sa.select(conversations.c.id).where(conversations.c.updated_at < moment)
        with self._reading() as connection:
            return tuple(connection.scalars(old))

    def scrub(self) -> bool:
        """Rebuild SQLite's files without what was deleted; False when they were in use."""
        with translated("conversations database"):
            return scrub(self.engine)

    # Inside

    def _save(self, conversation_id: str, *statements: sa.Update) -> bool:
        with self._writing() as connection:
            if not _hold(connection, conversation_id):
                return False
            for statement in statements:
                connection.execute(statement)
        return True

    def _add(
        self, conversation_id: str, table: sa.Table, key: str, rows: Iterable[dict[str, Any]]
    ) -> bool:
        """Insert the rows whose ``key`` is new in the conversation; ``rows`` are not made when the
        conversation is not kept.
        """
        with self._writing() as connection:
            if not _hold(connection, conversation_id):
                return False
            here = table.c.conversation_id == conversation_id
            known = set(connection.scalars(sa.select(table.c[key]).where(here)))
            owner = {"conversation_id": conversation_id}
            new = {row[key]: row | owner for row in rows if row[key] not in known}
            if new:
                connection.execute(table.insert(), list(new.values()))
            if new and table is matches:
                searching.index(connection, conversation_id)
        return True


def _hold(connection: Connection, conversation_id: str) -> bool:
    """Mark the conversation as active; others who write to it wait for this transaction.

    False when it is not kept. Being a write, it comes first: SQLite then locks from the start.
    """
    here = conversations.c.id == conversation_id
    touched = connection.execute(
        conversations.update().where(here).values(updated_at=_now(), unread=True)
    )
    return touched.rowcount == 1


def _erased(connection: Connection, conversation_id: str) -> bool:
    known = erasures.c.conversation_hash == hash_of(conversation_id)
    return connection.execute(sa.select(erasures).where(known)).first() is not None


def _now() -> datetime:
    return datetime.now(UTC)
