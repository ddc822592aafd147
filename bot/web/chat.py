"""The chat API, as docs/api.md describes it."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictStr, model_validator

from bot.web.gateway import Gateway
from bot.web.limits import RateLimit, address_of
from bot.web.problems import BadToken, UnknownConversation
from bot.web.tokens import Tokens, is_id

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


def chat_router(*, gateway: Gateway, tokens: Tokens, openings: RateLimit) -> APIRouter:
    """Routes over one gateway."""
    router = APIRouter(prefix="/api/conversations")

    def check(conversation_id: str, authorization: str | None) -> None:
        """A token opens its conversation only; another one's existence is not told."""
        scheme, _, token = (authorization or "").partition(" ")
        opened = tokens.conversation_of(token.strip()) if scheme.lower() == "bearer" else None
        if opened is None:
            raise BadToken
        if not is_id(conversation_id) or opened != conversation_id:
            raise UnknownConversation

    @router.post("", status_code=201)
    async def open_conversation(opening: Opening, request: Request) -> dict[str, Any]:
        openings.check(address_of(request))
        conversation_id, token, messages = await gateway.open()
        return {"id": conversation_id, "token": token, "messages": messages}

    @router.post("/{conversation_id}/messages")
    async def send_message(
        conversation_id: str,
        message: Message,
        authorization: Annotated[str | None, Header()] = None,
        idempotency_key: Annotated[Key | None, Header()] = None,
    ) -> dict[str, Any]:
        check(conversation_id, authorization)
        messages = await gateway.send(
            conversation_id,
            text=message.text,
            choice=message.choice,
            key=message.client_id or idempotency_key,
        )
        return {"messages": messages}

    @router.get("/{conversation_id}")
    async def read_conversation(
        conversation_id: str, authorization: Annotated[str | None, Header()] = None
    ) -> dict[str, Any]:
        check(conversation_id, authorization)
        messages = await gateway.history(conversation_id)
        known = [message["progress"] for message in messages if message.get("progress")]
        return {"messages": messages, "progress": known[-1] if known else {}}

    @router.delete("/{conversation_id}")
    async def erase_conversation(
        conversation_id: str, authorization: Annotated[str | None, Header()] = None
    ) -> JSONResponse:
        check(conversation_id, authorization)
        receipt = await gateway.erase(conversation_id)
        return JSONResponse({"receipt": receipt.to_json()})

    return router
