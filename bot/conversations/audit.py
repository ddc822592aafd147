"""Who read, changed or exported what, and when: written with the act itself, never rewritten."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversations.desk_schema import audit
from bot.conversations.engine import Connected
from bot.conversations.records import AccountRole, Adviser, hash_of


class AuditAction(StrEnum):
    """What may be done; French names in data/texts/labels.yml."""

    READ = "read"
    EXPORTED = "exported"
    ASSIGNED = "assigned"
    RELEASED = "released"
    STATUS_CHANGED = "status_changed"
    CONTACTED = "contacted"
    NOTE_ADDED = "note_added"
    TAG_ADDED = "tag_added"
    TAG_REMOVED = "tag_removed"
    ROLE_CORRECTED = "role_corrected"
    LINE_CORRECTED = "line_corrected"
    LINE_REMOVED = "line_removed"
    LINE_RESTORED = "line_restored"
    LOGGED_IN = "logged_in"
    PASSWORD_CHANGED = "password_changed"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    ACCOUNT_SAVED = "account_saved"
    ACCOUNT_REMOVED = "account_removed"
    ACCOUNT_INVITED = "account_invited"
    ORGANISATION_SAVED = "organisation_saved"
    CASES_EXPORTED = "cases_exported"
    BACKED_UP = "backed_up"
    RESTORED = "restored"


ABOUT_A_CONVERSATION = frozenset(AuditAction) - {
    AuditAction.READ,
    AuditAction.EXPORTED,
}
"""Acts that change a conversation, which its page shows as its history."""


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One act; ``detail`` holds closed words only: codes, an account, a count."""

    at: datetime
    actor: str
    action: AuditAction
    conversation_hash: str | None
    detail: str


COMMAND_LINE = "declic"
"""Actor of what an operator does by the command line."""


def record(
    connection: Connection,
    action: AuditAction,
    *,
    actor: Adviser | None,
    conversation_id: str | None = None,
    detail: str = "",
) -> None:
    """Write one act, in the transaction that does it; ``actor`` is None for the command line."""
    organisation = actor.organisation if actor else None
    connection.execute(
        audit.insert().values(
            at=datetime.now(UTC),
            actor=actor.email if actor else COMMAND_LINE,
            organisation_id=organisation.id if organisation else None,
            action=action,
            conversation_hash=hash_of(conversation_id) if conversation_id else None,
            detail=detail,
        )
    )


def history_of(connection: Connection, conversation_id: str) -> tuple[AuditEntry, ...]:
    """What was done with one conversation, latest first."""
    here = audit.c.conversation_hash == hash_of(conversation_id)
    changes = audit.c.action.in_(sorted(ABOUT_A_CONVERSATION))
    return _entries(connection, sa.select(audit).where(here, changes))


class Audit(Connected):
    """Reads the audit, for those who may."""

    def entries(
        self, viewer: Adviser, *, limit: int, offset: int = 0, actor: str = ""
    ) -> tuple[AuditEntry, ...]:
        """Latest first: a lead's own organisation, everything for an operator, else nothing."""
        chosen = sa.select(audit).limit(limit).offset(offset)
        if actor:
            chosen = chosen.where(audit.c.actor == actor.strip().lower())
        if viewer.role is AccountRole.LEAD and viewer.organisation:
            chosen = chosen.where(audit.c.organisation_id == viewer.organisation.id)
        elif viewer.role is not AccountRole.OPERATOR:
            return ()
        with self._reading() as connection:
            return _entries(connection, chosen)

    def add(self, action: AuditAction, *, actor: Adviser | None, detail: str = "") -> None:
        """Write an act that changes no conversation."""
        with self._writing() as connection:
            record(connection, action, actor=actor, detail=detail)


def _entries(connection: Connection, chosen: sa.Select[Any]) -> tuple[AuditEntry, ...]:
    rows = connection.execute(chosen.order_by(audit.c.at.desc(), audit.c.id.desc()))
    return tuple(
        AuditEntry(
            at=row.at,
            actor=row.actor,
            action=AuditAction(row.action),
            conversation_hash=row.conversation_hash,
            detail=row.detail,
        )
        for row in rows
    )
