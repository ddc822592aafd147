"""The shorter texts that a person may switch on ("langage clair")."""

import re

import pytest
import yaml

from bot.settings import PROJECT

LONGEST_SENTENCE = 18
NEEDS_ONE = 150
"""Characters beyond which a text needs a shorter one."""


def responses() -> list[tuple[str, dict]]:
    return [
        (f"{name}[{number}]", variation)
        for path in sorted((PROJECT / "domain").glob("*.yml"))
        for name, variations in (
            yaml.safe_load(path.read_text("utf-8")).get("responses") or {}
        ).items()
        for number, variation in enumerate(variations)
    ]


def plain_of(variation: dict) -> str:
    return variation.get("custom", {}).get("plain", "")


PLAIN = [(name, variation) for name, variation in responses() if plain_of(variation)]
EACH = pytest.mark.parametrize(("name", "variation"), PLAIN, ids=[name for name, _ in PLAIN])


def test_every_long_text_has_a_shorter_one() -> None:
    long = {name for name, said in responses() if len(said["text"]) > NEEDS_ONE}
    assert long - {name for name, _ in PLAIN} == set()


@EACH
def test_a_plain_text_is_shorter_and_promises_nothing_else(name: str, variation: dict) -> None:
    text, plain = variation["text"], plain_of(variation)
    assert len(plain) < len(text)
    for kind in (r"\{\w+\}", r"\d+"):
        assert set(re.findall(kind, plain)) <= set(re.findall(kind, text)), kind


@EACH
def test_a_plain_text_has_short_sentences(name: str, variation: dict) -> None:
    for sentence in re.split(r"(?<=[.?!]) |[:;] ", plain_of(variation)):
        assert len(re.findall(r"[\w'’-]+", sentence)) <= LONGEST_SENTENCE, sentence


def test_words_of_distress_keep_every_number_to_call() -> None:
    said = dict(PLAIN)["utter_distress[0]"]
    assert set(re.findall(r"\d{3,}", said["text"])) == set(re.findall(r"\d{3,}", plain_of(said)))
