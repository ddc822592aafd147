"""Words of distress: a short human answer and the offer of a human, before anything else."""

from typing import Any

from actions.base import CollectingDispatcher, DeclicAction, EventType, Tracker, wait


class ActionDistress(DeclicAction):
    def name(self) -> str:
        return "action_distress"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        # The question that was open waits: asking it now would be deaf.
        dispatcher.utter_message(response="utter_distress")
        return wait()
