import asyncio

import httpx
import pytest

from bot.errors import StoreUnavailable

PARTS = {"matching": True, "catalogue": True, "places": True, "conversations": True}


def pong(**changed: bool):
    custom = {"effect": "pong", "parts": {**PARTS, **changed}}
    return lambda sender, message: [
        {"recipient_id": sender, "text": "pong"},
        {"recipient_id": sender, "custom": custom},
    ]


def test_the_process_lives_whatever_the_others_do(client, rasa) -> None:
    rasa.answer = lambda sender, message: httpx.Response(500)
    assert client.get("/health/live").json() == {"status": "live"}


def test_ready_means_that_a_real_turn_answered(client, rasa) -> None:
    rasa.answer = pong()
    assert client.get("/health/ready").json() == {"status": "ready"}
    assert rasa.received[-1][1] == "/ping"
    assert rasa.received[-1][0].startswith("health-")


def test_a_turn_that_worked_is_not_asked_for_again_at_once(client, rasa) -> None:
    rasa.answer = pong()
    client.get("/health/ready")
    client.get("/health/ready")
    assert len(rasa.received) == 1


@pytest.mark.parametrize("part", list(PARTS))
def test_a_part_that_the_actions_miss_is_named(client, rasa, part: str) -> None:
    rasa.answer = pong(**{part: False})
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["part"] == part


def test_silence_names_the_actions_and_a_fault_names_the_dialogue(client, rasa) -> None:
    rasa.answer = lambda sender, message: []
    assert client.get("/health/ready").json()["part"] == "actions"
    rasa.answer = lambda sender, message: httpx.Response(500)
    assert client.get("/health/ready").json()["part"] == "dialogue"


def test_a_locked_out_database_is_named(client, rasa, store, monkeypatch) -> None:
    def fail() -> None:
        raise StoreUnavailable("down")

    monkeypatch.setattr(store, "ping", fail)
    assert client.get("/health/ready").json()["part"] == "conversations"


def test_a_dialogue_that_hangs_is_named_in_time(settings, rasa, make_client) -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError

    hurried = settings.model_copy(update={"turn_timeout_s": 0.05})
    with make_client(hurried, transport=httpx.MockTransport(hang)) as client:
        assert client.get("/health/ready").json()["part"] == "dialogue"


def test_a_dialogue_that_lives_but_waits_for_the_actions_names_them(settings, make_client) -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, text="Hello from Rasa: 3.6.21")
        await asyncio.sleep(60)
        raise AssertionError

    hurried = settings.model_copy(update={"turn_timeout_s": 0.05})
    with make_client(hurried, transport=httpx.MockTransport(hang)) as client:
        assert client.get("/health/ready").json()["part"] == "actions"
