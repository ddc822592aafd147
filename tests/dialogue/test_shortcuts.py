"""Commands and distress that no classifier may miss, and what only resembles them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.shortcuts import Shortcuts, load_shortcuts
from bot.settings import PROJECT

SHORTCUTS = load_shortcuts(PROJECT / "data" / "answers" / "shortcuts.yml")
INTENTS = {"start_over", "erase_data", "talk_to_human", "change_answer", "summary", "distress"}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Bonjour, je voudrais parler à quelqu'un s'il vous plaît", "talk_to_human"),
        ("parler a un conseillé", "talk_to_human"),
        ("parlé à un conseiller", "talk_to_human"),
        ("je veux parler à une conseillere stp", "talk_to_human"),
        ("recomencer svp", "start_over"),
        ("recommancer", "start_over"),
        ("ok, tout recommencer merci", "start_over"),
        ("EFFACEZ TOUT !!", "erase_data"),
        ("effaser mes données", "erase_data"),
        ("droit a l’oubli", "erase_data"),
        ("changer ma reponse", "change_answer"),
        ("résumé", "summary"),
    ],
)
def test_commands_are_recognised_with_politeness_and_mistakes(text: str, intent: str) -> None:
    assert SHORTCUTS(text) == intent


@pytest.mark.parametrize(
    "text",
    [
        "recommencer à vivre",
        "recommencer à zéro dans un nouveau métier",
        "un conseiller m'a parlé de vous",
        "j'ai été conseillère en assurances",
        "le résumé de ma vie c'est la restauration",
        "non",
        "",
        "   ",
        "/restart",
    ],
)
def test_an_answer_that_holds_a_commands_word_is_no_command(text: str) -> None:
    assert SHORTCUTS(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "J’ai envie de mourir",
        "j ai envi de mourir",
        "je ve mourir",
        "jé plu envie de vivre",
        "je n'ai plus envie de vivre",
        "JE VEUX ME SUICIDER",
        "je pense a me suicider",
        "j'ai des idées noires tous les soirs",
        "envie d'en finir avec la vie",
        "j'ai avalé tous mes cachets",
        "j'ai pris plein de médicaments pour mourir",
        "tout le monde serait mieux sans moi",
        "je me scarifie depuis le collège",
        "mon mari me frappe",
        "il va me tuer",
        "j'ai été violée",
        "je suis en danger chez moi",
        "avant j'étais vendeuse, j'aimais ça, maintenant je n'ai plus aucune raison de vivre",
    ],
)
def test_distress_is_heard_in_many_words_and_anywhere(text: str) -> None:
    assert SHORTCUTS(text) == "distress"


@pytest.mark.parametrize(
    "text",
    [
        "je veux mourir de rire avec mes collègues",
        "je joue pour tuer le temps",
        "je me suis tué à la tâche",
        "ce travail me tue",
        "j'en peux plus de mon patron",
        "je suis mort de fatigue",
        "le client me tape sur les nerfs",
        "je me bute sur les maths",
        "je suis en danger de licenciement",
        "chez les clients, on me frappe à la porte",
        "l'usine se meurt",
    ],
)
def test_weariness_and_figures_of_speech_are_no_distress(text: str) -> None:
    assert SHORTCUTS(text) is None


def test_a_figure_of_speech_does_not_hide_distress_beside_it() -> None:
    assert SHORTCUTS("ça me fait mourir de rire, mais je veux mourir") == "distress"


def test_three_dots_stand_for_at_most_three_words() -> None:
    shortcuts = Shortcuts(
        commands={}, around=["svp"], distress=["avalé … cachets"], not_distress=["pour rire"]
    )
    assert shortcuts("avalé cachets") == "distress"
    assert shortcuts("avalé tous les petits cachets") == "distress"
    assert shortcuts("avalé un café en pensant à des cachets") is None


@given(st.text(max_size=300))
def test_any_text_is_one_of_the_intents_or_none(text: str) -> None:
    assert SHORTCUTS(text) in INTENTS | {None}


def test_no_pattern_backtracks_over_ten_thousand_characters() -> None:
    began = time.process_time()
    SHORTCUTS("je veux parler de mon métier et " * 320)
    assert time.process_time() - began < 30, "minutes would mean a pattern that explodes"
