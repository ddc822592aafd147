"""Weighing the proposed roles: compare two, set one aside and say why."""

from typing import Any

from rasa_sdk.events import FollowupAction, SlotSet

from actions.base import (
    CollectingDispatcher,
    EventType,
    Tracker,
    asks_for_trainings,
    chosen,
    go_on,
    in_interview,
    typed_text,
)
from actions.roles import RoleAction
from bot.dialogue.interview import UNKNOWN


class ActionCompareRoles(RoleAction):
    """Two roles side by side: those of the choice, those named, or which two is asked."""

    def name(self) -> str:
        return "action_compare_roles"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        proposed = [p["role"] for p in tracker.get_slot("proposals") or []]
        named = [chosen(tracker, "role"), chosen(tracker, "other")]
        pair = [role for role in named if role in self.services.roles]
        pair = pair or self.services.roles_named(typed_text(tracker), proposed)
        if len(pair) == 1:
            pair += [role for role in proposed if role not in pair][:1]
        if len(pair) < 2 and len(proposed) == 2:
            pair = proposed
        if len(pair) >= 2:
            first, second = (self.services.roles[role] for role in pair[:2])
            card = self.services.cards.comparison(first, second)
            dispatcher.utter_message(response="utter_comparison", json_message={"cards": [card]})
            return go_on(dispatcher, tracker) if in_interview(tracker) else []
        if len(proposed) < 2:
            return self.ask_which(dispatcher, tracker, "more_about_role")
        dispatcher.utter_message(
            response="utter_compare_which", buttons=self.services.pair_choices(proposed)
        )
        return []


class ActionRejectRole(RoleAction):
    """Set a role aside, put the next best in its place, and ask why unless that was said."""

    def name(self) -> str:
        return "action_reject_role"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if asks_for_trainings(tracker):
            return [FollowupAction("action_show_trainings")]
        role_id = self.role_meant(tracker)
        if role_id is None:
            if tracker.get_slot("pending") == "reason":
                return [FollowupAction("action_give_reason")]
            return self.ask_which(dispatcher, tracker, "reject_role")
        label = self.services.roles[role_id].label.both
        dispatcher.utter_message(response="utter_role_rejected", role=label)
        self.services.record_rejection(tracker.sender_id, role_id)
        rejected = [*(tracker.get_slot("rejected_roles") or []), role_id]
        told = reasons_told(self, typed_text(tracker))
        events = self.propose(
            dispatcher,
            tracker,
            response="utter_roles_after_change",
            rejected=rejected,
            reasons=add(told, tracker) if told else None,
        )
        if told:
            say_reasons(self, dispatcher, told)
        elif not in_interview(tracker):
            dispatcher.utter_message(
                response="utter_why_rejected", buttons=self.services.reason_choices()
            )
        pending = None if told else "reason"
        return [*events, SlotSet("chosen_role", None), SlotSet("pending", pending)]


class ActionGiveReason(RoleAction):
    """Why a role was set aside, chosen or in words: it counts in the ranking from now on."""

    def name(self) -> str:
        return "action_give_reason"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        value, text = chosen(tracker, "value"), typed_text(tracker)
        told = [value] if value in self.services.guide.reasons else reasons_told(self, text)
        done = SlotSet("pending", None)
        if told:
            say_reasons(self, dispatcher, told)
            events = self.propose(
                dispatcher,
                tracker,
                response="utter_roles_after_change",
                reasons=add(told, tracker),
            )
            return [*events, done]
        if not text:
            return [done, *go_on(dispatcher, tracker)]
        # Words that no list foresees: the matching reads refusals among a person's wishes.
        said = tracker.get_slot("motivations")
        refusal = self.services.cards.refusal(text)
        words = "\n".join(part for part in (said, refusal) if part and part != UNKNOWN)
        events = self.propose(
            dispatcher, tracker, response="utter_roles_after_change", motivations=words
        )
        return [*events, SlotSet("motivations", words), done]


def reasons_told(action: RoleAction, text: str) -> list[str]:
    """Ids of the reasons that a typed text gives."""
    reasons = action.services.guide.reasons.values()
    return [reason.id for reason in reasons if text and reason.is_told_in(text)]


def say_reasons(action: RoleAction, dispatcher: CollectingDispatcher, told: list[str]) -> None:
    """What the ranking takes into account from now on."""
    reasons = [action.services.guide.reasons[reason].says for reason in told]
    dispatcher.utter_message(response="utter_reason_counts", reason=", ".join(reasons))


def add(told: list[str], tracker: Tracker) -> list[str]:
    """The reasons given so far, each once."""
    return list(dict.fromkeys([*(tracker.get_slot("dislikes") or []), *told]))
