"""Erasure with a receipt, and retention; both reach Rasa's tracker too."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.store import ConversationStore, make_engine, scrub
from bot.errors import StoreUnavailable
from bot.settings import Settings

_EVENTS: Final = sa.table("events", sa.column("sender_id"), sa.column("timestamp"))
"""Rasa 3.6's tracker table, of which only these two columns matter here."""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Proof of an erasure that keeps nothing of what was erased."""

    conversation_hash: str
    erased_at: datetime
    rows: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        return {
            "conversation_hash": self.conversation_hash,
            "erased_at": self.erased_at.isoformat(timespec="seconds"),
            "rows": self.rows,
        }


@dataclass(frozen=True, kw_only=True)
class PurgeCounts:
    """Conversations erased because their time was over."""

    kept_with_consent: int
    without_consent: int

    def to_json(self) -> dict[str, int]:
        return {
            "kept_with_consent": self.kept_with_consent,
            "without_consent": self.without_consent,
        }


class Privacy:
    """Erases one conversation, or those past their retention, in every store."""

    def __init__(self, store: ConversationStore, *, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._tracker: sa.Engine | None = None

    def erase(self, conversation_id: str) -> Receipt:
        """Erase everything about the conversation; StoreUnavailable when a store did not answer,
        and then the erasure is to be asked for again.
        """
        hashed = _hash(conversation_id)
        rows = self._store.erase(conversation_id, conversation_hash=hashed)
        rows["tracker_events"] = self._forget_tracker([conversation_id])
        return Receipt(conversation_hash=hashed, erased_at=datetime.now(UTC), rows=rows)

    def erased(self, conversation_id: str) -> bool:
        """Whether the conversation was erased."""
        return self._store.erased(_hash(conversation_id))

    def purge(self, *, now: datetime) -> PurgeCounts:
        """Erase what is past its retention: see ``retention_days`` and ``ephemeral_hours``."""
        oldest = now - timedelta(days=self._settings.retention_days)
        over = self._store.older_than(oldest)
        for conversation_id in over:
            self.erase(conversation_id)
        forgotten = self._silent_since(now - timedelta(hours=self._settings.ephemeral_hours))
        forgotten = [sender for sender in forgotten if not self._store.consented(sender)]
        self._forget_tracker(forgotten)
        return PurgeCounts(kept_with_consent=len(over), without_consent=len(forgotten))

    def _silent_since(self, moment: datetime) -> list[str]:
        """Senders in Rasa's tracker who have said nothing since ``moment``."""
        silent = (
            sa.select(_EVENTS.c.sender_id)
            .group_by(_EVENTS.c.sender_id)
            .having(sa.func.max(_EVENTS.c.timestamp) < moment.timestamp())
        )
        with _translated():
            engine = self._tracker_engine()
            if engine is None:
                return []
            with engine.connect() as connection:
                return list(connection.scalars(silent))

    def _forget_tracker(self, senders: Iterable[str]) -> int:
        deleted = 0
        with _translated():
            engine = self._tracker_engine()
            if engine is None:
                return 0
            with engine.begin() as connection:
                for sender in senders:
                    here = _EVENTS.c.sender_id == sender
                    deleted += connection.execute(sa.delete(_EVENTS).where(here)).rowcount
            scrub(engine)
        return deleted

    def _tracker_engine(self) -> sa.Engine | None:
        """Rasa's tracker database, ``None`` until Rasa has made its table."""
        path: Path = self._settings.tracker_path
        if not path.exists():
            return None
        if self._tracker is None:
            self._tracker = make_engine(f"sqlite:///{path}")
        return self._tracker if sa.inspect(self._tracker).has_table("events") else None


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"tracker: {type(error).__name__}") from None


def _hash(conversation_id: str) -> str:
    return hashlib.sha256(conversation_id.encode()).hexdigest()
