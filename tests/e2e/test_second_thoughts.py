"""People change their minds, hesitate between roles, speak out of turn: the conversation holds."""

import pytest

pytestmark = pytest.mark.stack

STORY = "Je répare les ordinateurs de mes voisins, je dessine aussi des affiches pour le club."
WISHES = "J'aime dépanner les gens et leur expliquer, et travailler les images."


def through_the_interview(person) -> None:
    person.clicks("Non, ne rien garder")
    for text in ("au chômage", "bac", "Metz", "30 km", "ordinateur et internet", STORY, WISHES):
        person.says(text)


def facts_of(person) -> dict[str, str]:
    person.says("mon résumé")
    return {fact["label"]: fact["value"] for fact in person.cards[0]["facts"]}


def roles_of(person) -> list[str]:
    return [card["role_id"] for card in person.cards if card["kind"] == "role"]


def test_at_most_twelve_questions_with_their_progress_then_the_roles(person) -> None:
    asked, progress = 0, []
    answers = ["non", "au chômage", "bac", "Metz", "30 km", "un pc et internet", STORY, WISHES]
    for text in answers:
        asked += any(message["question"] for message in person.messages)
        progress += [m["progress"]["step"] for m in person.messages if m.get("progress")]
        person.says(text)
    assert roles_of(person)
    assert asked <= 12
    assert progress == sorted(progress) == list(range(1, 8))


def test_why_each_question_is_asked_is_explained_and_the_question_put_again(person) -> None:
    explained = []
    for text in ("non", "au chômage", "bac", "Metz", "30 km", "un pc et internet", STORY, WISHES):
        question = person.messages[-1]["question"]
        explained.append(person.says("pourquoi ?").split("\n")[0])
        assert person.messages[-1]["question"] == question
        person.says(text)
    assert len(set(explained)) == len(explained) == 8


def test_answers_given_in_passing_are_not_asked_for_again(person) -> None:
    person.says("non")
    answer = person.says("je suis au chômage, j'ai un bac pro et j'habite à Forbach")
    assert "Forbach (57), c'est noté" in answer
    assert person.messages[-1]["question"] == "radius"
    facts = facts_of(person)
    assert (facts["Situation"], facts["Diplôme"]) == ("En recherche d'emploi", "Bac")


def test_an_answer_is_changed_in_words_in_the_middle_of_the_interview(person) -> None:
    person.says("non")
    person.says("au chômage")
    person.says("bac")
    assert "Bac + 2, au lieu de : Bac" in person.says("en fait j'ai un bts")
    assert person.messages[-1]["question"] == "place"
    person.says("Metz")
    assert "Nancy (54), au lieu de : Metz (57)" in person.says("non plutôt Nancy")
    assert person.messages[-1]["question"] == "radius"


def test_after_the_trainings_a_change_of_place_searches_again(person) -> None:
    through_the_interview(person)
    person.clicks("Voir les formations", person.cards[0]["title"])
    answer = person.says("en fait j'habite à Strasbourg")
    assert "Strasbourg (67), au lieu de : Metz (57)" in answer
    assert "Formations pour ce métier" in answer


def test_what_was_forgotten_ranks_the_roles_again_and_says_what_changed(person) -> None:
    through_the_interview(person)
    answer = person.says("j'ai oublié de dire que j'adore écrire des articles et tenir un blog")
    assert "je l'ajoute" in answer
    assert "Nouveau : " in answer or "restent les mêmes" in answer
    assert "tenir un blog" in facts_of(person)["Envies"]


def test_two_roles_are_compared_by_click_and_in_words(person) -> None:
    through_the_interview(person)
    assert "Lesquels" in person.clicks("Comparer deux métiers")
    person.clicks(person.choices[0])
    assert person.cards[0]["kind"] == "comparison"
    assert person.says("quelle différence entre le premier et le troisième ?")
    assert person.cards[0]["kind"] == "comparison"


def test_a_role_set_aside_with_a_reason_changes_what_comes_next(person) -> None:
    through_the_interview(person)
    first = person.cards[0]["title"]
    answer = person.clicks("Pas pour moi", first)
    assert "ce qui n'allait pas" in answer
    answer = person.clicks("Trop de contact avec les gens")
    assert "être en contact avec du public" in answer
    assert not {"technicien-support", "referent-numerique"} & set(roles_of(person))
    assert "Nouveau : " in answer or "restent les mêmes" in answer


def test_whoever_says_tu_is_answered_so_until_she_says_vous(person) -> None:
    person.says("non")
    assert "Où habites-tu" not in person.says("au chômage")
    answer = person.says("tu peux m'expliquer pourquoi tu demandes ça ?")
    assert "ton plus haut diplôme" in answer
    assert "Où habites-tu" in person.says("bac")
    assert "qu'avez-vous" not in person.says("Metz")
    answer = person.says("vous pouvez répéter la question ?")
    assert "Jusqu'où pouvez-vous" in answer


def test_what_nobody_understands_is_rephrased_then_a_way_out_is_offered_then_left(person) -> None:
    person.says("non")
    first = person.read
    second, third = person.says("gloubi"), person.says("boulga")
    assert "Je n'ai pas compris" in second
    assert first not in second
    assert "Parler à une personne" in person.choices
    assert "Passer cette question" in person.choices
    assert "Passons à la suite" in person.says("tagada")
    assert len({first, second, third}) == 3


def test_a_reload_shows_the_whole_conversation_and_it_goes_on(person) -> None:
    person.says("non")
    person.says("au chômage")
    person.messages = person.history()
    assert [m["text"] for m in person.messages if m["author"] == "person"] == ["non", "au chômage"]
    assert "Où habitez-vous" in person.clicks("Bac")
