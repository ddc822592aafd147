"""The summary that an adviser reads: what the person said and chose, nothing invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.conversations.labels import Labels
from bot.conversations.records import (
    ConversationRecord,
    MatchRecord,
    ProposalRecord,
    StoredMessage,
)


@dataclass(frozen=True, kw_only=True)
class TrainingLine:
    """A training that was shown, with what its card said then.

    ``facts`` are (name, value); ``url`` is empty unless it is a web address.
    """

    proposal: ProposalRecord
    facts: tuple[tuple[str, str], ...] = ()
    note: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """``facts`` are (name of the answer, French text); what was not said is said as such."""

    reference: str
    facts: tuple[tuple[str, str], ...]
    background: str
    motivations: str
    matches: tuple[tuple[MatchRecord, str], ...]
    trainings: tuple[TrainingLine, ...]
    waiting_for_human: bool


def summarise(
    record: ConversationRecord, *, messages: Sequence[StoredMessage], labels: Labels
) -> Summary:
    """The summary of one conversation; each match comes with the French name of its state."""
    profile = record.profile
    facts = {
        "status": labels.status(profile.status),
        "level": labels.level(profile.level),
        "place": profile.place_name or "",
        "radius": labels.radius(profile.radius_km),
        "vehicle": labels.vehicle(profile.has_vehicle),
        "equipment": labels.equipment(profile.equipment),
    }
    cards = _training_cards(messages)
    return Summary(
        reference=record.reference,
        facts=tuple((name, text or labels.unknown) for name, text in facts.items()),
        background=profile.background,
        motivations=profile.motivations,
        matches=tuple((match, labels.role_state(match.state)) for match in record.matches),
        trainings=tuple(
            _training(proposal, cards.get(proposal.training_id, {}))
            for proposal in record.proposals
        ),
        waiting_for_human=record.waiting_for_human,
    )


def _training_cards(messages: Sequence[StoredMessage]) -> dict[str, dict[str, Any]]:
    """The last card shown for each training, by id."""
    return {
        card["training_id"]: card
        for message in messages
        for card in message.payload.get("cards", ())
        if "training_id" in card
    }


def _training(proposal: ProposalRecord, card: dict[str, Any]) -> TrainingLine:
    url = card.get("link", {}).get("url", "")
    return TrainingLine(
        proposal=proposal,
        facts=tuple((fact["label"], fact["value"]) for fact in card.get("facts", ())),
        note=card.get("note", ""),
        # Catalogues come from outside: an address that is a script must not become a link.
        url=url if url.startswith(("https://", "http://")) else "",
    )
