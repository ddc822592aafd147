import pytest

from actions.services import Services
from bot.errors import MatchingUnavailable
from bot.settings import Settings
from tests.actions.conftest import followup, said

ANSWERS = {
    "consent": "none",
    "status": "job_seeker",
    "level": 4,
    "place": "57463",
    "place_name": "Metz (57)",
    "radius": 30,
    "equipment": "computer_and_internet",
    "background": "je répare les ordinateurs, je suis vendeuse",
    "motivations": "aider",
    "stage": "roles",
}


def ask(rasa, question: str) -> None:
    rasa.form = "profile_form"
    rasa.slots["requested_slot"] = question


def test_consent_starts_keeping_and_refusal_does_not(rasa, services) -> None:
    ask(rasa, "consent")
    _, responses = rasa.run("validate_profile_form", "non merci", intent="deny")
    assert said(responses) == ["utter_consent_none"]
    assert not services.store.consented("person")
    _, responses = rasa.run("validate_profile_form", "oui", intent="affirm")
    assert said(responses) == ["utter_consent_summary"]
    assert services.store.consented("person")


def test_a_consent_that_cannot_be_kept_is_not_claimed(rasa, services, tmp_path) -> None:
    services.store.engine.dispose()
    (tmp_path / "conversations.db").write_bytes(b"no database" * 100)
    ask(rasa, "consent")
    _, responses = rasa.run("validate_profile_form", "oui", intent="affirm")
    assert "utter_consent_failed" in said(responses)
    assert rasa.slots["consent"] == "none"


def test_a_typed_answer_fills_its_slot_and_what_else_it_says(rasa) -> None:
    ask(rasa, "level")
    rasa.run("validate_profile_form", "bac pro, et j'habite Forbach", intent="inform")
    assert rasa.slots["level"] == 4
    assert rasa.slots["place_name"] == "Forbach (57)"


def test_a_question_during_the_interview_is_left_to_its_rule(rasa) -> None:
    ask(rasa, "level")
    events, _ = rasa.run("validate_profile_form", "c'est payant ?", intent="faq_cost")
    assert events == []
    ask(rasa, "background")
    events, _ = rasa.run("validate_profile_form", "c'est payant ?", intent="faq_cost")
    assert events == []


def test_an_open_answer_is_kept_whatever_the_classifier_thinks(rasa) -> None:
    text = (
        "je voudrais bien savoir combien je gagnerais mais surtout j'aime réparer, bricoler, et "
        "j'ai passé dix ans dans un garage à recommencer les mêmes vidanges pour pas un rond"
    )
    ask(rasa, "background")
    rasa.run("validate_profile_form", text, intent="faq_salary", sure=0.99)
    assert rasa.slots["background"] == text


def test_what_is_not_understood_is_asked_differently_then_skipped(rasa) -> None:
    ask(rasa, "status")
    for misses in (1, 2):
        rasa.run("validate_profile_form", "blabla", intent="free_answer")
        assert rasa.slots["misses"] == misses
        assert rasa.slots.get("status") is None
    _, responses = rasa.run("validate_profile_form", "blabla", intent="free_answer")
    assert said(responses) == ["utter_question_skipped"]
    assert rasa.slots["status"] == "unknown"
    assert rasa.slots["misses"] == 0


def test_a_homonym_is_asked_about(rasa) -> None:
    ask(rasa, "place")
    rasa.run("validate_profile_form", "Saint-Denis", intent="inform")
    assert rasa.slots.get("place") is None
    _, responses = rasa.run("action_ask_place")
    assert said(responses) == ["utter_place_candidates"]
    titles = [button["title"] for button in responses[0]["buttons"]]
    assert {"Saint-Denis (93)", "Saint-Denis (974)"} <= set(titles)


def test_an_invented_value_of_a_choice_changes_nothing(rasa) -> None:
    ask(rasa, "level")
    for value in ("99", "x", "", "4; DROP TABLE"):
        _, responses = rasa.run(
            "validate_profile_form", "/answer", intent="answer", slot="level", value=value
        )
        assert said(responses) == ["utter_old_choice"]
        assert rasa.slots.get("level") is None


def test_three_roles_come_with_the_persons_words(rasa, services) -> None:
    rasa.slots |= ANSWERS
    _, responses = rasa.run("action_propose_roles")
    assert said(responses) == ["utter_roles"]
    cards = responses[0]["custom"]["cards"]
    assert [card["role_id"] for card in cards] == [
        "technicien-support",
        "referent-numerique",
        "webdesigner",
    ]
    assert cards[0]["quotes"] == ["je répare les ordinateurs"]


def test_a_rejected_role_gives_its_place_to_the_next(rasa) -> None:
    rasa.slots |= ANSWERS
    rasa.run("action_propose_roles")
    _, responses = rasa.run(
        "action_reject_role", "/reject_role", intent="reject_role", role="technicien-support"
    )
    assert said(responses)[0] == "utter_role_rejected"
    cards = responses[1]["custom"]["cards"]
    assert "technicien-support" not in [card["role_id"] for card in cards]


def test_nothing_digital_is_said_plainly(rasa) -> None:
    rasa.slots |= ANSWERS | {"background": "je fais du pain depuis mes seize ans au fournil"}
    _, responses = rasa.run("action_propose_roles")
    assert said(responses) == ["utter_out_of_scope"]


def test_too_few_words_get_a_question_instead_of_a_guess(rasa) -> None:
    rasa.slots |= ANSWERS | {"background": "unknown", "motivations": "unknown"}
    _, responses = rasa.run("action_propose_roles")
    assert said(responses) == ["utter_clarify"]
    assert len(responses[0]["buttons"]) >= 8
    _, responses = rasa.run("action_list_interests", intent="list_interests", value="help_fix")
    assert said(responses) == ["utter_roles_from_interest"]


def test_trainings_are_those_of_the_named_role_and_say_that_they_are_examples(rasa) -> None:
    rasa.slots |= ANSWERS
    rasa.run("action_propose_roles")
    _, responses = rasa.run("action_show_trainings", "le premier", intent="choose_role")
    assert said(responses) == ["utter_trainings", "utter_examples_only"]
    assert rasa.slots["chosen_role"] == "technicien-support"
    cards = responses[0]["custom"]["cards"]
    assert all(card["note"].startswith("Exemple inventé") for card in cards)
    kept = cards[0]["training_id"]
    _, responses = rasa.run("action_choose_training", intent="choose_training", training=kept)
    assert said(responses) == ["utter_training_chosen"]
    assert rasa.slots["chosen_training"] == kept


@pytest.mark.parametrize(
    ("action", "intent", "text", "filters"),
    [
        ("action_answer_question", "faq_cost", "gratuit", ["free"]),
        ("action_answer_question", "faq_alternance", "en alternance", ["alternance"]),
        ("action_understand", "inform", "sans diplôme", ["without_diploma"]),
        ("action_understand", "nlu_fallback", "qui commence bientôt", ["soon"]),
        ("action_other_role", "other_role", "d'autres ?", []),
        ("action_reject_role", "reject_role", "enlève le filtre", []),
    ],
)
def test_a_wish_is_followed_whatever_the_classifier_makes_of_it(
    rasa, action: str, intent: str, text: str, filters: list[str]
) -> None:
    rasa.slots |= ANSWERS
    rasa.run("action_propose_roles")
    rasa.run("action_show_trainings", intent="choose_role", role="developpeur-web")
    events, responses = rasa.run(action, text, intent=intent)
    assert followup(events) == "action_show_trainings"
    assert responses == []
    rasa.run("action_show_trainings", text, intent=intent)
    assert rasa.slots["training_search"]["filters"] == filters
    assert rasa.slots["chosen_role"] == "developpeur-web"


def test_before_trainings_are_shown_the_same_words_are_a_question(rasa) -> None:
    rasa.slots |= ANSWERS
    rasa.run("action_propose_roles")
    _, responses = rasa.run("action_answer_question", "gratuit", intent="faq_cost")
    assert said(responses)[0] == "utter_faq_cost"


def test_a_filter_is_clicked_and_left_by_asking_for_all(rasa) -> None:
    rasa.slots |= ANSWERS
    _, responses = rasa.run("action_show_trainings", intent="choose_role", role="developpeur-web")
    assert '/other_trainings{"value": "free"}' in [b["payload"] for b in responses[0]["buttons"]]
    _, responses = rasa.run("action_show_trainings", intent="other_trainings", value="free")
    assert rasa.slots["training_search"]["filters"] == ["free"]
    assert "gratuites" in responses[0]["explanation"]
    assert "/show_trainings" in [button["payload"] for button in responses[0]["buttons"]]
    rasa.run("action_show_trainings", intent="show_trainings")
    assert rasa.slots["training_search"]["filters"] == []
    rasa.run("action_show_trainings", intent="other_trainings", value="'; DROP TABLE offers")
    assert rasa.slots["training_search"]["filters"] == []


def test_a_training_is_kept_by_counting_and_asked_about_in_doubt(rasa) -> None:
    rasa.slots |= ANSWERS
    _, responses = rasa.run("action_show_trainings", intent="choose_role", role="developpeur-web")
    ids = [card["training_id"] for card in responses[0]["custom"]["cards"]]
    rasa.run("action_choose_training", "la deuxième", intent="choose_training")
    assert rasa.slots["chosen_training"] == ids[1]
    _, responses = rasa.run("action_choose_training", "celle-là", intent="choose_training")
    assert said(responses) == ["utter_which_training"]
    assert len(responses[0]["buttons"]) == len(ids)


def test_a_training_that_is_gone_is_said_to_be_and_others_follow(rasa) -> None:
    rasa.slots |= ANSWERS | {"chosen_role": "developpeur-web"}
    events, responses = rasa.run(
        "action_choose_training", intent="choose_training", training="gone:1"
    )
    assert said(responses) == ["utter_training_gone"]
    assert followup(events) == "action_show_trainings"
    events, _ = rasa.run("action_choose_training", "celle-là", intent="choose_training")
    assert followup(events) == "action_show_trainings"


def test_without_a_catalogue_the_rest_still_works(rasa, tmp_path) -> None:
    (tmp_path / "catalogue.db").unlink()
    rasa.slots |= ANSWERS | {"proposals": [{"role": "webdesigner", "score": 1, "quotes": []}]}
    _, responses = rasa.run("action_show_trainings", intent="choose_role", role="webdesigner")
    assert said(responses) == ["utter_catalogue_down"]
    _, responses = rasa.run("action_summary")
    assert said(responses) == ["utter_summary", "utter_next_steps"]


def test_a_human_is_told_only_of_what_may_be_kept(rasa, services) -> None:
    rasa.slots |= ANSWERS
    _, responses = rasa.run("action_talk_to_human")
    assert said(responses) == ["utter_human_not_kept"]
    events, _ = rasa.run("action_keep_summary")
    assert followup(events) == "action_talk_to_human"
    _, responses = rasa.run("action_talk_to_human")
    assert "utter_human_kept" in said(responses)
    record = services.store.conversation("person")
    assert record is not None
    assert record.waiting_for_human
    assert record.profile.background == ANSWERS["background"]


def test_erasing_asks_first_and_a_typed_yes_or_no_decides(rasa) -> None:
    rasa.slots |= ANSWERS
    _, responses = rasa.run("action_ask_erase")
    assert said(responses) == ["utter_ask_erase"]
    events, _ = rasa.run("action_understand", "oui", intent="affirm")
    assert followup(events) == "action_erase"
    events, _ = rasa.run("action_understand", "finalement non", intent="deny")
    assert followup(events) == "action_resume"


def test_changing_an_answer_asks_that_question_again(rasa) -> None:
    rasa.slots |= ANSWERS
    _, responses = rasa.run("action_change_answer", intent="change_answer")
    assert said(responses) == ["utter_change_which"]
    events, _ = rasa.run("action_change_answer", intent="change_answer", slot="level")
    assert rasa.slots["level"] is None
    assert followup(events) == "profile_form"


def test_what_is_not_understood_twice_is_not_said_twice(rasa) -> None:
    rasa.slots |= ANSWERS | {"proposals": [{"role": "webdesigner", "score": 1, "quotes": []}]}
    _, first = rasa.run("action_understand", "gloubi", intent="nlu_fallback")
    _, second = rasa.run("action_understand", "boulga", intent="nlu_fallback")
    assert said(first) == ["utter_not_understood"]
    assert said(second) == ["utter_not_understood_again"]


def test_a_matching_that_failed_is_not_loaded_again_at_each_turn(tmp_path, monkeypatch) -> None:
    services, tried = Services(Settings(data_dir=tmp_path)), []

    def fail(settings: Settings) -> None:
        tried.append(settings)
        raise MatchingUnavailable("gone")

    monkeypatch.setattr("actions.services.load_matcher", fail)
    for _ in range(3):
        with pytest.raises(MatchingUnavailable):
            _ = services.matcher
    assert len(tried) == 1
    monkeypatch.setattr("actions.services.time.monotonic", lambda: float("inf"))
    with pytest.raises(MatchingUnavailable):
        _ = services.matcher
    assert len(tried) == 2
