"""Two tabs, a message delivered twice, a burst: nothing is lost, nothing counts twice."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.stack


def facts_of(person) -> dict[str, str]:
    person.says("mon résumé")
    return {fact["label"]: fact["value"] for fact in person.cards[0]["facts"]}


def test_two_tabs_on_one_conversation_both_go_on(person) -> None:
    person.clicks("Non, ne rien garder")
    other = person.other_tab()
    assert "plus haut diplôme" in person.clicks("Je cherche un emploi")
    assert "Où habitez-vous" in person.says("bac")
    # The other tab still shows the first question: its answer changes that one.
    assert "Où habitez-vous" in other.clicks("Je travaille et je veux changer")
    assert "Metz (57)" in other.says("Metz")
    facts = facts_of(person)
    assert (facts["Situation"], facts["Diplôme"], facts["Lieu"]) == (
        *("En emploi", "Bac"),
        "Metz (57)",
    )


def test_two_tabs_that_answer_at_the_same_moment_are_read_one_after_the_other(person) -> None:
    person.clicks("Non, ne rien garder")
    other = person.other_tab()
    with ThreadPoolExecutor() as pool:
        first = pool.submit(person.clicks, "Je cherche un emploi")
        second = pool.submit(other.says, "bac pro")
        assert "Où habitez-vous" in (first.result() + second.result())
    facts = facts_of(person)
    assert (facts["Situation"], facts["Diplôme"]) == ("En recherche d'emploi", "Bac")


def test_the_same_message_delivered_twice_counts_once(person) -> None:
    person.clicks("Non, ne rien garder")
    body = {"text": "au chômage", "client_id": "twice"}
    with ThreadPoolExecutor() as pool:
        answers = [answer.json() for answer in pool.map(person.sends, [body] * 3)]
    answers.append(person.sends(body).json())
    assert all(answer == answers[0] for answer in answers)
    assert [m["text"] for m in person.history()].count("au chômage") == 1
    assert "Où habitez-vous" in person.says("bac")


def test_twenty_messages_in_a_second_are_one_story_and_all_are_answered(person) -> None:
    person.clicks("Non, ne rien garder")
    for text in ("au chômage", "bac", "Metz", "30 km", "ordinateur et internet"):
        person.says(text)
    story = [f"j'ai fait le travail numéro {n} pendant {n} mois" for n in range(1, 21)]
    with ThreadPoolExecutor(max_workers=20) as pool:
        answers = list(pool.map(person.sends, [{"text": line} for line in story]))
    assert {answer.status_code for answer in answers} <= {200, 503}
    # Whoever was told that the answer is late finds it in the history.
    deadline = time.monotonic() + 60
    while person.history()[-1]["question"] != "motivations":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    told = facts_of(person)["Parcours"]
    assert all(line in told for line in story)
