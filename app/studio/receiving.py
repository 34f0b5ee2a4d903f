"""From the network to the disk, in blocks: never in memory, never on the loop."""

from collections.abc import AsyncIterator
from contextlib import ExitStack

import anyio
from anyio.to_thread import run_sync
from fastapi import Request
from starlette.requests import ClientDisconnect

from app.actions import uploading
from app.actions.upload_file import BLOCK, Appending, Checksum, checking
from app.errors import TooLarge
from app.models import Upload
from app.platform import Platform

IDLE_SECONDS = 30.0  # a phone that left the network does not say goodbye


async def append(
    request: Request,
    platform: Platform,
    upload: Upload,
    *,
    offset: int,
    length: int | None = None,
    checksum: Checksum | None = None,
) -> None:
    """Add the body of this request to an upload. What has come is kept."""
    with ExitStack() as holding:
        place = uploading.open_at(platform, upload, offset, length)
        end = await run_sync(holding.enter_context, place)
        end.insist_on(_announced(request))
        if checksum is not None:
            end = await run_sync(holding.enter_context, checking(end, checksum))
        await _fill(request, end)


async def blocks(request: Request) -> AsyncIterator[bytes]:
    """The body in blocks worth writing; it just ends when the connection does."""
    gathered = bytearray()
    stream = request.stream()
    try:
        while True:
            with anyio.fail_after(IDLE_SECONDS):
                piece = await anext(stream, b"")
            gathered += piece
            if gathered and (not piece or len(gathered) >= BLOCK):
                yield bytes(gathered)
                gathered.clear()
            if not piece:
                return
    except (ClientDisconnect, TimeoutError):
        if gathered:
            yield bytes(gathered)


async def _fill(request: Request, end: Appending) -> None:
    try:
        async for block in blocks(request):
            await run_sync(end.write, block)
    except TooLarge:
        await run_sync(end.undo)
        raise
    finally:
        # Even when the server is told to stop now.
        with anyio.CancelScope(shield=True):
            await run_sync(end.keep)


def _announced(request: Request) -> int:
    text = request.headers.get("content-length", "0")
    return int(text) if text.isdigit() else 0
