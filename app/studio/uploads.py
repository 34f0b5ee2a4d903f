"""Uploads that survive a lost connection: tus 1.0, https://tus.io/protocols."""

import base64
import re
from binascii import Error as NotBase64
from collections.abc import Callable, Coroutine
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, BackgroundTasks, Depends, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from app.actions import arriving, intake, joining, uploading
from app.actions.upload_file import ALGORITHMS, Busy, Checksum, ChecksumMismatch
from app.actions.uploading import Plan
from app.errors import BadRequest, CommoncastError
from app.models import Upload
from app.page.errors import status_of
from app.page.request import PlatformDep
from app.platform import Platform
from app.studio.access import hosted_episode
from app.studio.receiving import append
from app.studio.session import Visit, Visiting

VERSION = "1.0.0"
EXTENSIONS = (
    "creation,creation-with-upload,creation-defer-length,termination,checksum,"
    "expiration,concatenation"
)
BYTES = "application/offset+octet-stream"
_NUMBER = re.compile(r"\d{1,18}")
_BASE = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}


class UnsupportedVersion(BadRequest):
    """The client speaks another tus."""


class WrongType(BadRequest):
    """What was sent does not call itself a chunk."""


# What tus has numbers of its own for.
_STATUS: tuple[tuple[type[CommoncastError], int], ...] = (
    (UnsupportedVersion, 412),
    (WrongType, 415),
    (Busy, 423),
    (ChecksumMismatch, 460),
)


class TusRoute(APIRoute):
    """Every answer names the protocol; refusals as well, and in plain words."""

    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the endpoint."""
        answer = super().get_route_handler()

        async def speak_tus(request: Request) -> Response:
            try:
                response = await answer(request)
            except CommoncastError as error:
                response = _refusal(error)
            response.headers.update(_BASE)
            return response

        return speak_tus


async def tus_client(request: Request) -> None:
    """Only a client that speaks our version of tus."""
    if request.headers.get("tus-resumable") != VERSION:
        raise UnsupportedVersion(f"Please speak tus {VERSION}.")


router = APIRouter(prefix="/studio/uploads", route_class=TusRoute)
SPEAKS_TUS = [Depends(tus_client)]


@router.options("")
def offer(platform: PlatformDep) -> Response:
    """What can be done here."""
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(platform.settings.max_upload_bytes),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }
    return Response(status_code=204, headers=headers)


@router.post("", dependencies=SPEAKS_TUS)
async def create(
    request: Request, visit: Visiting, platform: PlatformDep, later: BackgroundTasks
) -> Response:
    """Begin an upload; with bytes if the client sends some along."""
    plan = await run_sync(_plan, platform, visit, request)
    joins = plan.concat.startswith(joining.FINAL)
    begin = joining.join if joins else uploading.begin
    upload = await run_sync(begin, platform, plan)
    headers = {"Location": f"/studio/uploads/{upload.id}"}
    if request.headers.get("content-type") == BYTES and not joins:
        checksum = _checksum(request)
        await append(request, platform, upload, offset=0, checksum=checksum)
    return await _told(platform, upload, later, 201, headers)


@router.head("/{upload_id}", dependencies=SPEAKS_TUS)
async def look(
    upload_id: str, visit: Visiting, platform: PlatformDep, later: BackgroundTasks
) -> Response:
    """How far an upload is."""
    upload = await run_sync(_find, platform, visit, upload_id)
    headers = {
        "Upload-Concat": upload.concat,
        "Upload-Metadata": upload.metadata_header,
    }
    if upload.length is None:
        headers["Upload-Defer-Length"] = "1"
    else:
        headers["Upload-Length"] = str(upload.length)
    kept = {name: value for name, value in headers.items() if value}
    return await _told(platform, upload, later, 200, kept, patience_seconds=0)


@router.patch("/{upload_id}", dependencies=SPEAKS_TUS)
async def add(
    upload_id: str,
    request: Request,
    visit: Visiting,
    platform: PlatformDep,
    later: BackgroundTasks,
) -> Response:
    """Add bytes at the end."""
    upload = await run_sync(_find, platform, visit, upload_id)
    if request.headers.get("content-type") != BYTES:
        raise WrongType(f"Please send {BYTES}.")
    offset = _number(request, "upload-offset")
    if offset is None:
        raise BadRequest("Please say where these bytes go: Upload-Offset.")
    await append(
        request,
        platform,
        upload,
        offset=offset,
        length=_number(request, "upload-length"),
        checksum=_checksum(request),
    )
    return await _told(platform, upload, later, 204, {})


@router.delete("/{upload_id}", dependencies=SPEAKS_TUS)
def terminate(upload_id: str, visit: Visiting, platform: PlatformDep) -> Response:
    """Forget an upload."""
    uploading.end(platform, _find(platform, visit, upload_id))
    return Response(status_code=204)


@router.post("/{upload_id}", dependencies=SPEAKS_TUS)
async def override(
    upload_id: str,
    request: Request,
    visit: Visiting,
    platform: PlatformDep,
    later: BackgroundTasks,
) -> Response:
    """For networks that let nothing but GET and POST through."""
    method = request.headers.get("x-http-method-override", "").upper()
    if method == "PATCH":
        return await add(upload_id, request, visit, platform, later)
    if method == "DELETE":
        return await run_sync(terminate, upload_id, visit, platform)
    if method == "HEAD":
        return await look(upload_id, visit, platform, later)
    raise BadRequest("Please say what to do: X-HTTP-Method-Override.")


async def _told(
    platform: Platform,
    upload: Upload,
    later: BackgroundTasks,
    status_code: int,
    headers: dict[str, str],
    patience_seconds: float = 1.0,
) -> Response:
    # Here and in HEAD as well: we may have died between the last byte and this.
    whole = await run_sync(uploading.settle, platform, upload.id, patience_seconds)
    if whole:
        later.add_task(arriving.take_in, platform, upload.id)
    offset = await run_sync(uploading.offset_of, platform, upload)
    told = {
        "Upload-Offset": str(offset),
        "Upload-Expires": format_datetime(
            upload.expires_at.astimezone(UTC), usegmt=True
        ),
    }
    return Response(status_code=status_code, headers=told | headers, background=later)


def _find(platform: Platform, visit: Visit, upload_id: str) -> Upload:
    with platform.database.reading() as session:
        return uploading.find(session, visit.user.id, upload_id)


def _plan(platform: Platform, visit: Visit, request: Request) -> Plan:
    header = request.headers.get("upload-metadata", "")
    metadata = _metadata(header)
    concat = request.headers.get("upload-concat", "")
    if concat and concat != uploading.PARTIAL and not concat.startswith(joining.FINAL):
        raise BadRequest("Upload-Concat is either partial or final.")
    episode_id = metadata.get("episode")
    consent_held = bool(metadata.get("consent"))
    if episode_id:
        with platform.database.reading() as session:
            found = hosted_episode(session, visit.user, episode_id)
        agreed = arriving.agreement(visit.user.id) if consent_held else None
        intake.insist_on_agreement(platform, found.id, agreed)
    return Plan(
        user_id=visit.user.id,
        length=_announced(request, concat),
        filename=metadata.get("filename", ""),
        metadata_header=header,
        episode_id=episode_id or None,
        concat=concat,
        consent_held=consent_held,
    )


def _announced(request: Request, concat: str) -> int | None:
    if concat.startswith(joining.FINAL):
        return None  # its parts tell
    defer = request.headers.get("upload-defer-length")
    length = _number(request, "upload-length")
    if (defer is None) == (length is None) or defer not in {None, "1"}:
        raise BadRequest("Please tell the length, or Upload-Defer-Length: 1.")
    return length


def _number(request: Request, name: str) -> int | None:
    text = request.headers.get(name)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise BadRequest(f"{name} is not a number of bytes.")
    return int(text)


def _checksum(request: Request) -> Checksum | None:
    header = request.headers.get("upload-checksum")
    return Checksum.parse(header) if header is not None else None


def _metadata(header: str) -> dict[str, str]:
    metadata = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, encoded = pair.partition(" ")
        try:
            value = base64.b64decode(encoded.strip(), validate=True).decode()
        except (NotBase64, UnicodeDecodeError) as error:
            raise BadRequest("The metadata of this upload cannot be read.") from error
        metadata[key] = value
    return metadata


def _refusal(error: CommoncastError) -> Response:
    own = next((code for kind, code in _STATUS if isinstance(error, kind)), None)
    headers = {"Tus-Version": VERSION} if own == 412 else {}
    return Response(
        f"{error.sentence}\n",
        own or status_of(error),
        headers=headers,
        media_type="text/plain",
    )
