"""Corrections as evaluation cases: with consent, without anything personal."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from bot.conversations import ConversationStore, MatchRecord
from bot.conversations.cases import Cases, anonymous, known_words
from bot.conversations.desk_work import DeskWork
from bot.matching.evaluation import load_cases
from bot.person import Profile

VOCABULARY = known_words(
    ["Je répare les ordinateurs de mes voisins depuis 2015 à Metz, avec un ami.", "HTML, PC"]
)


def anonymised(text: str, secret: tuple[str, ...] = ()) -> str:
    return anonymous(text, vocabulary=VOCABULARY, secret=secret)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("je répare les ordinateurs", "je répare les ordinateurs"),
        ("Je répare des PC, à Metz avec Karim Benali", "Je répare … PC, à … avec …"),
        ("mes voisins : 06 12 34 56 78 ou a.b@c.fr", "mes voisins : …"),
        ("voir https://linkedin.com/in/anne depuis 2015", "… depuis …"),
        ("REPARE les Ordinateurs", "REPARE les …"),
        ("karim", "…"),
        ("", ""),
    ],
)
def test_only_words_that_say_nothing_about_anybody_are_left(text: str, left: str) -> None:
    assert anonymised(text) == left


def test_the_persons_own_place_goes_whatever_the_vocabulary_says() -> None:
    assert anonymised("à metz", ("metz",)) == "à …"


@pytest.fixture
def corrected(store: ConversationStore, lead) -> ConversationStore:
    for name in ("agreed", "refused", "silent"):
        store.start(name)
        store.save_profile(
            name,
            Profile(
                place_name="Metz (57)",
                background="" if name == "silent" else "Je répare les ordinateurs de Karim",
                motivations="xyz" if name == "silent" else "metz",
            ),
        )
        store.save_matches(name, [MatchRecord(role_id="webdesigner", label="W", score=0.1)])
        for role_id in ("data-analyst", "technicien-support"):
            DeskWork(store.engine).correct_role(
                lead,
                name,
                role_id=role_id,
                label="L",
                instead_of="webdesigner",
                reason="Karim le dit",
                reusable=name != "refused",
            )
    return store


def test_only_what_the_person_agreed_to_is_exported_once(corrected) -> None:
    cases = Cases(corrected.engine, vocabulary=VOCABULARY).export()
    assert cases == [
        {
            "id": "correction-1",
            "kind": "correction",
            "background": "Je répare les ordinateurs de …",
            "motivations": "…",
            "gold": ["technicien-support"],
            "never": [],
        }
    ]


def test_exported_cases_are_read_by_the_evaluation(corrected, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    found = Cases(corrected.engine, vocabulary=VOCABULARY).export()
    path.write_text("".join(json.dumps(case) + "\n" for case in found), encoding="utf-8")
    [case] = load_cases([path])
    assert set(case.gold) == {"technicien-support"}


def test_nothing_in_a_case_leads_back_to_the_conversation(corrected) -> None:
    text = str(Cases(corrected.engine, vocabulary=VOCABULARY).export())
    for trace in ("agreed", "Karim", "Metz", "lead@exemple.fr", str(datetime.now().year)):
        assert trace not in text
