"""Déclic says "tu" to whoever says "tu", and every text is there in both ways."""

import re
from typing import Any

import pytest
import yaml

from actions.tone import in_tone
from bot.dialogue.tone import Tone, load_tone
from bot.settings import PROJECT

FORMAL = re.compile(r"\b(?:vous|votre|vos|vôtre|(?!chez|assez)\w+ez)\b", re.IGNORECASE)
FAMILIAR = re.compile(r"\b(?:tu|toi|te|ton|ta|tes|tien|tienne|t')\b", re.IGNORECASE)
FILLED_IN = re.compile(r"{(\w+)}")
IMPERATIVES_ONLY = {"utter_fault"}


def responses() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((PROJECT / "domain").glob("*.yml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {}
    return found


RESPONSES = responses()
WORDINGS: dict[str, str] = yaml.safe_load(
    (PROJECT / "data" / "texts" / "familiar.yml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def tone() -> Tone:
    return load_tone(
        words=PROJECT / "data" / "answers" / "tone.yml",
        texts=PROJECT / "data" / "texts" / "familiar.yml",
    )


def test_every_text_that_says_vous_has_a_familiar_wording_and_no_other_has() -> None:
    formal = {
        name for name, ways in RESPONSES.items() for way in ways if FORMAL.search(way["text"])
    }
    assert formal - set(WORDINGS) == set()
    assert set(WORDINGS) <= set(RESPONSES)


@pytest.mark.parametrize("name", sorted(WORDINGS))
def test_a_familiar_wording_says_no_vous_and_fills_in_the_same(name: str) -> None:
    (formal,) = RESPONSES[name]
    assert not FORMAL.search(WORDINGS[name])
    assert set(FILLED_IN.findall(WORDINGS[name])) == set(FILLED_IN.findall(formal["text"]))


def test_choices_and_cards_suit_both_ways() -> None:
    titles = [
        button["title"]
        for ways in RESPONSES.values()
        for way in ways
        for button in way.get("buttons", [])
    ]
    for name in ("reasons", "interests"):
        entries = yaml.safe_load((PROJECT / "data" / f"{name}.yml").read_text(encoding="utf-8"))
        titles += [entry["label"] for entry in entries]
    assert [title for title in titles if FORMAL.search(title) or FAMILIAR.search(title)] == []


@pytest.mark.parametrize(
    "text", ["tu peux m'aider ?", "t'es un robot ?", "dis-moi", "merci à toi", "répète stp"]
)
def test_tu_is_heard(tone: Tone, text: str) -> None:
    assert tone.is_familiar(text) is True


@pytest.mark.parametrize("text", ["vous pouvez m'aider ?", "c'est votre avis ?", "dites-moi"])
def test_vous_is_heard(tone: Tone, text: str) -> None:
    assert tone.is_familiar(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "bac pro",
        "j'ai travaillé",
        "le chef me disait tu vas y arriver, et moi pendant dix ans j'ai tenu la caisse sans rien",
    ],
)
def test_what_speaks_to_nobody_changes_nothing(tone: Tone, text: str) -> None:
    assert tone.is_familiar(text) is None


def call(text: str, **slots: Any) -> dict[str, Any]:
    return {"tracker": {"slots": slots, "latest_message": {"text": text}}}


def answer(**values: Any) -> dict[str, Any]:
    return {"events": [], "responses": [{"response": "utter_why_role", **values}]}


def test_the_answer_to_tu_already_says_tu_and_the_tone_is_kept(tone: Tone) -> None:
    told = in_tone(answer(role="Testeuse", quotes="« x »"), call("tu me dis pourquoi ?"), tone)
    assert "tu as écrit : « x »" in told["responses"][0]["text"]
    assert told["events"][0]["name"] == "familiar"
    assert told["events"][0]["value"] is True


def test_a_click_keeps_the_tone_and_vous_brings_vous_back(tone: Tone) -> None:
    clicked = call("/why_role", familiar=True)
    told = in_tone(answer(role="Testeuse", quotes="« x »"), clicked, tone)
    assert "tu as écrit" in told["responses"][0]["text"]
    told = in_tone(answer(role="x", quotes="y"), call("et vous ?", familiar=True), tone)
    assert "text" not in told["responses"][0]
    assert told["events"][0]["value"] is False
