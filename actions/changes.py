"""Changing an earlier answer, in words or by choice; what depends on it is computed again."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import FollowupAction, SlotSet

from actions.base import (
    FORM,
    CollectingDispatcher,
    DeclicAction,
    EventType,
    Tracker,
    chosen,
    go_on,
    in_interview,
    sent_in_a_row,
    slots_set,
    typed_text,
    wait,
)
from actions.services import Services
from bot.dialogue.corrections import question_named
from bot.dialogue.interview import OPEN_QUESTIONS, QUESTIONS, UNKNOWN
from bot.dialogue.listening import Hearing

CHANGEABLE = QUESTIONS[1:]


class ActionChangeAnswer(DeclicAction):
    """Change the answer that the message gives anew, or ask the question that it names again."""

    def name(self) -> str:
        return "action_change_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        text = typed_text(tracker)
        if text and not in_interview(tracker):
            heard = hear_again(self.services, tracker, more=False)
            if heard:
                return apply_change(self.services, dispatcher, tracker, heard)
        question = chosen(tracker, "slot") or question_named(text)
        if question is None:
            if all(tracker.get_slot(name) is None for name in CHANGEABLE):
                dispatcher.utter_message(response="utter_change_nothing_yet")
                return go_on(dispatcher, tracker)
            dispatcher.utter_message(response="utter_change_which")
            return wait()
        if question not in CHANGEABLE:
            return go_on(dispatcher, tracker)
        old = tracker.get_slot(question)
        forgotten = dict.fromkeys(
            (question, "requested_slot", "prompted", "place_candidates", "asked")
        )
        changing = {"question": question, "old": self._answer(question, tracker)}
        events = slots_set({**forgotten, "misses": 0, "shown_roles": []})
        if old not in (None, UNKNOWN):
            events.append(SlotSet("changing", changing))
        return [*events, FollowupAction(FORM)]

    def _answer(self, question: str, tracker: Tracker) -> str:
        return self.services.cards.answer(question, tracker.current_slot_values())


def hear_again(services: Services, tracker: Tracker, *, more: bool) -> Hearing | None:
    """What the typed text changes once every question has its answer."""
    return services.listener.hear_again(
        typed_text(tracker),
        slots=tracker.current_slot_values(),
        more=more or sent_in_a_row(tracker),
    )


def apply_change(
    services: Services, dispatcher: CollectingDispatcher, tracker: Tracker, heard: Hearing
) -> list[EventType]:
    """Say what changed, keep it, and go on with what follows from it."""
    slots = dict(heard.slots)
    if heard.added:
        dispatcher.utter_message(response="utter_words_added")
    else:
        say_changes(services, dispatcher, tracker, slots)
    services.record_profile(tracker.sender_id, tracker.current_slot_values() | slots)
    events = slots_set({**slots, "misses": 0, "shown_roles": []})
    if slots.get("place_candidates"):
        return [*events, FollowupAction(FORM)]
    return [*events, *what_follows(tracker, slots)]


def what_follows(tracker: Tracker, changed: Mapping[str, Any]) -> list[EventType]:
    """The trainings again when they are on the table and no word changed, else the roles."""
    of_words = any(question in changed for question in OPEN_QUESTIONS)
    if (
        tracker.get_slot("stage") == "trainings"
        and tracker.get_slot("chosen_role")
        and not of_words
    ):
        return [SlotSet("training_search", None), FollowupAction("action_show_trainings")]
    return [FollowupAction("action_propose_roles")]


def say_changes(
    services: Services,
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    slots: dict[str, Any],
) -> set[str]:
    """Say each answer that is no longer what it was; returns their questions."""
    known = tracker.current_slot_values()
    changing = known.get("changing") or {}
    changed: set[str] = set()
    for question in CHANGEABLE:
        if slots.get(question) is None or question in OPEN_QUESTIONS:
            continue
        new = services.cards.answer(question, known | slots)
        old = services.cards.answer(question, known)
        if known.get(question) in (None, UNKNOWN):
            if changing.get("question") != question:
                continue
            old = changing["old"]
        if new != old:
            changed.add(question)
            dispatcher.utter_message(
                response="utter_answer_changed",
                question=services.cards.question(question),
                old=old,
                new=new,
            )
    return changed
