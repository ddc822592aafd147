"""Who may read and write a conversation over the API: whoever holds its token."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Header

from bot.web.problems import BadToken, UnknownConversation
from bot.web.tokens import Tokens, is_id


def bearer(tokens: Tokens) -> Callable[..., str]:
    """A dependency: the conversation of the path, which the request's token opens."""

    def opened(conversation_id: str, authorization: Annotated[str | None, Header()] = None) -> str:
        """A token opens its conversation only; another one's existence is not told."""
        scheme, _, token = (authorization or "").partition(" ")
        known = tokens.conversation_of(token.strip()) if scheme.lower() == "bearer" else None
        if known is None:
            raise BadToken
        if not is_id(conversation_id) or known != conversation_id:
            raise UnknownConversation
        return conversation_id

    return opened
