"""What the store gives and takes."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.person import Profile


@dataclass(frozen=True, kw_only=True)
class StoredMessage:
    """One message; ``author`` is "bot" or "person", ``payload`` its choices and cards."""

    id: str
    author: str
    text: str
    at: datetime
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MatchRecord:
    """A role put on the table; ``state`` is proposed, chosen or rejected."""

    role_id: str
    label: str
    score: float
    quotes: tuple[str, ...] = ()
    state: str = "proposed"


@dataclass(frozen=True, kw_only=True)
class ProposalRecord:
    """A training that was shown, as it was then."""

    training_id: str
    role_id: str
    title: str
    provider: str
    place_name: str = ""
    chosen: bool = False


class DeskStatus(StrEnum):
    """Where advisers are with a conversation; French names in data/texts/labels.yml."""

    TO_CONTACT = "to_contact"
    ONGOING = "ongoing"
    ORIENTED = "oriented"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class ConversationRecord:
    """One conversation kept with consent.

    ``territory`` is a code of ``bot.conversations.territories``, ``assigned_to`` an adviser's
    e-mail; ``unread`` when nobody opened it since the person's last message.
    """

    id: str
    channel: str
    consented_at: datetime
    updated_at: datetime
    waiting_for_human: bool
    profile: Profile
    matches: tuple[MatchRecord, ...] = ()
    proposals: tuple[ProposalRecord, ...] = ()
    asked_for_human_at: datetime | None = None
    territory: str | None = None
    status: DeskStatus = DeskStatus.TO_CONTACT
    unread: bool = True
    assigned_to: str | None = None

    @property
    def reference(self) -> str:
        """What a person gives to an adviser to be found again."""
        return reference_of(self.id)


class AccountRole(StrEnum):
    """What an account may do.

    An adviser sees the conversations of her organisation's territory that no colleague follows; a
    lead sees all of them, and the audit of her organisation; an operator sees no conversation, but
    accounts and the whole audit.
    """

    ADVISER = "adviser"
    LEAD = "lead"
    OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """Who advises in a territory; ``nationwide`` covers all of it and people without a place."""

    id: int
    name: str
    nationwide: bool = False
    departments: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Adviser:
    """An account of the adviser console."""

    email: str
    password_hash: str
    role: AccountRole = AccountRole.ADVISER
    organisation: Organisation | None = None
    totp_secret: str | None = None


def reference_of(conversation_id: str) -> str:
    """Short reference of a conversation, easy to say: its first six letters and digits."""
    letters = "".join(c for c in conversation_id if c.isalnum())[:6].upper()
    return f"{letters[:3]}-{letters[3:]}"


def hash_of(conversation_id: str) -> str:
    """What an erasure leaves: SHA-256, not to be undone as ids hold over 128 random bits."""
    return hashlib.sha256(conversation_id.encode()).hexdigest()
