from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.interruptions import load_interruptions
from bot.dialogue.interview import QUESTIONS, UNKNOWN, Interview, Reading, profile_of
from bot.person import Equipment, Profile, Status
from bot.places import load_finder
from bot.settings import PROJECT

INTERVIEW = Interview(
    places=load_finder(),
    interruptions=load_interruptions(PROJECT / "data" / "answers" / "interruptions.yml"),
)
METZ = {"place": "57463", "place_name": "Metz (57)", "place_candidates": None}


@pytest.mark.parametrize(
    ("question", "value", "slots"),
    [
        ("consent", "summary", {"consent": "summary"}),
        ("status", "employee", {"status": "employee"}),
        ("level", "4", {"level": 4}),
        ("place", "57463", METZ),
        ("radius", "0", {"radius": 0}),
        ("equipment", "phone_only", {"equipment": "phone_only"}),
        ("level", UNKNOWN, {"level": UNKNOWN}),
        ("place", UNKNOWN, {"place": UNKNOWN, "place_name": None, "place_candidates": None}),
    ],
)
def test_a_choice_fills_its_slot(question: str, value: str, slots: dict[str, Any]) -> None:
    assert INTERVIEW.choose(question, value) == slots


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("consent", "all"),
        ("status", "king"),
        ("level", "0"),
        ("level", "9"),
        ("level", "٤"),
        ("level", "-3"),
        ("level", "4.5"),
        ("radius", "1001"),
        ("place", "99999"),
        ("place", ""),
        ("background", "anything"),
        ("password", UNKNOWN),
        ("password", "x"),
    ],
)
def test_an_invented_choice_fills_nothing(question: str, value: str) -> None:
    assert INTERVIEW.choose(question, value) == {}


@pytest.mark.parametrize(
    ("question", "text", "slots"),
    [
        ("consent", "oui d'accord", {"consent": "summary"}),
        ("consent", "non merci", {"consent": "none"}),
        ("status", "chui au chomage", {"status": "job_seeker"}),
        ("level", "terminale STI2D", {"level": 2}),
        ("level", "j'ai le bac", {"level": 4}),
        ("place", "57000", METZ),
        ("radius", "30 bornes", {"radius": 30, "has_vehicle": None}),
        ("equipment", "que mon tel", {"equipment": "phone_only"}),
        ("status", "je ne sais pas", {"status": UNKNOWN}),
    ],
)
def test_a_typed_answer_fills_its_slot(question: str, text: str, slots: dict[str, Any]) -> None:
    assert INTERVIEW.read(question, text) == Reading(slots=slots)


def test_without_a_licence_a_bus_ride_is_the_radius() -> None:
    slots = INTERVIEW.read("radius", "je n'ai pas le permis").slots
    assert slots == {"radius": 15, "has_vehicle": False}


def test_a_car_alone_is_no_distance() -> None:
    assert INTERVIEW.read("radius", "j'ai une voiture").slots == {}


def test_a_homonym_becomes_candidates_instead_of_a_guess() -> None:
    slots = INTERVIEW.read("place", "Saint-Denis").slots
    assert set(slots) == {"place_candidates"}
    assert len(slots["place_candidates"]) > 1


def test_not_knowing_is_never_consent() -> None:
    assert INTERVIEW.read("consent", "je ne sais pas") == Reading()


def test_a_question_that_holds_an_answers_word_is_a_question() -> None:
    text = "il faut le bac ?"
    assert INTERVIEW.read("level", text, intent="faq_diploma", confidence=0.9).interrupts
    assert INTERVIEW.read("level", "le bac", intent="faq_diploma", confidence=0.9).slots


def test_an_answer_that_is_read_wins_over_a_command() -> None:
    reading = INTERVIEW.read("level", "j'ai le bac", intent="change_answer", confidence=0.9)
    assert reading == Reading(slots={"level": 4})


def test_an_open_answer_is_kept_to_the_letter() -> None:
    text = "  J'ai tenu un bar, à Forbach…  \n et j'aimais ça "
    assert INTERVIEW.read("background", text, intent="inform", confidence=0.9).slots == {
        "background": text
    }


@pytest.mark.parametrize("text", ["je ne sais pas", "???", "😀", "12", ""])
def test_an_open_question_is_put_differently_once_then_left(text: str) -> None:
    assert INTERVIEW.read("motivations", text).slots == {"prompted": "motivations"}
    assert INTERVIEW.read("motivations", text, prompted=True).slots == {"motivations": UNKNOWN}


def test_hesitation_by_the_classifier_is_no_answer_either() -> None:
    text = "je ne sais pas quoi vous dire"
    reading = INTERVIEW.read("motivations", text, intent="dont_know", confidence=0.9)
    assert reading.slots == {"prompted": "motivations"}


def test_answers_to_other_questions_are_read_in_passing() -> None:
    found = INTERVIEW.read_in_passing("bac pro, et j'habite Forbach", but="level")
    assert found["place_name"] == "Forbach (57)"
    assert "level" not in found


@given(question=st.sampled_from(QUESTIONS), text=st.text(max_size=200))
def test_any_text_is_read_into_slots_of_the_interview(question: str, text: str) -> None:
    slots = INTERVIEW.read(question, text).slots
    assert set(slots) <= {*QUESTIONS, "place_name", "place_candidates", "has_vehicle", "prompted"}


def test_the_profile_is_what_the_slots_say_and_unknown_is_none() -> None:
    slots = {
        "status": "student",
        "level": UNKNOWN,
        "place": UNKNOWN,
        "radius": 0,
        "has_vehicle": False,
        "equipment": "nothing",
        "background": UNKNOWN,
        "motivations": "aider",
    }
    assert profile_of(slots) == Profile(
        status=Status.STUDENT,
        radius_km=0,
        has_vehicle=False,
        equipment=Equipment.NOTHING,
        motivations="aider",
    )
    assert profile_of({}) == Profile()
