"""Errors over HTTP: RFC 9457 problems with a French ``detail``."""

import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.errors import DeclicError

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


class TooManyRequests(DeclicError):
    """``retry_after_s`` goes into the Retry-After header."""

    code = "rate"
    status = 429
    sentence = "Vous allez un peu vite. Attendez quelques secondes avant de réessayer."
    retry_after_s: ClassVar[int] = 10


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
    """Have every error answered as a problem, and no stack trace ever leave."""
    app.add_exception_handler(DeclicError, _on_declic_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_anything)


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
    if isinstance(error, TooManyRequests):
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


async def _on_anything(request: Request, error: Exception) -> JSONResponse:
    # Where, not what: an exception's message may hold a person's words.
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s\n%s", type(error).__name__, where)
    return of_error(DeclicError())
