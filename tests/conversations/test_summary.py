from datetime import UTC, datetime
from typing import Any

from bot.conversations import (
    ConversationRecord,
    MatchRecord,
    ProposalRecord,
    StoredMessage,
    load_labels,
)
from bot.conversations.summary import Summary, summarise
from bot.person import Equipment, Profile, Status

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SILENT = Profile()


def summary_of(*cards: dict[str, Any], profile: Profile = SILENT, **record: Any) -> Summary:
    message = StoredMessage(id="1", author="bot", text="", at=NOW, payload={"cards": cards})
    return summarise(
        ConversationRecord(
            id="AbCdEf",
            channel="web",
            consented_at=NOW,
            updated_at=NOW,
            waiting_for_human=False,
            profile=profile,
            **record,
        ),
        messages=[message],
        labels=load_labels(),
    )


def test_nothing_is_invented_about_a_person_who_said_nothing() -> None:
    summary = summary_of()
    assert {text for _, text in summary.facts} == {"Non précisé"}
    assert (summary.background, summary.motivations) == ("", "")
    assert summary.matches == summary.trainings == ()


def test_answers_are_said_in_french() -> None:
    profile = Profile(
        status=Status.EMPLOYEE,
        level=5,
        place_name="Commercy (55)",
        radius_km=0,
        has_vehicle=True,
        equipment=Equipment.NOTHING,
    )
    assert dict(summary_of(profile=profile).facts) == {
        "status": "En emploi",
        "level": "Bac + 2",
        "place": "Commercy (55)",
        "radius": "À distance seulement",
        "vehicle": "Avec permis ou voiture",
        "equipment": "Rien de tout cela",
    }


def test_each_role_comes_with_the_persons_words_and_what_she_made_of_it() -> None:
    role = MatchRecord(
        role_id="r", label="Webdesigner", score=0.4, quotes=("je dessine",), state="rejected"
    )
    [(match, state)] = summary_of(matches=(role,)).matches
    assert match.quotes == ("je dessine",)
    assert state == "Écarté par la personne"


def test_a_training_is_told_as_its_last_card_did() -> None:
    proposal = ProposalRecord(training_id="t", role_id="r", title="T", provider="P")
    cards = [
        {"kind": "training", "training_id": "t", "facts": [{"label": "Coût", "value": cost}]}
        for cost in ("500 €", "Gratuit")
    ]
    [training] = summary_of(*cards, {"kind": "role"}, proposals=(proposal,)).trainings
    assert training.facts == (("Coût", "Gratuit"),)
    assert (training.note, training.url) == ("", "")


def test_a_training_whose_card_is_not_in_the_transcript_keeps_its_name() -> None:
    proposal = ProposalRecord(training_id="t", role_id="r", title="T", provider="P")
    [training] = summary_of(proposals=(proposal,)).trainings
    assert training.proposal.title == "T"
    assert training.facts == ()
