"""Sessions of advisers: what the browser's signed cookie holds, and tokens against forged forms."""

import hashlib
import hmac
import secrets
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import Request
from fastapi.responses import Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from bot.conversations import Adviser
from bot.conversations.access import Access

COOKIE: Final = "declic_conseil"
PATH: Final = "/conseil"
_CODE_WITHIN_S: Final = 300.0
"""How long a right password waits for the code of the second factor."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One browser. ``form_token`` goes with its forms; ``token`` is the secret of a session, empty
    until somebody logs in; ``awaited`` has given the right password, whose ``stamp`` this is,
    and has until ``until`` (seconds since 1970) to give a code.
    """

    form_token: str
    token: str = ""
    awaited: str = ""
    stamp: str = ""
    until: float = 0.0

    @classmethod
    def new(cls, token: str = "") -> "Visit":
        return cls(form_token=secrets.token_urlsafe(16), token=token)

    @classmethod
    def awaiting_code(cls, account: Adviser) -> "Visit":
        return cls(
            form_token=secrets.token_urlsafe(16),
            awaited=account.email,
            stamp=_stamp(account),
            until=time.time() + _CODE_WITHIN_S,
        )

    def owns(self, form_token: str) -> bool:
        """Whether a form comes from a page of this browser."""
        return _same(self.form_token, form_token)

    def awaits(self, account: Adviser) -> bool:
        """Whether the account's password was just given, and is still that one."""
        return time.time() < self.until and _same(self.stamp, _stamp(account))


@dataclass(frozen=True, kw_only=True)
class Session:
    """Somebody who is logged in."""

    account: Adviser
    form_token: str
    token: str

    @property
    def email(self) -> str:
        return self.account.email

    def owns(self, form_token: str) -> bool:
        """Whether a form comes from a page of this session."""
        return _same(self.form_token, form_token)


class Sessions:
    """The cookie is signed and names a session that the database may end at any moment."""

    def __init__(self, key: str, *, access: Access, longest: timedelta) -> None:
        self._cookies = URLSafeTimedSerializer(key, salt="adviser-session")
        self._access = access
        self._lasts_s = int(longest.total_seconds())

    def visit(self, request: Request) -> Visit | None:
        """The browser's visit; ``None`` when it has none, or none that is ours and fresh."""
        cookie = request.cookies.get(COOKIE, "")
        try:
            return Visit(**self._cookies.loads(cookie, max_age=self._lasts_s))
        except (BadSignature, TypeError):  # TypeError: signed by another version of Déclic
            return None

    def session(self, request: Request) -> Session | None:
        """Who is logged in, ``None`` when nobody is any more."""
        visit = self.visit(request)
        if visit is None or not visit.token:
            return None
        account = self._access.account(visit.token, now=datetime.now(UTC))
        if account is None:
            return None
        return Session(account=account, form_token=visit.form_token, token=visit.token)

    def open(self, response: Response, request: Request, account: Adviser) -> None:
        """Log somebody in: a new session, whatever the browser held before."""
        token = self._access.open(account, now=datetime.now(UTC))
        self.write(response, request, Visit.new(token))

    def write(self, response: Response, request: Request, visit: Visit) -> None:
        """Give the browser its cookie."""
        response.set_cookie(
            COOKIE,
            self._cookies.dumps(asdict(visit)),
            max_age=self._lasts_s,
            path=PATH,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )

    def close(self, response: Response, session: Session) -> None:
        """Log out: the session ends, wherever its cookie may have been copied."""
        self._access.close(session.token)
        response.delete_cookie(COOKIE, path=PATH)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _stamp(account: Adviser) -> str:
    return hashlib.sha256(account.password_hash.encode()).hexdigest()[:16]
