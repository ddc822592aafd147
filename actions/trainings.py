"""Trainings for a role: near, farther, remote, narrowed; and the one that the person keeps."""

from datetime import date
from typing import Any

from rasa_sdk.events import FollowupAction, SlotSet

from actions.base import (
    CollectingDispatcher,
    EventType,
    Tracker,
    chosen,
    intent_of,
    slots_set,
    typed_text,
)
from actions.roles import RoleAction
from bot.dialogue.interview import profile_of
from bot.dialogue.pointing import training_pointed_at
from bot.dialogue.wishes import FILTERS, Wish, next_search, read_wish
from bot.errors import CatalogueMissing
from bot.trainings import Offer, SearchMode

_CLICKED = {
    "choose_role": Wish(mode=SearchMode.NEAR, everything=True),
    "show_trainings": Wish(mode=SearchMode.NEAR, everything=True),
    "farther": Wish(mode=SearchMode.FARTHER),
    "remote_only": Wish(mode=SearchMode.REMOTE),
}


class ActionShowTrainings(RoleAction):
    """Trainings for the chosen role; wishes and "others" go on from those shown before."""

    def name(self) -> str:
        return "action_show_trainings"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        role_id = self.role_meant(tracker)
        if role_id is None:
            return self.ask_which(dispatcher, tracker, "choose_role")
        before = tracker.get_slot("training_search")
        search = next_search(before, role_id=role_id, wish=_wish(tracker))
        role = self.services.roles[role_id].label.both
        profile = profile_of(tracker.current_slot_values())
        try:
            page = self.services.advice.trainings(
                profile,
                role_id=role_id,
                mode=search["mode"],
                offset=search["offset"],
                filters=search["filters"],
            )
        except CatalogueMissing:
            dispatcher.utter_message(response="utter_catalogue_down")
            return slots_set({"chosen_role": role_id, "stage": "trainings"})
        cards = [
            self.services.cards.training(match, status=profile.status, today=date.today())
            for match in page.matches
        ]
        dispatcher.utter_message(
            response="utter_trainings" if cards else "utter_no_trainings",
            role=role,
            explanation=self.services.cards.explanation(page),
            buttons=self.services.cards.training_choices(page),
            json_message={"cards": cards} if cards else {},
        )
        if page.sample and before is None:
            dispatcher.utter_message(response="utter_examples_only")
        self.services.record_choice(tracker.sender_id, role_id)
        self.services.record_trainings(tracker.sender_id, role_id, page.matches)
        shown = [match.offer.id for match in page.matches]
        search |= {"offset": search["offset"] + len(shown), "shown": shown or search["shown"]}
        return slots_set({"chosen_role": role_id, "stage": "trainings", "training_search": search})


def _wish(tracker: Tracker) -> Wish:
    """What a click or a few words ask of the trainings; more of the same when nothing."""
    if (clicked := chosen(tracker, "value")) in FILTERS:
        return Wish(filters=frozenset({clicked}))
    if (typed := read_wish(typed_text(tracker))) is not None:
        return typed
    return _CLICKED.get(intent_of(tracker), Wish())


class ActionChooseTraining(RoleAction):
    """Keep one training for the summary: clicked, counted, or told by its place."""

    def name(self) -> str:
        return "action_choose_training"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        training_id = chosen(tracker, "training")
        shown = (tracker.get_slot("training_search") or {}).get("shown", [])
        try:
            if training_id is None:
                offers = [offer for id_ in shown if (offer := self.services.advice.offer(id_))]
                offer = training_pointed_at(typed_text(tracker), offers)
                if offer is None:
                    return self._ask_which_training(dispatcher, tracker, offers)
            else:
                offer = self.services.advice.offer(training_id)
        except CatalogueMissing:
            dispatcher.utter_message(response="utter_catalogue_down")
            return []
        if offer is None:
            dispatcher.utter_message(response="utter_training_gone")
            return [FollowupAction("action_show_trainings")]
        dispatcher.utter_message(
            response="utter_training_chosen", training=offer.title, provider=offer.provider
        )
        self.services.record_training_choice(tracker.sender_id, offer.id)
        return [SlotSet("chosen_training", offer.id)]

    def _ask_which_training(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, offers: list[Offer]
    ) -> list[EventType]:
        if not offers:
            return [FollowupAction("action_show_trainings")]
        dispatcher.utter_message(
            response="utter_which_training",
            buttons=self.services.cards.choices_among(offers),
        )
        return []
