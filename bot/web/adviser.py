"""The adviser console: log in, list of conversations kept with consent, one page each."""

import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute

from bot.conversations import ConversationStore, Labels
from bot.conversations.advisers import log_in
from bot.conversations.summary import summarise
from bot.errors import StoreUnavailable
from bot.settings import Settings
from bot.web.pages import TEMPLATES
from bot.web.sessions import PATH, Brake, Session, Sessions

logger = logging.getLogger(__name__)

_PAGE_SIZE: Final = 25
_LONGEST_FIELD: Final = 300
_FROM_ONE_ADDRESS: Final = 30
_ON_ONE_ACCOUNT: Final = 5
_CLOCK_OF_READERS: Final = ZoneInfo("Europe/Paris")

Field = Annotated[str, Form(max_length=_LONGEST_FIELD)]


class NotLoggedIn(Exception):
    """The page needs a session; answered by a redirection to the login page."""


class _Page(APIRoute):
    """A route whose errors are pages too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except StoreUnavailable as error:
                logger.error("%s: %s", error.code, error.detail)
                return _page(request, "panne", error.status)
            except RequestValidationError:
                return _page(request, "incomprise", 422)

        return answer


def adviser_router(settings: Settings, *, store: ConversationStore, labels: Labels) -> APIRouter:
    """Server-rendered pages under /conseil; handlers are synchronous and run in threads."""
    router = APIRouter(prefix=PATH, default_response_class=HTMLResponse, route_class=_Page)
    sessions = Sessions(settings.signing_key)
    by_address, by_account = Brake(_FROM_ONE_ADDRESS), Brake(_ON_ONE_ACCOUNT)

    def open_session(request: Request) -> Session | None:
        session = sessions.read(request)
        account = store.adviser(session.email) if session and session.email else None
        return session if session and account and session.is_of(account) else None

    def logged_in(request: Request) -> Session:
        session = open_session(request)
        if session is None:
            raise NotLoggedIn
        return session

    def login_form(request: Request, status: int = 200, *, error: str = "") -> HTMLResponse:
        session = sessions.read(request)
        if session is None or session.email:
            session = Session.new()
        response = _page(
            request,
            "connexion",
            status,
            form_token=session.form_token,
            has_advisers=store.has_advisers(),
            error=error,
        )
        sessions.write(response, request, session)
        return response

    @router.get("/connexion")
    def login_page(request: Request) -> Response:
        if open_session(request):
            return RedirectResponse(PATH, status_code=303)
        return login_form(request)

    @router.post("/connexion")
    def login(
        request: Request, form_token: Field = "", email: Field = "", password: Field = ""
    ) -> Response:
        if open_session(request):
            return RedirectResponse(PATH, status_code=303)
        session = sessions.read(request)
        if session is None or not session.owns(form_token):
            return login_form(request, 403, error="expired")
        address = request.client.host if request.client else ""
        attempted = f"{address} {email.strip().lower()}"
        if not (by_address.allows(address) and by_account.allows(attempted)):
            return login_form(request, 429, error="locked")
        account = log_in(store, email=email, password=password)
        if account is None:
            return login_form(request, 403, error="refused")
        by_address.forget(address)
        by_account.forget(attempted)
        response = RedirectResponse(PATH, status_code=303)
        sessions.write(response, request, Session.new(account))
        return response

    @router.post("/deconnexion")
    def logout(request: Request, form_token: Field = "") -> Response:
        response = RedirectResponse(f"{PATH}/connexion", status_code=303)
        session = sessions.read(request)
        if session is not None and session.owns(form_token):
            sessions.close(response)
        return response

    @router.get("")
    def listing(
        request: Request,
        session: Annotated[Session, Depends(logged_in)],
        q: Annotated[str, Query(max_length=_LONGEST_FIELD)] = "",
        attente: bool = False,
        page_number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
    ) -> HTMLResponse:
        offset = (page_number - 1) * _PAGE_SIZE
        records, total = store.conversations(
            limit=_PAGE_SIZE, offset=offset, waiting_only=attente, text=q.strip()
        )
        kept = {"q": q} | ({"attente": "true"} if attente else {})
        pages = {
            name: f"{PATH}?{urlencode(kept | {'page': number})}"
            for name, number, exists in (
                ("previous", page_number - 1, page_number > 1),
                ("next", page_number + 1, offset + len(records) < total),
            )
            if exists
        }
        return _page(
            request,
            "liste",
            session=session,
            records=records,
            total=total,
            q=q,
            attente=attente,
            pages=pages,
            page_number=page_number,
            labels=labels,
        )

    @router.get("/conversations/{conversation_id}")
    def detail(
        request: Request, conversation_id: str, session: Annotated[Session, Depends(logged_in)]
    ) -> HTMLResponse:
        record = store.conversation(conversation_id)
        if record is None:
            return _page(request, "absente", 404, session=session)
        messages = store.messages(conversation_id)
        return _page(
            request,
            "conversation",
            session=session,
            record=record,
            summary=summarise(record, messages=messages, labels=labels),
            messages=messages,
        )

    return router


async def redirect_to_login(request: Request, error: Exception) -> Response:
    """Handler of NotLoggedIn."""
    return RedirectResponse(f"{PATH}/connexion", status_code=303)


def _page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """``session`` among the values shows who is logged in."""
    values["local"] = _local
    return TEMPLATES.TemplateResponse(request, f"conseil/{name}.html", values, status)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(_CLOCK_OF_READERS)
