"""The web application with its real collaborators."""

import logging
from typing import Final

from fastapi import FastAPI

from bot.conversations import ConversationStore, Privacy, load_labels
from bot.dialogue.client import DialogueClient
from bot.dialogue.shortcuts import load_shortcuts
from bot.errors import StoreUnavailable
from bot.settings import PROJECT, Settings
from bot.web.app import create_app

logger = logging.getLogger(__name__)

_LONGEST_TURN_S: Final = 60.0


def build_app(settings: Settings) -> FastAPI:
    """What ``declic web`` serves."""
    store = ConversationStore(settings.conversations_url)
    try:
        store.migrate()
    except StoreUnavailable as error:
        # The conversation goes on without being kept; /health/ready names the part.
        logger.error("%s: %s", error.code, error.detail)
    return create_app(
        settings,
        dialogue=DialogueClient(
            f"http://127.0.0.1:{settings.dialogue_port}",
            # Longer than anybody waits: an answer that comes late is there for the next request.
            timeout_s=_LONGEST_TURN_S,
        ),
        store=store,
        privacy=Privacy(store, settings=settings),
        recognise=load_shortcuts(PROJECT / "data" / "answers" / "shortcuts.yml"),
        labels=load_labels(),
    )
