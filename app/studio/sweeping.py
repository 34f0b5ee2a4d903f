"""The uploads folder belongs to the web process, which keeps it tidy."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio
import structlog
from anyio.to_thread import run_sync
from fastapi import FastAPI

from app.actions import arriving
from app.platform import Platform

PAUSE_SECONDS = 60.0

log = structlog.get_logger(__name__)


def sweeping(
    platform: Platform,
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The life of the app: sweep while it serves, at once and then each minute."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with anyio.create_task_group() as duties:
            duties.start_soon(_keep_sweeping, platform)
            yield
            duties.cancel_scope.cancel()
        platform.close()

    return life


async def _keep_sweeping(platform: Platform) -> None:
    while True:
        try:
            await run_sync(arriving.sweep, platform, abandon_on_cancel=True)
        except Exception as error:
            # The database may be busy: the next round tries again.
            log.error("uploads not swept", exc_info=error)
        await anyio.sleep(PAUSE_SECONDS)
