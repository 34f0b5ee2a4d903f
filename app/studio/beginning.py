"""How an episode begins in the studio: a file is dropped, a draft is there."""

import re
from pathlib import PurePath

from anyio.to_thread import run_sync
from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import JSONResponse, Response

from app.actions import arriving, intake
from app.errors import BadRequest
from app.page.request import PlatformDep, Reading
from app.platform import Platform
from app.studio import page
from app.studio.access import hosted_episode, hosted_show
from app.studio.plain_upload import Received, receive_form
from app.studio.posting import Posted, text
from app.studio.session import Visit, Visiting

router = APIRouter(prefix="/studio")


@router.get("/shows/{slug}/new")
def new(request: Request, slug: str, visit: Visiting, session: Reading) -> Response:
    """Ask for a recording."""
    found = hosted_show(session, visit.user, slug)
    return page.show(request, visit, "new.html", show=found)


@router.post("/shows/{slug}/episodes")
def begin(slug: str, visit: Visiting, platform: PlatformDep, form: Posted) -> Response:
    """A draft for a script that uploads the recording next."""
    filename = text(form, "filename")
    episode_id = _draft(platform, visit, slug, text(form, "title"), filename)
    address = f"/studio/episodes/{episode_id}"
    return JSONResponse({"id": episode_id, "address": address}, 201)


@router.post("/shows/{slug}/new")
async def begin_whole(
    request: Request,
    slug: str,
    visit: Visiting,
    platform: PlatformDep,
    later: BackgroundTasks,
) -> Response:
    """The same in one form, for browsers without scripts."""
    await run_sync(_check_show, platform, visit, slug)
    received = await receive_form(request, platform, visit)
    title = received.fields.get("title", "")
    episode_id = await run_sync(_draft, platform, visit, slug, title, received.filename)
    return await run_sync(_hand_over, platform, received, episode_id, later)


@router.post("/episodes/{name}/recording")
async def bring(
    request: Request,
    name: str,
    visit: Visiting,
    platform: PlatformDep,
    later: BackgroundTasks,
) -> Response:
    """A recording for an episode that is there, without scripts."""
    episode_id = await run_sync(_episode_id, platform, visit, name)
    received = await receive_form(request, platform, visit)
    await run_sync(_insist_on_agreement, platform, visit, received, episode_id)
    return await run_sync(_hand_over, platform, received, episode_id, later)


def title_from(filename: str) -> str:
    """A first title: what the file is called, as words."""
    words = re.sub(r"[_\-.\s]+", " ", PurePath(filename).stem).strip()
    return words[: intake.LONGEST_TITLE].capitalize() or "New episode"


def _check_show(platform: Platform, visit: Visit, slug: str) -> None:
    with platform.database.reading() as session:
        hosted_show(session, visit.user, slug)


def _episode_id(platform: Platform, visit: Visit, name: str) -> str:
    with platform.database.reading() as session:
        return hosted_episode(session, visit.user, name).id


def _draft(
    platform: Platform, visit: Visit, slug: str, title: str, filename: str
) -> str:
    with platform.database.session() as session:
        found = hosted_show(session, visit.user, slug)
        name = title.strip() or title_from(filename)
        return intake.new_episode(session, found, title=name, by=visit.user).id


def _insist_on_agreement(
    platform: Platform, visit: Visit, received: Received, episode_id: str
) -> None:
    agreed = arriving.agreement(visit.user.id) if received.consent_held else None
    try:
        intake.insist_on_agreement(platform, episode_id, agreed)
    except BadRequest:
        received.forget(platform)
        raise


def _hand_over(
    platform: Platform, received: Received, episode_id: str, later: BackgroundTasks
) -> Response:
    received.belongs_to(platform, episode_id)
    later.add_task(arriving.take_in, platform, received.upload_id)
    return page.go_to(f"/studio/episodes/{episode_id}")
