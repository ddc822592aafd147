import pytest
from starlette.testclient import TestClient

from actions.app import create_app
from bot.errors import MatchingUnavailable

CALL = {
    "next_action": "action_start",
    "sender_id": "x",
    "tracker": {"sender_id": "x", "slots": {}, "latest_message": {}, "events": [], "paused": False},
}


@pytest.fixture
def client(services):
    with TestClient(create_app(services), raise_server_exceptions=False) as client:
        yield client


def test_a_call_without_a_domain_is_answered_in_the_wire_format(client) -> None:
    answer = client.post("/webhook", json=CALL).json()
    assert set(answer) == {"events", "responses"}
    assert answer["responses"][0]["response"] == "utter_welcome"


def test_an_unknown_action_is_404(client) -> None:
    response = client.post("/webhook", json={**CALL, "next_action": "action_unknown"})
    assert response.status_code == 404


def test_an_error_of_ours_is_answered_by_its_french_sentence(client, services, monkeypatch) -> None:
    def fail(*arguments: object, **named: object) -> None:
        raise MatchingUnavailable("down")

    monkeypatch.setattr(services, "role_named", fail)
    slots = {"proposals": [{"role": "webdesigner", "score": 1, "quotes": []}], "stage": "roles"}
    message = {"text": "mot secret zyzzyva", "intent": {"name": "why_role", "confidence": 1.0}}
    tracker = {**CALL["tracker"], "slots": slots, "latest_message": message}
    call = {**CALL, "next_action": "action_why_role", "tracker": tracker}
    answer = client.post("/webhook", json=call).json()
    assert answer["responses"] == [{"text": MatchingUnavailable.sentence}]


def test_any_other_fault_is_a_french_answer_and_no_word_is_logged(
    client, services, monkeypatch, caplog
) -> None:
    def fail(text: str, proposed: object) -> None:
        raise KeyError(text)

    monkeypatch.setattr(services, "role_named", fail)
    slots = {"proposals": [{"role": "webdesigner", "score": 1, "quotes": []}], "stage": "roles"}
    message = {"text": "mot secret zyzzyva", "intent": {"name": "why_role", "confidence": 1.0}}
    tracker = {**CALL["tracker"], "slots": slots, "latest_message": message}
    call = {**CALL, "next_action": "action_why_role", "tracker": tracker}
    answer = client.post("/webhook", json=call).json()
    assert answer["responses"] == [{"response": "utter_fault"}]
    assert "KeyError" in caplog.text
    assert "zyzzyva" not in caplog.text
