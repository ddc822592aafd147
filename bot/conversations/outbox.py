"""E-mails due to advisers: written with what makes them due, sent later, once each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversations.desk_schema import advisers, outbox
from bot.conversations.engine import Connected
from bot.conversations.records import AccountRole
from bot.conversations.schema import conversations
from bot.conversations.visibility import who_covers

_FIRST_RETRY: Final = timedelta(minutes=1)
_LONGEST_RETRY: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class DueMail:
    """Somebody asks for a human and ``recipient`` may answer; nothing about who it is."""

    id: int
    recipient: str
    created_at: datetime


def announce(connection: Connection, conversation_id: str, *, now: datetime) -> None:
    """Make e-mails due to whoever may call the person back: the adviser who follows her, else all
    whose organisation covers her territory, else the operators, so that somebody knows.
    """
    row = connection.execute(
        sa.select(conversations.c.territory, conversations.c.assigned_to).where(
            conversations.c.id == conversation_id
        )
    ).one()
    operators = sa.select(advisers.c.email).where(advisers.c.role == AccountRole.OPERATOR)
    recipients = (
        [row.assigned_to]
        if row.assigned_to
        else connection.scalars(who_covers(row.territory)).all()
        or connection.scalars(operators).all()
    )
    rows = [
        {
            "conversation_id": conversation_id,
            "recipient": recipient,
            "created_at": now,
            "due_at": now,
            "tries": 0,
        }
        for recipient in recipients
    ]
    if rows:
        connection.execute(outbox.insert(), rows)


class Outbox(Connected):
    """Takes due e-mails one at a time; several processes may share it."""

    def take(self, *, now: datetime) -> DueMail | None:
        """One e-mail that is due, put off by a time that doubles with each try: should the sender
        die, another will take it again. ``None`` when nothing is due.

        Nobody is told of a person who does not wait any more.
        """
        due = (
            sa.select(outbox)
            .join(conversations, conversations.c.id == outbox.c.conversation_id)
            .where(outbox.c.sent_at.is_(None), outbox.c.due_at <= now)
            .where(conversations.c.waiting_for_human)
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(1)
        )
        with self._writing() as connection:
            while row := connection.execute(due).first():
                wait = min(_FIRST_RETRY * 2 ** min(row.tries, 10), _LONGEST_RETRY)
                taken = connection.execute(
                    outbox.update()
                    .where(outbox.c.id == row.id, outbox.c.tries == row.tries)
                    .values(tries=row.tries + 1, due_at=now + wait)
                )
                if taken.rowcount:
                    return DueMail(id=row.id, recipient=row.recipient, created_at=row.created_at)
        return None

    def sent(self, mail: DueMail, *, now: datetime) -> None:
        """The e-mail left: never again."""
        with self._writing() as connection:
            connection.execute(outbox.update().where(outbox.c.id == mail.id).values(sent_at=now))

    def waiting(self) -> int:
        """How many e-mails are still to be sent."""
        with self._reading() as connection:
            left = (
                sa.select(sa.func.count())
                .select_from(outbox.join(conversations))
                .where(outbox.c.sent_at.is_(None), conversations.c.waiting_for_human)
            )
            return connection.execute(left).scalar_one()
