"""Fixes to Rasa 3.6.21, each measured and each equal in behaviour to what it replaces.

``apply`` refuses any other version: a fix written against other code would be a guess. Shares are
those of the Rasa process's time under ``make bench``, before the fix.
"""

import asyncio
import contextlib
import functools

import jsonschema
import numpy
import sqlalchemy
from jsonschema.exceptions import best_match
from rasa.core.actions.action import RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.constants import DOCS_BASE_URL, INTENT_MESSAGE_PREFIX
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import EndpointConfig
from rasa.version import __version__

from engine.history import copied, form_tracker, kept_events, recent_events, recent_states

SUPPORTED = "3.6.21"


class UnsupportedRasa(RuntimeError):
    """The installed Rasa is not the one that the fixes were written for."""


def apply() -> None:
    """Mend the running Rasa; raises UnsupportedRasa for any version but 3.6.21."""
    if __version__ != SUPPORTED:
        raise UnsupportedRasa(
            f"engine: written for Rasa {SUPPORTED}, found {__version__}; "
            "install requirements/dialogue.txt"
        )
    RemoteAction._validate_action_result = compiled_validation()
    MessageProcessor._parse_message_with_graph = payloads_apart(
        MessageProcessor._parse_message_with_graph
    )
    LogisticRegressionClassifier.load = classmethod(
        contiguous_weights(LogisticRegressionClassifier.load.__func__)
    )
    Event.resolve_by_type = staticmethod(indexed_event_types(Event.resolve_by_type))
    RemoteAction._action_call_format = recent_events(RemoteAction._action_call_format)
    RulePolicy._prediction_states = recent_states(RulePolicy._prediction_states)
    DialogueStateTracker.applied_events = kept_events
    DialogueStateTracker.copy = copied
    FormAction._temporary_tracker = form_tracker
    EndpointConfig.session = lasting_session(EndpointConfig.session)
    sqlalchemy.event.listen(sqlalchemy.engine.Engine, "connect", relax_sqlite)


def compiled_validation():
    """``RemoteAction._validate_action_result`` with its schema checked once instead of every call.

    ``jsonschema.validate`` checks the schema itself again at each call: 79 % of a turn with a
    custom action. Same verdict, same error, same message.
    """
    schema = RemoteAction.action_response_format_spec()
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)

    def _validate_action_result(self, result):
        error = best_match(validator.iter_errors(result))
        if error is None:
            return True
        error.message += (
            f". Failed to validate Action server response from API, "
            f"make sure your response from the Action endpoint is valid. "
            f"For more information about the format visit {DOCS_BASE_URL}/custom-actions"
        )
        raise error

    return _validate_action_result


def payloads_apart(stock):
    """``MessageProcessor._parse_message_with_graph`` that classifies no payload of a choice.

    Rasa runs the whole NLU pipeline on "/intent{…}" and then throws its result away: 30 % of a
    closed turn.
    """

    @functools.wraps(stock)
    def _parse_message_with_graph(self, message, tracker, only_output_properties=True):
        if message.text and message.text.strip().startswith(INTENT_MESSAGE_PREFIX):
            typed = Message(data={TEXT: message.text})
            unpacked = YAMLStoryReader.unpack_regex_message(
                typed, self.domain, entity_extractor_name=RegexMessageHandler.__name__
            )
            if unpacked is not typed:
                nothing = {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
                parsed = {TEXT: "", INTENT: nothing, ENTITIES: []}
                parsed.update(unpacked.as_dict(only_output_properties=only_output_properties))
                return parsed
        return stock(self, message, tracker, only_output_properties)

    return _parse_message_with_graph


def contiguous_weights(stock):
    """``LogisticRegressionClassifier.load`` that lays the weights out as predicting reads them.

    scipy copies a transposed matrix of the usual layout at each product: 17 % of a typed turn.
    """

    @functools.wraps(stock)
    def load(cls, *args, **kwargs):
        component = stock(cls, *args, **kwargs)
        if hasattr(component.clf, "coef_"):
            component.clf.coef_ = numpy.asfortranarray(component.clf.coef_)
        return component

    return load


def indexed_event_types(stock):
    """``Event.resolve_by_type`` from an index instead of a walk of all subclasses for each event
    of each turn: 7 % of a turn, and growing with the conversation.
    """
    index = {}

    @functools.wraps(stock)
    def resolve_by_type(type_name, default=None):
        if not index:
            for event_class in reversed(all_subclasses(Event)):
                index[event_class.type_name] = event_class
        return index.get(type_name) or stock(type_name, default)

    return resolve_by_type


def lasting_session(stock):
    """``EndpointConfig.session`` that keeps its connection between action calls: 8 % of a turn.

    The actions process keeps an idle connection for longer than aiohttp does, so that a call never
    meets one that is being closed.
    """

    @functools.wraps(stock)
    def session(self):
        loop = asyncio.get_running_loop()
        known_loop, known = self.__dict__.get("lasting", (None, None))
        if known_loop is not loop or known.closed:
            known = stock(self)
            self.lasting = loop, known
        return contextlib.nullcontext(known)

    return session


def relax_sqlite(connection, _record):
    """No wait for the disk at each turn: with the tracker's write-ahead log, a crash of the process
    loses nothing, and a power cut at most the last turns. 8 % of a turn.
    """
    if type(connection).__module__ == "sqlite3":
        connection.execute("PRAGMA synchronous = NORMAL")
