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
    slots_set,
    typed_text,
)
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
        return [AllSlotsReset(), *slots_set(kept), FollowupAction(FORM)]


class ActionAskPlace(DeclicAction):
    """Ask for the place, or which of several homonyms was meant."""

    def name(self) -> str:
        return "action_ask_place"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        candidates = self.services.place_choices(tracker.get_slot("place_candidates") or [])
        if candidates:
            response = "utter_place_candidates" if len(candidates) > 1 else "utter_place_confirm"
            dispatcher.utter_message(response=response, buttons=candidates)
        elif tracker.get_slot("misses"):
            dispatcher.utter_message(response="utter_ask_place_again")
        else:
            dispatcher.utter_message(response="utter_ask_place")
        return []


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
            if not text or tracker.get_slot("pending"):
                return []
            reading = self.services.interview.read(
                question,
                text,
                intent=intent,
                confidence=confidence,
                prompted=tracker.get_slot("prompted") == question,
            )
            if reading.interrupts:
                return []
            slots = dict(reading.slots)
            passing = self.services.interview.read_in_passing(text, but=question)
            slots |= {k: v for k, v in passing.items() if tracker.get_slot(k) is None}
            if question not in slots and not slots.keys() & {"place_candidates", "prompted"}:
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
        """Say what was noted, and keep it when the person agreed to that."""
        sender = tracker.sender_id
        if consent := slots.get("consent"):
            if consent == "summary" and not self._start_keeping(sender):
                dispatcher.utter_message(response="utter_consent_failed")
                slots["consent"] = "none"
            else:
                dispatcher.utter_message(response=f"utter_consent_{consent}")
        if slots.get("place_name"):
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
