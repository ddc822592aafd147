"""Client of the Rasa process: its REST channel in, replies of ours out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.errors import DialogueSilent, DialogueUnavailable, DialogueUnreachable


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A choice as the dialogue offers it; ``payload`` never leaves the server unsigned."""

    title: str
    payload: str


@dataclass(frozen=True, kw_only=True)
class BotReply:
    """One message of the bot. ``cards`` are as in ``bot.dialogue.cards``, ``effect`` is what the
    gateway has to do, ``data`` whatever else came with it.
    """

    text: str = ""
    choices: tuple[Choice, ...] = ()
    cards: tuple[Mapping[str, Any], ...] = ()
    question: str | None = None
    progress: Mapping[str, int] | None = None
    effect: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class DialogueClient:
    """``transport`` replaces the network in tests."""

    def __init__(
        self,
        base_url: str,
        *,
        timeout_s: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=timeout_s,
            transport=transport,
            trust_env=False,  # a proxy of the machine has no part in a call on loopback
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=20),
        )

    async def send(
        self, sender: str, text: str, *, metadata: Mapping[str, Any] | None = None
    ) -> tuple[BotReply, ...]:
        """Replies to ``text``, at least one; the actions read ``metadata`` with it.

        DialogueUnavailable for a fault; DialogueUnreachable when nobody listens or the process
        died meanwhile; DialogueSilent for an empty list, which Rasa answers with 200 when its
        action server is down.
        """
        message = {"sender": sender, "message": text}
        try:
            response = await self._http.post(
                "/webhooks/rest/webhook",
                json=message | ({"metadata": metadata} if metadata else {}),
            )
            response.raise_for_status()
            items = response.json()
        except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
            raise DialogueUnreachable(f"dialogue: {type(error).__name__}") from None
        except (httpx.HTTPError, ValueError, RecursionError) as error:  # ValueError: no JSON
            raise DialogueUnavailable(f"dialogue: {type(error).__name__}") from None
        try:
            replies = _replies(items)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise DialogueUnavailable("dialogue: not a list of messages") from None
        if not replies:
            raise DialogueSilent("dialogue: silence; is the actions process running?")
        return replies

    async def lives(self) -> bool:
        """Whether the Rasa process itself answers, whatever becomes of a turn."""
        try:
            return (await self._http.get("/")).is_success
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _replies(items: list[dict[str, Any]]) -> tuple[BotReply, ...]:
    """One reply a text; Rasa sends what accompanies a text as a message of its own after it."""
    parts: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for item in items:
        custom = item.get("custom") or {}
        if not item.get("text") and custom and parts and not parts[-1][1]:
            parts[-1] = (parts[-1][0], custom)
        elif item.get("text") or custom:
            parts.append((item, custom))
    return tuple(_reply(item, custom) for item, custom in parts)


def _reply(item: Mapping[str, Any], custom: Mapping[str, Any]) -> BotReply:
    return BotReply(
        text=str(item.get("text") or ""),
        choices=tuple(
            Choice(title=str(button["title"]), payload=str(button["payload"]))
            for button in item.get("buttons") or ()
        ),
        cards=tuple(custom.get("cards") or ()),
        question=custom.get("question"),
        progress=custom.get("progress"),
        effect=custom.get("effect"),
        data=custom,
    )
