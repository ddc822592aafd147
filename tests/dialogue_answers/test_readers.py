"""What the readers of typed answers promise, beyond the lists of answers."""

import time

import pytest

from bot.dialogue.answers import (
    is_dont_know,
    plain,
    read_answers,
    read_consent,
    read_equipment,
    read_level,
    read_radius,
    read_status,
    read_yes_no,
)
from bot.dialogue.answers.figures import read_kilometres, read_minutes
from bot.dialogue.answers.phrases import Phrases, phrases
from bot.dialogue.answers.text import clauses, read_list

READERS = (read_status, read_level, read_radius, read_equipment, read_yes_no, read_consent)
EMPTY = ("", "   ", "\n\t", "\x00\x07", "…", "???", "مرحبا", "<script>alert(1)</script>", "[1, 2]")


@pytest.mark.parametrize("text", EMPTY)
def test_texts_without_an_answer_are_read_as_none(text: str) -> None:
    assert [reader(text) for reader in READERS] == [None] * len(READERS)
    assert not read_answers(text)


def test_no_reader_backtracks_over_ten_thousand_characters() -> None:
    text = "j'ai arrêté ma licence de droit et je cherche encore. " * 185
    began = time.process_time()
    for reader in (*READERS, is_dont_know, read_answers):
        reader(text)
    assert time.process_time() - began < 30, "minutes would mean a pattern that explodes"


def test_accents_capitals_and_apostrophes_do_not_matter() -> None:
    assert plain("J’ai  l'BAC+2 !!") == "j ai l bac plus 2"
    assert plain("CAP + BEP") == "cap et bep"
    assert plain("ouiiii") == "oui"


def test_a_text_is_cut_where_a_new_statement_begins() -> None:
    assert clauses("BTS compta, mais pas eu") == ("bts compta", "pas eu")


def small_phrases() -> Phrases:
    return Phrases(
        {"yes": ["cherche … emploi", "salarié", "bac"], "longer": ["bac pro"]},
        negations=["pas"],
        small_words=["le", "encore"],
        ordinary=["salaire"],
    )


def test_the_longest_of_overlapping_phrases_counts() -> None:
    assert small_phrases().find("un bac pro") == "longer"


def test_three_dots_stand_for_up_to_three_words() -> None:
    assert small_phrases().find("je cherche activement un petit emploi") == "yes"
    assert small_phrases().find("je cherche sans trop savoir quoi un emploi") is None


def test_a_denied_phrase_is_not_said() -> None:
    assert small_phrases().find("pas encore le bac") is None


def test_a_negation_ends_with_its_clause() -> None:
    assert small_phrases().find("pas salarié, le bac") == "yes"


def test_a_mistake_in_a_long_word_is_forgiven_but_no_ordinary_word_is_changed() -> None:
    assert small_phrases().find("salarrié") == "yes"
    assert small_phrases().find("mon salaire") is None


@pytest.mark.parametrize(
    "text", ["quel salaire", "l'intérieur", "c'est un mystère", "mon fiancé", "une plante", "casse"]
)
def test_ordinary_words_that_resemble_an_answer_answer_nothing(text: str) -> None:
    assert [reader(text) for reader in READERS] == [None] * len(READERS)


@pytest.mark.parametrize("name", ["status", "level", "radius", "equipment", "passing"])
def test_every_phrase_of_a_list_is_found_and_stands_for_its_value(name: str) -> None:
    for value, all_ in read_list(name).items():
        for phrase in all_:
            said = plain(str(phrase).replace("…", " "))
            assert [s.value for s in phrases(name).in_clause(said)] == [value], phrase


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("une heure et demie", 90),
        ("1h30", 90),
        ("3/4 d'heure", 45),
        ("20 min", 20),
        ("30 km", None),
    ],
)
def test_durations_are_read_in_minutes(text: str, minutes: int | None) -> None:
    assert read_minutes(text) == minutes


def test_the_larger_end_of_a_range_is_kept_and_no_distance_exceeds_the_limit() -> None:
    assert read_kilometres("entre 20 et 30 km") == 30
    assert read_kilometres("9999 km") == 1000


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("gardez un résumé", True),
        ("oui vous pouvez garder", True),
        ("ne gardez rien", False),
        ("je préfère rester anonyme", False),
        ("non", False),
        ("c'est quoi un résumé ?", None),
    ],
)
def test_consent_is_read_with_and_without_yes(text: str, kept: bool | None) -> None:
    assert read_consent(text) is kept


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("bac pro, et j'habite Forbach", {"level", "place"}),
        ("j'ai 47 ans, comptable, pas de permis", {"radius"}),
        ("je suis au chômage et j'ai un bts", {"status", "level"}),
        ("j'ai que mon téléphone, j'habite à Metz", {"equipment", "place"}),
        ("j'ai pas le bac, je suis au rsa", {"level", "status"}),
        ("Titulaire d'un CAP, je vis à Nancy et j'ai le permis", {"level", "place", "radius"}),
    ],
)
def test_answers_given_in_passing_are_found(text: str, questions: set[str]) -> None:
    assert set(read_answers(text)) == questions


def test_each_answer_in_passing_comes_with_its_own_words() -> None:
    said = read_answers("bac pro, et j'habite Forbach")
    assert read_level(said["level"]) == 4
    assert said["place"] == "j habite forbach"


@pytest.mark.parametrize(
    "text",
    [
        "je voudrais passer un master plus tard",
        "mon frère a un BTS et il gagne bien",
        "j'aime apprendre et aider les gens",
        "est-ce qu'il faut le bac ?",
        "j'ai un ami développeur",
        "je suis de nature curieuse",
        "combien ça coûte",
        "un ordinateur c'est compliqué",
    ],
)
def test_wishes_questions_and_other_people_answer_nothing_in_passing(text: str) -> None:
    assert not read_answers(text)
