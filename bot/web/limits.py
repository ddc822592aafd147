"""Limits on what comes in: the size of a body, and how fast an address opens conversations."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problems import MessageTooLong, TooManyRequests, of_error

MAX_BODY: Final = 64 * 1024
_MOST_ADDRESSES: Final = 10_000
_MINUTE_S: Final = 60.0


class BodyLimit:
    """Refuses a body over ``limit`` bytes as soon as that is known, without reading it all."""

    def __init__(self, app: ASGIApp, *, limit: int = MAX_BODY) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._limit:
            await of_error(MessageTooLong())(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._limit:
                await of_error(MessageTooLong())(scope, receive, send)
                return
        pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self._app(scope, replay, send)


class AddressLimit:
    """At most so many openings in a minute from one address."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def check(self, request: Request) -> None:
        """Count one; TooManyRequests when there were too many in this minute."""
        address = request.client.host if request.client else ""
        now = self._clock()
        start, count = self._windows.pop(address, (now, 0))
        if now - start >= _MINUTE_S:
            start, count = now, 0
        self._windows[address] = (start, count + 1)
        while len(self._windows) > _MOST_ADDRESSES:
            self._windows.popitem(last=False)
        if count >= self._per_minute:
            raise TooManyRequests
