"""One's own account (password, second factor), and the audit for those who oversee."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import segno
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup

from bot.conversations.advisers import (
    BadAccount,
    hash_of_password,
    is_password_of,
    new_totp_secret,
    totp_address,
    totp_step,
)
from bot.web.console import LONGEST_FIELD, Console, ConsoleRoute, Field, Text, back_to
from bot.web.sessions import PATH, Session

_AUDIT_PAGE: Final = 50
_ENROL_WITHIN_S: Final = 900
_GUESSES: Final = 5
_GUESSES_WITHIN: Final = timedelta(minutes=15)


def account_router(console: Console) -> APIRouter:
    """Pages about accounts rather than conversations."""
    router = APIRouter(prefix=PATH, default_response_class=HTMLResponse, route_class=ConsoleRoute)
    # A secret that is not yet in use travels in its form, signed for the account.
    enrolments = URLSafeTimedSerializer(console.settings.signing_key, salt="adviser-totp")

    def knows_password(session: Session, password: str) -> bool:
        """Whether it is her; a session left open is no way to guess it."""
        allowed = console.access.allows(
            f"password {session.email}",
            limit=_GUESSES,
            within=_GUESSES_WITHIN,
            now=datetime.now(UTC),
        )
        return allowed and is_password_of(session.account, password)

    def account_page(
        request: Request, session: Session, status: int = 200, *, error: str = "", done: str = ""
    ) -> HTMLResponse:
        enrolment: dict[str, Any] = {}
        if session.account.totp_secret is None:
            secret = new_totp_secret()
            code = segno.make(totp_address(session.email, secret), micro=False)
            enrolment = {
                "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
                "signed": enrolments.dumps([session.email, secret]),
                # Ours from end to end: segno escapes nothing because the SVG holds shapes only.
                "qr": Markup(code.svg_inline(scale=5, border=4, omitsize=False)),
            }
        values = {"session": session, "enrolment": enrolment, "error": error, "done": done}
        return console.page(request, "compte", status, **values)

    @router.get("/compte")
    def read(
        request: Request,
        session: Annotated[Session, Depends(console.reading)],
        fait: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        return account_page(request, session, done=fait)

    @router.post("/compte/mot-de-passe")
    def change_password(
        request: Request,
        session: Annotated[Session, Depends(console.acting)],
        password: Field = "",
        new: Field = "",
        again: Field = "",
    ) -> Response:
        if new != again:
            return account_page(request, session, 422, error="different")
        if not knows_password(session, password):
            return account_page(request, session, 403, error="refused")
        try:
            hashed = hash_of_password(new)
        except BadAccount:
            return account_page(request, session, 422, error="short")
        console.access.change_password(session.account, hashed, but=session.token)
        return back_to("/compte?fait=mot-de-passe")

    @router.post("/compte/double-verification")
    def enrol(
        request: Request,
        session: Annotated[Session, Depends(console.acting)],
        signed: Text = "",
        code: Field = "",
    ) -> Response:
        try:
            email, secret = enrolments.loads(signed, max_age=_ENROL_WITHIN_S)
        except (BadSignature, ValueError, TypeError):
            return account_page(request, session, 422, error="code")
        step = totp_step(str(secret), code, now=datetime.now(UTC))
        if email != session.email or step is None or session.account.totp_secret:
            return account_page(request, session, 422, error="code")
        console.accounts.set_totp(session.email, str(secret), actor=session.account)
        console.accounts.use_totp_step(session.email, step)
        return back_to("/compte?fait=double-verification")

    @router.post("/compte/sans-double-verification")
    def leave(
        request: Request,
        session: Annotated[Session, Depends(console.acting)],
        password: Field = "",
    ) -> Response:
        if not knows_password(session, password):
            return account_page(request, session, 403, error="refused")
        console.accounts.set_totp(session.email, None, actor=session.account)
        return back_to("/compte?fait=sans-double-verification")

    @router.get("/journal")
    def audit(
        request: Request,
        session: Annotated[Session, Depends(console.overseeing)],
        compte: Annotated[str, Query(max_length=LONGEST_FIELD)] = "",
        page_number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
    ) -> Response:
        entries = console.audit.entries(
            session.account,
            limit=_AUDIT_PAGE + 1,
            offset=(page_number - 1) * _AUDIT_PAGE,
            actor=compte,
        )
        return console.page(
            request,
            "journal",
            session=session,
            entries=entries[:_AUDIT_PAGE],
            more=len(entries) > _AUDIT_PAGE,
            page_number=page_number,
            compte=compte,
        )

    return router
