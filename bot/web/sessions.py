"""Sessions of advisers: a signed cookie, a token against forged forms, a brake on guessing."""

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final

from fastapi import Request
from fastapi.responses import Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from bot.conversations import Adviser

COOKIE: Final = "declic_conseil"
PATH: Final = "/conseil"
_LASTS_S: Final = 8 * 3600
_WINDOW_S: Final = 300.0
_MOST_KEYS: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class Session:
    """One browser; ``email`` is empty until somebody logs in.

    ``stamp`` ties the session to the account's password, ``form_token`` to its own forms.
    """

    email: str = ""
    stamp: str = ""
    form_token: str

    @classmethod
    def new(cls, account: Adviser | None = None) -> "Session":
        token = secrets.token_urlsafe(16)
        if account is None:
            return cls(form_token=token)
        return cls(email=account.email, stamp=_stamp(account), form_token=token)

    def is_of(self, account: Adviser) -> bool:
        """Whether the password is still that of the login."""
        return hmac.compare_digest(self.stamp, _stamp(account))

    def owns(self, form_token: str) -> bool:
        """Whether a form comes from a page of this session."""
        return hmac.compare_digest(self.form_token.encode(), form_token.encode())


class Sessions:
    """Everything is in the cookie; a new secret key ends every session."""

    def __init__(self, key: str) -> None:
        self._cookies = URLSafeTimedSerializer(key, salt="adviser-session")

    def write(self, response: Response, request: Request, session: Session) -> None:
        """Give the browser the session for eight hours."""
        response.set_cookie(
            COOKIE,
            self._cookies.dumps(asdict(session)),
            max_age=_LASTS_S,
            path=PATH,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )

    def close(self, response: Response) -> None:
        response.delete_cookie(COOKIE, path=PATH)

    def read(self, request: Request) -> Session | None:
        """The browser's session; ``None`` when it has none, or none that is ours and fresh."""
        try:
            return Session(**self._cookies.loads(request.cookies.get(COOKIE, ""), max_age=_LASTS_S))
        except (BadSignature, TypeError):  # TypeError: signed by another version of Déclic
            return None


class Brake:
    """At most ``limit`` attempts for a key in five minutes.

    An attempt counts before its outcome is known, so that guesses sent together count too.
    """

    def __init__(self, limit: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._attempts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Count an attempt, unless there were too many."""
        with self._lock:
            count, since = self._attempts.pop(key, (0, self._clock()))
            if self._clock() - since >= _WINDOW_S:
                count, since = 0, self._clock()
            allowed = count < self._limit
            self._attempts[key] = (count + allowed, since)
            while len(self._attempts) > _MOST_KEYS:
                self._attempts.popitem(last=False)
            return allowed

    def forget(self, key: str) -> None:
        """The attempts were honest."""
        with self._lock:
            self._attempts.pop(key, None)


def _stamp(account: Adviser) -> str:
    return hashlib.sha256(account.password_hash.encode()).hexdigest()[:16]
