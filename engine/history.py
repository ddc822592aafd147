"""Fixes to what grows with a conversation in Rasa 3.6.21; ``engine.fixes`` puts them in place.

Stock walks the whole history several times at each turn: at turn 100 it took four times as long as
at turn 5. Each gives what the stock one gives; shares are those of the Rasa process's time at
turn 80.
"""

import copy
import functools
import weakref
from collections import deque
from dataclasses import dataclass
from itertools import islice

from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    AgentUttered,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import EventVerbosity

TURNS_SENT = 3
"""Turns whose events an action is sent; none of ours looks further back than the last message."""


@functools.cache
def _is(event_class, *classes):
    """``issubclass``, as stock asks it of every event, but once: Rasa's are abstract classes, of
    which Python's ``isinstance`` is slow.
    """
    return issubclass(event_class, classes)


@dataclass(frozen=True)
class _Kept:
    """What ``applied_events`` gave for the first ``count`` events; never changed."""

    count: int
    last: Event | None
    loops: frozenset
    events: list


_NOTHING_YET = _Kept(0, None, frozenset(), [])


def kept_events(self):
    """``DialogueStateTracker.applied_events``, going on from where it came to the last time: 29 %.

    Going on is right as long as no event names a loop that earlier ones did not.
    """
    known = self.__dict__.get("kept", _NOTHING_YET)
    count = len(self.events)
    if known.count > count or (known.count and self.events[known.count - 1] is not known.last):
        known = _NOTHING_YET
    if known.count == count:
        return known.events
    new = list(islice(self.events, known.count, None))
    loops = known.loops | {e.name for e in new if _is(type(e), ActiveLoop) and e.name}
    if loops != known.loops:
        known, new = _NOTHING_YET, list(self.events)
    kept = list(known.events)
    for event in new:
        kind = type(event)
        if _is(kind, Restarted, SessionStarted):
            kept = []
        elif _is(kind, ActionReverted):
            self._undo_till_previous(ActionExecuted, kept)
        elif _is(kind, UserUtteranceReverted):
            self._undo_till_previous(UserUttered, kept)
            self._undo_till_previous(ActionExecuted, kept)
        elif (
            _is(kind, ActionExecuted)
            and event.action_name in loops
            and not self._first_loop_execution_or_unhappy_path(event.action_name, kept)
        ):
            self._undo_till_previous_loop_execution(event.action_name, kept)
        else:
            kept.append(event)
    self.kept = _Kept(count, new[-1] if new else None, loops, kept)
    return kept


def copied(self):
    """``DialogueStateTracker.copy`` without replaying every event: 8 %."""
    twin = self.init_copy()
    state = {name: value for name, value in self.__dict__.items() if name not in _NOT_REPLAYED}
    twin.__dict__ |= state
    twin.slots = {name: copy.copy(slot) for name, slot in self.slots.items()}
    twin.events = deque(self.events, self.events.maxlen)
    twin.active_loop = copy.copy(self.active_loop)
    return twin


def form_tracker(self, current_tracker, additional_events, domain):
    """``FormAction._temporary_tracker`` without replaying every event: 12 %."""
    twin = current_tracker.copy()
    twin.events = deque(current_tracker.events_after_latest_restart(), twin.events.maxlen)
    slot = self.get_slot_to_fill(current_tracker)
    for event in (SlotSet(REQUESTED_SLOT, slot), ActionExecuted(self.name()), *additional_events):
        twin.update(event, domain)
    return twin


_NOT_REPLAYED = {"sender_source", "model_id", "assistant_id"}


def recent_events(stock):
    """``RemoteAction._action_call_format`` that sends the events of the last turns only.

    Stock sends the whole conversation with each action call: 12 %, and as much again to read it.
    Slots and the latest message go with the call in any case.
    """

    @functools.wraps(stock)
    def _action_call_format(self, tracker, domain):
        return stock(self, _LastTurns(tracker), domain)

    return _action_call_format


class _LastTurns:
    """A tracker whose state has the events since the ``TURNS_SENT``-th last message."""

    def __init__(self, tracker):
        self._tracker = tracker

    def __getattr__(self, name):
        return getattr(self._tracker, name)

    def current_state(self, _verbosity):
        events = list(self._tracker.events)
        said = [i for i, event in enumerate(events) if _is(type(event), UserUttered)]
        first = said[-TURNS_SENT] if len(said) >= TURNS_SENT else 0
        state = self._tracker.current_state(EventVerbosity.NONE)
        state["events"] = [event.as_dict() for event in events[first:]]
        return state


def recent_states(stock):
    """``RulePolicy._prediction_states`` without the states that no rule reaches: 34 %.

    A rule is compared with as many of the last states as it has; stock computes those of the whole
    conversation for each prediction. Same last states, same prediction.
    """
    longest = weakref.WeakKeyDictionary()

    @functools.wraps(stock)
    def _prediction_states(self, tracker, domain, *args, **kwargs):
        if self not in longest:
            rules = [*self.lookup[RULES], *self.lookup[RULES_FOR_LOOP_UNHAPPY_PATH]]
            longest[self] = max((len(self._rule_key_to_state(rule)) for rule in rules), default=0)
        # One more, so that no state is taken for the start of the conversation that is not.
        recent = _LastStates(tracker, longest[self] + 1)
        return stock(self, recent, domain, *args, **kwargs)

    return _prediction_states


class _LastStates:
    """A tracker whose past states are the last ``most`` ones."""

    def __init__(self, tracker, most):
        self._tracker = tracker
        self._most = most

    def past_states(self, domain, omit_unset_slots=False, ignore_rule_only_turns=False, **_):
        assert not ignore_rule_only_turns, "rules see the turns that only rules take"
        events = self._tracker.applied_events()
        before_actions = [i for i, e in enumerate(events) if _is(type(e), ActionExecuted)]
        wanted = {*before_actions[len(before_actions) + 1 - self._most :], len(events)}
        then = self._tracker.init_copy()
        states = []
        for index, event in enumerate([*events, None]):
            if index in wanted:
                state = domain.get_active_state(then, omit_unset_slots=omit_unset_slots)
                states.append(domain._clean_state(state))
            if event is not None and not _is(type(event), BotUttered, AgentUttered):
                event.apply_to(then)
        return states
