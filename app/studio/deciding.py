"""What a host decides about an episode besides its words."""

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import Response

from app import jobs
from app.actions import arriving, details, publication, replacing, uploading
from app.actions.intake import Unagreed
from app.errors import NotFound
from app.models import Upload
from app.page.request import PlatformDep, Reading
from app.platform import Platform
from app.studio import page
from app.studio.access import hosted_episode
from app.studio.posting import Posted, number, text
from app.studio.session import Visit, Visiting

router = APIRouter(prefix="/studio/episodes/{name}")


@router.post("/publish")
def publish(
    name: str, visit: Visiting, platform: PlatformDep, _form: Posted
) -> Response:
    """Make it public as it is; also the way back from `unpublish`."""
    episode_id = _id(platform, visit, name)
    publication.publish(platform, episode_id, visit.user.id)
    return page.go_to(f"/studio/episodes/{episode_id}?done=published")


@router.post("/unpublish")
def unpublish(
    name: str, visit: Visiting, platform: PlatformDep, _form: Posted
) -> Response:
    """Back to a draft; also the way back from a date."""
    episode_id = _id(platform, visit, name)
    publication.unpublish(platform, episode_id)
    return page.go_to(f"/studio/episodes/{episode_id}?done=unpublished")


@router.post("/retry")
def retry(name: str, visit: Visiting, platform: PlatformDep, _form: Posted) -> Response:
    """Try once more what has failed on our side."""
    episode_id = _id(platform, visit, name)
    jobs.retry(platform, episode_id)
    return page.go_to(f"/studio/episodes/{episode_id}")


@router.post("/recording/back")
def go_back(
    name: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Keep or take back the recording that was there before."""
    episode_id = _id(platform, visit, name)
    replacing.go_back(platform, episode_id, number(form, "recording"))
    details.after_edit(platform, episode_id)
    return page.go_to(f"/studio/episodes/{episode_id}?done=back")


@router.post("/recording/forget")
def forget_previous(
    name: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Delete the recording that was there before, without waiting."""
    episode_id = _id(platform, visit, name)
    replacing.forget_previous(platform, episode_id, number(form, "recording"))
    return page.go_to(f"/studio/episodes/{episode_id}?done=forgotten")


@router.post("/recording/agree")
def agree(
    name: str,
    visit: Visiting,
    platform: PlatformDep,
    form: Posted,
    later: BackgroundTasks,
) -> Response:
    """Say that everyone heard in what has come in agreed, and use it."""
    upload = _upload(platform, visit, name, text(form, "upload"))
    if not text(form, "consent"):
        raise Unagreed("Please confirm that everyone heard in it has agreed.")
    arriving.agree(platform, visit.user.id, upload.id)
    later.add_task(arriving.take_in, platform, upload.id)
    return page.go_to(f"/studio/episodes/{upload.episode_id}")


@router.post("/recording/discard")
def discard(
    name: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Delete what has come in, unheard."""
    upload = _upload(platform, visit, name, text(form, "upload"))
    uploading.end(platform, upload)
    return page.go_to(f"/studio/episodes/{upload.episode_id}?done=discarded")


@router.get("/{step}")
def confirm(
    request: Request, name: str, step: str, visit: Visiting, session: Reading
) -> Response:
    """Ask before something that cannot be undone."""
    found = hosted_episode(session, visit.user, name)
    if step not in {"delete", "withdraw"}:
        raise NotFound("There is nothing at this address.")
    return page.show(request, visit, "confirm.html", episode=found, step=step)


@router.post("/withdraw")
def withdraw(
    name: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Take it back for good."""
    episode_id = _id(platform, visit, name)
    publication.withdraw(platform, episode_id, visit.user.id, text(form, "reason"))
    return page.go_to(f"/studio/episodes/{episode_id}?done=withdrawn")


@router.post("/delete")
def delete(
    name: str, visit: Visiting, platform: PlatformDep, _form: Posted
) -> Response:
    """Remove it without a trace."""
    with platform.database.reading() as session:
        found = hosted_episode(session, visit.user, name)
        episode_id, show = found.id, found.show.slug
    publication.delete(platform, episode_id)
    return page.go_to(f"/studio/shows/{show}?done=deleted")


def _upload(platform: Platform, visit: Visit, name: str, upload_id: str) -> Upload:
    with platform.database.reading() as session:
        found = hosted_episode(session, visit.user, name)
        upload = uploading.find(session, visit.user.id, upload_id)
        if upload.episode_id != found.id or upload.taken_in_at is not None:
            raise NotFound("There is no such upload.")
        return upload


def _id(platform: Platform, visit: Visit, name: str) -> str:
    with platform.database.reading() as session:
        return hosted_episode(session, visit.user, name).id
