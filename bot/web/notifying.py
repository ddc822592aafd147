"""Sends what the outbox holds while the service runs."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

from starlette.concurrency import run_in_threadpool

from bot.conversations.outbox import Outbox
from bot.errors import StoreUnavailable
from bot.web.mail import Mailer, MailUnavailable

logger = logging.getLogger(__name__)

_EVERY_S: Final = 15.0


@contextlib.asynccontextmanager
async def notifying(outbox: Outbox, mailer: Mailer | None) -> AsyncIterator[None]:
    """Send now and every quarter of a minute, for as long as the block lasts; without a mailer,
    nothing.
    """
    if mailer is None:
        yield
        return
    task = asyncio.create_task(_send_for_ever(outbox, mailer))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _send_for_ever(outbox: Outbox, mailer: Mailer) -> None:
    while True:
        await run_in_threadpool(send_due, outbox, mailer)
        await asyncio.sleep(_EVERY_S)


def send_due(outbox: Outbox, mailer: Mailer) -> int:
    """Send what is due, up to the first failure, after which the rest waits for the next time;
    how many left. What was not sent stays in the outbox.
    """
    count = 0
    try:
        while mail := outbox.take(now=datetime.now(UTC)):
            mailer.announce(mail)
            outbox.sent(mail, now=datetime.now(UTC))
            count += 1
    except (StoreUnavailable, MailUnavailable) as error:
        logger.error("%s: %s; tried again later", error.code, error.detail)
    return count
