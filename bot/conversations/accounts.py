"""Organisations, the accounts of their advisers, and invitations to open one."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversations.audit import AuditAction, record
from bot.conversations.desk_schema import (
    advisers,
    invitations,
    organisations,
    sessions,
    territories,
)
from bot.conversations.engine import Connected, unless_there
from bot.conversations.records import AccountRole, Adviser, Organisation

_INVITATION_LASTS: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """An account that its owner has still to open by choosing a password."""

    email: str
    role: AccountRole
    organisation_id: int | None


class Accounts(Connected):
    """E-mails are compared without capitals. Acts are audited as those of the command line,
    unless an ``actor`` is named.
    """

    # Organisations

    def save_organisation(self, name: str, *, departments: Collection[str] | None) -> Organisation:
        """Add an organisation or change its territory; ``None`` for the whole of France."""
        nationwide = departments is None
        here = organisations.c.name == name
        with self._writing() as connection:
            with unless_there(connection):
                connection.execute(
                    organisations.insert().values(
                        name=name, nationwide=nationwide, created_at=datetime.now(UTC)
                    )
                )
            connection.execute(organisations.update().where(here).values(nationwide=nationwide))
            id_ = connection.execute(sa.select(organisations.c.id).where(here)).scalar_one()
            connection.execute(territories.delete().where(territories.c.organisation_id == id_))
            rows = [
                {"organisation_id": id_, "department": code} for code in sorted(departments or ())
            ]
            if rows:
                connection.execute(territories.insert(), rows)
            record(connection, AuditAction.ORGANISATION_SAVED, actor=None, detail=str(id_))
            return _organisations(connection)[id_]

    def organisations(self) -> tuple[Organisation, ...]:
        """Every organisation, by name."""
        with self._reading() as connection:
            found = _organisations(connection).values()
        return tuple(sorted(found, key=lambda organisation: organisation.name))

    # Accounts

    def save(
        self,
        email: str,
        *,
        password_hash: str,
        role: AccountRole | None = None,
        organisation_id: int | None = None,
    ) -> None:
        """Add an account, or change the password (and what else is given) of one, which ends its
        sessions.
        """
        with self._writing() as connection:
            _save(
                connection,
                normalised(email),
                password_hash=password_hash,
                role=role,
                organisation_id=organisation_id,
            )

    def account(self, email: str) -> Adviser | None:
        """The account of an e-mail address."""
        with self._reading() as connection:
            return account_of(connection, normalised(email))

    def all(self) -> tuple[Adviser, ...]:
        """Every account, by e-mail."""
        with self._reading() as connection:
            return _accounts(connection, sa.select(advisers).order_by(advisers.c.email))

    def colleagues(self, viewer: Adviser) -> tuple[str, ...]:
        """E-mails of those to whom a lead may give a conversation: her organisation's."""
        if viewer.organisation is None:
            return ()
        found = (
            sa.select(advisers.c.email)
            .where(advisers.c.organisation_id == viewer.organisation.id)
            .where(advisers.c.role != AccountRole.OPERATOR)
            .order_by(advisers.c.email)
        )
        with self._reading() as connection:
            return tuple(connection.scalars(found))

    def exist(self) -> bool:
        """Whether any account exists."""
        with self._reading() as connection:
            return connection.execute(sa.select(advisers.c.email).limit(1)).first() is not None

    def remove(self, email: str) -> bool:
        """Close an account; its conversations become free again. False when there was none."""
        email = normalised(email)
        with self._writing() as connection:
            gone = connection.execute(advisers.delete().where(advisers.c.email == email))
            if gone.rowcount:
                record(connection, AuditAction.ACCOUNT_REMOVED, actor=None, detail=email)
        return gone.rowcount == 1

    # Second factor

    def set_totp(self, email: str, secret: str | None, *, actor: Adviser | None = None) -> bool:
        """Ask for a second factor from now on, or no more; False when there is no such account."""
        email = normalised(email)
        on = AuditAction.SECOND_FACTOR_ON if secret else AuditAction.SECOND_FACTOR_OFF
        with self._writing() as connection:
            changed = connection.execute(
                advisers.update()
                .where(advisers.c.email == email)
                .values(totp_secret=secret, totp_step=0)
            )
            if changed.rowcount:
                record(connection, on, actor=actor, detail=email)
        return changed.rowcount == 1

    def use_totp_step(self, email: str, step: int) -> bool:
        """Accept a code of this time step once; False when it, or a later one, was used."""
        with self._writing() as connection:
            used = connection.execute(
                advisers.update()
                .where(advisers.c.email == normalised(email), advisers.c.totp_step < step)
                .values(totp_step=step)
            )
        return used.rowcount == 1

    # Invitations

    def invite(
        self, email: str, *, role: AccountRole, organisation_id: int | None, now: datetime
    ) -> str:
        """The secret of a link that opens the account, once and within seven days; earlier
        invitations of this e-mail end.
        """
        email, token = normalised(email), secrets.token_urlsafe(32)
        with self._writing() as connection:
            connection.execute(invitations.delete().where(invitations.c.email == email))
            connection.execute(
                invitations.insert().values(
                    token_hash=token_hash(token),
                    email=email,
                    role=role,
                    organisation_id=organisation_id,
                    expires_at=now + _INVITATION_LASTS,
                )
            )
            record(connection, AuditAction.ACCOUNT_INVITED, actor=None, detail=email)
        return token

    def invitation(self, token: str, *, now: datetime) -> Invitation | None:
        """What a link opens; ``None`` when it was used, is too old, or is none of ours."""
        with self._reading() as connection:
            row = connection.execute(_valid(token, now)).one_or_none()
        if row is None:
            return None
        return Invitation(
            email=row.email, role=AccountRole(row.role), organisation_id=row.organisation_id
        )

    def accept(self, token: str, *, password_hash: str, now: datetime) -> str | None:
        """Open the invited account; its e-mail, or ``None`` when the link is no longer valid."""
        with self._writing() as connection:
            valid = connection.execute(_valid(token, now)).one_or_none()
            used = connection.execute(
                invitations.delete().where(invitations.c.token_hash == token_hash(token))
            )
            if valid is None or not used.rowcount:
                return None
            _save(
                connection,
                valid.email,
                password_hash=password_hash,
                role=AccountRole(valid.role),
                organisation_id=valid.organisation_id,
            )
        return str(valid.email)


def normalised(email: str) -> str:
    """An e-mail address as accounts are found by it."""
    return email.strip().lower()


def token_hash(token: str) -> str:
    """How a secret token is kept: who reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def account_of(connection: Connection, email: str) -> Adviser | None:
    """The account of a normalised e-mail address."""
    found = _accounts(connection, sa.select(advisers).where(advisers.c.email == email))
    return found[0] if found else None


def _save(
    connection: Connection,
    email: str,
    *,
    password_hash: str,
    role: AccountRole | None,
    organisation_id: int | None,
) -> None:
    given = {"role": role, "organisation_id": organisation_id}
    changed = {name: value for name, value in given.items() if value is not None}
    with unless_there(connection):
        connection.execute(
            advisers.insert().values(
                email=email, password_hash=password_hash, created_at=datetime.now(UTC)
            )
        )
    connection.execute(
        advisers.update()
        .where(advisers.c.email == email)
        .values(password_hash=password_hash, **changed)
    )
    connection.execute(sessions.delete().where(sessions.c.email == email))
    record(connection, AuditAction.ACCOUNT_SAVED, actor=None, detail=email)


def _accounts(connection: Connection, chosen: sa.Select[Any]) -> tuple[Adviser, ...]:
    rows = connection.execute(chosen).all()
    known = _organisations(connection, {row.organisation_id for row in rows})
    return tuple(
        Adviser(
            email=row.email,
            password_hash=row.password_hash,
            role=AccountRole(row.role),
            organisation=known.get(row.organisation_id),
            totp_secret=row.totp_secret,
        )
        for row in rows
    )


def _organisations(
    connection: Connection, ids: Iterable[int | None] | None = None
) -> dict[int, Organisation]:
    """Organisations by id, all by default."""
    chosen = sa.select(organisations)
    inside = sa.select(territories)
    if ids is not None:
        wanted = [id_ for id_ in ids if id_ is not None]
        chosen = chosen.where(organisations.c.id.in_(wanted))
        inside = inside.where(territories.c.organisation_id.in_(wanted))
    departments: dict[int, set[str]] = defaultdict(set)
    for row in connection.execute(inside):
        departments[row.organisation_id].add(row.department)
    return {
        row.id: Organisation(
            id=row.id,
            name=row.name,
            nationwide=row.nationwide,
            departments=frozenset(departments[row.id]),
        )
        for row in connection.execute(chosen)
    }


def _valid(token: str, now: datetime) -> sa.Select[Any]:
    known = invitations.c.token_hash == token_hash(token)
    return sa.select(invitations).where(known, invitations.c.expires_at > now)
