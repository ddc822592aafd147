"""The answers to the questions that may come at any moment."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LONGEST = 350
SLOTS = {
    "retention_days": "180",
    "ephemeral_hours": "24",
    "operator_name": "Région Grand Est",
    "operator_contact": "votre conseillère ou votre conseiller, au 03 87 00 00 00",
}
DEPENDS_ON_THE_PERSON = {
    "faq_alternance",
    "faq_childcare",
    "faq_cost",
    "faq_cpf",
    "faq_disability",
    "faq_funding_other",
    "faq_paid",
    "faq_transport",
}


def read(path: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


DOMAIN = read("domain/faq.yml")
ANSWERS = {
    name.removeprefix("utter_"): variation["text"]
    for name, variations in DOMAIN["responses"].items()
    for variation in variations
}
EACH = pytest.mark.parametrize("intent", sorted(ANSWERS))


def test_every_question_has_examples_and_an_answer() -> None:
    taught = {block["intent"] for block in read("data/nlu/faq.yml")["nlu"]}

    assert set(DOMAIN["intents"]) == set(ANSWERS) == taught


@EACH
def test_an_answer_is_short(intent: str) -> None:
    assert len(ANSWERS[intent].format(**SLOTS)) < LONGEST


@EACH
def test_an_answer_holds_two_to_five_sentences(intent: str) -> None:
    assert 2 <= len(re.findall(r"[.?!](?= |$)", ANSWERS[intent])) <= 5


@EACH
def test_an_answer_quotes_known_slots_only(intent: str) -> None:
    assert set(re.findall(r"{(\w*)}", ANSWERS[intent])) <= set(SLOTS)


@pytest.mark.parametrize("intent", sorted(DEPENDS_ON_THE_PERSON))
def test_what_depends_on_the_person_is_to_be_checked_with_someone(intent: str) -> None:
    assert re.search("à vérifier avec une conseillère ou un conseiller.$", ANSWERS[intent], re.I)


def test_the_robot_says_that_it_is_one() -> None:
    assert "assistant automatique, pas un être humain" in ANSWERS["faq_robot"]


def test_the_answer_about_data_says_how_long_and_how_to_erase() -> None:
    for promise in ("{retention_days}", "{ephemeral_hours}", "effacer mes données"):
        assert promise in ANSWERS["faq_data"]
