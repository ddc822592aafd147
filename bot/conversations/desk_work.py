"""What advisers do with a conversation; each act is audited in its own transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversations.audit import AuditAction, record
from bot.conversations.desk_schema import advisers, notes, role_corrections, summary_edits, tags
from bot.conversations.engine import Connected, unless_there
from bot.conversations.records import AccountRole, Adviser, DeskStatus
from bot.conversations.schema import conversations, matches
from bot.conversations.visibility import visible_to

LONGEST_TAG: Final = 40
LONGEST_LINE: Final = 100


class DeskWork(Connected):
    """Every act returns False, and does nothing, on a conversation that ``viewer`` may not see.

    None of it counts as an activity of the person: retention and order do not change.
    """

    def assign(self, viewer: Adviser, conversation_id: str, *, to: str) -> bool:
        """Have an account follow the conversation: oneself, or for a lead any colleague. False
        too when somebody else already follows it, unless a lead asks.
        """
        leads = viewer.role is AccountRole.LEAD
        if to != viewer.email and not (leads and self._is_colleague(viewer, to)):
            return False
        free = conversations.c.assigned_to.is_(None) | (conversations.c.assigned_to == to)
        with self._act(viewer, conversation_id) as act:
            return act.change(
                AuditAction.ASSIGNED,
                None if leads else free,
                detail=to,
                assigned_to=to,
            )

    def release(self, viewer: Adviser, conversation_id: str) -> bool:
        """Nobody in particular follows the conversation any more."""
        with self._act(viewer, conversation_id) as act:
            return act.change(AuditAction.RELEASED, None, assigned_to=None)

    def set_status(self, viewer: Adviser, conversation_id: str, status: DeskStatus) -> bool:
        """Say where one is; anything but "à contacter" means that the call was made."""
        changed: dict[str, Any] = {"status": status}
        if status is not DeskStatus.TO_CONTACT:
            changed["waiting_for_human"] = False
        with self._act(viewer, conversation_id) as act:
            return act.change(AuditAction.STATUS_CHANGED, None, detail=status, **changed)

    def contacted(self, viewer: Adviser, conversation_id: str) -> bool:
        """The call was made: nobody waits any more, and the work has begun."""
        begun = sa.case(
            (conversations.c.status == DeskStatus.TO_CONTACT, DeskStatus.ONGOING.value),
            else_=conversations.c.status,
        )
        with self._act(viewer, conversation_id) as act:
            return act.change(AuditAction.CONTACTED, None, waiting_for_human=False, status=begun)

    def add_note(self, viewer: Adviser, conversation_id: str, text: str) -> bool:
        """Write something down; it goes with the conversation."""
        with self._act(viewer, conversation_id) as act:
            return act.add(AuditAction.NOTE_ADDED, notes, author=viewer.email, text=text, at=_now())

    def add_tag(self, viewer: Adviser, conversation_id: str, name: str) -> bool:
        """Put a tag on the conversation, once."""
        with self._act(viewer, conversation_id) as act:
            return act.add(AuditAction.TAG_ADDED, tags, name=name[:LONGEST_TAG])

    def remove_tag(self, viewer: Adviser, conversation_id: str, name: str) -> bool:
        """Take a tag off."""
        with self._act(viewer, conversation_id) as act:
            return act.remove(AuditAction.TAG_REMOVED, tags, tags.c.name == name)

    def correct_role(
        self,
        viewer: Adviser,
        conversation_id: str,
        *,
        role_id: str,
        label: str,
        instead_of: str = "",
        reason: str,
        reusable: bool = False,
    ) -> bool:
        """Say which role would be better, and why; see ``RoleCorrection``."""
        with self._act(viewer, conversation_id) as act:
            return act.add(
                AuditAction.ROLE_CORRECTED,
                role_corrections,
                detail=f"{instead_of} > {role_id}".strip(),
                role_id=role_id,
                label=label,
                instead_of=instead_of,
                instead_of_label=act.label_of(instead_of),
                reason=reason,
                reusable=reusable,
                author=viewer.email,
                at=_now(),
            )

    def edit_line(self, viewer: Adviser, conversation_id: str, line: str, text: str | None) -> bool:
        """Set a line of the summary right, or take it away with ``None``."""
        action = AuditAction.LINE_REMOVED if text is None else AuditAction.LINE_CORRECTED
        with self._act(viewer, conversation_id) as act:
            act.forget(summary_edits, summary_edits.c.line == line)
            return act.add(
                action,
                summary_edits,
                detail=line.partition(":")[0],
                line=line,
                text=text,
                author=viewer.email,
                at=_now(),
            )

    def restore_line(self, viewer: Adviser, conversation_id: str, line: str) -> bool:
        """Show the line again as it came."""
        with self._act(viewer, conversation_id) as act:
            return act.remove(
                AuditAction.LINE_RESTORED, summary_edits, summary_edits.c.line == line
            )

    def _is_colleague(self, viewer: Adviser, email: str) -> bool:
        organisation = viewer.organisation.id if viewer.organisation else None
        known = sa.select(advisers.c.email).where(
            advisers.c.email == email,
            advisers.c.organisation_id == organisation,
            advisers.c.role != AccountRole.OPERATOR,
        )
        with self._reading() as connection:
            return connection.execute(known).first() is not None

    @contextmanager
    def _act(self, viewer: Adviser, conversation_id: str) -> Iterator["_Act"]:
        with self._writing() as connection:
            yield _Act(connection, viewer, conversation_id)


class _Act:
    """One act on one conversation, which it holds: others who write to it wait."""

    def __init__(self, connection: Connection, viewer: Adviser, conversation_id: str) -> None:
        self._connection = connection
        self._viewer = viewer
        self._id = conversation_id
        self._here = (conversations.c.id == conversation_id) & visible_to(viewer)
        held = conversations.update().where(self._here).values(id=conversations.c.id)
        self._seen = connection.execute(held).rowcount == 1

    def change(
        self,
        action: AuditAction,
        condition: sa.ColumnElement[bool] | None,
        *,
        detail: str = "",
        **values: Any,
    ) -> bool:
        where = [self._here] if condition is None else [self._here, condition]
        changed = self._connection.execute(conversations.update().where(*where).values(**values))
        return self._done(changed.rowcount == 1, action, detail)

    def add(self, action: AuditAction, table: sa.Table, *, detail: str = "", **values: Any) -> bool:
        if not self._seen:
            return False
        added = False
        with unless_there(self._connection):
            self._connection.execute(table.insert().values(conversation_id=self._id, **values))
            added = True
        return self._done(added, action, detail)

    def remove(self, action: AuditAction, table: sa.Table, which: sa.ColumnElement[bool]) -> bool:
        return self._done(self.forget(table, which), action, "")

    def forget(self, table: sa.Table, which: sa.ColumnElement[bool]) -> bool:
        if not self._seen:
            return False
        here = table.c.conversation_id == self._id
        return self._connection.execute(table.delete().where(here, which)).rowcount > 0

    def label_of(self, role_id: str) -> str:
        """The name under which a role was proposed."""
        here = (matches.c.conversation_id == self._id) & (matches.c.role_id == role_id)
        return self._connection.execute(sa.select(matches.c.label).where(here)).scalar() or ""

    def _done(self, done: bool, action: AuditAction, detail: str) -> bool:
        if done:
            record(
                self._connection,
                action,
                actor=self._viewer,
                conversation_id=self._id,
                detail=detail,
            )
        return done


def _now() -> datetime:
    return datetime.now(UTC)
