"""Whether the process lives, and whether a real turn works."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from bot.conversations import ConversationStore
from bot.dialogue.client import BotReply, DialogueClient
from bot.errors import DialogueSilent, DialogueUnavailable, StoreUnavailable
from bot.web.problems import NotReady

logger = logging.getLogger(__name__)

_FRESH_S: Final = 5.0
_GLANCE_S: Final = 1.0


class Readiness:
    """Sends a synthetic turn through the whole stack, at most once in five seconds."""

    def __init__(
        self,
        *,
        dialogue: DialogueClient,
        store: ConversationStore,
        patience_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._dialogue = dialogue
        self._store = store
        self._patience_s = patience_s
        self._clock = clock
        self._asked_at = float("-inf")
        self._missing: str | None = None
        self._asking = asyncio.Lock()

    async def missing(self) -> str | None:
        """Name of the part that does not work, ``None`` when a turn works."""
        async with self._asking:
            # What failed a moment ago is asked again at once: somebody waits for it to come back.
            if self._missing is not None or self._clock() - self._asked_at >= _FRESH_S:
                self._missing = await self._ask()
                self._asked_at = self._clock()
            return self._missing

    async def _ask(self) -> str | None:
        try:
            await run_in_threadpool(self._store.ping)
        except StoreUnavailable:
            return "conversations"
        sender = f"health-{secrets.token_hex(8)}"
        try:
            async with asyncio.timeout(self._patience_s):
                replies = await self._dialogue.send(sender, "/ping")
        except DialogueSilent:
            return "actions"
        except TimeoutError:
            return "actions" if await self._dialogue_lives() else "dialogue"
        except DialogueUnavailable:
            return "dialogue"
        return self._failing(replies)

    async def _dialogue_lives(self) -> bool:
        """Rasa that answers at once, but no turn: it waits for the actions."""
        try:
            async with asyncio.timeout(_GLANCE_S):
                return await self._dialogue.lives()
        except TimeoutError:
            return False

    def _failing(self, replies: Sequence[BotReply]) -> str | None:
        parts = next((reply.data.get("parts") for reply in replies if reply.effect == "pong"), None)
        if parts is None:
            return "actions"
        return next((name for name, works in parts.items() if not works), None)


def health_router(readiness: Readiness) -> APIRouter:
    """``/health/live`` and ``/health/ready``."""
    router = APIRouter(prefix="/health")

    @router.api_route("/live", methods=["GET", "HEAD"], include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.api_route("/ready", methods=["GET", "HEAD"], include_in_schema=False)
    async def ready() -> dict[str, str]:
        missing = await readiness.missing()
        if missing is not None:
            raise NotReady(missing)
        return {"status": "ready"}

    return router
