"""Roles on the table: propose, explain, set aside, look further."""

from typing import Any

from rasa_sdk.events import FollowupAction, SlotSet

from actions.base import (
    CollectingDispatcher,
    DeclicAction,
    EventType,
    Tracker,
    asks_for_trainings,
    chosen,
    go_on,
    in_interview,
    slots_set,
    typed_text,
)
from actions.changes import what_follows
from bot.dialogue.guidance import Outcome
from bot.dialogue.interview import UNKNOWN, profile_of
from bot.errors import MatchingUnavailable


class RoleAction(DeclicAction):
    """An action about one of the roles, or about which to put on the table."""

    def propose(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        *,
        response: str,
        rejected: list[str] | None = None,
        shown: list[str] | None = None,
        interest: str | None = None,
        reasons: list[str] | None = None,
        motivations: str | None = None,
    ) -> list[EventType]:
        """Put up to three roles on the table, or ask instead of guessing."""
        rejected = rejected if rejected is not None else tracker.get_slot("rejected_roles") or []
        reasons = reasons if reasons is not None else tracker.get_slot("dislikes") or []
        shown = shown or []
        interest = interest or tracker.get_slot("interest")
        said = {name: tracker.get_slot(name) or "" for name in ("background", "motivations")}
        said |= {"motivations": motivations} if motivations else {}
        said = {name: "" if text == UNKNOWN else text for name, text in said.items()}
        try:
            guidance = self.services.guide.guide(
                **said, interest=interest, excluded=[*rejected, *shown], reasons=reasons
            )
        except MatchingUnavailable:
            dispatcher.utter_message(response="utter_matching_down")
            return [SlotSet("stage", "matching_down")]
        match guidance.outcome:
            case Outcome.CLARIFY:
                return ask_interest(self, dispatcher)
            case Outcome.OUT_OF_SCOPE:
                dispatcher.utter_message(response="utter_out_of_scope")
                return [SlotSet("stage", "clarify")]
            case Outcome.EXHAUSTED:
                dispatcher.utter_message(response="utter_no_more_roles")
                return []
        self.services.record_matches(tracker.sender_id, guidance.proposals)
        level = profile_of(tracker.current_slot_values()).level
        cards = [
            self.services.cards.role(proposal.role_id, quotes=proposal.quotes, level=level)
            for proposal in guidance.proposals
        ]
        before = [p["role"] for p in tracker.get_slot("proposals") or []]
        dispatcher.utter_message(
            response=response,
            change=self.services.cards.ranking_change(
                before, [proposal.role_id for proposal in guidance.proposals]
            ),
            json_message={"cards": cards},
        )
        return slots_set(
            {
                "stage": "roles",
                "misses": 0,
                "changing": None,
                "interest": interest,
                "dislikes": reasons,
                "rejected_roles": rejected,
                "shown_roles": [*shown, *(p.role_id for p in guidance.proposals)],
                "proposals": [
                    {"role": p.role_id, "score": p.score, "quotes": list(p.quotes)}
                    for p in guidance.proposals
                ],
            }
        )

    def role_meant(self, tracker: Tracker) -> str | None:
        """The role of the clicked card, else the one that the text names or counts."""
        role_id = chosen(tracker, "role")
        if role_id is not None:
            return role_id if role_id in self.services.roles else None
        proposed = [p["role"] for p in tracker.get_slot("proposals") or []]
        named = self.services.role_named(typed_text(tracker), proposed)
        return (
            named
            or tracker.get_slot("chosen_role")
            or (proposed[0] if len(proposed) == 1 else None)
        )

    def ask_which(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, intent: str
    ) -> list[EventType]:
        """Ask which role is meant; during the interview, say that roles come later."""
        proposed = [p["role"] for p in tracker.get_slot("proposals") or []]
        if not proposed:
            if in_interview(tracker):
                dispatcher.utter_message(response="utter_roles_not_yet")
            return go_on(dispatcher, tracker)
        dispatcher.utter_message(
            response="utter_which_role", buttons=self.services.role_choices(proposed, intent)
        )
        return []


class ActionProposeRoles(RoleAction):
    """Roles on the table; after the change of a fact, the trainings that depend on it."""

    def name(self) -> str:
        return "action_propose_roles"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        changing = tracker.get_slot("changing") or {}
        if changing:
            follows = what_follows(tracker, {changing["question"]: None})
            if follows != [FollowupAction("action_propose_roles")]:
                return [SlotSet("changing", None), *follows]
        changed = bool(tracker.get_slot("proposals"))
        response = "utter_roles_after_change" if changed else "utter_roles"
        return self.propose(dispatcher, tracker, response=response)


class ActionOtherRole(RoleAction):
    """Three more roles, further from what the person said."""

    def name(self) -> str:
        return "action_other_role"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if in_interview(tracker):
            return self.ask_which(dispatcher, tracker, "choose_role")
        if asks_for_trainings(tracker):
            return [FollowupAction("action_show_trainings")]
        shown = tracker.get_slot("shown_roles") or []
        events = self.propose(dispatcher, tracker, response="utter_other_roles", shown=shown)
        return [*events, SlotSet("chosen_role", None)]


class ActionWhyRole(RoleAction):
    def name(self) -> str:
        return "action_why_role"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        role_id = self.role_meant(tracker)
        if role_id is None:
            return self.ask_which(dispatcher, tracker, "why_role")
        proposals = {p["role"]: p["quotes"] for p in tracker.get_slot("proposals") or []}
        interest = self.services.guide.interests.get(tracker.get_slot("interest") or "")
        said = {"role": self.services.roles[role_id].label.both}
        if quotes := proposals.get(role_id):
            said["quotes"] = self.services.cards.quoted(quotes)
            dispatcher.utter_message(response="utter_why_role", **said)
        elif interest:
            dispatcher.utter_message(
                response="utter_why_role_interest", interest=interest.label, **said
            )
        else:
            dispatcher.utter_message(response="utter_why_role_unsaid", **said)
        return [SlotSet("chosen_role", role_id)]


class ActionMoreAboutRole(RoleAction):
    def name(self) -> str:
        return "action_more_about_role"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        role_id = self.role_meant(tracker)
        if role_id is None:
            return self.ask_which(dispatcher, tracker, "more_about_role")
        role = self.services.roles[role_id]
        dispatcher.utter_message(
            response="utter_role_sheet",
            role=role.label.both,
            what=" ".join(role.what),
            json_message={"cards": [self.services.cards.role_sheet(role)]},
        )
        if in_interview(tracker):
            return go_on(dispatcher, tracker)
        return [SlotSet("chosen_role", role_id)]


class ActionListRoles(RoleAction):
    def name(self) -> str:
        return "action_list_roles"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        labels = sorted(role.label.both for role in self.services.roles.values())
        dispatcher.utter_message(response="utter_all_roles", roles=", ".join(labels))
        return go_on(dispatcher, tracker)


class ActionListInterests(RoleAction):
    """What one does in digital work, as choices; a chosen one puts roles on the table."""

    def name(self) -> str:
        return "action_list_interests"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        if in_interview(tracker):
            return [FollowupAction("profile_form")]
        interest = chosen(tracker, "value")
        if interest not in self.services.guide.interests:
            return ask_interest(self, dispatcher)
        return self.propose(
            dispatcher, tracker, response="utter_roles_from_interest", interest=interest
        )


def ask_interest(action: DeclicAction, dispatcher: CollectingDispatcher) -> list[EventType]:
    """One clarifying question instead of a guess."""
    dispatcher.utter_message(response="utter_clarify", buttons=action.services.interest_choices())
    return [SlotSet("stage", "clarify")]
