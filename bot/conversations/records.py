"""What the store gives and takes."""

from dataclasses import dataclass, field
from datetime import datetime
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


@dataclass(frozen=True, kw_only=True)
class ConversationRecord:
    """One conversation kept with consent."""

    id: str
    channel: str
    consented_at: datetime
    updated_at: datetime
    waiting_for_human: bool
    profile: Profile
    matches: tuple[MatchRecord, ...] = ()
    proposals: tuple[ProposalRecord, ...] = ()

    @property
    def reference(self) -> str:
        """What a person gives to an adviser to be found again."""
        return reference_of(self.id)


@dataclass(frozen=True, kw_only=True)
class Adviser:
    """An account of the adviser console."""

    email: str
    password_hash: str


def reference_of(conversation_id: str) -> str:
    """Short reference of a conversation, easy to say: its first six letters and digits."""
    letters = "".join(c for c in conversation_id if c.isalnum())[:6].upper()
    return f"{letters[:3]}-{letters[3:]}"
