"""The chat page over a real web process; the dialogue behind it is scripted."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from bot.conversations import ConversationStore, Privacy, load_labels
from bot.dialogue.client import DialogueClient
from bot.settings import Settings
from bot.web.app import create_app

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
LONG_WORD = "Anticonstitutionnellement" * 6
ROLE = {
    "kind": "role",
    "role_id": "technicien-support",
    "title": "Technicienne ou technicien support",
    "text": "Vous aidez les gens quand leur ordinateur ne marche plus.",
    "quotes": ["je répare les ordinateurs de mes voisins"],
    "facts": [
        {"label": "Niveau d'entrée habituel", "value": "Bac"},
        {"label": "Tâches", "value": "Écouter\nChercher la panne\nRéparer"},
    ],
    "choices": [
        {"title": "Voir les formations", "payload": '/choose_role{"role":"technicien-support"}'},
        {"title": "Plutôt pas", "payload": '/reject_role{"role":"technicien-support"}'},
    ],
}
TRAINING = {
    "kind": "training",
    "training_id": "t1",
    "title": "Technicien d'assistance informatique",
    "subtitle": "École inventée de Metz",
    "facts": [{"label": "Lieu", "value": "Metz (57), à 4 km"}],
    "note": "Exemple inventé, en attendant le vrai catalogue.",
    "link": {"label": "Voir la formation", "url": "https://formations.example/t1"},
    "choices": [{"title": "Garder cette formation", "payload": "/choose_training"}],
}
SUMMARY = {
    "kind": "summary",
    "title": "Votre résumé",
    "facts": [{"label": "Lieu", "value": "Metz (57)"}],
}
BAD_CARD = {
    "kind": "training",
    "title": HOSTILE,
    "subtitle": LONG_WORD,
    "text": HOSTILE,
    "quotes": [HOSTILE],
    "facts": [{"label": HOSTILE, "value": f"{HOSTILE}\n{LONG_WORD}"}],
    "note": HOSTILE,
    "link": {"label": HOSTILE, "url": "javascript:alert(3)"},
    "choices": [{"title": HOSTILE, "payload": "/x"}],
}


def _say(text: str, *, buttons: tuple[str, ...] = (), **custom: Any) -> list[dict[str, Any]]:
    """A text as Rasa sends it, with the payloads /<title> for its buttons."""
    choices = [{"title": title, "payload": f"/{title}"} for title in buttons]
    items: list[dict[str, Any]] = [{"recipient_id": "a", "text": text, "buttons": choices}]
    return [*items, {"recipient_id": "a", "custom": custom}] if custom else items


_LEVELS = ("Sans diplôme", "CAP ou BEP", "Bac", "Bac+2", "Je ne sais pas")
_SCRIPT = {
    "/start": [
        *_say("Bonjour, je suis Déclic."),
        *_say("Puis-je garder un résumé ?", buttons=("Oui", "Non"), question="consent"),
    ],
    "/Oui": _say(
        "Votre niveau ?", buttons=_LEVELS, question="level", progress={"step": 2, "of": 7}
    ),
    "/Non": _say("Racontez-moi : qu'avez-vous fait ?", progress={"step": 6, "of": 7}),
    "cartes": _say("Voici des pistes.", cards=[ROLE, TRAINING], progress={"step": 7, "of": 7}),
    "pièges": _say(HOSTILE, buttons=(HOSTILE,), cards=[BAD_CARD]),
    "plusieurs": [*_say("Un. " * 40), *_say("Deux."), *_say("Trois.", buttons=("Quatre",))],
    "long": [*_say("Une ligne.\n" * 40), *_say("La fin.", plain="Fin.")],
    "/Bac": _say("Où habitez-vous ?", question="place", progress={"step": 3, "of": 7}),
    '/change_answer{"slot": "level"}': _say(
        "Votre niveau ?", buttons=_LEVELS, question="level", progress={"step": 2, "of": 7}
    ),
    "/summary": _say("Voici votre résumé.", cards=[SUMMARY]),
    "effacer mes données": _say("Tout effacer ?", buttons=("Oui, tout effacer",)),
    "/Oui, tout effacer": _say("C'est effacé.", effect="erase"),
}


@dataclass
class Site:
    """A running web process; ``received`` is what reached its dialogue."""

    url: str = ""
    received: list[str] = field(default_factory=list)
    pause_s: float = 0.0
    works: bool = True

    def __call__(self, request: httpx.Request) -> httpx.Response:
        message = json.loads(request.content)["message"]
        self.received.append(message)
        time.sleep(self.pause_s)
        if not self.works:
            return httpx.Response(500)
        return httpx.Response(200, json=_SCRIPT.get(message, _say(f"J'ai lu : {message}")))


def serve(site: Site, settings: Settings) -> Callable[[], None]:
    """Serve in a thread; the result stops it."""
    store = ConversationStore(settings.conversations_url)
    store.migrate()
    app = create_app(
        settings,
        dialogue=DialogueClient("http://rasa", timeout_s=5, transport=httpx.MockTransport(site)),
        store=store,
        privacy=Privacy(store, settings=settings),
        recognise=lambda text: None,
        labels=load_labels(),
    )
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()  # who comes before the server runs waits for it
    site.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()

    def stop() -> None:
        server.should_exit = True
        thread.join()
        listener.close()
        store.engine.dispose()

    return stop


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site()
    stop = serve(site, Settings(data_dir=tmp_path, message_max_length=200))
    yield site
    stop()
