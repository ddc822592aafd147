import pytest

from bot.dialogue.interview import QUESTIONS
from tests.actions.conftest import followup, said
from tests.actions.test_weighing import AT_ROLES


def ask(rasa, question: str) -> None:
    rasa.form = "profile_form"
    rasa.slots["requested_slot"] = question


def test_a_change_in_words_is_said_and_what_depends_on_it_computed_again(rasa) -> None:
    rasa.slots |= AT_ROLES
    events, responses = rasa.run("action_understand", "en fait j'ai un bts", intent="inform")
    assert said(responses) == ["utter_answer_changed"]
    assert (responses[0]["question"], responses[0]["old"]) == ("Diplôme", "Bac")
    assert responses[0]["new"] == "Bac + 2"
    assert rasa.slots["level"] == 5
    assert followup(events) == "action_propose_roles"


def test_with_trainings_on_the_table_a_new_place_searches_them_again(rasa) -> None:
    rasa.slots |= AT_ROLES | {"stage": "trainings", "chosen_role": "webdesigner"}
    events, _ = rasa.run("action_change_answer", "je me suis trompée, j'habite à Nancy")
    assert followup(events) == "action_show_trainings"
    assert rasa.slots["place_name"] == "Nancy (54)"


def test_the_question_that_the_message_names_is_asked_at_once(rasa) -> None:
    rasa.slots |= AT_ROLES
    events, responses = rasa.run("action_change_answer", "changer ma ville", intent="change_answer")
    assert responses == []
    assert followup(events) == "profile_form"
    assert rasa.slots["place"] is None


def test_a_change_by_choice_says_what_the_answer_was(rasa) -> None:
    rasa.slots |= AT_ROLES
    rasa.run("action_change_answer", intent="change_answer", slot="level")
    ask(rasa, "level")
    _, responses = rasa.run("validate_profile_form", "un master", intent="inform")
    assert said(responses) == ["utter_answer_changed"]
    assert (responses[0]["old"], responses[0]["new"]) == ("Bac", "Bac + 5")


def test_more_of_the_story_after_the_roles_ranks_them_again(rasa) -> None:
    rasa.slots |= AT_ROLES
    text = "j'ai oublié de dire que j'adore dessiner"
    events, responses = rasa.run("action_understand", text, intent="free_answer")
    assert said(responses) == ["utter_words_added"]
    assert rasa.slots["motivations"] == f"aider\n{text}"
    assert followup(events) == "action_propose_roles"


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q != "place"])
def test_each_asking_is_in_other_words_until_a_way_out_is_offered(rasa, question: str) -> None:
    ask(rasa, question)
    spoken: list[str] = []
    for misses in (0, 1, 2):
        rasa.slots["misses"] = misses
        _, responses = rasa.run(f"action_ask_{question}")
        spoken += said(responses)
    first, again = f"utter_ask_{question}", f"utter_ask_{question}_again"
    assert spoken == [first, "utter_misunderstood", again, "utter_lost", first]
    titles = [button["title"] for button in responses[-1]["buttons"]]
    assert titles == ["Passer cette question", "Parler à une personne"]


def test_a_turn_that_died_before_the_roles_puts_them_on_the_table_now(rasa) -> None:
    rasa.slots |= AT_ROLES | {"stage": "profile", "proposals": None}
    events, _ = rasa.run("action_understand", "aider les gens", intent="free_answer")
    assert followup(events) == "action_propose_roles"


def test_what_is_not_understood_leads_to_choices_then_to_a_human_then_to_interests(rasa) -> None:
    rasa.slots |= AT_ROLES
    spoken, follows = [], []
    for _ in range(4):
        events, responses = rasa.run("action_understand", "gloubi boulga", intent="nlu_fallback")
        spoken.append(said(responses))
        follows.append(followup(events))
    assert spoken == [
        ["utter_not_understood"],
        ["utter_not_understood_again"],
        [],
        ["utter_clarify"],
    ]
    assert follows == [None, None, "action_talk_to_human", None]


@pytest.mark.parametrize("question", QUESTIONS)
def test_why_a_question_is_asked_is_explained_for_each(rasa, question: str) -> None:
    ask(rasa, question)
    _, responses = rasa.run("action_answer_question", "pourquoi ?", intent="why_question")
    assert said(responses) == [f"utter_why_{question}"]


def test_words_that_still_say_too_little_are_added_twice_then_lead_elsewhere(rasa) -> None:
    rasa.slots |= AT_ROLES | {"stage": "clarify", "proposals": None, "misses": 0}
    follows = []
    for text in ("le pain", "le bon pain", "du pain encore"):
        events, _ = rasa.run("action_understand", text, intent="free_answer")
        follows.append(followup(events))
    assert follows == ["action_propose_roles", "action_propose_roles", "action_talk_to_human"]
    assert rasa.slots["motivations"] == "aider\nle pain\nle bon pain"


def test_why_asked_of_roles_is_about_a_role(rasa) -> None:
    rasa.slots |= AT_ROLES
    events, _ = rasa.run("action_answer_question", "pourquoi ?", intent="why_question")
    assert followup(events) == "action_why_role"
