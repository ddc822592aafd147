"""What a text typed in answer to an open question is taken for.

The sets are judged as the form does it: shortcuts first, then the real classifier. The first two
served to tune. The "later" ones are newer: the first 100 answers and 78 commands suggested general
rules, the rest were written before these rules and read once, after them.
"""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from actions.base import best_intent
from bot.dialogue import engine
from bot.dialogue.interruptions import Interruptions, load_interruptions
from bot.dialogue.interview import Interview
from bot.dialogue.shortcuts import load_shortcuts
from bot.places import load_finder
from bot.settings import PROJECT, Settings
from tests.rasa_environment import rasa_python

HERE = PROJECT / "tests" / "dialogue"
WORDS = PROJECT / "data" / "answers"
SETS = {
    "free_answers.txt": 0.98,
    "free_answers_later.txt": 0.98,
    "commands.tsv": 0.97,
    "commands_later.tsv": 0.94,
}


def cases(name: str) -> list[tuple[str, str]]:
    """What each line of a set is meant as, and the line."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    if name.endswith(".txt"):
        return [("free_answer", line) for line in lines]
    return [(intent, text) for intent, text in (line.split("\t") for line in lines)]


@pytest.fixture(scope="module")
def interruptions() -> Interruptions:
    return load_interruptions(WORDS / "interruptions.yml")


@pytest.fixture(scope="module")
def parses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """The trained classifier's reading of every line of the sets."""
    folder: Path = tmp_path_factory.mktemp("parses")
    lines, out = folder / "lines.txt", folder / "parses.json"
    lines.write_text("\n".join(text for name in SETS for _, text in cases(name)), "utf-8")
    model = str(engine.model_path(Settings()))
    run = rasa_python("tests/dialogue/rasa_parses.py", model, str(lines), str(out))
    assert run.returncode == 0, run.stderr[-3000:]
    return {parse["text"]: parse for parse in json.loads(out.read_text("utf-8"))}


@pytest.fixture(scope="module")
def interview(interruptions: Interruptions) -> Interview:
    return Interview(places=load_finder(), interruptions=interruptions)


@pytest.mark.rasa
@pytest.mark.parametrize("name", SETS)
def test_answers_are_kept_and_commands_recognised(name, parses, interview) -> None:
    shortcuts = load_shortcuts(WORDS / "shortcuts.yml")

    def taken_for(text: str) -> str:
        if shortcut := shortcuts(text):
            return shortcut
        intent, confidence = best_intent(SimpleNamespace(latest_message=parses[text]))
        reading = interview.read("background", text, intent=intent, confidence=confidence)
        if reading.interrupts:
            return intent
        return "dont_know" if "prompted" in reading.slots else "free_answer"

    wrong = [
        (text, meant, taken) for meant, text in cases(name) if (taken := taken_for(text)) != meant
    ]
    total = len(cases(name))
    assert (total - len(wrong)) / total >= SETS[name], wrong


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("recommencer à aimer le lundi", "start_over"),
        ("j'ai recommencé ma première année", "start_over"),
        ("changer, juste changer", "change_answer"),
        ("partir loin, voir autre chose", "farther"),
        ("arrêter de porter des charges", "pause"),
        ("surtout pas de vente", "reject_role"),
        ("développeuse, peut-être", "choose_role"),
    ],
)
def test_what_does_not_speak_to_declic_is_no_command(text, intent, interruptions) -> None:
    assert not interruptions.interrupts(text, intent, 0.99)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("bon, montrez-moi les formations", "show_trainings"),
        ("je veux changer ma réponse", "change_answer"),
        ("on arrête là pour aujourd'hui", "pause"),
        ("pourquoi ce métier ?", "why_role"),
        ("merci", "thank"),
        ("c'est payant ?", "faq_cost"),
        ("combien ça coûte", "faq_cost"),
        ("il me frappe", "distress"),
    ],
)
def test_what_speaks_to_declic_interrupts(text, intent, interruptions) -> None:
    assert interruptions.interrupts(text, intent, 0.99)
    assert not interruptions.interrupts(text, intent, 0.10)


def test_a_weak_opening_needs_a_surer_classifier(interruptions) -> None:
    assert interruptions.asks("on est payé pendant la formation", "faq_paid", 0.9)
    assert not interruptions.asks("on est trois à vivre sur mon salaire", "faq_paid", 0.6)


def test_a_long_text_is_an_answer_whatever_the_classifier_thinks(interruptions) -> None:
    long = "je voudrais savoir combien je gagnerais, " + "mais j'aime réparer " * 10 + "?"
    for intent in ("faq_salary", "start_over", "thank", "erase_data"):
        assert not interruptions.interrupts(long, intent, 1.0)


@pytest.mark.parametrize("intent", [None, "", "nlu_fallback", "free_answer", "inform", "deny"])
def test_no_command_is_read_in_an_answers_intent(intent, interruptions) -> None:
    assert not interruptions.interrupts("vous pouvez répéter ?", intent or None, 1.0)


def test_hesitation_is_the_whole_message(interruptions) -> None:
    assert interruptions.hesitates("je ne sais pas quoi vous dire", "dont_know", 0.9)
    assert not interruptions.hesitates("je sais pas trop, la cuisine", "dont_know", 0.9)
    assert not interruptions.hesitates("je ne sais pas quoi vous dire", "free_answer", 0.9)
