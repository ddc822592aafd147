"""What every page of the adviser console needs: who asks, and how to answer."""

import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import Form, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute

from bot.conversations import AccountRole, ConversationStore, Desk, Labels
from bot.conversations.access import Access
from bot.conversations.accounts import Accounts
from bot.conversations.audit import Audit
from bot.conversations.desk_work import DeskWork
from bot.conversations.summary import SummaryTexts
from bot.errors import StoreUnavailable
from bot.roles import Role
from bot.settings import Settings
from bot.web.pages import TEMPLATES
from bot.web.sessions import PATH, Session, Sessions

logger = logging.getLogger(__name__)

CLOCK_OF_READERS: Final = ZoneInfo("Europe/Paris")
LONGEST_FIELD: Final = 300
LONGEST_TEXT: Final = 4000

Field = Annotated[str, Form(max_length=LONGEST_FIELD)]
Text = Annotated[str, Form(max_length=LONGEST_TEXT)]


class NotLoggedIn(Exception):
    """The page needs a session; answered by a redirection to the login page."""


class Forbidden(Exception):
    """The page is not for this account, or a form does not come from a page of the session."""


class Missing(Exception):
    """The conversation does not exist for this account."""


class ConsoleRoute(APIRoute):
    """A route whose errors are pages too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except StoreUnavailable as error:
                logger.error("%s: %s", error.code, error.detail)
                return page(request, "panne", error.status)
            except NotLoggedIn:
                return RedirectResponse(f"{PATH}/connexion", status_code=303)
            except Forbidden:
                return page(request, "refus", 403)
            except Missing:
                return page(request, "absente", 404)
            except RequestValidationError:
                return page(request, "incomprise", 422)

        return answer


@dataclass(frozen=True, kw_only=True)
class Console:
    """Collaborators of the console's pages, and the guards at their doors."""

    settings: Settings
    store: ConversationStore
    labels: Labels
    texts: SummaryTexts
    roles: Mapping[str, Role]
    access: Access
    sessions: Sessions

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.store.engine)

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.store.engine)

    @cached_property
    def work(self) -> DeskWork:
        return DeskWork(self.store.engine)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.store.engine)

    def reading(self, request: Request) -> Session:
        """Guard of a page: somebody is logged in."""
        session = self.sessions.session(request)
        if session is None:
            raise NotLoggedIn
        return session

    def acting(self, request: Request, form_token: Field = "") -> Session:
        """Guard of a form: somebody is logged in, and sends it from a page of her session."""
        session = self.reading(request)
        if not session.owns(form_token):
            raise Forbidden
        return session

    def overseeing(self, request: Request) -> Session:
        """Guard of the audit: a lead or an operator is logged in."""
        session = self.reading(request)
        if session.account.role is AccountRole.ADVISER:
            raise Forbidden
        return session

    def page(self, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """``session`` among the values shows who is logged in."""
        return page(request, name, status, labels=self.labels, **values)


def page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of bot/web/templates/conseil."""
    values["local"] = local
    return TEMPLATES.TemplateResponse(request, f"conseil/{name}.html", values, status)


def local(moment: datetime) -> datetime:
    """A moment on the clock of those who read it."""
    return moment.astimezone(CLOCK_OF_READERS)


def back_to(path: str) -> RedirectResponse:
    """After a form: the page that shows its effect."""
    return RedirectResponse(f"{PATH}{path}", status_code=303)
