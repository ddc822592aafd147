from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from actions.app import create_app
from actions.services import Services
from bot.matching import Evidence, Match, RoleMatch
from bot.settings import Settings
from bot.trainings import sample

FAVOURITES = ("technicien-support", "referent-numerique", "webdesigner", "data-analyst")


class FakeMatcher:
    """Ranks a few roles always alike; abstains on bread."""

    def match(self, *, background: str, motivations: str, excluded=()) -> Match:
        quoted = background.split(",")[0]
        evidence = Evidence(field="background", start=0, end=len(quoted), quote=quoted)
        ranked = [role for role in FAVOURITES if role not in excluded]
        roles = tuple(
            RoleMatch(role_id=role, score=0.5 / (rank + 1), evidence=(evidence,) if quoted else ())
            for rank, role in enumerate(ranked)
        )
        return Match(roles=roles, abstained="pain" in background + motivations)


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample catalogue, built once."""
    folder = tmp_path_factory.mktemp("catalogue")
    settings = Settings(data_dir=folder)
    sample.prepare(settings, say=lambda text: None)
    return settings.catalogue_path


@pytest.fixture
def services(tmp_path: Path, catalogue: Path) -> Iterator[Services]:
    (tmp_path / "catalogue.db").symlink_to(catalogue)
    services = Services(Settings(data_dir=tmp_path))
    services.store.migrate()
    services.matcher = FakeMatcher()
    yield services
    services.store.engine.dispose()


class Rasa:
    """Calls actions on the wire as Rasa does, and applies their events to its slots."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.slots: dict[str, Any] = {"requested_slot": None}
        self.form: str | None = None
        self.sender = "person"

    def run(self, action: str, text: str = "", **message: Any) -> tuple[list, list]:
        """Events and responses of one action, after ``text`` or a choice's entities."""
        intent = {"name": message.pop("intent", None), "confidence": message.pop("sure", 0.9)}
        entities = [{"entity": name, "value": value} for name, value in message.items()]
        user = {"text": text, "intent": intent, "entities": entities, "intent_ranking": [intent]}
        call = {
            "next_action": action,
            "sender_id": self.sender,
            "tracker": {
                "sender_id": self.sender,
                "slots": self.slots,
                "latest_message": user,
                "events": [{"event": "user", "text": text}],
                "paused": False,
                "followup_action": None,
                "active_loop": {"name": self.form} if self.form else {},
                "latest_action_name": "action_listen",
            },
        }
        response = self._client.post("/webhook", json=call)
        assert response.status_code == 200, response.text
        events, responses = response.json()["events"], response.json()["responses"]
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        return events, responses


@pytest.fixture
def rasa(services: Services) -> Iterator[Rasa]:
    with TestClient(create_app(services), raise_server_exceptions=False) as client:
        yield Rasa(client)


def said(responses: list) -> list[str]:
    return [response["response"] for response in responses if response.get("response")]


def followup(events: list) -> str | None:
    return next((event["name"] for event in events if event["event"] == "followup"), None)
