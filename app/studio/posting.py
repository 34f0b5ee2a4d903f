"""Forms of a signed-in host: read with a limit, and only when they are our own."""

from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from app.database import now
from app.errors import BadRequest, NotAllowed, TooLarge
from app.studio.session import Visiting

LARGEST_FORM = 64 * 1024 * 1024  # bytes; a recording does not come this way
LARGEST_OF_STRANGERS = 16 * 1024
CSRF_FIELD = "csrf"
OUTDATED = "This page was open for too long. Please go back, reload it and try again."


async def typed(request: Request) -> FormData:
    """The fields of somebody who has not signed in yet: a few words, no files."""
    return await _read(request, LARGEST_OF_STRANGERS)


async def posted(request: Request, visit: Visiting) -> AsyncIterator[FormData]:
    """The fields of a form that we gave to this very browser."""
    form = await _read(request, LARGEST_FORM)
    try:
        if not visit.wrote(form.get(CSRF_FIELD)):
            raise NotAllowed(OUTDATED, cause="no valid csrf token")
        yield form
    finally:
        await form.close()


Typed = Annotated[FormData, Depends(typed)]
Posted = Annotated[FormData, Depends(posted)]


def text(form: FormData, name: str) -> str:
    """What was typed into a field."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def number(form: FormData, name: str) -> int:
    """What we have put into a field ourselves."""
    written = text(form, name)
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise BadRequest(OUTDATED, cause=f"no number in {name}")
    return int(written)


def file(form: FormData, name: str) -> UploadFile | None:
    """A file that was chosen; browsers send an empty one when none was."""
    value = form.get(name)
    chosen = isinstance(value, UploadFile) and bool(value.filename)
    return value if chosen and isinstance(value, UploadFile) else None


async def _read(request: Request, most: int) -> FormData:
    multipart = request.headers.get("content-type", "").startswith("multipart/")
    parser = MultiPartParser if multipart else FormParser
    stream = _limited(request.stream(), most)
    try:
        return await parser(request.headers, stream).parse()
    except (MultiPartException, ClientDisconnect) as error:
        raise BadRequest("This form did not arrive whole.") from error


async def _limited(
    stream: AsyncGenerator[bytes, None], most: int
) -> AsyncGenerator[bytes, None]:
    size = 0
    async for piece in stream:
        size += len(piece)
        if size > most:
            raise TooLarge("These files are too large for this form.")
        yield piece


def moment(form: FormData, name: str) -> datetime:
    """A day and a time that are still to come; or `BadRequest` with a sentence."""
    # A browser tells how far its clock is from UTC; without scripts it is UTC.
    offset = text(form, "utc_offset_minutes").removeprefix("-")
    sign = -1 if text(form, "utc_offset_minutes").startswith("-") else 1
    minutes = sign * int(offset) if offset.isdigit() and len(offset) < 4 else 0
    try:
        typed = datetime.fromisoformat(text(form, name))
        found = typed.replace(tzinfo=UTC) + timedelta(minutes=minutes)
    except (ValueError, OverflowError) as error:
        raise BadRequest("Please choose a day and a time.") from error
    if found <= now():
        raise BadRequest("This moment has passed. Please choose a later one.")
    return found
