"""The examples that the classifier learns from, its cues, and the held-out sets next to them."""

import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FEWEST_EXAMPLES = 30
FEWEST_OF = {"inform": 150, "free_answer": 250, "distress": 50}
ENGLISH = {
    *("the", "and", "what", "how", "is", "you", "your", "my", "with", "please"),
    *("want", "have", "does", "where", "when", "who", "which", "this", "that", "job", "course"),
}


def blocks() -> list[dict[str, Any]]:
    files = sorted((ROOT / "data" / "nlu").glob("*.yml"))
    return [block for path in files for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]]


def lines_of(block: dict[str, Any]) -> list[str]:
    return [line.removeprefix("- ") for line in block["examples"].splitlines()]


EXAMPLES = [
    (block["intent"], text) for block in blocks() if "intent" in block for text in lines_of(block)
]
CUES = [
    (block["regex"], pattern)
    for block in blocks()
    if "regex" in block
    for pattern in lines_of(block)
]
INTENTS = Counter(intent for intent, _ in EXAMPLES)
COMMANDS = [
    tuple(line.split("\t"))
    for line in (ROOT / "tests/dialogue/commands.tsv").read_text("utf-8").splitlines()
]
FREE_ANSWERS = (ROOT / "tests/dialogue/free_answers.txt").read_text("utf-8").splitlines()


def spelling(text: str) -> str:
    """The words of a text, whatever the case and the punctuation."""
    return " ".join(re.findall(r"[\w+]+", text.casefold()))


def sound(text: str) -> str:
    """The same, whatever the accents."""
    decomposed = unicodedata.normalize("NFKD", spelling(text))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@pytest.mark.parametrize("intent", sorted(INTENTS))
def test_every_intent_has_enough_examples(intent: str) -> None:
    assert INTENTS[intent] >= FEWEST_OF.get(intent, FEWEST_EXAMPLES)


def test_an_intent_is_written_in_one_place_only() -> None:
    written = Counter(block["intent"] for block in blocks() if "intent" in block)

    assert [intent for intent, times in written.items() if times > 1] == []


def test_no_example_is_written_twice() -> None:
    seen = Counter((intent, spelling(text)) for intent, text in EXAMPLES)

    assert [example for example, times in seen.items() if times > 1] == []


def test_no_example_belongs_to_two_intents() -> None:
    intents: dict[str, set[str]] = {}
    for intent, text in EXAMPLES:
        intents.setdefault(sound(text), set()).add(intent)

    assert {text: names for text, names in intents.items() if len(names) > 1} == {}


def test_examples_are_french() -> None:
    english = [text for _, text in EXAMPLES if ENGLISH & set(spelling(text).split())]

    assert english == []


def test_examples_are_plain_composed_text() -> None:
    """An annotation, a payload or a decomposed accent would be learnt as something else."""
    odd = [
        text
        for _, text in EXAMPLES
        if not spelling(text)
        or text.startswith("/")
        or re.search(r"[\[\]{}<>]", text)
        or text != unicodedata.normalize("NFC", text).strip()
    ]

    assert odd == []


@pytest.mark.parametrize(("name", "pattern"), CUES, ids=[name for name, _ in CUES])
def test_every_cue_is_found_in_the_examples(name: str, pattern: str) -> None:
    assert any(re.search(pattern, text) for _, text in EXAMPLES)


def test_no_cue_bears_the_name_of_another() -> None:
    assert len({name for name, _ in CUES}) == len(CUES)


def test_the_held_out_sets_are_large_enough() -> None:
    assert len(set(FREE_ANSWERS)) == len(FREE_ANSWERS) >= 200
    assert len(set(COMMANDS)) == len(COMMANDS) >= 120


def test_the_held_out_commands_name_intents_that_are_taught() -> None:
    assert {intent for intent, _ in COMMANDS} <= set(INTENTS)


def test_the_held_out_sets_share_nothing_with_the_examples() -> None:
    taught = {sound(text) for _, text in EXAMPLES}
    held_out = [*FREE_ANSWERS, *(text for _, text in COMMANDS)]

    assert [text for text in held_out if sound(text) in taught] == []
