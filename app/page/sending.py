"""Send a stored file: whole, in part, or not at all because it is known already."""

import gzip
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import anyio
from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from app.models import Rendition
from app.page.ranges import Span, Unsatisfiable, wanted
from media_pipeline.errors import StorageFailed
from media_pipeline.storage import Storage

BLOCK = 256 * 1024  # bytes
_COMPRESSIBLE = {"application/vnd.apple.mpegurl"}
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
    size = _size(path)
    quoted = f'"{etag}"'
    headers = _OPEN_TO_ALL | {"ETag": quoted, "Cache-Control": cache_control}
    held = request.headers.get("if-none-match", "")
    if quoted in held or f'"{etag}-gzip"' in held:
        return Response(status_code=304, headers=headers)
    if content_type in _COMPRESSIBLE:
        return _send_text(request, path.read_bytes(), content_type, headers)
    return _send_span(request, size, content_type, headers, lambda s: _blocks(path, s))


def send_object(
    request: Request, storage: Storage, row: Rendition, *, cache_control: str
) -> Response:
    """Answer GET or HEAD for a stored file, its bytes through us wherever they lie."""
    quoted = f'"{row.sha256[:32]}"'
    headers = _OPEN_TO_ALL | {"ETag": quoted, "Cache-Control": cache_control}
    if quoted in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)

    def blocks(span: Span) -> Iterator[bytes]:
        return storage.open_range(row.key, span.start, span.length)

    return _send_span(request, row.size, row.content_type, headers, blocks)


def _send_span(
    request: Request,
    size: int,
    content_type: str,
    headers: dict[str, str],
    blocks: Callable[[Span], AsyncIterator[bytes] | Iterator[bytes]],
) -> Response:
    quoted = headers["ETag"]
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
        blocks(sent), status, headers=headers, media_type=content_type
    )


def send_text(
    request: Request, body: bytes, content_type: str, *, etag: str, cache_control: str
) -> Response:
    """Answer GET or HEAD for a few words, compressed for whoever takes that."""
    quoted = f'"{etag}"'
    headers = _OPEN_TO_ALL | {"ETag": quoted, "Cache-Control": cache_control}
    held = request.headers.get("if-none-match", "")
    if quoted in held or f'"{etag}-gzip"' in held:
        return Response(status_code=304, headers=headers)
    return _send_text(request, body, content_type, headers)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        sentence = "This file cannot be read just now."
        raise StorageFailed(sentence, cause=f"{path}: {error}") from error


def _send_text(
    request: Request, body: bytes, content_type: str, headers: dict[str, str]
) -> Response:
    # A playlist of hours is read often, and shrinks to a tenth.
    headers = headers | {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, compresslevel=6, mtime=0)
        etag = headers["ETag"].removesuffix('"')
        headers |= {"Content-Encoding": "gzip", "ETag": f'{etag}-gzip"'}
    headers["Content-Length"] = str(len(body))
    sent = b"" if request.method == "HEAD" else body
    return Response(sent, headers=headers, media_type=content_type)


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
