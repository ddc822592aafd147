"""The web application, from its collaborators."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from bot.conversations import ConversationStore, Labels, Privacy
from bot.conversations.outbox import Outbox
from bot.dialogue.client import DialogueClient
from bot.dialogue.shortcuts import Recogniser
from bot.settings import Settings
from bot.web import problems
from bot.web.adviser import adviser_router
from bot.web.chat import chat_router
from bot.web.embed import embed_router, load_texts
from bot.web.gateway import Gateway
from bot.web.headers import SecurityHeaders
from bot.web.health import Readiness, health_router
from bot.web.later import later_router
from bot.web.limits import BodyLimit, RateLimit
from bot.web.mail import Mailer
from bot.web.notifying import notifying
from bot.web.origins import Origins
from bot.web.pages import pages_router
from bot.web.paths import RootPath
from bot.web.purging import purging
from bot.web.takeaway import load_takeaways
from bot.web.tokens import Tokens
from bot.web.transcript import Transcripts

STATIC: Final = Path(__file__).parent / "static"


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
    texts = load_texts()
    tokens = Tokens(
        settings.signing_key, days=settings.token_days, resume_days=settings.resume_days
    )
    gateway = Gateway(
        settings=settings,
        dialogue=dialogue,
        transcripts=Transcripts(store, ephemeral_s=settings.ephemeral_hours * 3600),
        privacy=privacy,
        tokens=tokens,
        recognise=recognise,
        change_label=texts["change_answer"],
    )

    mailer = Mailer(settings) if settings.smtp_url else None

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with purging(privacy, gateway), notifying(Outbox(store.engine), mailer):
            yield
        await dialogue.close()

    app = FastAPI(title="Déclic", lifespan=lifespan, openapi_url=None)
    problems.install(app)
    # Inmost first.
    app.add_middleware(BodyLimit)
    app.add_middleware(Origins, allowed=settings.allowed_origins)
    app.add_middleware(problems.Border)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RootPath, root_path=settings.root_path)
    app.include_router(
        chat_router(
            gateway=gateway,
            tokens=tokens,
            openings=RateLimit(settings.openings_per_minute),
            requests=RateLimit(settings.requests_per_minute),
        )
    )
    app.include_router(embed_router(settings, texts=texts))
    app.include_router(
        later_router(settings, gateway=gateway, tokens=tokens, takeaways=load_takeaways())
    )
    readiness = Readiness(dialogue=dialogue, store=store, patience_s=settings.turn_timeout_s)
    app.include_router(health_router(readiness))
    app.include_router(pages_router(settings))
    app.include_router(adviser_router(settings, store=store, labels=labels))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
