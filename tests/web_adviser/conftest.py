import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page
from starlette.testclient import TestClient

from bot.conversations import (
    AccountRole,
    ConversationStore,
    MatchRecord,
    Privacy,
    ProposalRecord,
    StoredMessage,
    load_labels,
)
from bot.conversations.advisers import add_adviser
from bot.dialogue.client import DialogueClient
from bot.dialogue.shortcuts import load_shortcuts
from bot.person import Equipment, Profile, Status
from bot.settings import PROJECT, Settings
from bot.web.app import create_app

EMAIL, PASSWORD = "anne@exemple.fr", "une phrase assez longue"
LEAD, OPERATOR = "lea@exemple.fr", "odile@exemple.fr"
CARD = {
    "kind": "training",
    "training_id": "t",
    "title": "Animer une communauté en ligne",
    "subtitle": "Atelier fictif",
    "facts": [{"label": "Durée", "value": "400 heures"}, {"label": "Coût", "value": "Gratuit"}],
    "note": "Exemple inventé, en attendant le vrai catalogue.",
    "link": {"label": "Voir la formation", "url": "https://formations.example/t"},
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[ConversationStore]:
    store = ConversationStore(settings.conversations_url)
    store.migrate()
    yield store
    store.engine.dispose()


def make_app(settings: Settings, store: ConversationStore) -> FastAPI:
    """The web process; no page of the console needs Rasa."""
    no_rasa = httpx.MockTransport(lambda request: httpx.Response(503))
    return create_app(
        settings,
        dialogue=DialogueClient("http://rasa", timeout_s=1, transport=no_rasa),
        store=store,
        privacy=Privacy(store, settings=settings),
        recognise=load_shortcuts(PROJECT / "data" / "answers" / "shortcuts.yml"),
        labels=load_labels(),
    )


@pytest.fixture
def app(settings: Settings, store: ConversationStore) -> FastAPI:
    return make_app(settings, store)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False) as client:
        yield client


def form_token(client: TestClient, path: str = "/conseil/connexion") -> str:
    return client.get(path).text.split('name="form_token" value="')[1].split('"')[0]


def log_in(client: TestClient, *, email: str = EMAIL, password: str = PASSWORD):
    data = {"form_token": form_token(client), "email": email, "password": password}
    return client.post("/conseil/connexion", data=data)


def send(client: TestClient, path: str, **data: str):
    """A form of a page of the console, with its token."""
    return client.post(path, data={"form_token": form_token(client, "/conseil/compte")} | data)


@pytest.fixture
def adviser(client: TestClient, store: ConversationStore) -> TestClient:
    """The browser of an adviser who is logged in."""
    add_adviser(store, email=EMAIL, password=PASSWORD)
    assert log_in(client).status_code == 303
    return client


def browser_of(app: FastAPI, store: ConversationStore, email: str, role: AccountRole) -> TestClient:
    """Another browser, where an account of some role is logged in."""
    add_adviser(store, email=email, password=PASSWORD, role=role)
    client = TestClient(app, follow_redirects=False)
    assert log_in(client, email=email).status_code == 303
    return client


@pytest.fixture
def lead(app: FastAPI, store: ConversationStore) -> TestClient:
    return browser_of(app, store, LEAD, AccountRole.LEAD)


@pytest.fixture
def operator(app: FastAPI, store: ConversationStore) -> TestClient:
    return browser_of(app, store, OPERATOR, AccountRole.OPERATOR)


@pytest.fixture
def kept(store: ConversationStore) -> str:
    """A conversation with something in every part of its page."""
    keep(store, "AbCdEfGh", "vendeuse en boulangerie, je tiens la page du club " * 3)
    store.ask_for_human("AbCdEfGh")
    return "AbCdEfGh"


def keep(store: ConversationStore, conversation_id: str, words: str) -> None:
    store.start(conversation_id)
    profile = Profile(
        status=Status.JOB_SEEKER,
        level=4,
        place_id="51478",
        place_name="Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson (51)",
        radius_km=30,
        equipment=Equipment.PHONE_ONLY,
        background=words,
        motivations="animer des groupes",
    )
    store.save_profile(conversation_id, profile)
    roles = [("community-manager", "Community manager"), ("redacteur-web", "Rédactrice web")]
    store.save_matches(
        conversation_id,
        [
            MatchRecord(role_id=role, label=label, score=0.5, quotes=("la page du club",))
            for role, label in roles
        ],
    )
    store.set_role_state(conversation_id, "community-manager", "chosen")
    training = ProposalRecord(
        training_id="t", role_id="community-manager", title=CARD["title"], provider="Atelier fictif"
    )
    store.save_proposals(conversation_id, [training])
    said = [
        ("bot", "Qu'avez-vous fait ?", {"question": "background"}),
        ("person", words, {}),
        ("bot", "", {"cards": [CARD]}),
    ]
    store.add_messages(
        conversation_id,
        [
            StoredMessage(
                id=str(number),
                author=author,
                text=text,
                at=datetime(2026, 7, 14, 22, 30, tzinfo=UTC),
                payload=payload,
            )
            for number, (author, text, payload) in enumerate(said)
        ],
    )


@dataclass(frozen=True)
class Console:
    """The console on a free port, with one adviser."""

    url: str

    def log_in(self, page: Page) -> None:
        page.goto(f"{self.url}/conseil")
        page.get_by_label("Adresse électronique").fill(EMAIL)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.url}/conseil")


@pytest.fixture
def console(app: FastAPI, store: ConversationStore) -> Iterator[Console]:
    add_adviser(store, email=EMAIL, password=PASSWORD)
    config = uvicorn.Config(app, port=0, log_level="error", ws="none")
    server = uvicorn.Server(config)
    started = threading.Event()
    config.load()
    socket = config.bind_socket()
    thread = threading.Thread(target=lambda: (started.set(), server.run([socket])))
    thread.start()
    started.wait()
    yield Console(f"http://127.0.0.1:{socket.getsockname()[1]}")
    server.should_exit = True
    thread.join()
