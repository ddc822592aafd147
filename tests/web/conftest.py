import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from bot.conversations import ConversationStore, Privacy, load_labels
from bot.dialogue.client import DialogueClient
from bot.dialogue.shortcuts import load_shortcuts
from bot.settings import PROJECT, Settings
from bot.web.app import create_app

Answer = Callable[[str, str], list[dict[str, Any]] | httpx.Response]


class FakeRasa:
    """Answers on the wire as Rasa's REST channel does; ``received`` is what reached it."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str]] = []
        self.answer: Answer = self.usual

    def usual(self, sender: str, message: str) -> list[dict[str, Any]]:
        if message == "/start":
            buttons = [{"title": "Oui", "payload": '/answer{"slot":"consent","value":"summary"}'}]
            return [
                {"recipient_id": sender, "text": "Bonjour"},
                {"recipient_id": sender, "text": "D'accord ?", "buttons": buttons},
                {"recipient_id": sender, "custom": {"question": "consent"}},
            ]
        if message == "/confirm_erase":
            return [{"recipient_id": sender, "text": "Effacé", "custom": {"effect": "erase"}}]
        return [{"recipient_id": sender, "text": f"reçu : {message}"}]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        assert request.url.path == "/webhooks/rest/webhook"
        self.received.append((body["sender"], body["message"]))
        answer = self.answer(body["sender"], body["message"])
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, messages_per_minute=1000, openings_per_minute=1000)


@pytest.fixture
def store(settings: Settings) -> Iterator[ConversationStore]:
    store = ConversationStore(settings.conversations_url)
    store.migrate()
    yield store
    store.engine.dispose()


@pytest.fixture
def make_client(
    settings: Settings, rasa: FakeRasa, store: ConversationStore
) -> Callable[..., TestClient]:
    """Makes a client of a new web process over the same database."""

    def make(
        settings: Settings = settings, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> TestClient:
        app = create_app(
            settings,
            dialogue=DialogueClient(
                "http://rasa", timeout_s=5, transport=transport or httpx.MockTransport(rasa)
            ),
            store=store,
            privacy=Privacy(store, settings=settings),
            recognise=load_shortcuts(PROJECT / "data" / "answers" / "shortcuts.yml"),
            labels=load_labels(),
        )
        return TestClient(app, raise_server_exceptions=False)

    return make


@pytest.fixture
def client(make_client: Callable[..., TestClient]) -> Iterator[TestClient]:
    with make_client() as client:
        yield client


class Conversation:
    """A conversation opened through the API."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        opened = client.post("/api/conversations", json={"channel": "web"})
        assert opened.status_code == 201
        self.id = opened.json()["id"]
        self.token = opened.json()["token"]
        self.messages = opened.json()["messages"]
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def post(self, body: Any, **headers: str) -> httpx.Response:
        url = f"/api/conversations/{self.id}/messages"
        return self._client.post(url, json=body, headers={**self.headers, **headers})

    def get(self) -> httpx.Response:
        return self._client.get(f"/api/conversations/{self.id}", headers=self.headers)

    def delete(self) -> httpx.Response:
        return self._client.delete(f"/api/conversations/{self.id}", headers=self.headers)

    @property
    def choice(self) -> str:
        return self.messages[1]["choices"][0]["id"]


@pytest.fixture
def conversation(client: TestClient) -> Conversation:
    return Conversation(client)
