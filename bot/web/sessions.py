"""Sessions of advisers: a signed cookie, a token against forged forms, a brake on guessing."""

import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from fastapi import Request
from fastapi.responses import Response
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

COOKIE: Final = "declic_conseil"
PATH: Final = "/conseil"
_LASTS_S: Final = 8 * 3600
_FAILURES: Final = 5
_LOCKED_S: Final = 300.0
_MOST_ADDRESSES: Final = 10_000


class Sessions:
    """Everything is in the cookie; a new secret key ends every session."""

    def __init__(self, key: str) -> None:
        self._cookies = URLSafeTimedSerializer(key, salt="adviser-session")
        self._forms = URLSafeSerializer(key, salt="adviser-form")

    def open(self, response: Response, request: Request, email: str) -> None:
        """Give the browser a session for eight hours."""
        response.set_cookie(
            COOKIE,
            self._cookies.dumps(email),
            max_age=_LASTS_S,
            path=PATH,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )

    def close(self, response: Response) -> None:
        response.delete_cookie(COOKIE, path=PATH)

    def email(self, request: Request) -> str | None:
        """Who is logged in; ``None`` without a valid session."""
        try:
            email = self._cookies.loads(request.cookies.get(COOKIE, ""), max_age=_LASTS_S)
        except BadSignature:
            return None
        return str(email)

    def form_token(self, request: Request) -> str:
        """What a form of this session must bring back."""
        return str(self._forms.dumps(self.email(request) or ""))

    def is_own_form(self, request: Request, token: str) -> bool:
        """Whether a form comes from a page of this session."""
        return hmac.compare_digest(token.encode(), self.form_token(request).encode())


class Brake:
    """Locks an e-mail and address pair for five minutes after five failures in a row."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def locked(self, key: str) -> bool:
        count, since = self._failures.get(key, (0, 0.0))
        return count >= _FAILURES and self._clock() - since < _LOCKED_S

    def failed(self, key: str) -> None:
        count, since = self._failures.pop(key, (0, 0.0))
        if self._clock() - since >= _LOCKED_S:
            count = 0
        self._failures[key] = (count + 1, self._clock())
        while len(self._failures) > _MOST_ADDRESSES:
            self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        self._failures.pop(key, None)
