"""Trainings for a role: near, farther, remote, others; and the one that the person keeps."""

from datetime import date
from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import CollectingDispatcher, EventType, Tracker, chosen, intent_of, slots_set
from actions.roles import _RoleAction
from bot.dialogue.interview import profile_of
from bot.errors import CatalogueMissing

_NEW_SEARCHES = {"choose_role": "near", "show_trainings": "near"}
_WIDER_SEARCHES = {"farther": "farther", "remote_only": "remote"}


class ActionShowTrainings(_RoleAction):
    """Trainings for the chosen role; "farther", "remote only" and "others" go on from there."""

    def name(self) -> str:
        return "action_show_trainings"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        intent = intent_of(tracker)
        role_id = self.role_meant(tracker)
        if role_id is None:
            return self.ask_which(dispatcher, tracker, "choose_role")
        search = tracker.get_slot("training_search") or {}
        if search.get("role") != role_id or intent in _NEW_SEARCHES:
            search = {"role": role_id, "mode": "near", "offset": 0}
        if intent in _WIDER_SEARCHES:
            search = {"role": role_id, "mode": _WIDER_SEARCHES[intent], "offset": 0}
        role = self.services.roles[role_id].label.both
        profile = profile_of(tracker.current_slot_values())
        try:
            page = self.services.advice.trainings(
                profile,
                role_id=role_id,
                mode=search["mode"],
                offset=search["offset"],
            )
        except CatalogueMissing:
            dispatcher.utter_message(response="utter_catalogue_down")
            return slots_set({"chosen_role": role_id, "stage": "trainings"})
        explanation = self.services.cards.explanation(page.explanation)
        if page.matches:
            cards = [
                self.services.cards.training(match, status=profile.status, today=date.today())
                for match in page.matches
            ]
            dispatcher.utter_message(
                response="utter_trainings",
                role=role,
                explanation=explanation,
                json_message={"cards": cards},
            )
            if page.sample and tracker.get_slot("training_search") is None:
                dispatcher.utter_message(response="utter_examples_only")
        else:
            dispatcher.utter_message(
                response="utter_no_trainings", role=role, explanation=explanation
            )
        self.services.record_choice(tracker.sender_id, role_id)
        self.services.record_trainings(tracker.sender_id, role_id, page.matches)
        return slots_set(
            {
                "chosen_role": role_id,
                "stage": "trainings",
                "training_search": {**search, "offset": search["offset"] + len(page.matches)},
            }
        )


class ActionChooseTraining(_RoleAction):
    """Keep one training for the summary."""

    def name(self) -> str:
        return "action_choose_training"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        training_id = chosen(tracker, "training") or ""
        try:
            offer = self.services.advice.offer(training_id)
        except CatalogueMissing:
            dispatcher.utter_message(response="utter_catalogue_down")
            return []
        if offer is None:
            dispatcher.utter_message(response="utter_training_gone")
            return []
        dispatcher.utter_message(
            response="utter_training_chosen", training=offer.title, provider=offer.provider
        )
        self.services.record_training_choice(tracker.sender_id, training_id)
        return [SlotSet("chosen_training", training_id)]
