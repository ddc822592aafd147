"""Which sites may talk to the chat API from a browser: its own, and the portals of the settings.

Forged requests (CSRF) need no more than this: nothing is authorised by a cookie, only by the bearer
token, which another site does not have and a browser does not add by itself.
"""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.paths import route_path
from bot.web.problems import ForeignOrigin, of_error

_API: Final = "/api/"


class Origins:
    """Answers portals of ``allowed`` with CORS headers; refuses any other site before its request
    has any effect.
    """

    def __init__(self, app: ASGIApp, *, allowed: Sequence[str]) -> None:
        self._app = app
        self._allowed = frozenset(allowed)
        self._for_portals = CORSMiddleware(
            app,
            allow_origins=allowed,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
            expose_headers=["Retry-After"],
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not route_path(scope).startswith(_API):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin in self._allowed:
            await self._for_portals(scope, receive, send)
        elif origin is None or origin.partition("://")[2] == headers.get("host"):
            await self._app(scope, receive, send)
        else:
            await of_error(ForeignOrigin())(scope, receive, send)
