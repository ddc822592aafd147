"""The web application, from its collaborators."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from bot.conversations import ConversationStore, Labels, Privacy
from bot.dialogue.client import DialogueClient
from bot.dialogue.shortcuts import Recogniser
from bot.settings import Settings
from bot.web import problems
from bot.web.adviser import NotLoggedIn, adviser_router, redirect_to_login
from bot.web.chat import chat_router
from bot.web.gateway import Gateway
from bot.web.health import Readiness, health_router
from bot.web.limits import AddressLimit, BodyLimit
from bot.web.pages import pages_router
from bot.web.purging import purging
from bot.web.tokens import Tokens
from bot.web.transcript import Transcripts

STATIC: Final = Path(__file__).parent / "static"
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), payment=()",
}


def create_app(
    settings: Settings,
    *,
    dialogue: DialogueClient,
    store: ConversationStore,
    privacy: Privacy,
    recognise: Recogniser,
    labels: Labels,
) -> FastAPI:
    """Every route of the public process."""
    tokens = Tokens(settings.signing_key, days=settings.token_days)
    gateway = Gateway(
        settings=settings,
        dialogue=dialogue,
        transcripts=Transcripts(store, ephemeral_s=settings.ephemeral_hours * 3600),
        privacy=privacy,
        tokens=tokens,
        recognise=recognise,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with purging(privacy):
            yield
        await dialogue.close()

    app = FastAPI(title="Déclic", lifespan=lifespan, openapi_url=None)
    problems.install(app)
    app.add_exception_handler(NotLoggedIn, redirect_to_login)
    app.add_middleware(BodyLimit)
    app.middleware("http")(_with_headers)
    app.include_router(
        chat_router(
            gateway=gateway, tokens=tokens, openings=AddressLimit(settings.openings_per_minute)
        )
    )
    app.include_router(health_router(Readiness(dialogue=dialogue, store=store)))
    app.include_router(pages_router(settings))
    app.include_router(adviser_router(settings, store=store, labels=labels))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


async def _with_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
