"""A process hangs, dies or talks nonsense: the person goes on, and no answer is lost."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.stack


def summary_of(person) -> dict[str, str]:
    person.says("mon résumé")
    return {fact["label"]: fact["value"] for fact in person.cards[0]["facts"]}


def test_actions_down_are_named_and_the_answer_counts_once_they_are_back(survivor, drilled) -> None:
    survivor.says("oui")
    with drilled.dead("actions"):
        late = survivor.sends({"text": "au chômage", "client_id": "a"})
        assert late.status_code == 503
        assert "Rien n'est perdu" in late.json()["detail"]
        assert drilled.names("actions")
    assert "plus haut diplôme" in survivor.insists("au chômage", key="a")
    assert summary_of(survivor)["Situation"] == "En recherche d'emploi"


def test_after_ten_slow_seconds_the_late_answer_is_picked_up(survivor, drilled) -> None:
    survivor.says("non")
    with ThreadPoolExecutor() as pool, drilled.frozen("actions"):
        began = time.monotonic()
        waiting = pool.submit(survivor.sends, {"text": "étudiant", "client_id": "b"})
        assert drilled.names("actions")
        response = waiting.result()
        assert response.json()["code"] == "late"
        assert int(response.headers["Retry-After"]) > 0
        time.sleep(max(0.0, 10 - (time.monotonic() - began)))
    assert "plus haut diplôme" in survivor.insists("étudiant", key="b")
    assert summary_of(survivor)["Situation"] == "En études"


def test_garbage_instead_of_actions_loses_no_answer(survivor, drilled) -> None:
    survivor.says("non")
    survivor.says("salarié")
    with drilled.garbage_instead_of_actions(b"<html>502</html>", b'{"events": 3}', b"[", b""):
        response = survivor.sends({"text": "bac pro", "client_id": "c"})
        assert response.status_code == 503
        assert drilled.names("actions")
    assert "Où habitez-vous" in survivor.insists("bac pro", key="c")
    assert summary_of(survivor)["Diplôme"] == "Bac"


def test_rasa_killed_in_the_middle_of_a_turn_answers_it_after_its_restart(
    survivor, drilled
) -> None:
    survivor.says("oui")
    survivor.says("au chômage")
    with ThreadPoolExecutor() as pool:
        with drilled.frozen("actions"):
            waiting = pool.submit(survivor.sends, {"text": "bts", "client_id": "d"})
            time.sleep(1.0)
            drilled.kill("dialogue")
            assert drilled.names("dialogue")
        assert waiting.result().status_code in {200, 503}
    drilled.wait_ready()
    assert "Où habitez-vous" in survivor.insists("bts", key="d")
    facts = summary_of(survivor)
    assert (facts["Situation"], facts["Diplôme"]) == ("En recherche d'emploi", "Bac + 2")


@pytest.mark.parametrize("consent", ["oui", "non"])
def test_a_web_restart_between_two_turns_changes_nothing(survivor, drilled, consent: str) -> None:
    survivor.says(consent)
    survivor.says("au chômage")
    offered = survivor.choice("Bac")
    drilled.kill("web")
    drilled.wait_ready()
    survivor.messages = survivor.history()
    assert "plus haut diplôme" in survivor.read
    assert survivor.sends({"choice": offered}).status_code == 200
    assert summary_of(survivor)["Diplôme"] == "Bac"


def test_without_its_encoder_the_matching_says_so_and_works_when_it_is_back(
    survivor, drilled
) -> None:
    survivor.says("non")
    for text in ("au chômage", "bac", "Metz", "30 km", "ordinateur et internet"):
        survivor.says(text)
    with drilled.without_encoder():
        drilled.kill("actions")
        assert drilled.names("matching")
        survivor.insists("Je répare les ordinateurs de mes voisins, je monte des tours.")
        answer = survivor.insists("J'aime dépanner les gens et leur expliquer.")
        assert "en panne pour le moment" in answer
        assert "Parler à une personne" in survivor.choices
    drilled.wait_ready()
    survivor.clicks("Réessayer")
    assert len(survivor.cards) == 3
