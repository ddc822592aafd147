"""What advisers see: the list of conversations, and one of them with all that was made of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversations.audit import AuditAction, AuditEntry, history_of, record
from bot.conversations.desk_schema import notes, role_corrections, summary_edits, tags
from bot.conversations.engine import Connected
from bot.conversations.reading import listing, messages_of, records_of
from bot.conversations.records import Adviser, ConversationRecord, DeskStatus, StoredMessage
from bot.conversations.schema import conversations, matches
from bot.conversations.searching import mentions
from bot.conversations.territories import codes_within
from bot.conversations.visibility import visible_to

_BATCH: Final = 500
_MANY: Final = 2_000


class Sort(StrEnum):
    """Orders of the list; French names in data/texts/labels.yml."""

    PRIORITY = "priority"
    LATEST = "latest"
    OLDEST = "oldest"
    WAITING_LONGEST = "waiting_longest"


_ORDERS: Final[Mapping[Sort, tuple[sa.ColumnElement[Any], ...]]] = {
    Sort.PRIORITY: (
        conversations.c.waiting_for_human.desc(),
        conversations.c.unread.desc(),
        conversations.c.updated_at.desc(),
        conversations.c.id.desc(),
    ),
    Sort.LATEST: (conversations.c.updated_at.desc(), conversations.c.id.desc()),
    Sort.OLDEST: (conversations.c.updated_at, conversations.c.id),
    Sort.WAITING_LONGEST: (
        conversations.c.waiting_for_human.desc(),
        conversations.c.asked_for_human_at,
        conversations.c.id,
    ),
}


@dataclass(frozen=True, kw_only=True)
class DeskQuery:
    """Which conversations, in which order. Each word of ``text`` starts a word of the place, of
    what the person said, of a role or of the reference, whatever its capitals and accents;
    ``territory`` is a département or a région; ``until`` is excluded.
    """

    text: str = ""
    territory: str | None = None
    status: DeskStatus | None = None
    role_id: str | None = None
    tag: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    waiting_only: bool = False
    unread_only: bool = False
    assigned_to: str | None = None
    sort: Sort = Sort.PRIORITY


@dataclass(frozen=True, kw_only=True)
class Note:
    """What an adviser wrote about a conversation."""

    author: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RoleCorrection:
    """A role that an adviser finds better, maybe ``instead_of`` one that was proposed.

    ``reusable`` when the person agrees that her words, without anything personal, become a case
    for the evaluation of the matching.
    """

    role_id: str
    label: str
    instead_of: str = ""
    instead_of_label: str = ""
    reason: str
    reusable: bool = False
    author: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SummaryEdit:
    """A line of the summary as ``author`` set it right; taken away when ``text`` is None."""

    line: str
    text: str | None
    author: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One conversation with everything that its page shows."""

    record: ConversationRecord
    messages: tuple[StoredMessage, ...]
    notes: tuple[Note, ...]
    tags: tuple[str, ...]
    corrections: tuple[RoleCorrection, ...]
    edits: tuple[SummaryEdit, ...]
    history: tuple[AuditEntry, ...]


class Desk(Connected):
    """Every method sees with the eyes of ``viewer``: what she may not see does not exist."""

    def page(
        self, viewer: Adviser, query: DeskQuery, *, limit: int = 25, offset: int = 0
    ) -> tuple[tuple[ConversationRecord, ...], int]:
        """A page of conversations, and how many there are in all."""
        wanted = self._wanted(viewer, query)
        count = sa.select(sa.func.count()).select_from(conversations).where(*wanted)
        ids = sa.select(conversations.c.id).order_by(*_ORDERS[query.sort])
        with self._reading() as connection:
            total = connection.execute(count).scalar_one()
            # Few are gathered and sorted; of many, the first are met by walking in order.
            wanted = self._wanted(viewer, query, walking=total > _MANY)
            ids = ids.where(*wanted).limit(limit).offset(offset)
            return _records(connection, connection.scalars(ids).all(), query.sort), total

    def export(
        self, viewer: Adviser, query: DeskQuery, *, limit: int
    ) -> tuple[ConversationRecord, ...]:
        """The first ``limit`` conversations of a list, audited as an export of so many."""
        records, _ = self.page(viewer, query, limit=limit)
        with self._writing() as connection:
            record(connection, AuditAction.EXPORTED, actor=viewer, detail=f"csv {len(records)}")
        return records

    def open(self, viewer: Adviser, conversation_id: str, *, export: str = "") -> Dossier | None:
        """One conversation, which is read from now on; audited as a reading, or as an export to a
        format. ``None`` when it does not exist for this viewer.
        """
        here = conversations.c.id == conversation_id
        with self._writing() as connection:
            seen = connection.execute(
                conversations.update().where(here, visible_to(viewer)).values(unread=False)
            )
            if not seen.rowcount:
                return None
            record(
                connection,
                AuditAction.EXPORTED if export else AuditAction.READ,
                actor=viewer,
                conversation_id=conversation_id,
                detail=export,
            )
            found = connection.execute(listing().where(here)).all()
            return Dossier(
                record=records_of(connection, found)[0],
                messages=messages_of(connection, conversation_id),
                notes=tuple(Note(**row) for row in _rows(connection, notes, conversation_id)),
                tags=tuple(row["name"] for row in _rows(connection, tags, conversation_id)),
                corrections=tuple(
                    RoleCorrection(**row)
                    for row in _rows(connection, role_corrections, conversation_id)
                ),
                edits=tuple(
                    SummaryEdit(**row) for row in _rows(connection, summary_edits, conversation_id)
                ),
                history=history_of(connection, conversation_id),
            )

    def sees(self, viewer: Adviser, conversation_id: str) -> bool:
        """Whether the conversation exists for this viewer."""
        here = conversations.c.id == conversation_id
        found = sa.select(conversations.c.id).where(here, visible_to(viewer))
        with self._reading() as connection:
            return connection.execute(found).first() is not None

    def tags(self, viewer: Adviser) -> tuple[str, ...]:
        """Every tag on a conversation that the viewer may see."""
        found = (
            sa.select(tags.c.name)
            .join(conversations, conversations.c.id == tags.c.conversation_id)
            .where(visible_to(viewer))
            .distinct()
            .order_by(tags.c.name)
        )
        with self._reading() as connection:
            return tuple(connection.scalars(found))

    def _wanted(
        self, viewer: Adviser, query: DeskQuery, *, walking: bool = False
    ) -> list[sa.ColumnElement[bool]]:
        """Conditions on ``conversations``; ``walking`` asks of each conversation in turn what is
        else asked of all at once.
        """
        found = mentions(query.text, dialect=self.engine.dialect.name)
        sets = [] if found is None else [found]
        if query.role_id:
            role = sa.select(matches.c.conversation_id)
            sets.append(
                role.where(matches.c.role_id == query.role_id, matches.c.state != "rejected")
            )
        if query.tag:
            sets.append(sa.select(tags.c.conversation_id).where(tags.c.name == query.tag))
        among = [
            chosen.where(chosen.selected_columns[0] == conversations.c.id).exists()
            if walking
            else conversations.c.id.in_(chosen)
            for chosen in sets
        ]
        return [visible_to(viewer), *_filters(query), *among]


def _filters(query: DeskQuery) -> Iterator[sa.ColumnElement[bool]]:
    of = conversations.c
    if query.territory:
        yield of.territory.in_(sorted(codes_within(query.territory)))
    if query.status:
        yield of.status == query.status
    if query.since:
        yield of.updated_at >= query.since
    if query.until:
        yield of.updated_at < query.until
    if query.waiting_only:
        yield of.waiting_for_human
    if query.unread_only:
        yield of.unread
    if query.assigned_to:
        yield of.assigned_to == query.assigned_to


def _records(
    connection: Connection, ids: Sequence[str], sort: Sort
) -> tuple[ConversationRecord, ...]:
    """Whole records of these conversations, in the order of the list."""
    found: list[ConversationRecord] = []
    for start in range(0, len(ids), _BATCH):
        chosen = listing().where(conversations.c.id.in_(ids[start : start + _BATCH]))
        rows = connection.execute(chosen.order_by(*_ORDERS[sort])).all()
        found += records_of(connection, rows)
    return tuple(found)


def _rows(connection: Connection, table: sa.Table, conversation_id: str) -> list[dict[str, Any]]:
    """What is kept about a conversation, in the order in which it came."""
    wanted = [column for column in table.c if column.name not in {"id", "conversation_id"}]
    here = table.c.conversation_id == conversation_id
    found = connection.execute(sa.select(*wanted).where(here).order_by(table.c.id))
    return [dict(row) for row in found.mappings()]
