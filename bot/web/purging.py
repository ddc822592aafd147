"""Applies retention while the service runs."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

from starlette.concurrency import run_in_threadpool

from bot.conversations import Privacy
from bot.errors import StoreUnavailable
from bot.web.gateway import Gateway

logger = logging.getLogger(__name__)

_EVERY_S: Final = 3600.0


@contextlib.asynccontextmanager
async def purging(privacy: Privacy, gateway: Gateway) -> AsyncIterator[None]:
    """Purge now and every hour, for as long as the block lasts."""
    task = asyncio.create_task(_purge_for_ever(privacy, gateway))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _purge_for_ever(privacy: Privacy, gateway: Gateway) -> None:
    while True:
        gateway.forget_old()
        try:
            counts = await run_in_threadpool(privacy.purge, now=datetime.now(UTC))
            logger.info("purged: %s", counts.to_json())
        except StoreUnavailable as error:
            logger.error("purge put off: %s", error.detail)
        await asyncio.sleep(_EVERY_S)
