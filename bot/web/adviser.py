"""The adviser console under /conseil, from its collaborators."""

from datetime import timedelta

from fastapi import APIRouter

from bot.conversations import ConversationStore, Labels
from bot.conversations.access import Access
from bot.conversations.summary import load_summary_texts
from bot.roles import load_roles
from bot.settings import Settings
from bot.web.account_pages import account_router
from bot.web.console import Console
from bot.web.desk_acts import acts_router
from bot.web.desk_pages import desk_router
from bot.web.login_pages import login_router
from bot.web.sessions import Sessions


def adviser_router(settings: Settings, *, store: ConversationStore, labels: Labels) -> APIRouter:
    """Every page of the console; handlers are synchronous and run in threads."""
    longest = timedelta(hours=settings.session_hours)
    idle = timedelta(minutes=settings.session_idle_minutes)
    access = Access(store.engine, longest=longest, idle=idle)
    console = Console(
        settings=settings,
        store=store,
        labels=labels,
        texts=load_summary_texts(),
        roles=load_roles(settings.roles_dir),
        access=access,
        sessions=Sessions(settings.signing_key, access=access, longest=longest),
    )
    router = APIRouter()
    for make in (login_router, account_router, desk_router, acts_router):
        router.include_router(make(console))
    return router
