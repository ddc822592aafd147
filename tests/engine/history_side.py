"""Checks that run inside the Rasa environment: ``python -m unittest tests.engine.history_side``.

``DECLIC_TEST_MODEL`` names the trained model.
"""

import asyncio
import json
import os
import random
import tempfile
import unittest
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from unittest import mock

from aiohttp import web
from rasa.core.actions.action import RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.agent import Agent
from rasa.core.channels import UserMessage
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

from engine import fixes, history
from engine.trackers import RememberingTrackerStore

DOMAIN = Domain.load("domain")
STOCK_APPLIED = DialogueStateTracker.applied_events
STOCK_COPY = DialogueStateTracker.copy
STOCK_CALL = RemoteAction._action_call_format

MAKERS = [
    lambda r: UserUttered("bonjour", {"name": r.choice(["greet", "answer"])}),
    lambda r: ActionExecuted("action_listen"),
    lambda r: ActionExecuted("profile_form"),
    lambda r: ActionExecuted("other_form"),
    lambda r: ActionExecuted("action_roles"),
    lambda r: ActiveLoop(r.choice(["profile_form", "other_form", None])),
    lambda r: SlotSet(r.choice(["status", "level"]), r.choice([None, "x", 4])),
    lambda r: BotUttered("d'accord"),
    lambda r: ActionExecutionRejected("profile_form"),
    lambda r: FollowupAction("action_roles"),
]
RARE = [
    lambda r: ActionReverted(),
    lambda r: UserUtteranceReverted(),
    lambda r: Restarted(),
    lambda r: SessionStarted(),
    lambda r: AllSlotsReset(),
    lambda r: ConversationPaused(),
]

CONVERSATIONS = [
    ["/start", '/answer{"slot":"consent","value":"none"}', "je cherche du boulot", "bac pro",
     "c'est quoi l'alternance ?", "57000", "30 km", "un téléphone", "serveuse dix ans",
     "j'aime aider les gens", "pourquoi ce métier ?", "un autre métier", "/restart", "bonjour"],
    ["bonjour", "oui", "combien ça coûte ?", "je ne sais pas", "changer ma réponse", "en emploi",
     "je veux parler à un conseiller", "au revoir"],
    ["/start", "/start", "/unknown", '/answer{"slot"', "x" * 500, "👋", "/resume", "recommencer"],
    ["c'est un robot ?"] * 30,
    ['/answer{"slot":"consent","value":"summary"}', "/resume"] * 12,
]  # fmt: skip


def described(event):
    """All of an event but what differs between two runs of the same conversation."""
    told = event.as_dict()
    for name in ("timestamp", "message_id", "metadata"):
        told.pop(name, None)
        told.get("parse_data", {}).pop(name, None)
    return told


def state_of(tracker):
    """All that a tracker knows, with tuples as the lists that a database makes of them."""
    utterance = tracker.latest_bot_utterance
    state = {
        **tracker.current_state(EventVerbosity.ALL),
        "utterance": [utterance.text, utterance.data] if utterance else None,
        "loop": repr(tracker.active_loop),
    }
    return json.loads(json.dumps(state))


class RandomHistories(unittest.TestCase):
    def histories(self, count=150, length=60):
        for seed in range(count):
            chance = random.Random(seed)
            yield [
                chance.choice(RARE if chance.random() < 0.08 else MAKERS)(chance)
                for _ in range(length)
            ]

    def test_the_events_that_count_are_those_of_stock_rasa_after_each_event(self):
        undone = 0
        for events in self.histories():
            tracker = DialogueStateTracker("x", DOMAIN.slots)
            for event in events:
                tracker.update(event)
                stock = STOCK_APPLIED(tracker)
                kept = history.kept_events(tracker)
                self.assertEqual(list(map(id, kept)), list(map(id, stock)))
                undone += len(stock) < len(tracker.events)
        self.assertGreater(undone, 1000)

    def test_a_copy_is_that_of_stock_rasa_and_a_thing_of_its_own(self):
        for events in self.histories(count=60):
            tracker = DialogueStateTracker.from_events("x", events, slots=DOMAIN.slots)
            twin = history.copied(tracker)
            self.assertEqual(state_of(twin), state_of(STOCK_COPY(tracker)))
            before = state_of(tracker)
            twin.update_with_events([SlotSet("status", "changed"), ActiveLoop("other_form")], None)
            self.assertEqual(state_of(tracker), before)

    def test_an_action_is_sent_all_but_the_events_of_long_ago(self):
        action = RemoteAction("action_x", EndpointConfig("http://127.0.0.1:1/webhook"))
        call = history.recent_events(STOCK_CALL)
        for events in self.histories(count=40):
            tracker = DialogueStateTracker.from_events("x", events, slots=DOMAIN.slots)
            sent, stock = (form(action, tracker, DOMAIN) for form in (call, STOCK_CALL))
            recent, every = sent["tracker"].pop("events"), stock["tracker"].pop("events")
            self.assertEqual(sent, stock)
            self.assertEqual(recent, every[len(every) - len(recent) :])
            said = sum(event["event"] == "user" for event in every)
            self.assertEqual(
                sum(event["event"] == "user" for event in recent), min(said, history.TURNS_SENT)
            )


class WholeConversations(unittest.TestCase):
    """The trained model with an actions server that answers like ours, in small."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    @asynccontextmanager
    async def serving(self):
        app = web.Application()
        app.router.add_post("/webhook", self.act)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        self.endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook")
        yield
        if "lasting" in vars(self.endpoint):
            await self.endpoint.lasting[1].close()
        await runner.cleanup()

    async def act(self, request):
        """Takes what is said for the answer to the question that waits."""
        call = await request.json()
        tracker = call["tracker"]
        asked = tracker["slots"].get("requested_slot")
        events = []
        if call["next_action"].startswith("validate_") and asked:
            said = (tracker["latest_message"] or {}).get("text")
            events = [{"event": "slot", "name": asked, "value": said}]
        elif call["next_action"] == "action_forget":
            events = [{"event": "reset_slots"}]
        reply = {"text": f"{call['next_action']}: {len(tracker['slots'])}"}
        return web.json_response({"events": events, "responses": [reply]})

    def agent(self, store):
        model = os.environ["DECLIC_TEST_MODEL"]
        return Agent.load(model, action_endpoint=self.endpoint, tracker_store=store)

    def store(self, store_class, name):
        return store_class(domain=DOMAIN, db=str(self.folder / f"{name}.db"))

    def patched(self):
        patches = ExitStack()
        stock_states = RulePolicy._prediction_states
        for owner, name, fixed in (
            (DialogueStateTracker, "applied_events", history.kept_events),
            (DialogueStateTracker, "copy", history.copied),
            (FormAction, "_temporary_tracker", history.form_tracker),
            (RemoteAction, "_action_call_format", history.recent_events(STOCK_CALL)),
            (RulePolicy, "_prediction_states", history.recent_states(stock_states)),
            (EndpointConfig, "session", fixes.lasting_session(EndpointConfig.session)),
        ):
            patches.enter_context(mock.patch.object(owner, name, fixed))
        return patches

    async def talk(self, agent, number, *, after_turn=None):
        replies = []
        for text in CONVERSATIONS[number]:
            answered = await agent.handle_message(UserMessage(text, sender_id=f"p{number}"))
            replies.append([{**answer, "recipient_id": None} for answer in answered])
            if after_turn:
                await after_turn(f"p{number}")
        tracker = await agent.tracker_store.retrieve_full_tracker(f"p{number}")
        return replies, [described(event) for event in tracker.events]

    def test_each_conversation_goes_as_with_stock_rasa(self):
        async def compare():
            async with self.serving():
                stock = self.agent(self.store(SQLTrackerStore, "stock"))
                expected = [await self.talk(stock, number) for number in range(len(CONVERSATIONS))]
                with self.patched():
                    fixed = self.agent(self.store(RememberingTrackerStore, "fixed"))
                    for number, goes in enumerate(expected):
                        with self.subTest(CONVERSATIONS[number][:2]):
                            self.assertEqual(await self.talk(fixed, number), goes)

        asyncio.run(compare())

    def test_what_is_remembered_is_what_the_database_holds(self):
        store = self.store(RememberingTrackerStore, "remembered")
        reader = self.store(SQLTrackerStore, "remembered")
        compared = 0

        async def compare(sender_id):
            nonlocal compared
            remembered = store._idle.get(sender_id)
            if remembered is not None:
                compared += 1
                read = await reader.retrieve(sender_id)
                self.assertEqual(state_of(remembered.tracker), state_of(read))

        async def talk_all():
            async with self.serving():
                with self.patched():
                    agent = self.agent(store)
                    for number in range(len(CONVERSATIONS)):
                        await self.talk(agent, number, after_turn=compare)

        asyncio.run(talk_all())
        self.assertGreater(compared, 30)


class Remembering(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def store(self, store_class=RememberingTrackerStore, **options):
        path = str(Path(self.folder.name) / "tracker.db")
        return store_class(domain=DOMAIN, db=path, **options)

    async def said(self, store, sender_id, text="bonjour"):
        tracker = await store.get_or_create_tracker(sender_id)
        tracker.update(UserUttered(text))
        await store.save(tracker)

    async def words(self, store, sender_id):
        tracker = await store.retrieve(sender_id)
        return [event.text for event in tracker.events if isinstance(event, UserUttered)]

    async def test_a_conversation_that_is_purged_is_forgotten(self):
        store = self.store()
        await self.said(store, "anna")
        with store.session_scope() as session:
            session.query(store.SQLEvent).delete()
            session.commit()
        self.assertIsNone(await store.retrieve("anna"))

    async def test_another_process_may_go_on_with_the_conversation(self):
        here, there = self.store(), self.store()
        await self.said(here, "anna", "un")
        await self.said(there, "anna", "deux")
        await self.said(here, "anna", "trois")
        self.assertEqual(await self.words(there, "anna"), ["un", "deux", "trois"])

    async def test_a_turn_that_failed_leaves_nothing_behind(self):
        store = self.store()
        await self.said(store, "anna", "un")
        (await store.retrieve("anna")).update(UserUttered("never saved"))
        self.assertEqual(await self.words(store, "anna"), ["un"])

    async def test_only_the_last_conversations_stay_in_memory_and_none_is_lost(self):
        store = self.store(remembered=3)
        for number in range(10):
            await self.said(store, f"p{number}", "un")
            await self.said(store, f"p{number}", "deux")
        self.assertEqual(list(store._idle), ["p7", "p8", "p9"])
        self.assertLessEqual(len(store._in_turn), 3)
        self.assertEqual(await self.words(store, "p0"), ["un", "deux"])

    async def test_a_silent_conversation_leaves_the_memory_by_the_clock(self):
        store = self.store(silence_s=0.05)
        await self.said(store, "anna", "un")
        await self.said(store, "anna", "deux")
        for _ in range(200):
            await asyncio.sleep(0.05)
            if not store._idle:
                break
        self.assertEqual(list(store._idle), [])
        self.assertEqual(await self.words(store, "anna"), ["un", "deux"])

    async def test_the_clock_spares_a_conversation_that_went_on(self):
        store = self.store()
        await self.said(store, "anna", "un")
        await self.said(store, "anna", "deux")
        before = store._idle["anna"].last_id
        await self.said(store, "anna", "trois")
        store._forget("anna", before)
        self.assertEqual(list(store._idle), ["anna"])
        store._forget("anna", store._idle["anna"].last_id)
        self.assertEqual(list(store._idle), [])

    async def test_rows_are_those_that_stock_rasa_writes(self):
        for name, store_class in (("fixed", RememberingTrackerStore), ("stock", SQLTrackerStore)):
            await self.said(self.store(store_class), name)
        with self.store().session_scope() as session:
            rows = session.query(SQLTrackerStore.SQLEvent).all()
        kinds = {
            name: [(row.type_name, row.intent_name, row.action_name) for row in rows
                   if row.sender_id == name]
            for name in ("fixed", "stock")
        }  # fmt: skip
        self.assertEqual(kinds["fixed"], kinds["stock"])
        self.assertTrue(kinds["fixed"])
