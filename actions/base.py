"""What every action shares: its collaborators, and going on where the conversation was."""

from abc import ABC
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.services import Services
from bot.dialogue.wishes import read_wish

FORM = "profile_form"

__all__ = ["FORM", "Action", "CollectingDispatcher", "DeclicAction", "EventType", "Tracker"]


class DeclicAction(Action, ABC):
    """An action with its collaborators; registered as an instance, never found by rasa_sdk."""

    def __init__(self, services: Services) -> None:
        self.services = services


def in_interview(tracker: Tracker) -> bool:
    """True while the questions of the profile are being asked."""
    return tracker.active_loop.get("name") == FORM


def go_on(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Go on where the conversation was: ask the open question again, or offer what comes next."""
    if in_interview(tracker):
        return [FollowupAction(FORM)]
    if tracker.get_slot("stage") is None:
        return [FollowupAction("action_start")]
    dispatcher.utter_message(response="utter_continue")
    return []


def wait() -> list[EventType]:
    """Wait for the person: a form in progress would otherwise ask its question again at once."""
    return [FollowupAction("action_listen")]


def intent_of(tracker: Tracker) -> str:
    """Intent of the latest message, the classifier's best guess when it was not sure."""
    return best_intent(tracker)[0]


def best_intent(tracker: Tracker) -> tuple[str, float]:
    """Best intent that is not the fallback, with its confidence."""
    message: dict[str, Any] = tracker.latest_message
    intent = message.get("intent") or {}
    if intent.get("name") == "nlu_fallback":
        ranking = [r for r in message.get("intent_ranking", []) if r["name"] != "nlu_fallback"]
        intent = ranking[0] if ranking else intent
    return intent.get("name") or "", float(intent.get("confidence") or 0.0)


def typed_text(tracker: Tracker) -> str:
    """What the person typed; empty for a clicked choice, which Rasa receives as "/intent"."""
    text = tracker.latest_message.get("text") or ""
    return "" if text.startswith("/") else text


def sent_in_a_row(tracker: Tracker) -> bool:
    """Whether the person sent this before the message ahead of it was answered."""
    metadata = tracker.latest_message.get("metadata") or {}
    return bool(metadata.get("in_a_row"))


def chosen(tracker: Tracker, entity: str) -> str | None:
    """Value that a clicked choice carries, such as the role of its card."""
    value = next(tracker.get_latest_entity_values(entity), None)
    return None if value is None else str(value)


def asks_for_trainings(tracker: Tracker) -> bool:
    """Whether a few words are a wish about the trainings on the table: "gratuit", "d'autres"."""
    on_the_table = tracker.get_slot("stage") == "trainings" and not in_interview(tracker)
    return on_the_table and read_wish(typed_text(tracker)) is not None


def slots_set(slots: dict[str, Any]) -> list[EventType]:
    """One event a slot."""
    return [SlotSet(name, value) for name, value in slots.items()]
