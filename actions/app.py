"""The actions process: one route that Rasa calls, on loopback."""

import asyncio
import logging
import traceback
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import Body, FastAPI
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from actions import care, changes, commands, profile, roles, trainings, weighing
from actions.base import DeclicAction
from actions.services import Services, build_services
from actions.tone import in_tone
from bot.dialogue.interview import QUESTIONS
from bot.errors import DeclicError
from bot.settings import Settings

logger = logging.getLogger(__name__)

ACTIONS: tuple[Callable[[Services], DeclicAction], ...] = (
    profile.ActionStart,
    profile.ActionStartOver,
    *(
        partial(profile.ActionAsk, question=question)
        for question in QUESTIONS
        if question != "place"
    ),
    profile.ActionAskPlace,
    profile.ValidateProfileForm,
    roles.ActionProposeRoles,
    roles.ActionOtherRole,
    roles.ActionWhyRole,
    roles.ActionMoreAboutRole,
    roles.ActionListRoles,
    roles.ActionListInterests,
    weighing.ActionCompareRoles,
    weighing.ActionRejectRole,
    weighing.ActionGiveReason,
    trainings.ActionShowTrainings,
    trainings.ActionChooseTraining,
    commands.ActionAnswerQuestion,
    commands.ActionResume,
    commands.ActionSummary,
    changes.ActionChangeAnswer,
    commands.ActionAskErase,
    commands.ActionErase,
    commands.ActionKeepSummary,
    commands.ActionTalkToHuman,
    commands.ActionUnderstand,
    commands.ActionPing,
    care.ActionDistress,
)


def build_app(settings: Settings) -> FastAPI:
    """The application with its real collaborators."""
    return create_app(build_services(settings))


def create_app(services: Services) -> FastAPI:
    """One route, ``POST /webhook``, with the wire format that Rasa expects of an action server."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action(services))
    app = FastAPI(openapi_url=None)

    # Not async: each call runs in a thread, so that a slow one keeps nobody waiting.
    @app.post("/webhook")
    def webhook(call: Annotated[dict[str, Any], Body()]) -> JSONResponse:
        call.setdefault("domain", {})
        name = str(call.get("next_action"))
        try:
            result = asyncio.run(executor.run(call))
        except ActionExecutionRejection as rejection:
            return JSONResponse({"error": str(rejection), "action_name": name}, status_code=400)
        except ActionNotFoundException:
            return JSONResponse({"error": "unknown action", "action_name": name}, status_code=404)
        except DeclicError as error:
            logger.error("%s: %s", name, error.code)
            return JSONResponse({"events": [], "responses": [{"text": error.sentence}]})
        except Exception as error:  # noqa: BLE001 - the border: else Rasa answers with silence
            # Where, not what: an exception's message may hold a person's words.
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("%s: %s\n%s", name, type(error).__name__, where)
            return JSONResponse({"events": [], "responses": [{"response": "utter_fault"}]})
        answer = result.model_dump() if result else {"events": [], "responses": []}
        return JSONResponse(in_tone(answer, call, services.tone))

    return app
