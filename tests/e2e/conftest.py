import copy
import re
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.drills import Drilled, drilled_stack
from tests.stack import Stack

LONGEST_WAIT_S = 15.0
"""The limit of a turn is 5 s; a busy machine may take longer to say so."""


class Person:
    """Somebody in conversation: types, clicks, reads what comes back."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        opened = self._http.post("/api/conversations", json={"channel": "web"})
        while opened.status_code == 503:
            time.sleep(0.5)
            opened = self._http.post("/api/conversations", json={"channel": "web"})
        assert opened.status_code == 201, opened.text
        self.id: str = opened.json()["id"]
        self._headers = {"Authorization": f"Bearer {opened.json()['token']}"}
        self.messages: list[dict] = opened.json()["messages"]
        self.transcript: list[str] = [self.read]

    def says(self, text: str) -> str:
        """Type a message; returns all that the bot answers."""
        return self._post({"text": text})

    def insists(self, text: str, *, key: str | None = None) -> str:
        """Type a message and send it again until it is answered, whatever fails meanwhile.

        ``key`` is that of an earlier try. Nobody waits long, and each wait ends in a French
        sentence.
        """
        return self._post({"text": text}, key=key, while_failing=True)

    def sends(self, body: dict) -> httpx.Response:
        """Post a message, whatever comes of it."""
        url = f"/api/conversations/{self.id}/messages"
        return self._http.post(url, json=body, headers=self._headers)

    def other_tab(self) -> "Person":
        """The same person in a second tab that shows what the first one shows."""
        tab = copy.copy(self)
        tab.transcript = list(self.transcript)
        return tab

    def clicks(self, label: str, card: str | None = None) -> str:
        """Click a choice by its label, on the card of that title when one is named."""
        return self._post({"choice": self.choice(label, card)})

    def follows(self, choice: str) -> str:
        """Click a choice by its id."""
        return self._post({"choice": choice})

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

    def _post(self, body: dict, *, key: str | None = None, while_failing: bool = False) -> str:
        """Send again what is answered late, as the page does."""
        body = body | {"client_id": key or f"turn-{len(self.transcript)}-{time.monotonic_ns()}"}
        deadline = time.monotonic() + 180
        while True:
            start = time.monotonic()
            response = self.sends(body)
            assert time.monotonic() - start < LONGEST_WAIT_S
            late = response.status_code == 503 and response.json()["code"] == "late"
            if not late and not (while_failing and response.status_code == 503):
                return self._read_answer(response)
            assert_french(response.json()["detail"])
            assert time.monotonic() < deadline, response.text
            time.sleep(0.5)

    def _read_answer(self, response: httpx.Response) -> str:
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


@pytest.fixture(scope="session")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drilled]:
    """A stack of its own for faults, started once for all drills; each leaves it working."""
    with drilled_stack(tmp_path_factory.mktemp("drilled")) as running:
        yield running


@pytest.fixture
def survivor(drilled: Drilled) -> Iterator[Person]:
    """Somebody in conversation with the stack on which faults are drilled."""
    drilled.wait_ready()
    with httpx.Client(base_url=drilled.stack.url, timeout=60) as http:
        yield Person(http)
    drilled.wait_ready()
