import re
from collections.abc import Iterator

import httpx
import pytest

from tests.stack import Stack


class Person:
    """Somebody in conversation: types, clicks, reads what comes back."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        opened = self._http.post("/api/conversations", json={"channel": "web"})
        assert opened.status_code == 201, opened.text
        self.id: str = opened.json()["id"]
        self._headers = {"Authorization": f"Bearer {opened.json()['token']}"}
        self.messages: list[dict] = opened.json()["messages"]
        self.transcript: list[str] = [self.read]

    def says(self, text: str) -> str:
        """Type a message; returns all that the bot answers."""
        return self._post({"text": text})

    def clicks(self, label: str, card: str | None = None) -> str:
        """Click a choice by its label, on the card of that title when one is named."""
        return self._post({"choice": self.choice(label, card)})

    def choice(self, label: str, card: str | None = None) -> str:
        sources = self.messages if card is None else [c for c in self.cards if c["title"] == card]
        choices = {c["label"]: c["id"] for source in sources for c in source.get("choices", [])}
        assert label in choices, f"{label!r} is not among {list(choices)}"
        return choices[label]

    @property
    def read(self) -> str:
        """The bot's latest texts, one after the other."""
        return "\n".join(message["text"] for message in self.messages if message["text"])

    @property
    def cards(self) -> list[dict]:
        return [card for message in self.messages for card in message["cards"]]

    @property
    def choices(self) -> list[str]:
        return [choice["label"] for message in self.messages for choice in message["choices"]]

    def fact(self, card: dict, label: str) -> str:
        return next((f["value"] for f in card["facts"] if f["label"] == label), "")

    def history(self) -> list[dict]:
        response = self._http.get(f"/api/conversations/{self.id}", headers=self._headers)
        assert response.status_code == 200, response.text
        return response.json()["messages"]

    def _post(self, body: dict) -> str:
        url = f"/api/conversations/{self.id}/messages"
        response = self._http.post(url, json=body, headers=self._headers)
        assert response.status_code == 200, response.text
        self.messages = response.json()["messages"]
        assert self.messages, "silence"
        for text in (self.read, *self.choices):
            assert_french(text)
        self.transcript.append(self.read)
        return self.read


ENGLISH = re.compile(r"\b(?:the|you|your|please|sorry|error|undefined|null|None)\b")


def assert_french(text: str) -> None:
    assert not ENGLISH.search(text), text
    assert "{" not in text, text


@pytest.fixture
def person(stack: Stack) -> Iterator[Person]:
    with httpx.Client(base_url=stack.url, timeout=60) as http:
        yield Person(http)
