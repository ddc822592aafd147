"""A tracker store that remembers the conversations in progress, in front of Rasa's SQL store."""

import asyncio
import json
from collections import OrderedDict
from dataclasses import dataclass
from itertools import islice

import sqlalchemy
from rasa.shared.core.events import SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import SingletonThreadPool

from engine.ordering import OrderedTrackerStore

REMEMBERED = 500
"""Conversations kept in memory at most, the last ones."""

SILENCE_S = 600
"""Seconds without a message after which a conversation leaves the memory, erased ones too."""


@dataclass
class _Known:
    """A tracker, how many of its events the database holds, and the number of the last one."""

    tracker: DialogueStateTracker
    stored: int
    last_id: int | None


class RememberingTrackerStore(OrderedTrackerStore):
    """The database is the truth: what is remembered serves only while the database's last event of
    the conversation is the one that was remembered. So a purge, an erasure or another process are
    seen at once, and nothing is lost when the process dies.

    Stock reads and replays every event of the conversation at each turn: 46 % of the Rasa process's
    time at turn 80, and growing.
    """

    def __init__(self, *args, remembered=REMEMBERED, silence_s=SILENCE_S, **kwargs):
        super().__init__(*args, **kwargs)
        if self.engine.dialect.name == "sqlite":
            # Stock opens the file again for each query.
            self.engine = sqlalchemy.create_engine(self.engine.url, poolclass=SingletonThreadPool)
            self.sessionmaker = sessionmaker(bind=self.engine)
        self._most = remembered
        self._silence_s = silence_s
        self._idle = OrderedDict()
        self._in_turn = OrderedDict()

    async def retrieve(self, sender_id):
        """The tracker of the current session. It is the caller's alone until ``save``."""
        known = self._idle.pop(sender_id, None)
        if known is None or known.last_id != self._last_id(sender_id):
            tracker = await super().retrieve(sender_id)
            if tracker is None:
                return None
            known = _Known(tracker, stored=len(tracker.events), last_id=None)
        self._keep(self._in_turn, sender_id, known)
        return known.tracker

    async def save(self, tracker):
        """Store the events of the turn; a failure leaves nothing remembered."""
        known = self._in_turn.pop(tracker.sender_id, None)
        self._idle.pop(tracker.sender_id, None)
        if known is None or known.tracker is not tracker:
            await super().save(tracker)
            return
        await self.stream_events(tracker)
        events = list(islice(tracker.events, known.stored, None))
        with self.session_scope() as session:
            if events:
                rows = [_row(tracker.sender_id, event) for event in events]
                session.execute(self.SQLEvent.__table__.insert(), rows)
            last_id = session.execute(self._last_id_query(tracker.sender_id)).scalar()
            session.commit()
        # Stock would forget what came before a new session; so the next turn reads it anew.
        if not any(isinstance(event, SessionStarted) for event in events):
            known = _Known(tracker, stored=len(tracker.events), last_id=last_id)
            self._keep(self._idle, tracker.sender_id, known)
            loop = asyncio.get_running_loop()
            loop.call_later(self._silence_s, self._forget, tracker.sender_id, last_id)

    def _forget(self, sender_id, last_id):
        """Unless the conversation went on, or is being answered."""
        if sender_id in self._idle and self._idle[sender_id].last_id == last_id:
            del self._idle[sender_id]

    def _keep(self, trackers, sender_id, known):
        trackers[sender_id] = known
        trackers.move_to_end(sender_id)
        while len(trackers) > self._most:
            trackers.popitem(last=False)

    def _last_id(self, sender_id):
        with self.session_scope() as session:
            return session.execute(self._last_id_query(sender_id)).scalar()

    def _last_id_query(self, sender_id):
        events = self.SQLEvent.__table__.c
        return sqlalchemy.select(sqlalchemy.func.max(events.id)).where(
            events.sender_id == sender_id
        )


def _row(sender_id, event):
    """As ``SQLTrackerStore.save`` writes it."""
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get(INTENT_NAME_KEY),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }
