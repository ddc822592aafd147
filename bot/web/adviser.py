"""The adviser console: log in, list of conversations kept with consent, one page each."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.conversations import ConversationStore, Labels
from bot.conversations.advisers import log_in
from bot.conversations.summary import summarise
from bot.settings import Settings
from bot.web.pages import TEMPLATES
from bot.web.sessions import PATH, Brake, Sessions

_PAGE_SIZE = 25
_LONGEST_FIELD = 300


class NotLoggedIn(Exception):
    """The page needs a session; answered by a redirection to the login page."""


def adviser_router(settings: Settings, *, store: ConversationStore, labels: Labels) -> APIRouter:
    """Server-rendered pages under /conseil; handlers are synchronous and run in threads."""
    router = APIRouter(prefix=PATH, default_response_class=HTMLResponse)
    sessions = Sessions(settings.signing_key)
    brake = Brake()

    def page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        values |= {"email": sessions.email(request), "form_token": sessions.form_token(request)}
        return TEMPLATES.TemplateResponse(request, f"conseil/{name}.html", values, status)

    def logged_in(request: Request) -> str:
        email = sessions.email(request)
        if email is None or store.adviser(email) is None:
            raise NotLoggedIn
        return email

    @router.get("/connexion")
    def login_page(request: Request) -> HTMLResponse:
        return page(request, "connexion", has_advisers=store.has_advisers())

    @router.post("/connexion")
    def login(
        request: Request,
        form_token: Annotated[str, Form(max_length=_LONGEST_FIELD)],
        email: Annotated[str, Form(max_length=_LONGEST_FIELD)] = "",
        password: Annotated[str, Form(max_length=_LONGEST_FIELD)] = "",
    ) -> Response:
        key = f"{email.strip().lower()} {request.client.host if request.client else ''}"
        if brake.locked(key):
            return page(request, "connexion", 429, error="locked", has_advisers=True)
        account = None
        if sessions.is_own_form(request, form_token):
            account = log_in(store, email=email, password=password)
        if account is None:
            brake.failed(key)
            return page(request, "connexion", 403, error="refused", has_advisers=True)
        brake.succeeded(key)
        response = RedirectResponse(PATH, status_code=303)
        sessions.open(response, request, account)
        return response

    @router.post("/deconnexion")
    def logout(
        request: Request, form_token: Annotated[str, Form(max_length=_LONGEST_FIELD)]
    ) -> Response:
        response = RedirectResponse(f"{PATH}/connexion", status_code=303)
        if sessions.is_own_form(request, form_token):
            sessions.close(response)
        return response

    @router.get("")
    def listing(
        request: Request,
        email: Annotated[str, Depends(logged_in)],
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
        return page(
            request,
            "liste",
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
        request: Request, conversation_id: str, email: Annotated[str, Depends(logged_in)]
    ) -> HTMLResponse:
        record = store.conversation(conversation_id)
        if record is None:
            return page(request, "absente", 404)
        return page(
            request,
            "conversation",
            record=record,
            summary=summarise(record, labels=labels),
            messages=store.messages(conversation_id),
        )

    return router


async def redirect_to_login(request: Request, error: Exception) -> Response:
    """Handler of NotLoggedIn."""
    return RedirectResponse(f"{PATH}/connexion", status_code=303)
