"""Logging in and out: password, then the code of the second factor; invitations."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.conversations import Adviser
from bot.conversations.access import account_key
from bot.conversations.advisers import BadAccount, hash_of_password, log_in, totp_step
from bot.web.console import Console, ConsoleRoute, Field, back_to
from bot.web.limits import address_of
from bot.web.sessions import PATH, Visit

_FROM_ONE_ADDRESS: Final = 30
_ON_ONE_ACCOUNT_FROM_ONE_ADDRESS: Final = 5
_ON_ONE_ACCOUNT: Final = 25
_SHORT: Final = timedelta(minutes=5)
_LONG: Final = timedelta(minutes=15)


def login_router(console: Console) -> APIRouter:
    """Pages for those who are not logged in yet."""
    router = APIRouter(prefix=PATH, default_response_class=HTMLResponse, route_class=ConsoleRoute)
    sessions, access = console.sessions, console.access

    def form(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page with a form for a browser that need not be logged in."""
        visit = sessions.visit(request)
        if visit is None or visit.token:
            visit = Visit.new()
        response = console.page(request, name, status, form_token=visit.form_token, **values)
        sessions.write(response, request, visit)
        return response

    def login_form(request: Request, status: int = 200, *, error: str = "") -> HTMLResponse:
        has_advisers = console.accounts.exist()
        return form(request, "connexion", status, has_advisers=has_advisers, error=error)

    def keys(request: Request, email: str) -> tuple[str, str, str]:
        address, account = address_of(request), account_key(email)
        return f"address {address}", f"{account} {address}", account

    def may_try(request: Request, email: str) -> bool:
        """Brakes on guessing: from one address, on one account from there, and on one account.

        They count the same for an account that does not exist.
        """
        address, pair, account = keys(request, email)
        now = datetime.now(UTC)
        access.forget_attempts(before=now - _LONG)
        return (
            access.allows(address, limit=_FROM_ONE_ADDRESS, within=_SHORT, now=now)
            and access.allows(pair, limit=_ON_ONE_ACCOUNT_FROM_ONE_ADDRESS, within=_SHORT, now=now)
            and access.allows(account, limit=_ON_ONE_ACCOUNT, within=_LONG, now=now)
        )

    def enter(request: Request, account: Adviser) -> Response:
        access.forgive(*keys(request, account.email))
        response = back_to("")
        sessions.open(response, request, account)
        return response

    def awaited(request: Request) -> Adviser | None:
        """Who has given the right password and owes a code."""
        visit = sessions.visit(request)
        account = console.accounts.account(visit.awaited) if visit and visit.awaited else None
        return account if visit and account and visit.awaits(account) else None

    @router.get("/connexion")
    def login_page(request: Request) -> Response:
        return back_to("") if sessions.session(request) else login_form(request)

    @router.post("/connexion")
    def login(
        request: Request, form_token: Field = "", email: Field = "", password: Field = ""
    ) -> Response:
        if sessions.session(request):
            return back_to("")
        visit = sessions.visit(request)
        if visit is None or not visit.owns(form_token):
            return login_form(request, 403, error="expired")
        if not may_try(request, email):
            return login_form(request, 429, error="locked")
        account = log_in(console.store, email=email, password=password)
        if account is None:
            return login_form(request, 403, error="refused")
        if account.totp_secret is None:
            return enter(request, account)
        response = back_to("/code")
        sessions.write(response, request, Visit.awaiting_code(account))
        return response

    @router.get("/code")
    def code_page(request: Request) -> Response:
        if awaited(request) is None:
            return back_to("/connexion")
        return form(request, "code", error="")

    @router.post("/code")
    def code(request: Request, form_token: Field = "", code: Field = "") -> Response:
        account, visit = awaited(request), sessions.visit(request)
        if account is None or visit is None or not visit.owns(form_token):
            return back_to("/connexion")
        if not may_try(request, account.email):
            return form(request, "code", 429, error="locked")
        step = totp_step(account.totp_secret or "", code, now=datetime.now(UTC))
        if step is None or not console.accounts.use_totp_step(account.email, step):
            return form(request, "code", 403, error="refused")
        return enter(request, account)

    @router.get("/invitation/{token}")
    def invitation_page(request: Request, token: str) -> Response:
        invited = console.accounts.invitation(token, now=datetime.now(UTC))
        status = 200 if invited else 404
        return form(request, "invitation", status, invited=invited, token=token, error="")

    @router.post("/invitation/{token}")
    def accept(
        request: Request,
        token: str,
        form_token: Field = "",
        password: Field = "",
        again: Field = "",
    ) -> Response:
        now, visit = datetime.now(UTC), sessions.visit(request)
        invited = console.accounts.invitation(token, now=now)
        if invited is None:
            return form(request, "invitation", 404, invited=None, token=token, error="")
        error = "" if visit and visit.owns(form_token) else "expired"
        if not error and password != again:
            error = "different"
        try:
            hashed = hash_of_password(password)
        except BadAccount:
            error = error or "short"
        if error:
            return form(request, "invitation", 422, invited=invited, token=token, error=error)
        console.accounts.accept(token, password_hash=hashed, now=now)
        return back_to("/connexion")

    @router.post("/deconnexion")
    def logout(request: Request, form_token: Field = "") -> Response:
        response = RedirectResponse(f"{PATH}/connexion", status_code=303)
        session = sessions.session(request)
        if session is not None and session.owns(form_token):
            sessions.close(response, session)
        return response

    return router
