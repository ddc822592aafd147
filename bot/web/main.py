"""The web application with its real collaborators."""

from fastapi import FastAPI

from bot.conversations import ConversationStore, Privacy, load_labels
from bot.dialogue.client import DialogueClient
from bot.dialogue.shortcuts import load_shortcuts
from bot.settings import PROJECT, Settings
from bot.web.app import create_app


def build_app(settings: Settings) -> FastAPI:
    """What ``declic web`` serves."""
    store = ConversationStore(settings.conversations_url)
    store.migrate()
    return create_app(
        settings,
        dialogue=DialogueClient(
            f"http://127.0.0.1:{settings.dialogue_port}",
            # Longer than anybody waits: an answer that comes late is there for the retry.
            timeout_s=3 * settings.turn_timeout_s,
        ),
        store=store,
        privacy=Privacy(store, settings=settings),
        recognise=load_shortcuts(PROJECT / "data" / "answers" / "shortcuts.yml"),
        labels=load_labels(),
    )
