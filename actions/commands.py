"""What a person may ask at any moment, and making sense of what no other action answers."""

from typing import Any

from rasa_sdk.events import FollowupAction, SlotSet

from actions.base import (
    FORM,
    CollectingDispatcher,
    DeclicAction,
    EventType,
    Tracker,
    asks_for_trainings,
    best_intent,
    chosen,
    go_on,
    in_interview,
    intent_of,
    typed_text,
    wait,
)
from actions.changes import CHANGEABLE, apply_change, hear_again
from actions.roles import ask_interest
from bot.dialogue import answers
from bot.dialogue.interview import profile_of
from bot.dialogue.listening import Hearing
from bot.errors import StoreUnavailable

_STORY = 4
"""Words from which what is told after the roles completes the person's story."""
_CLARIFICATIONS = 2
"""Times that words too few for a ranking are taken for more of the story."""


class ActionAnswerQuestion(DeclicAction):
    """A question or a courtesy: its short answer, then on with the conversation."""

    def name(self) -> str:
        return "action_answer_question"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if asks_for_trainings(tracker):
            return [FollowupAction("action_show_trainings")]
        intent = intent_of(tracker)
        question = tracker.get_slot("requested_slot")
        if intent == "why_question":
            if in_interview(tracker) and question:
                intent = f"why_{question}"
            elif tracker.get_slot("proposals"):
                return [FollowupAction("action_why_role")]
        dispatcher.utter_message(response=f"utter_{intent}")
        if intent in {"pause", "goodbye"} and not in_interview(tracker):
            return []
        return go_on(dispatcher, tracker)


class ActionResume(DeclicAction):
    """Show again what the conversation was waiting for."""

    def name(self) -> str:
        return "action_resume"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if intent_of(tracker) == "cancel_erase":
            dispatcher.utter_message(response="utter_erase_cancelled")
        forget = [SlotSet("pending", None)]
        if in_interview(tracker):
            return [*forget, FollowupAction(FORM)]
        match tracker.get_slot("stage"):
            case None:
                return [*forget, FollowupAction("action_start")]
            case "clarify":
                return [*forget, *ask_interest(self, dispatcher)]
            case _ if not tracker.get_slot("proposals"):
                return [*forget, FollowupAction("action_propose_roles")]
        level = profile_of(tracker.current_slot_values()).level
        cards = [
            self.services.cards.role(proposal["role"], quotes=proposal["quotes"], level=level)
            for proposal in tracker.get_slot("proposals")
        ]
        dispatcher.utter_message(response="utter_roles", json_message={"cards": cards})
        return [*forget, SlotSet("stage", "roles")]


class ActionSummary(DeclicAction):
    """The person's own summary, then what comes next."""

    def name(self) -> str:
        return "action_summary"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if in_interview(tracker) and tracker.get_slot("status") is None:
            dispatcher.utter_message(response="utter_change_nothing_yet")
            return [FollowupAction(FORM)]
        slots = tracker.current_slot_values()
        card = self.services.cards.summary(
            slots, training=self.services.offer(slots.get("chosen_training"))
        )
        dispatcher.utter_message(response="utter_summary", json_message={"cards": [card]})
        if in_interview(tracker):
            return [FollowupAction(FORM)]
        dispatcher.utter_message(response="utter_next_steps")
        return []


class ActionAskErase(DeclicAction):
    def name(self) -> str:
        return "action_ask_erase"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_ask_erase")
        return [SlotSet("pending", "erase"), *wait()]


class ActionErase(DeclicAction):
    """Say that all is erased; the gateway erases once this turn is written nowhere any more."""

    def name(self) -> str:
        return "action_erase"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_erasing")
        return wait()


class ActionKeepSummary(DeclicAction):
    """Agree, later than at the start, that a summary is kept."""

    def name(self) -> str:
        return "action_keep_summary"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        slots = tracker.current_slot_values()
        try:
            self.services.start_keeping(tracker.sender_id)
        except StoreUnavailable:
            dispatcher.utter_message(response="utter_consent_failed")
            return go_on(dispatcher, tracker)
        dispatcher.utter_message(response="utter_consent_summary")
        self.services.record_all(tracker.sender_id, slots)
        return [SlotSet("consent", "summary"), FollowupAction("action_talk_to_human")]


class ActionTalkToHuman(DeclicAction):
    """How to reach a human; with consent, the summary waits for an adviser."""

    def name(self) -> str:
        return "action_talk_to_human"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if tracker.get_slot("consent") != "summary":
            dispatcher.utter_message(response="utter_human_not_kept")
            return wait()
        # Whatever a failing database missed meanwhile reaches the adviser now.
        self.services.record_all(tracker.sender_id, tracker.current_slot_values())
        try:
            kept = self.services.ask_for_human(tracker.sender_id)
        except StoreUnavailable:
            kept = False
        if kept:
            reference = self.services.reference(tracker.sender_id)
            dispatcher.utter_message(response="utter_human_kept", reference=reference)
        else:
            dispatcher.utter_message(response="utter_human_failed")
        return go_on(dispatcher, tracker)


class ActionUnderstand(DeclicAction):
    """What reaches no other action: yes or no to a pending question, a role's name, a second
    thought, more words.
    """

    def name(self) -> str:
        return "action_understand"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        text = typed_text(tracker)
        if tracker.get_slot("pending") == "erase":
            return [
                FollowupAction("action_erase" if answers.read_yes_no(text) else "action_resume")
            ]
        if slot := chosen(tracker, "slot"):
            return self._chosen(dispatcher, tracker, slot, chosen(tracker, "value") or "")
        if in_interview(tracker):
            return [FollowupAction(FORM)]
        stage = tracker.get_slot("stage")
        if stage is None:
            return [FollowupAction("action_start")]
        if stage == "profile":  # the turn that should have put roles on the table failed
            return [FollowupAction("action_propose_roles")]
        if tracker.get_slot("pending") == "reason" and text:
            return [FollowupAction("action_give_reason")]
        proposed = [p["role"] for p in tracker.get_slot("proposals") or []]
        if asks_for_trainings(tracker) or self.services.role_named(text, proposed):
            return [SlotSet("misses", 0), FollowupAction("action_show_trainings")]
        heard = hear_again(self.services, tracker, more=self._tells_more(tracker, text))
        if heard is None:
            return self._not_understood(dispatcher, tracker)
        events = apply_change(self.services, dispatcher, tracker, heard)
        if stage == "clarify" and heard.added:
            # Words that still say too little: counted, so that the same question ends.
            events.append(SlotSet("misses", self._misses(tracker) + 1))
        return events

    def _tells_more(self, tracker: Tracker, text: str) -> bool:
        """More of the person's story, rather than words that no one understands."""
        if not text or answers.is_dont_know(text):
            return False
        if tracker.get_slot("stage") == "clarify":
            return self._misses(tracker) < _CLARIFICATIONS
        tells = best_intent(tracker)[0] in {"free_answer", "inform"}
        return tells and len(text.split()) >= _STORY

    def _misses(self, tracker: Tracker) -> int:
        return int(tracker.get_slot("misses") or 0)

    def _chosen(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, value: str
    ) -> list[EventType]:
        """A choice of an earlier question, clicked after the interview, changes that answer."""
        slots = dict(self.services.interview.choose(slot, value))
        if not slots or slot not in CHANGEABLE:
            dispatcher.utter_message(response="utter_old_choice")
            return go_on(dispatcher, tracker)
        return apply_change(self.services, dispatcher, tracker, Hearing(slots=slots))

    def _not_understood(
        self, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        """In other words each time: what is possible, a human, what attracts, then from there."""
        misses = self._misses(tracker) + 1
        match misses % 4:
            case 1:
                dispatcher.utter_message(response="utter_not_understood")
            case 2:
                dispatcher.utter_message(response="utter_not_understood_again")
            case 3:
                return [SlotSet("misses", misses), FollowupAction("action_talk_to_human")]
            case _:
                return [SlotSet("misses", misses), *ask_interest(self, dispatcher)]
        return [SlotSet("misses", misses)]


class ActionPing(DeclicAction):
    """Answer a synthetic turn with what works, for the readiness check."""

    def name(self) -> str:
        return "action_ping"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(
            response="utter_pong",
            json_message={"effect": "pong", "parts": self.services.parts()},
        )
        return []
