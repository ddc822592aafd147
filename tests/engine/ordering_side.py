"""Runs inside the Rasa environment: ``python -m unittest tests.engine.ordering_side``."""

import asyncio
import tempfile
import unittest
from pathlib import Path

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from engine.ordering import OrderedTrackerStore

NOON = 1_800_000_000.0


def said(text, at):
    return UserUttered(text, timestamp=at)


def texts_after(store_class, moments):
    """The texts that a store reads back, each said at one of ``moments`` after a session began."""

    async def read_back():
        with tempfile.TemporaryDirectory() as folder:
            store = store_class(Domain.empty(), db=str(Path(folder) / "tracker.db"))
            events = [said("avant", NOON - 60), SessionStarted(timestamp=NOON)]
            events.append(SlotSet("x", 1, timestamp=NOON))
            events += [said(str(n), at) for n, at in enumerate(moments)]
            await store.save(DialogueStateTracker.from_events("someone", events))
            tracker = await store.retrieve("someone")
            store.engine.dispose()
            return [e.text for e in tracker.events if isinstance(e, UserUttered)]

    return asyncio.run(read_back())


class ClockSetBack(unittest.TestCase):
    def test_events_before_the_start_of_the_session_by_the_clock_are_read(self):
        moments = [NOON + 1, NOON - 86_400, NOON - 86_300]
        self.assertEqual(texts_after(OrderedTrackerStore, moments), ["0", "1", "2"])

    def test_stock_rasa_would_lose_them(self):
        moments = [NOON + 1, NOON - 86_400]
        self.assertNotIn("1", texts_after(SQLTrackerStore, moments))

    def test_with_an_honest_clock_both_read_the_same(self):
        moments = [NOON + 1, NOON + 2]
        self.assertEqual(
            texts_after(OrderedTrackerStore, moments), texts_after(SQLTrackerStore, moments)
        )
