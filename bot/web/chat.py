"""The chat API, as docs/api.md describes it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictStr, model_validator

from bot.web.access import bearer
from bot.web.gateway import Gateway
from bot.web.limits import RateLimit, address_of
from bot.web.tokens import Tokens

Key = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$", strict=True)]


class Opening(BaseModel):
    """Body of ``POST /api/conversations``."""

    model_config = ConfigDict(extra="ignore")

    channel: StrictStr = "web"


class Message(BaseModel):
    """Body of a message: a text or a choice, not both. ``client_id`` tells a retry."""

    model_config = ConfigDict(extra="ignore")

    text: StrictStr | None = None
    choice: StrictStr | None = None
    client_id: Key | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Message":
        if (self.text is None) == (self.choice is None):
            raise ValueError("a text or a choice")
        return self


def chat_router(
    *, gateway: Gateway, tokens: Tokens, openings: RateLimit, requests: RateLimit
) -> APIRouter:
    """Routes over one gateway; ``openings`` and ``requests`` are limits of each address."""

    def paced(request: Request) -> None:
        requests.check(address_of(request))

    router = APIRouter(prefix="/api/conversations", dependencies=[Depends(paced)])
    Opened = Annotated[str, Depends(bearer(tokens))]

    @router.post("", status_code=201)
    async def open_conversation(opening: Opening, request: Request) -> dict[str, Any]:
        openings.check(address_of(request))
        conversation_id, token, messages = await gateway.open()
        return {"id": conversation_id, "token": token, "messages": messages}

    @router.post("/{conversation_id}/messages")
    async def send_message(
        conversation_id: Opened,
        message: Message,
        idempotency_key: Annotated[Key | None, Header()] = None,
    ) -> dict[str, Any]:
        messages = await gateway.send(
            conversation_id,
            text=message.text,
            choice=message.choice,
            key=message.client_id or idempotency_key,
        )
        return {"messages": messages}

    @router.get("/{conversation_id}")
    async def read_conversation(conversation_id: Opened) -> dict[str, Any]:
        return resumed(await gateway.history(conversation_id))

    @router.delete("/{conversation_id}")
    async def erase_conversation(conversation_id: Opened) -> JSONResponse:
        receipt = await gateway.erase(conversation_id)
        return JSONResponse({"receipt": receipt.to_json()})

    return router


def resumed(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """A conversation as it was left: its messages, how far it went."""
    known = [message["progress"] for message in messages if message.get("progress")]
    return {"messages": messages, "progress": known[-1] if known else {}}
