"""The summary that an adviser reads: what the person said and chose, nothing invented."""

from dataclasses import dataclass

from bot.conversations.labels import Labels
from bot.conversations.records import ConversationRecord, MatchRecord, ProposalRecord


@dataclass(frozen=True, kw_only=True)
class Summary:
    """``facts`` are (name of the answer, French text); what was not said is said as such."""

    reference: str
    facts: tuple[tuple[str, str], ...]
    background: str
    motivations: str
    matches: tuple[tuple[MatchRecord, str], ...]
    proposals: tuple[ProposalRecord, ...]
    waiting_for_human: bool


def summarise(record: ConversationRecord, *, labels: Labels) -> Summary:
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
    return Summary(
        reference=record.reference,
        facts=tuple((name, text or labels.unknown) for name, text in facts.items()),
        background=profile.background,
        motivations=profile.motivations,
        matches=tuple((match, labels.role_state(match.state)) for match in record.matches),
        proposals=record.proposals,
        waiting_for_human=record.waiting_for_human,
    )
