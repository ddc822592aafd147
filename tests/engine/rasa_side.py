"""Checks that run inside the Rasa environment: ``python -m unittest tests.engine.rasa_side``.

``DECLIC_TEST_MODEL`` names the trained model.
"""

import asyncio
import copy
import json
import os
import sqlite3
import unittest
from unittest import mock

import numpy
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from engine import fixes

STOCK_VALIDATION = RemoteAction._validate_action_result
STOCK_PARSING = MessageProcessor._parse_message_with_graph
STOCK_RESOLUTION = Event.resolve_by_type
STOCK_LOADING = LogisticRegressionClassifier.load.__func__
SLOT = {"event": "slot", "name": "level", "value": 4, "timestamp": None}
RESULTS = {
    "nothing": {},
    "empty": {"events": [], "responses": []},
    "a slot": {"events": [SLOT], "responses": [{"text": "ok"}]},
    "a follow-up": {"events": [{"event": "followup", "name": "profile_form"}], "responses": []},
    "several": {"events": [SLOT, {"event": "reset_slots"}], "responses": [{"response": "utter_x"}]},
    "events is no list": {"events": "slot"},
    "an event without a type": {"events": [{"name": "level"}]},
    "an unknown event": {"events": [{"event": "explode"}]},
    "a slot without a value": {"events": [{"event": "slot", "name": "level"}]},
    "responses is no list": {"responses": {"text": "x"}},
    "a response that is a text": {"events": [], "responses": ["x"]},
    "a list": [],
    "a number": 3,
}
MESSAGES = [
    "/start",
    '/answer{"slot":"level","value":"4"}',
    '/answer{"slot": "place", "value": "57463"}',
    ' /choose_role{"role":"data-analyst"}',
    "/restart",
    "/unknown_intent",
    '/answer{"slot"',
    '/answer{"unknown":"x"}',
    "/",
    "bonjour",
    "je suis au chômage",
    "c'est quoi l'alternance ?",
]


def verdict(validate, result):
    action = RemoteAction("action_x", None)
    try:
        return validate(action, copy.deepcopy(result))
    except ValidationError as error:
        return error.message, list(error.absolute_path), error.validator


class CompiledValidation(unittest.TestCase):
    def test_it_judges_every_result_as_stock_rasa_does(self):
        compiled = fixes.compiled_validation()
        for name, result in RESULTS.items():
            with self.subTest(name):
                self.assertEqual(verdict(compiled, result), verdict(STOCK_VALIDATION, result))

    def test_bad_results_are_among_those_compared(self):
        verdicts = [verdict(STOCK_VALIDATION, result) for result in RESULTS.values()]
        self.assertIn(True, verdicts)
        self.assertGreaterEqual(sum(v is not True for v in verdicts), 5)


class TrainedModel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.agent = Agent.load(os.environ["DECLIC_TEST_MODEL"])

    def parse(self, parsing, text):
        tracker = DialogueStateTracker.from_events("x", [])
        parsed = parsing(self.agent.processor, UserMessage(text, sender_id="x"), tracker)
        parsed.pop("text_tokens", None)
        # What the classifier thought of a payload reaches nobody.
        return json.loads(json.dumps(parsed, default=str))

    def test_every_message_is_parsed_as_stock_rasa_parses_it(self):
        apart = fixes.payloads_apart(STOCK_PARSING)
        for text in MESSAGES:
            with self.subTest(text):
                self.assertEqual(self.parse(apart, text), self.parse(STOCK_PARSING, text))

    def test_a_payload_does_not_reach_the_classifier(self):
        apart = fixes.payloads_apart(mock.Mock(side_effect=AssertionError("classified")))
        self.assertEqual(self.parse(apart, "/start")["intent"]["name"], "start")

    def test_weights_keep_their_values_in_another_layout(self):
        component = mock.Mock(clf=mock.Mock(coef_=numpy.arange(6.0).reshape(2, 3)))
        loaded = fixes.contiguous_weights(lambda cls: component)(LogisticRegressionClassifier)
        self.assertTrue(loaded.clf.coef_.flags.f_contiguous)
        self.assertTrue((loaded.clf.coef_ == numpy.arange(6.0).reshape(2, 3)).all())

    def test_confidences_do_not_change_with_the_layout(self):
        texts = [text for text in MESSAGES if not text.strip().startswith("/")]
        before = [self.parse(STOCK_PARSING, text)["intent_ranking"] for text in texts]
        loading = classmethod(fixes.contiguous_weights(STOCK_LOADING))
        with mock.patch.object(LogisticRegressionClassifier, "load", loading):
            mended = Agent.load(os.environ["DECLIC_TEST_MODEL"])
        for text, ranking in zip(texts, before, strict=True):
            parsed = asyncio.run(mended.parse_message(text))
            self.assertEqual(parsed["intent_ranking"], ranking)


class EventTypes(unittest.TestCase):
    def test_every_type_resolves_as_in_stock_rasa(self):
        resolve = fixes.indexed_event_types(STOCK_RESOLUTION)
        for name in {cls.type_name for cls in all_subclasses(Event)} | {"topic"}:
            self.assertIs(resolve(name), STOCK_RESOLUTION(name), name)

    def test_an_unknown_type_fails_or_gives_the_default_as_before(self):
        resolve = fixes.indexed_event_types(STOCK_RESOLUTION)
        self.assertIs(resolve("explode", Event), Event)
        with self.assertRaises(ValueError):
            resolve("explode")


class Sqlite(unittest.TestCase):
    def test_only_the_wait_for_the_disk_is_relaxed(self):
        connection = sqlite3.connect(":memory:")
        fixes.relax_sqlite(connection, None)
        self.assertEqual(connection.execute("PRAGMA synchronous").fetchone(), (1,))
        connection.close()


class VersionGuard(unittest.TestCase):
    def test_another_version_is_refused_in_one_line_and_left_as_it_is(self):
        with (
            mock.patch.object(fixes, "__version__", "3.6.22"),
            self.assertRaises(fixes.UnsupportedRasa) as refusal,
        ):
            fixes.apply()
        self.assertIn("written for Rasa 3.6.21, found 3.6.22", str(refusal.exception))
        self.assertIs(RemoteAction._validate_action_result, STOCK_VALIDATION)
