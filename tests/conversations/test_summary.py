"""The summary: in the person's words, each line with its message, nothing invented."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.conversations import (
    ConversationRecord,
    MatchRecord,
    ProposalRecord,
    StoredMessage,
    load_labels,
)
from bot.conversations.desk import SummaryEdit
from bot.conversations.summary import BY_PERSON, Line, Summary, load_summary_texts, summarise
from bot.errors import DataError
from bot.person import Equipment, Profile, Status

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SILENT = Profile()


class Talk:
    """A transcript under way; messages are named m1, m2…"""

    def __init__(self) -> None:
        self.messages: list[StoredMessage] = []

    def bot(self, text: str = "", *choices: str, cards: Any = (), question: str | None = None):
        labels = [{"id": "x", "label": label} for label in choices]
        return self._add("bot", text, {"choices": labels, "cards": cards, "question": question})

    def person(self, text: str):
        return self._add("person", text, {})

    def _add(self, author: str, text: str, payload: dict[str, Any]):
        number = len(self.messages) + 1
        at = NOW + timedelta(minutes=number)
        self.messages.append(
            StoredMessage(id=f"m{number}", author=author, text=text, at=at, payload=payload)
        )
        return self


def summary_of(talk: Talk, *, profile: Profile = SILENT, edits: Any = (), **record: Any) -> Summary:
    return summarise(
        ConversationRecord(
            id="AbCdEf",
            channel="web",
            consented_at=NOW,
            updated_at=NOW,
            profile=profile,
            **{"waiting_for_human": False} | record,
        ),
        messages=talk.messages,
        labels=load_labels(),
        texts=load_summary_texts(),
        edits=edits,
    )


def lines(summary: Summary, section: str) -> list[Line]:
    found = summary.section(section)
    return list(found.lines) if found else []


def test_nothing_is_invented_about_a_person_who_said_nothing() -> None:
    summary = summary_of(Talk())
    said = [line for key in ("situation", "constraints", "words") for line in lines(summary, key)]
    assert {line.text for line in said} == {"Non précisé"}
    assert not any(line.inferred or line.source for line in said)
    for section in ("roles", "trainings", "questions", "doubts", "request"):
        assert lines(summary, section) == []


def test_answers_are_said_in_french() -> None:
    profile = Profile(
        status=Status.EMPLOYEE,
        level=5,
        place_name="Commercy (55)",
        radius_km=0,
        has_vehicle=True,
        equipment=Equipment.NOTHING,
    )
    summary = summary_of(Talk(), profile=profile)
    found = [*lines(summary, "situation"), *lines(summary, "constraints")]
    assert {line.key: line.text for line in found} == {
        "status": "En emploi",
        "level": "Bac + 2",
        "place": "Commercy (55)",
        "radius": "À distance seulement",
        "vehicle": "Avec permis ou voiture",
        "equipment": "Rien de tout cela",
    }


def interview() -> Talk:
    return (
        Talk()
        .bot("Votre situation ?", "Je cherche un emploi", question="status")
        .person("Je cherche un emploi")
        .bot("Votre diplôme ?", "Bac", "CAP ou BEP", question="level")
        .person("j'ai eu mon bep en 2010")
        .bot("Où habitez-vous ?", question="place")
        .person("METZ")
        .bot("Jusqu'où ?", question="radius")
        .person("c'est payé ?")
        .bot("Oui, souvent.")
        .bot("Jusqu'où ?", question="radius")
        .person("30 bornes, pas de permis")
        .bot("Qu'avez-vous fait ?", question="background")
        .person("Caissière. J'ai peur de ne pas y arriver.")
        .bot("Et vos envies ?", question="motivations")
        .person("réparer des pc")
    )


PROFILE = Profile(
    status=Status.JOB_SEEKER,
    level=3,
    place_name="Metz (57)",
    radius_km=30,
    has_vehicle=False,
    background="Caissière. J'ai peur de ne pas y arriver.",
    motivations="réparer des pc",
)


def test_each_answer_points_to_the_message_it_comes_from() -> None:
    summary = summary_of(interview(), profile=PROFILE)
    sources = {line.key: line.source for s in summary.sections for line in s.lines if line.source}
    assert sources | {"status": "m2", "level": "m4", "place": "m6", "radius": "m11"} == sources
    assert sources["vehicle"] == "m11"
    assert (sources["background"], sources["motivations"]) == ("m13", "m15")
    assert summary.line("equipment").source is None


def test_what_a_machine_understood_is_marked_with_the_words_that_it_read() -> None:
    summary = summary_of(interview(), profile=PROFILE)
    inferred = {
        line.key
        for k in ("situation", "constraints")
        for line in lines(summary, k)
        if line.inferred
    }
    assert inferred == {"level", "radius", "vehicle"}  # a click and "METZ" need no understanding
    assert [(q.text, q.source) for q in summary.line("level").quotes] == [
        ("j'ai eu mon bep en 2010", "m4")
    ]


def test_a_question_asked_in_between_is_a_question_and_no_answer() -> None:
    summary = summary_of(interview(), profile=PROFILE)
    assert [(line.text, line.source) for line in lines(summary, "questions")] == [
        ("c'est payé ?", "m8")
    ]


def test_an_answer_that_was_changed_points_to_the_last_message() -> None:
    talk = interview().bot("Votre diplôme ?", "Bac", question="level").person("Bac").bot("Noté")
    profile = Profile(level=4)
    line = summary_of(talk, profile=profile).line("level")
    assert (line.text, line.source, line.inferred) == ("Bac", "m17", False)


def test_doubts_are_quoted_and_said_to_be_found_by_a_machine() -> None:
    summary = summary_of(interview(), profile=PROFILE)
    doubts = [(d.text, d.source, d.inferred) for d in lines(summary, "doubts")]
    assert ("J'ai peur de ne pas y arriver.", "m13", True) in doubts
    assert ("30 bornes, pas de permis", "m11", True) in doubts
    assert len(doubts) == 2
    assert "reassure" in {line.key.partition(":")[2] for line in lines(summary, "steps")}


def test_what_was_asked_of_the_adviser_is_what_was_said_then() -> None:
    talk = interview().bot("Voici").person("je veux parler à quelqu'un du CPF").bot("C'est noté")
    asked_at = talk.messages[-1].at
    summary = summary_of(talk, asked_for_human_at=asked_at, waiting_for_human=True)
    assert [(line.text, line.source) for line in lines(summary, "request")] == [
        ("je veux parler à quelqu'un du CPF", "m17")
    ]
    assert summary.line("step:call")


def test_each_role_comes_with_the_persons_words_and_what_she_made_of_it() -> None:
    talk = interview().bot(cards=[{"kind": "role", "role_id": "r", "title": "R"}])
    role = MatchRecord(
        role_id="r",
        label="Technicien",
        score=0.4,
        quotes=("Réparer des PC", "jamais dit"),
        state="rejected",
    )
    [line] = lines(summary_of(talk, profile=PROFILE, matches=(role,)), "roles")
    assert line.state == "Écarté par la personne"
    assert (line.source, line.inferred) == ("m16", True)
    assert [(q.text, q.source) for q in line.quotes] == [
        ("Réparer des PC", "m15"),
        ("jamais dit", None),
    ]


def test_a_training_is_told_as_its_last_card_did() -> None:
    proposal = ProposalRecord(training_id="t", role_id="r", title="T", provider="P", chosen=True)
    talk = Talk()
    for cost in ("500 €", "Gratuit"):
        fact = {"label": "Coût", "value": cost}
        talk.bot(cards=[{"kind": "training", "training_id": "t", "facts": [fact]}])
    talk.bot(cards=[{"kind": "role"}])
    summary = summary_of(talk, proposals=(proposal,))
    [training] = lines(summary, "trainings")
    assert training.facts == (("Coût", "Gratuit"),)
    assert (training.source, training.state) == ("m2", "Retenue par la personne")
    assert (training.note, training.url) == ("", "")
    assert "« T »" in summary.line("step:enrol").text


def test_a_training_whose_card_is_not_in_the_transcript_keeps_its_name() -> None:
    proposal = ProposalRecord(training_id="t", role_id="r", title="T", provider="P")
    [training] = lines(summary_of(Talk(), proposals=(proposal,)), "trainings")
    assert (training.text, training.facts, training.source) == ("T, P", (), None)


def edit(line: str, text: str | None, author: str = "anne@exemple.fr") -> SummaryEdit:
    return SummaryEdit(line=line, text=text, author=author, at=NOW)


def test_a_line_set_right_shows_both_texts_and_who_did_it() -> None:
    summary = summary_of(interview(), profile=PROFILE, edits=[edit("level", "Bac pro")])
    line = summary.line("level")
    assert (line.text, line.before, line.edited_by) == ("Bac pro", "CAP ou BEP", "anne@exemple.fr")


def test_what_an_adviser_takes_away_can_be_brought_back() -> None:
    summary = summary_of(interview(), profile=PROFILE, edits=[edit("level", None)])
    assert "level" not in {line.key for line in lines(summary, "situation")}
    assert [line.key for line in summary.removed] == ["level"]


def test_what_the_person_takes_away_is_nowhere_in_the_summary() -> None:
    edits = [edit("level", None, BY_PERSON)]
    summary = summary_of(interview(), profile=PROFILE, edits=edits)
    assert summary.line("level") is None
    assert "mon bep" not in str(summary)


def test_keys_are_unique_and_short_enough_to_be_kept() -> None:
    long = ProposalRecord(training_id="t" * 200, role_id="r", title="T", provider="P")
    summary = summary_of(interview(), profile=PROFILE, proposals=(long,))
    keys = [line.key for section in summary.sections for line in section.lines]
    assert len(keys) == len(set(keys))
    assert max(map(len, keys)) <= 100


def test_a_summary_as_json_is_json() -> None:
    data = json.loads(json.dumps(summary_of(interview(), profile=PROFILE).to_json()))
    assert data["sections"][0]["lines"][1]["source"] == "m4"


@pytest.mark.parametrize("text", ["", "- a list", "sections: {}", "[", "questions: [a]"])
def test_texts_that_lack_something_are_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "summary.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"summary\.yml"):
        load_summary_texts(path)


def test_every_part_and_line_of_the_summary_has_a_name() -> None:
    texts = load_summary_texts()
    for words in (*texts.sections.values(), *texts.lines.values(), *texts.steps.values()):
        assert words.strip()
    assert set(texts.sections) == {
        *("situation", "constraints", "words", "roles", "trainings"),
        *("questions", "doubts", "request", "steps"),
    }
