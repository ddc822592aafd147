"""The collaborators of the actions, and what they keep about a conversation."""

import logging
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import combinations
from typing import Any

from bot.conversations import (
    ConversationStore,
    Labels,
    MatchRecord,
    ProposalRecord,
    load_labels,
)
from bot.conversations.records import reference_of
from bot.dialogue.advice import Advice
from bot.dialogue.cards import Cards, load_cards
from bot.dialogue.corrections import load_corrections
from bot.dialogue.guidance import Guide, Proposal, load_interests, load_reasons
from bot.dialogue.interruptions import load_interruptions
from bot.dialogue.interview import Interview, Slots, profile_of
from bot.dialogue.listening import Listener
from bot.dialogue.pointing import role_pointed_at, roles_pointed_at
from bot.dialogue.tone import Tone, load_tone
from bot.errors import CatalogueMissing, DeclicError, MatchingUnavailable, StoreUnavailable
from bot.matching import Matcher, load_matcher
from bot.places import PlaceFinder, open_finder
from bot.roles import Role, load_roles
from bot.settings import PROJECT, Settings
from bot.trainings import Catalogue, TrainingMatch, load_guides, load_neighbours

logger = logging.getLogger(__name__)

_DATA = PROJECT / "data"
_RETRY_MATCHING_S = 10.0


class Services:
    """Loaded once, used by every action. What a ``record_…`` cannot keep is logged and lost: the
    conversation goes on.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._matching_down_until = float("-inf")

    # Collaborators

    @cached_property
    def roles(self) -> dict[str, Role]:
        return load_roles(self.settings.roles_dir)

    @cached_property
    def places(self) -> PlaceFinder:
        return open_finder(self.settings)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.settings.catalogue_path)

    @cached_property
    def store(self) -> ConversationStore:
        return ConversationStore(self.settings.conversations_url)

    @cached_property
    def labels(self) -> Labels:
        return load_labels()

    @cached_property
    def interview(self) -> Interview:
        interruptions = load_interruptions(_DATA / "answers" / "interruptions.yml")
        return Interview(places=self.places, interruptions=interruptions)

    @cached_property
    def listener(self) -> Listener:
        corrections = load_corrections(_DATA / "answers" / "corrections.yml")
        return Listener(interview=self.interview, corrections=corrections)

    @cached_property
    def tone(self) -> Tone:
        return load_tone(
            words=_DATA / "answers" / "tone.yml", texts=_DATA / "texts" / "familiar.yml"
        )

    @cached_property
    def matcher(self) -> Matcher:
        """Tried again some seconds after it failed: the matching may be prepared while we run, but
        nobody waits for each try.
        """
        if time.monotonic() < self._matching_down_until:
            raise MatchingUnavailable("failed a moment ago")
        try:
            return load_matcher(self.settings)
        except MatchingUnavailable:
            self._matching_down_until = time.monotonic() + _RETRY_MATCHING_S
            raise

    @cached_property
    def guide(self) -> Guide:
        interests = load_interests(_DATA / "interests.yml", roles=self.roles)
        reasons = load_reasons(_DATA / "reasons.yml", roles=self.roles)
        return Guide(roles=self.roles, matcher=self.matcher, interests=interests, reasons=reasons)

    @cached_property
    def advice(self) -> Advice:
        return Advice(
            catalogue=self.catalogue,
            places=self.places,
            neighbours=load_neighbours(self.roles),
        )

    @cached_property
    def cards(self) -> Cards:
        return load_cards(
            _DATA / "texts" / "cards.yml",
            roles=self.roles,
            labels=self.labels,
            guides=load_guides(),
        )

    def warm_up(self) -> None:
        """Load everything now rather than during somebody's turn; never fails."""
        loads = (self.store.migrate, lambda: self.places, lambda: self.cards, lambda: self.guide)
        for load in loads:
            self._attempt(load)
        self._attempt(lambda: self.guide.guide(background="warm-up", motivations="warm-up"))

    def parts(self) -> dict[str, bool]:
        """Which parts work right now."""
        return {
            "matching": self._attempt(lambda: self.guide),
            "catalogue": self._attempt(self.catalogue.sources),
            "places": self._attempt(lambda: self.places),
            "conversations": self._attempt(self.store.ping),
        }

    # Choices

    def place_choices(self, place_ids: Sequence[str]) -> list[dict[str, str]]:
        """Buttons for places that may have been meant."""
        found = [place for place_id in place_ids if (place := self.places.get(place_id))]
        return [
            {"title": place.label, "payload": f'/answer{{"slot":"place","value":"{place.id}"}}'}
            for place in found
        ]

    def role_choices(self, role_ids: Sequence[str], intent: str) -> list[dict[str, str]]:
        """Buttons for roles, each with what to do with it."""
        return [
            {"title": self.roles[role_id].label.both, "payload": f'/{intent}{{"role":"{role_id}"}}'}
            for role_id in role_ids
        ]

    def interest_choices(self) -> list[dict[str, str]]:
        """Buttons for what may attract the person."""
        return [
            {"title": interest.label, "payload": f'/list_interests{{"value":"{interest.id}"}}'}
            for interest in self.guide.interests.values()
        ]

    def reason_choices(self) -> list[dict[str, str]]:
        """Buttons for why a role was set aside."""
        return [
            {"title": reason.label, "payload": f'/give_reason{{"value":"{reason.id}"}}'}
            for reason in self.guide.reasons.values()
        ]

    def pair_choices(self, role_ids: Sequence[str]) -> list[dict[str, str]]:
        """Buttons for two roles to compare."""
        return [
            {
                "title": self.cards.pair(self.roles[first], self.roles[second]),
                "payload": f'/compare_roles{{"role":"{first}","other":"{second}"}}',
            }
            for first, second in combinations(role_ids, 2)
        ]

    def role_named(self, text: str, proposed: Sequence[str]) -> str | None:
        """The role that a typed text names or counts."""
        return role_pointed_at(text, proposed, roles=self.roles) if text else None

    def roles_named(self, text: str, proposed: Sequence[str]) -> list[str]:
        """All the roles that a typed text names or counts."""
        return roles_pointed_at(text, proposed, roles=self.roles) if text else []

    # What is kept

    def start_keeping(self, sender: str) -> None:
        """Record the consent; StoreUnavailable when it could not be."""
        self.store.start(sender)

    def ask_for_human(self, sender: str) -> bool:
        """Mark the conversation as waiting for an adviser; False when it is not kept."""
        return self.store.ask_for_human(sender)

    def reference(self, sender: str) -> str:
        """What the person gives to an adviser."""
        return reference_of(sender)

    def record_profile(self, sender: str, slots: Slots) -> None:
        self._record(lambda: self.store.save_profile(sender, profile_of(slots)))

    def record_matches(self, sender: str, proposals: Sequence[Proposal]) -> None:
        records = [
            MatchRecord(
                role_id=proposal.role_id,
                label=self.roles[proposal.role_id].label.both,
                score=proposal.score,
                quotes=proposal.quotes,
            )
            for proposal in proposals
        ]
        self._record(lambda: self.store.save_matches(sender, records))

    def record_rejection(self, sender: str, role_id: str) -> None:
        self._record(lambda: self.store.set_role_state(sender, role_id, "rejected"))

    def record_choice(self, sender: str, role_id: str) -> None:
        """Keep the chosen role, also one that was not proposed."""
        label = self.roles[role_id].label.both
        record = MatchRecord(role_id=role_id, label=label, score=0.0)
        self._record(lambda: self.store.save_matches(sender, [record]))
        self._record(lambda: self.store.set_role_state(sender, role_id, "chosen"))

    def record_trainings(self, sender: str, role_id: str, matches: Sequence[TrainingMatch]) -> None:
        records = [
            ProposalRecord(
                training_id=match.offer.id,
                role_id=role_id,
                title=match.offer.title,
                provider=match.offer.provider,
                place_name=match.offer.place_name,
            )
            for match in matches
        ]
        self._record(lambda: self.store.save_proposals(sender, records))

    def record_training_choice(self, sender: str, training_id: str) -> None:
        self._record(lambda: self.store.choose_training(sender, training_id))

    def record_all(self, sender: str, slots: Slots) -> None:
        """What was said before the person agreed to keep it."""
        self.record_profile(sender, slots)
        proposed = slots.get("proposals") or []
        records = [
            MatchRecord(
                role_id=proposal["role"],
                label=self.roles[proposal["role"]].label.both,
                score=proposal["score"],
                quotes=tuple(proposal["quotes"]),
            )
            for proposal in proposed
        ]
        self._record(lambda: self.store.save_matches(sender, records))
        if chosen := slots.get("chosen_role"):
            self.record_choice(sender, chosen)
        if (training_id := slots.get("chosen_training")) and (offer := self.offer(training_id)):
            record = ProposalRecord(
                training_id=offer.id,
                role_id=chosen or "",
                title=offer.title,
                provider=offer.provider,
                place_name=offer.place_name,
                chosen=True,
            )
            self._record(lambda: self.store.save_proposals(sender, [record]))

    def offer(self, training_id: str | None) -> Any:
        """The offer of an id, ``None`` when it is gone or the catalogue is."""
        if not training_id:
            return None
        try:
            return self.advice.offer(training_id)
        except CatalogueMissing:
            return None

    def _record(self, write: Callable[[], bool]) -> None:
        try:
            write()
        except StoreUnavailable as error:
            logger.error("%s: not recorded", error.code)

    def _attempt(self, call: Callable[[], object]) -> bool:
        try:
            call()
        except DeclicError as error:
            logger.error("%s: %s", error.code, error.detail)
            return False
        return True


def build_services(settings: Settings) -> Services:
    """Services with everything loaded."""
    services = Services(settings)
    services.warm_up()
    return services
