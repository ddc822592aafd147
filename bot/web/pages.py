"""The pages for the person: the chat, the notice on personal data, accessibility; and a portal that
does not exist, to show how the chat looks on one."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from bot.settings import Settings

TEMPLATES: Final = Jinja2Templates(directory=Path(__file__).parent / "templates")


def pages_router(settings: Settings) -> APIRouter:
    """Server-rendered pages; they store and request nothing by themselves."""
    router = APIRouter(default_response_class=HTMLResponse)

    def page(request: Request, name: str) -> HTMLResponse:
        return TEMPLATES.TemplateResponse(request, f"{name}.html", {"settings": settings})

    @router.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    async def chat(request: Request) -> HTMLResponse:
        return page(request, "chat")

    @router.api_route("/demo", methods=["GET", "HEAD"], include_in_schema=False)
    async def demonstration(request: Request) -> HTMLResponse:
        return page(request, "demo")

    @router.api_route("/donnees-personnelles", methods=["GET", "HEAD"], include_in_schema=False)
    async def personal_data(request: Request) -> HTMLResponse:
        return page(request, "donnees-personnelles")

    @router.api_route("/accessibilite", methods=["GET", "HEAD"], include_in_schema=False)
    async def accessibility(request: Request) -> HTMLResponse:
        return page(request, "accessibilite")

    return router
