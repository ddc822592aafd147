"""Errors over HTTP: RFC 9457 problems with a French ``detail``."""

import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import DeclicError, DialogueUnavailable, StoreUnavailable

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class BadToken(DeclicError):
    code = "token"
    status = 401
    sentence = "Votre accès à cette conversation n'est pas valable ou a expiré."


class UnknownConversation(DeclicError):
    code = "unknown_conversation"
    status = 404
    sentence = "Cette conversation n'existe pas, ou vous n'y avez pas accès."


class ErasedConversation(DeclicError):
    code = "erased"
    status = 410
    sentence = "Cette conversation a été effacée. Vous pouvez en commencer une nouvelle."


class BadCode(DeclicError):
    code = "resume"
    status = 404
    sentence = "Ce code ou ce lien ne marche pas, ou ne marche plus. Vérifiez-le, ou recommencez."


class NothingToSummarise(DeclicError):
    code = "nothing_yet"
    status = 409
    sentence = "Répondez d'abord à une question : le résumé sera prêt ensuite."


class ExpiredLink(DeclicError):
    code = "link"
    status = 403
    sentence = (
        "Ce lien ne marche plus. Demandez-en un autre dans la conversation, avec « Mon résumé »."
    )


class ForeignOrigin(DeclicError):
    code = "origin"
    status = 403
    sentence = "Ce site n'a pas le droit d'utiliser Déclic. Prévenez la personne qui s'en occupe."


class EmptyMessage(DeclicError):
    code = "empty"
    status = 422
    sentence = "Votre message est vide. Écrivez quelques mots ou choisissez une réponse."


class MessageTooLong(DeclicError):
    code = "too_long"
    status = 413
    sentence = "Votre message est trop long. Raccourcissez-le ou envoyez-le en plusieurs fois."


class UnknownChoice(DeclicError):
    code = "choice"
    status = 422
    sentence = "Ce choix n'a pas été proposé dans cette conversation."


class BadRequest(DeclicError):
    code = "request"
    status = 422
    sentence = "Cette demande n'est pas comprise. Rechargez la page et réessayez."


class ErasureFailed(StoreUnavailable):
    code = "erasure"
    sentence = "Vos données ne sont pas encore effacées. Réessayez dans un instant."


class StillAnswering(DialogueUnavailable):
    """The turn takes longer than a person waits; it goes on, and its answer can be fetched."""

    code = "late"
    sentence = (
        "Je mets plus de temps que d'habitude à répondre. Rien n'est perdu : "
        "réessayez dans un instant."
    )
    retry_after_s = 2


class DistressUnanswered(DialogueUnavailable):
    """Words of distress that the dialogue cannot answer now: where a human answers all the same."""

    code = "distress"
    sentence = (
        "Je n'arrive pas à répondre pour le moment. Vous pouvez appeler le 3114, jour et nuit, "
        "gratuitement : quelqu'un vous écoute. En cas de danger immédiat, appelez le 112."
    )


class TooManyRequests(DeclicError):
    """``retry_after_s`` goes into the Retry-After header."""

    code = "rate"
    status = 429
    sentence = "Vous allez un peu vite. Attendez quelques secondes avant de réessayer."

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class NotReady(DeclicError):
    """A part does not work; ``detail`` is its name."""

    code = "not_ready"
    status = 503
    sentence = "Le service n'est pas prêt : {part}."


_SENTENCES: Mapping[int, str] = {
    404: "Cette page n'existe pas.",
    405: "Cette demande n'est pas possible ici.",
    413: MessageTooLong.sentence,
}


def install(app: FastAPI) -> None:
    """Have every error that was foreseen answered as a problem; Border is for the others."""
    app.add_exception_handler(DeclicError, _on_declic_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)


def problem(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **extra: Any
) -> JSONResponse:
    """A problem; ``extra`` are members of its own (RFC 9457, section 3.2)."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code}
    return JSONResponse(
        {**body, **extra}, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def of_error(error: DeclicError) -> JSONResponse:
    """The problem that an error of ours is."""
    if isinstance(error, NotReady):
        sentence = error.sentence.format(part=error.detail)
        return problem(error.status, error.code, sentence, part=error.detail)
    headers = {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyRequests | StillAnswering):
        headers["Retry-After"] = str(error.retry_after_s)
    return problem(error.status, error.code, error.sentence, headers=headers)


async def _on_declic_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DeclicError)
    if error.status >= 500 and not isinstance(error, NotReady):
        logger.error("%s: %s", error.code, error.detail)
    return of_error(error)


async def _on_validation_error(request: Request, error: Exception) -> JSONResponse:
    return of_error(BadRequest())


async def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    sentence = _SENTENCES.get(error.status_code, BadRequest.sentence)
    headers = dict(error.headers or {})
    return problem(error.status_code, "http", sentence, headers=headers)


class Border:
    """Nothing unforeseen leaves the web process: not to the person, and not to a server's log
    that would print the error's message, in which a person's words may be.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001  the border of the web
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("%s\n%s", type(error).__name__, where)
            if scope["type"] == "http" and not started:
                await of_error(DeclicError())(scope, receive, send)
