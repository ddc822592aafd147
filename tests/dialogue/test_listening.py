"""Second thoughts, words that come in a row, and stories completed afterwards."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.corrections import Thought, load_corrections, question_named
from bot.dialogue.interruptions import load_interruptions
from bot.dialogue.interview import QUESTIONS, UNKNOWN, Interview
from bot.dialogue.listening import Hearing, Listener
from bot.places import load_finder
from bot.settings import PROJECT

WORDS = PROJECT / "data" / "answers"
CORRECTIONS = load_corrections(WORDS / "corrections.yml")
LISTENER = Listener(
    interview=Interview(
        places=load_finder(), interruptions=load_interruptions(WORDS / "interruptions.yml")
    ),
    corrections=CORRECTIONS,
)
KNOWN = {
    "consent": "none",
    "status": "job_seeker",
    "level": 4,
    "place": "57463",
    "place_name": "Metz (57)",
    "radius": 30,
    "equipment": "computer_and_internet",
    "background": "je répare des ordinateurs",
    "motivations": "aider les gens",
}


def hear(question: str, text: str, **options: Any) -> Hearing:
    """What a text does while ``question`` is asked, the ones before being answered."""
    before = QUESTIONS[: QUESTIONS.index(question)]
    slots = {name: value for name, value in KNOWN.items() if name in (*before, "place_name")}
    return LISTENER.hear(question, text, slots=slots, **options)


@pytest.mark.parametrize(
    ("question", "text", "slots"),
    [
        ("place", "en fait j'ai un bac + 2", {"level": 5}),
        ("radius", "ah non, je me suis trompée, j'ai un cap", {"level": 3}),
        ("equipment", "non, plutôt 50 km", {"radius": 50}),
        ("radius", "non plutôt Nancy", {"place_name": "Nancy (54)"}),
        ("equipment", "j'ai oublié de dire que j'ai pas le permis", {"has_vehicle": False}),
        ("background", "en fait je suis au rsa", {}),
        ("background", "finalement 80 km", {"radius": 80}),
        ("motivations", "pardon, j'habite à Thionville", {"place_name": "Thionville (57)"}),
    ],
)
def test_an_earlier_answer_is_changed_in_words(question: str, text: str, slots: dict) -> None:
    heard = hear(question, text)
    assert not heard.missed
    assert {k: heard.slots.get(k) for k in slots} == slots
    assert question not in heard.slots or not slots


@pytest.mark.parametrize(
    ("question", "text", "slots"),
    [
        ("radius", "en fait 20 km", {"radius": 20}),
        ("level", "non, enfin, un bts", {"level": 5}),
        ("place", "plutôt Nancy", {"place_name": "Nancy (54)"}),
    ],
)
def test_the_question_asked_comes_first(question: str, text: str, slots: dict) -> None:
    heard = hear(question, text)
    assert {k: heard.slots.get(k) for k in slots} == slots


@pytest.mark.parametrize(
    "text",
    [
        "en fait j'ai toujours aimé la cuisine et je passe mes week-ends à faire des gâteaux",
        "non mais franchement ce que j'aime c'est être dehors avec les bêtes",
        "finalement je préfère dessiner",
        "plutôt les images que les chiffres",
    ],
)
def test_an_open_answer_that_begins_like_a_correction_is_kept(text: str) -> None:
    assert hear("motivations", text).slots == {"motivations": text}


def test_a_question_named_without_a_new_answer_is_left_to_the_command() -> None:
    text = "je me suis trompé de ville"
    assert hear("radius", text, intent="change_answer", confidence=0.9).interrupts


def test_what_was_forgotten_of_the_past_joins_the_past() -> None:
    heard = hear("motivations", "j'ai oublié de dire que j'ai tenu un bar")
    assert heard.added
    assert heard.slots == {
        "background": "je répare des ordinateurs\nj'ai oublié de dire que j'ai tenu un bar"
    }


def test_words_sent_before_the_next_question_belong_to_the_one_before() -> None:
    heard = hear("motivations", "et deux ans dans un garage", in_a_row=True)
    assert heard.slots == {"background": "je répare des ordinateurs\net deux ans dans un garage"}
    assert hear("motivations", "et deux ans dans un garage").slots.keys() == {"motivations"}


@pytest.mark.parametrize(
    ("question", "text", "slots"),
    [
        ("place", "forbach", {"place_name": "Forbach (57)"}),
        ("place", "un bac pro vente", {"level": 4}),
        ("level", "voilà", {}),
        ("background", "et la fibre", {}),
        ("background", "un pc sans internet", {"equipment": "computer_only"}),
    ],
)
def test_in_a_row_a_closed_question_is_read_or_left_alone(question, text, slots) -> None:
    heard = hear(question, text, in_a_row=True)
    assert not heard.missed
    assert {k: heard.slots.get(k) for k in slots} == slots
    assert question != "background" or "background" not in heard.slots


def test_a_long_story_in_a_row_answers_the_open_question_all_the_same() -> None:
    text = "j'ai travaillé dix ans dans une boulangerie avec ma sœur"
    assert hear("background", text, in_a_row=True).slots == {"background": text}


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("en fait j'ai un master", {"level": 7}),
        ("j'habite à Nancy", {"place_name": "Nancy (54)"}),
        ("non plutôt 100 km", {"radius": 100}),
        ("je me suis trompé, je voulais dire bac pro", {}),
    ],
)
def test_every_answer_can_be_changed_after_the_interview(text: str, slots: dict) -> None:
    heard = LISTENER.hear_again(text, slots=KNOWN, more=False)
    assert ({} if heard is None else {k: heard.slots.get(k) for k in slots}) == slots


def test_a_homonym_said_as_a_correction_is_asked_about() -> None:
    heard = LISTENER.hear_again("en fait j'habite à Saint-Denis", slots=KNOWN, more=False)
    assert heard is not None
    assert heard.slots["place"] is None
    assert len(heard.slots["place_candidates"]) > 1


def test_more_of_a_story_joins_the_wishes_or_the_past() -> None:
    wish = LISTENER.hear_again("j'adore la photo", slots=KNOWN, more=True)
    past = LISTENER.hear_again("j'ai aussi travaillé en caisse", slots=KNOWN, more=True)
    assert wish is not None
    assert past is not None
    assert wish.slots == {"motivations": "aider les gens\nj'adore la photo"}
    assert "background" in past.slots


def test_what_is_already_so_changes_nothing() -> None:
    assert LISTENER.hear_again("j'habite à Metz", slots=KNOWN, more=False) is None


@pytest.mark.parametrize(
    ("text", "thought"),
    [
        ("euh en fait non", Thought.CHANGES),
        ("ah mince je me suis trompée", Thought.CHANGES),
        ("J’ai oublié de préciser un truc", Thought.ADDS),
        ("je préfère le calme", None),
        ("les enfants", None),
    ],
)
def test_second_thoughts_are_announced(text: str, thought: Thought | None) -> None:
    assert CORRECTIONS.thought(text) is thought


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("changer ma ville", "place"),
        ("je me suis trompé de diplôme", "level"),
        ("modifier mes envies", "motivations"),
        ("changer ma réponse", None),
    ],
)
def test_a_question_is_named_in_words(text: str, question: str | None) -> None:
    assert question_named(text) == question


@given(
    question=st.sampled_from(QUESTIONS),
    text=st.one_of(
        st.text(max_size=80),
        st.sampled_from(["en fait", "non plutôt", "j'ai oublié de dire", "et pas"]).flatmap(
            lambda begun: st.text(max_size=40).map(lambda rest: f"{begun} {rest}")
        ),
    ),
    in_a_row=st.booleans(),
)
def test_no_text_erases_an_answer_without_giving_another(question, text, in_a_row) -> None:
    heard = hear(question, text, in_a_row=in_a_row)
    erased = [k for k, v in heard.slots.items() if v in (None, UNKNOWN) and k in QUESTIONS]
    assert set(erased) <= ({"place"} if heard.slots.get("place_candidates") else {question})
