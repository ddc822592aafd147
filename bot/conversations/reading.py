"""From rows to records."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversations.records import (
    ConversationRecord,
    DeskStatus,
    MatchRecord,
    ProposalRecord,
    StoredMessage,
)
from bot.conversations.schema import conversations, matches, messages, profiles, proposals
from bot.person import Equipment, Profile, Status


def listing() -> sa.Select[Any]:
    """Conversations with their profiles; ``records_of`` makes records of its rows."""
    own = [column for column in conversations.c if column is not conversations.c.status]
    return sa.select(*own, conversations.c.status.label("desk_status"), profiles).join(
        profiles, profiles.c.conversation_id == conversations.c.id
    )


def records_of(
    connection: Connection, rows: Sequence[sa.Row[Any]]
) -> tuple[ConversationRecord, ...]:
    """Whole records, in the order of the rows, in two queries however many they are."""
    ids = [row.id for row in rows]
    roles = _by_conversation(connection, matches, ids)
    trainings = _by_conversation(connection, proposals, ids)
    return tuple(
        ConversationRecord(
            id=row.id,
            channel=row.channel,
            consented_at=row.consented_at,
            updated_at=row.updated_at,
            waiting_for_human=row.waiting_for_human,
            profile=_profile(row),
            matches=tuple(_match(role) for role in roles[row.id]),
            proposals=tuple(_proposal(training) for training in trainings[row.id]),
            asked_for_human_at=row.asked_for_human_at,
            territory=row.territory,
            status=DeskStatus(row.desk_status),
            unread=row.unread,
            assigned_to=row.assigned_to,
        )
        for row in rows
    )


def messages_of(connection: Connection, conversation_id: str) -> tuple[StoredMessage, ...]:
    """The transcript, in order."""
    rows = connection.execute(
        sa.select(messages)
        .where(messages.c.conversation_id == conversation_id)
        .order_by(messages.c.position)
    )
    return tuple(
        StoredMessage(id=row.id, author=row.author, text=row.text, at=row.at, payload=row.payload)
        for row in rows
    )


def _by_conversation(
    connection: Connection, table: sa.Table, ids: Sequence[str]
) -> dict[str, list[sa.Row[Any]]]:
    here = table.c.conversation_id.in_(ids)
    found: dict[str, list[sa.Row[Any]]] = defaultdict(list)
    for row in connection.execute(sa.select(table).where(here).order_by(table.c.position)):
        found[row.conversation_id].append(row)
    return found


def _profile(row: sa.Row[Any]) -> Profile:
    return Profile(
        status=Status(row.status) if row.status else None,
        level=row.level,
        place_id=row.place_id,
        place_name=row.place_name,
        radius_km=row.radius_km,
        has_vehicle=row.has_vehicle,
        equipment=Equipment(row.equipment) if row.equipment else None,
        background=row.background,
        motivations=row.motivations,
    )


def _match(row: sa.Row[Any]) -> MatchRecord:
    return MatchRecord(
        role_id=row.role_id,
        label=row.label,
        score=row.score,
        quotes=tuple(row.quotes),
        state=row.state,
    )


def _proposal(row: sa.Row[Any]) -> ProposalRecord:
    return ProposalRecord(
        training_id=row.training_id,
        role_id=row.role_id,
        title=row.title,
        provider=row.provider,
        place_name=row.place_name,
        chosen=row.chosen,
    )
