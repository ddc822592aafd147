"""Erasure with a receipt, and retention; both reach Rasa's tracker too."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from bot.conversations.engine import make_engine, scrub, translated
from bot.conversations.records import hash_of
from bot.conversations.store import ConversationStore
from bot.settings import Settings

logger = logging.getLogger(__name__)

_EVENTS: Final = sa.table("events", sa.column("sender_id"), sa.column("timestamp"))
"""Rasa 3.6's tracker table, of which only these two columns matter here."""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Proof of an erasure that keeps nothing of what was erased."""

    conversation_hash: str
    erased_at: datetime
    rows: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"erased_at": self.erased_at.isoformat(timespec="seconds")}


@dataclass(frozen=True, kw_only=True)
class PurgeCounts:
    """Conversations erased because their time was over."""

    kept_with_consent: int
    without_consent: int

    def to_json(self) -> dict[str, int]:
        return asdict(self)


class Privacy:
    """Erases one conversation, or those past their retention, in every store."""

    def __init__(self, store: ConversationStore, *, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._tracker: sa.Engine | None = None
        # Files may hold copies of what was deleted: until the first scrub, nobody knows.
        self._scrub_is_due = True

    def erase(self, conversation_id: str) -> Receipt:
        """Erase everything about the conversation; StoreUnavailable when a store did not answer,
        and then the erasure is to be asked for again.

        When a file is in use for too long to be rebuilt, the next purge rebuilds it.
        """
        rows = self._store.erase(conversation_id)
        rows["tracker_events"] = self._forget_tracker([conversation_id])
        self._scrub()
        return Receipt(
            conversation_hash=hash_of(conversation_id), erased_at=datetime.now(UTC), rows=rows
        )

    def erased(self, conversation_id: str) -> bool:
        """Whether the conversation was erased."""
        return self._store.erased(conversation_id)

    def purge(self, *, now: datetime) -> PurgeCounts:
        """Erase what is past its retention: see ``retention_days`` and ``ephemeral_hours``."""
        over = self._store.older_than(now - timedelta(days=self._settings.retention_days))
        for conversation_id in over:
            self._store.erase(conversation_id)
        silent = self._silent_since(now - timedelta(hours=self._settings.ephemeral_hours))
        forgotten = [
            sender for sender in silent if sender not in over and not self._store.consented(sender)
        ]
        self._forget_tracker([*over, *forgotten])
        if over or forgotten or self._scrub_is_due:
            self._scrub()
        return PurgeCounts(kept_with_consent=len(over), without_consent=len(forgotten))

    def _silent_since(self, moment: datetime) -> list[str]:
        """Senders in Rasa's tracker who have said nothing since ``moment``."""
        silent = (
            sa.select(_EVENTS.c.sender_id)
            .group_by(_EVENTS.c.sender_id)
            .having(sa.func.max(_EVENTS.c.timestamp) < moment.timestamp())
        )
        with translated("tracker"):
            engine = self._tracker_engine()
            if engine is None:
                return []
            with engine.connect() as connection:
                return list(connection.scalars(silent))

    def _forget_tracker(self, senders: Sequence[str]) -> int:
        with translated("tracker"):
            engine = self._tracker_engine()
            if engine is None:
                return 0
            with engine.begin() as connection:
                return sum(
                    connection.execute(
                        sa.delete(_EVENTS).where(_EVENTS.c.sender_id == sender)
                    ).rowcount
                    for sender in senders
                )

    def _scrub(self) -> None:
        with translated("tracker"):
            tracker = self._tracker_engine()
            clean = scrub(tracker) if tracker else True
        self._scrub_is_due = not (self._store.scrub() and clean)
        if self._scrub_is_due:
            logger.warning("files in use: scrubbed at the next purge")

    def _tracker_engine(self) -> sa.Engine | None:
        """Rasa's tracker database, ``None`` until Rasa has made its table."""
        path: Path = self._settings.tracker_path
        if not path.exists():
            return None
        if self._tracker is None:
            self._tracker = make_engine(f"sqlite:///{path}")
        return self._tracker if sa.inspect(self._tracker).has_table("events") else None
