"""Send a stored file: whole, in part, or not at all because it is known already."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from app.page.ranges import Span, Unsatisfiable, wanted

BLOCK = 256 * 1024  # bytes
_OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Length, Content-Range, Accept-Ranges",
    "Accept-Ranges": "bytes",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def send_file(
    request: Request, path: Path, content_type: str, *, etag: str, cache_control: str
) -> Response:
    """Answer GET or HEAD for one immutable file."""
    size = path.stat().st_size
    quoted = f'"{etag}"'
    headers = _OPEN_TO_ALL | {"ETag": quoted, "Cache-Control": cache_control}
    if quoted in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    try:
        span = wanted(_range_header(request, quoted), size)
    except Unsatisfiable:
        headers["Content-Range"] = f"bytes */{size}"
        return Response(status_code=416, headers=headers)
    status = 200 if span is None else 206
    if span is not None:
        headers["Content-Range"] = span.content_range
    sent = span or Span(0, size, size)
    headers["Content-Length"] = str(sent.length)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=content_type)
    return StreamingResponse(
        _blocks(path, sent), status, headers=headers, media_type=content_type
    )


def _range_header(request: Request, etag: str) -> str | None:
    # If-Range: only when the client's copy is of this very file.
    condition = request.headers.get("if-range")
    if condition is not None and condition != etag:
        return None
    return request.headers.get("range")


async def _blocks(path: Path, span: Span) -> AsyncIterator[bytes]:
    # A thread is held only while the disk reads, never while a slow client waits.
    file = await anyio.to_thread.run_sync(path.open, "rb")
    try:
        position, end = span.start, span.start + span.length
        while position < end:
            length = min(BLOCK, end - position)
            block = await anyio.to_thread.run_sync(
                os.pread, file.fileno(), length, position
            )
            if not block:
                return
            position += len(block)
            yield block
    finally:
        file.close()
