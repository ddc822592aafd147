"""Checks that run inside the Rasa environment: ``python -m unittest tests/engine/rasa_side.py``."""

import copy
import unittest
from unittest import mock

from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from engine import fixes

STOCK_VALIDATION = RemoteAction._validate_action_result
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


def verdict(validate, result):
    action = RemoteAction("action_x", None)
    try:
        return validate(action, copy.deepcopy(result))
    except ValidationError as error:
        return error.message, list(error.absolute_path), error.validator


class CompiledValidation(unittest.TestCase):
    def test_it_judges_every_result_as_stock_rasa_does(self):
        compiled = fixes._compiled_validation()
        for name, result in RESULTS.items():
            with self.subTest(name):
                self.assertEqual(verdict(compiled, result), verdict(STOCK_VALIDATION, result))

    def test_bad_results_are_among_those_compared(self):
        verdicts = [verdict(STOCK_VALIDATION, result) for result in RESULTS.values()]
        self.assertIn(True, verdicts)
        self.assertGreaterEqual(sum(v is not True for v in verdicts), 5)


class VersionGuard(unittest.TestCase):
    def test_another_version_is_refused_in_one_line_and_left_as_it_is(self):
        with (
            mock.patch.object(fixes, "__version__", "3.6.22"),
            self.assertRaises(fixes.UnsupportedRasa) as refusal,
        ):
            fixes.apply()
        self.assertIn("written for Rasa 3.6.21, found 3.6.22", str(refusal.exception))
        self.assertIs(RemoteAction._validate_action_result, STOCK_VALIDATION)
