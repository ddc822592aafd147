"""The interview: who speaks, the questions in order, what the answers say."""

import logging
from typing import Any

from rasa_sdk.events import AllSlotsReset, FollowupAction, SlotSet

from actions.base import (
    FORM,
    CollectingDispatcher,
    DeclicAction,
    EventType,
    Tracker,
    best_intent,
    chosen,
    in_interview,
    sent_in_a_row,
    slots_set,
    typed_text,
)
from actions.changes import say_changes
from actions.services import Services
from bot.dialogue.interview import QUESTIONS, UNKNOWN
from bot.errors import StoreUnavailable
from bot.settings import Settings

logger = logging.getLogger(__name__)

_MISSES_BEFORE_SKIPPING = 3
_INTERVIEW_SLOTS = (*QUESTIONS, "place_name", "has_vehicle")


class ActionStart(DeclicAction):
    def name(self) -> str:
        return "action_start"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_welcome")
        slots = {**_quoted(self.services.settings), "stage": "profile"}
        return [*slots_set(slots), FollowupAction(FORM)]


class ActionStartOver(DeclicAction):
    """Forget every answer but the consent, then ask from the first question."""

    def name(self) -> str:
        return "action_start_over"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_started_over")
        consent = tracker.get_slot("consent")
        self.services.record_profile(tracker.sender_id, {"consent": consent})
        kept = {**_quoted(self.services.settings), "consent": consent, "stage": "profile"}
        kept["familiar"] = tracker.get_slot("familiar")
        return [AllSlotsReset(), *slots_set(kept), FollowupAction(FORM)]


class ActionAsk(DeclicAction):
    """Ask one question: in other words after a miss or two, with a way out after the second."""

    def __init__(self, services: Services, *, question: str) -> None:
        super().__init__(services)
        self.question = question

    def name(self) -> str:
        return f"action_ask_{self.question}"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        asked = tracker.get_slot("asked") or {}
        times = asked.get("times", 0) if asked.get("question") == self.question else 0
        misses = int(tracker.get_slot("misses") or 0)
        lost = misses > 1
        if misses:
            dispatcher.utter_message(response="utter_lost" if lost else "utter_misunderstood")
        hesitated = tracker.get_slot("prompted") == self.question
        again = times > 2 if lost else misses or hesitated or (times > 1 and times % 2 == 0)
        self.ask(dispatcher, tracker, again=bool(again), lost=lost)
        return [SlotSet("asked", {"question": self.question, "times": times + 1})]

    def ask(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, *, again: bool, lost: bool
    ) -> None:
        """Put the question; ``again`` in other words, ``lost`` with ways out."""
        dispatcher.utter_message(
            response=f"utter_ask_{self.question}{'_again' if again else ''}",
            buttons=self.services.cards.ways_out(self.question) if lost else None,
        )


class ActionAskPlace(ActionAsk):
    """Ask for the place, or which of several homonyms was meant."""

    def __init__(self, services: Services) -> None:
        super().__init__(services, question="place")

    def ask(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, *, again: bool, lost: bool
    ) -> None:
        candidates = self.services.place_choices(tracker.get_slot("place_candidates") or [])
        if not candidates:
            super().ask(dispatcher, tracker, again=again, lost=lost)
            return
        response = "utter_place_candidates" if len(candidates) > 1 else "utter_place_confirm"
        ways_out = self.services.cards.ways_out("place") if lost else []
        dispatcher.utter_message(response=response, buttons=[*candidates, *ways_out])


class ValidateProfileForm(DeclicAction):
    """Read the answer to the question asked; let rules answer what interrupts it."""

    def name(self) -> str:
        return "validate_profile_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        question = tracker.get_slot("requested_slot")
        if question is None or not in_interview(tracker) or _already_read(tracker):
            return []
        intent, confidence = best_intent(tracker)
        if slot := chosen(tracker, "slot"):
            if intent != "answer":
                return []
            slots = dict(self.services.interview.choose(slot, chosen(tracker, "value") or ""))
            if not slots:
                dispatcher.utter_message(response="utter_old_choice")
                return [SlotSet("misses", 0)]
        else:
            text = typed_text(tracker)
            if not text or tracker.get_slot("pending") == "erase":
                return []
            heard = self.services.listener.hear(
                question,
                text,
                slots=tracker.current_slot_values(),
                intent=intent,
                confidence=confidence,
                in_a_row=sent_in_a_row(tracker),
            )
            if heard.interrupts:
                return []
            if heard.added:
                dispatcher.utter_message(response="utter_words_added")
            slots = dict(heard.slots)
            if heard.missed:
                slots |= self._missed(dispatcher, tracker, question)
        slots.setdefault("misses", 0)
        return slots_set(self._accept(dispatcher, tracker, slots))

    def _missed(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, question: str
    ) -> dict[str, Any]:
        """Count what was not understood; the third time, go on without the answer."""
        misses = int(tracker.get_slot("misses") or 0) + 1
        if misses < _MISSES_BEFORE_SKIPPING:
            return {"misses": misses}
        dispatcher.utter_message(response="utter_question_skipped")
        return {question: "none" if question == "consent" else UNKNOWN}

    def _accept(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, slots: dict[str, Any]
    ) -> dict[str, Any]:
        """Say what was noted or changed, and keep it when the person agreed to that."""
        sender = tracker.sender_id
        if consent := slots.get("consent"):
            if consent == "summary" and not self._start_keeping(sender):
                dispatcher.utter_message(response="utter_consent_failed")
                slots["consent"] = "none"
            else:
                dispatcher.utter_message(response=f"utter_consent_{consent}")
        changed = say_changes(self.services, dispatcher, tracker, slots)
        if slots.get("place_name") and "place" not in changed:
            dispatcher.utter_message(response="utter_place_noted", place_name=slots["place_name"])
        if slots.get("has_vehicle") is False:
            dispatcher.utter_message(response="utter_no_vehicle_noted")
        answers = {slot: tracker.get_slot(slot) for slot in _INTERVIEW_SLOTS} | slots
        self.services.record_profile(sender, answers)
        return slots

    def _start_keeping(self, sender: str) -> bool:
        try:
            self.services.start_keeping(sender)
        except StoreUnavailable as error:
            logger.error("consent not kept: %s", error.code)
            return False
        return True


def _quoted(settings: Settings) -> dict[str, Any]:
    """Settings that the texts of domain/ quote."""
    return {
        "retention_days": settings.retention_days,
        "ephemeral_hours": settings.ephemeral_hours,
        "operator_name": settings.operator_name,
        "operator_contact": settings.operator_contact,
    }


def _already_read(tracker: Tracker) -> bool:
    """True when the form comes back after an interruption: the message was not its answer."""
    for event in reversed(tracker.events):
        if event["event"] == "action_execution_rejected":
            return True
        if event["event"] == "user":
            return False
    return False
