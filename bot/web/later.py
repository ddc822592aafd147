"""Leaving with something: a code or a link to continue later, the summary to print or keep."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, StrictStr, model_validator
from starlette.concurrency import run_in_threadpool

from bot.errors import DeclicError
from bot.settings import Settings
from bot.web.access import bearer
from bot.web.chat import resumed
from bot.web.gateway import Gateway
from bot.web.limits import RateLimit, address_of
from bot.web.pages import TEMPLATES
from bot.web.problems import BadCode, ExpiredLink
from bot.web.takeaway import Takeaway, Takeaways
from bot.web.tokens import SUMMARY_MINUTES, Tokens, Use, reference_in

_GUESSES_A_MINUTE: Final = 10
_DOCUMENTS_A_MINUTE: Final = 10
_CLOCK_OF_READERS: Final = ZoneInfo("Europe/Paris")


class Proof(BaseModel):
    """Body of ``POST /api/resumptions``: the code that was typed, or the token of the link."""

    model_config = ConfigDict(extra="ignore")

    code: StrictStr | None = None
    link: StrictStr | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Proof":
        if (self.code is None) == (self.link is None):
            raise ValueError("a code or a link")
        return self


def later_router(
    settings: Settings, *, gateway: Gateway, tokens: Tokens, takeaways: Takeaways
) -> APIRouter:
    """Codes and links need no store: they are signed, expire, and open one conversation."""
    router = APIRouter()
    guesses, documents = RateLimit(_GUESSES_A_MINUTE), RateLimit(_DOCUMENTS_A_MINUTE)

    @router.get("/api/conversations/{conversation_id}/links")
    async def links(conversation_id: Annotated[str, Depends(bearer(tokens))]) -> dict[str, Any]:
        """Paths are relative to the address of the web process."""
        today = datetime.now(UTC).date()
        kept = await gateway.is_kept(conversation_id)
        token = tokens.issue(conversation_id, use=Use.SUMMARY)
        return {
            "resume": {
                "code": tokens.code(conversation_id, today=today),
                "path": f"#reprise={tokens.issue(conversation_id, use=Use.RESUMING)}",
                "until": tokens.resume_until(today).isoformat(),
                "unkept_hours": None if kept else settings.ephemeral_hours,
            },
            "summary": {
                "page": f"resume/{token}",
                "pdf": f"resume/{token}/pdf",
                "minutes": SUMMARY_MINUTES,
            },
        }

    @router.post("/api/resumptions")
    async def resume(proof: Proof, request: Request) -> dict[str, Any]:
        guesses.check(address_of(request))
        conversation_id = await proved(proof)
        messages = await gateway.history(conversation_id)
        token = tokens.issue(conversation_id)
        return {"id": conversation_id, "token": token, **resumed(messages)}

    async def proved(proof: Proof) -> str:
        if proof.link is not None:
            conversation_id = tokens.conversation_of(proof.link, use=Use.RESUMING)
            if conversation_id is None:
                raise BadCode
            return conversation_id
        code = proof.code or ""
        reference = reference_in(code)
        candidates = await gateway.called(reference) if reference else ()
        today = datetime.now(UTC).date()
        for candidate in candidates:
            if tokens.proves(code, candidate, today=today):
                return candidate
        raise BadCode

    async def takeaway(token: str) -> Takeaway:
        conversation_id = tokens.conversation_of(token, use=Use.SUMMARY)
        if conversation_id is None:
            raise ExpiredLink
        documents.check(conversation_id)
        summary, shown = await gateway.summary(conversation_id)
        today = datetime.now(_CLOCK_OF_READERS).date()
        return takeaways.of(summary, shown=shown, today=today)

    def unavailable(request: Request, error: DeclicError) -> HTMLResponse:
        told = {"sentence": error.sentence}
        return TEMPLATES.TemplateResponse(request, "resume-absent.html", told, error.status)

    @router.get("/resume/{token}")
    async def page(token: str, request: Request) -> HTMLResponse:
        try:
            made = await takeaway(token)
        except DeclicError as error:
            return unavailable(request, error)
        return TEMPLATES.TemplateResponse(request, "resume.html", {"takeaway": made})

    @router.get("/resume/{token}/pdf")
    async def pdf(token: str, request: Request) -> Response:
        try:
            made = await takeaway(token)
        except DeclicError as error:
            return unavailable(request, error)
        headers = {"Content-Disposition": f'attachment; filename="{made.file}"'}
        content = await run_in_threadpool(made.pdf)
        return Response(content, media_type="application/pdf", headers=headers)

    return router
