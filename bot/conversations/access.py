"""Sessions of advisers and brakes on guessing, kept in the database: any web process knows them."""

import secrets
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from bot.conversations.accounts import account_of, normalised, token_hash
from bot.conversations.audit import AuditAction, record
from bot.conversations.desk_schema import advisers, attempts, sessions
from bot.conversations.engine import Connected, translated, unless_there
from bot.conversations.records import Adviser

_SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly the last use of a session is known."""


class Access(Connected):
    """``longest`` is how long a session lasts, ``idle`` how long without being used."""

    def __init__(self, engine: sa.Engine, *, longest: timedelta, idle: timedelta) -> None:
        super().__init__(engine)
        self._longest = longest
        self._idle = idle

    # Sessions

    def open(self, account: Adviser, *, now: datetime) -> str:
        """A new session: its secret, of which the database keeps the hash only."""
        token = secrets.token_urlsafe(32)
        with self._writing() as connection:
            connection.execute(sessions.delete().where(self._over(now)))
            connection.execute(
                sessions.insert().values(
                    token_hash=token_hash(token), email=account.email, created_at=now, seen_at=now
                )
            )
            record(connection, AuditAction.LOGGED_IN, actor=account)
        return token

    def account(self, token: str, *, now: datetime) -> Adviser | None:
        """Whose session it is; ``None`` when it is over."""
        here = sessions.c.token_hash == token_hash(token)
        with self._reading() as connection:
            row = connection.execute(sa.select(sessions).where(here, ~self._over(now))).first()
            account = account_of(connection, row.email) if row else None
        if row is not None and now - row.seen_at > _SEEN_EVERY:
            with self._writing() as connection:
                connection.execute(sessions.update().where(here).values(seen_at=now))
        return account

    def close(self, token: str) -> None:
        """End one session."""
        with self._writing() as connection:
            connection.execute(sessions.delete().where(sessions.c.token_hash == token_hash(token)))

    def change_password(self, account: Adviser, password_hash: str, *, but: str) -> None:
        """Change the password, and end every session of the account but the one that does it."""
        with self._writing() as connection:
            connection.execute(
                advisers.update()
                .where(advisers.c.email == account.email)
                .values(password_hash=password_hash)
            )
            connection.execute(
                sessions.delete().where(
                    sessions.c.email == account.email, sessions.c.token_hash != token_hash(but)
                )
            )
            record(connection, AuditAction.PASSWORD_CHANGED, actor=account)

    def _over(self, now: datetime) -> sa.ColumnElement[bool]:
        return (sessions.c.created_at <= now - self._longest) | (
            sessions.c.seen_at <= now - self._idle
        )

    # Attempts

    def allows(self, key: str, *, limit: int, within: timedelta, now: datetime) -> bool:
        """Count an attempt, unless there were ``limit`` of them; counted before its outcome is
        known, so that guesses sent together count too.
        """
        hashed = token_hash(key)
        here = attempts.c.key_hash == hashed
        with self._writing() as connection:
            connection.execute(attempts.delete().where(here, attempts.c.since <= now - within))
            with unless_there(connection):
                connection.execute(attempts.insert().values(key_hash=hashed, count=0, since=now))
            counted = connection.execute(
                attempts.update()
                .where(here, attempts.c.count < limit)
                .values(count=attempts.c.count + 1)
            )
        return counted.rowcount == 1

    def forgive(self, *keys: str) -> None:
        """The attempts were honest."""
        with self._writing() as connection:
            connection.execute(
                attempts.delete().where(attempts.c.key_hash.in_(list(map(token_hash, keys))))
            )

    def forget_attempts(self, *, before: datetime) -> None:
        """Drop attempts that count no more."""
        with self._writing() as connection:
            connection.execute(attempts.delete().where(attempts.c.since < before))


def unlock(engine: sa.Engine, email: str) -> None:
    """Let an account try again, from anywhere."""
    with translated("conversations database"), engine.begin() as connection:
        connection.execute(
            attempts.delete().where(attempts.c.key_hash == token_hash(account_key(email)))
        )


def account_key(email: str) -> str:
    """The key of attempts on one account, known or not."""
    return f"account {normalised(email)}"
