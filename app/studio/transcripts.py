"""A transcript in the studio: made by a machine on request, mended by people."""

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.actions import cues, details, rewording, transcribing
from app.actions.rewording import Changed, Editor
from app.errors import BadRequest, NotFound
from app.models import Episode
from app.page.request import PlatformDep, Reading
from app.platform import Platform
from app.studio import page, transcript_form
from app.studio.access import hosted_episode
from app.studio.posting import Posted, text
from app.studio.preview import Preview
from app.studio.session import Visit, Visiting
from app.studio.transcript_form import Page, Sent

router = APIRouter(prefix="/studio/episodes/{name}/transcript")

Deed = Callable[[Session, Episode, Editor], None]


@router.get("")
def edit(
    request: Request,
    name: str,
    visit: Visiting,
    session: Reading,
    platform: PlatformDep,
    page: str = "1",
    done: str = "",
) -> Response:
    """The lines of a transcript, some at a time."""
    found = hosted_episode(session, visit.user, name)
    if found.transcript is None:
        raise NotFound("This episode has no transcript.")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    shown = transcript_form.page_of(found, found.transcript, number)
    return _show(request, visit, platform, found, shown, done=done)


@router.post("")
def save(
    request: Request, name: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Keep what was typed, and do what was pressed."""
    sent = transcript_form.sent(form)
    change = partial(cues.changed, order=sent.order)
    is_read = text(form, "action") == "read"
    deed: Deed = partial(rewording.reword, change=change, is_read=is_read)
    try:
        episode_id = _do(platform, visit, name, sent.version, deed)
    except (Changed, BadRequest) as error:
        return _give_back(request, name, visit, platform, sent, error)
    return _go_to(episode_id, "saved", sent.page)


@router.post("/undo")
def undo(name: str, visit: Visiting, platform: PlatformDep, form: Posted) -> Response:
    """Back to how it was before the last change."""
    episode_id = _do(platform, visit, name, text(form, "version"), rewording.undo)
    return _go_to(episode_id, "undone", transcript_form.sent(form).page)


@router.post("/read")
def note_reading(
    name: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Somebody has read it."""
    version = text(form, "version")
    episode_id = _do(platform, visit, name, version, rewording.note_reading)
    return page.go_to(f"/studio/episodes/{episode_id}?done=read")


@router.post("/make")
def make(name: str, visit: Visiting, platform: PlatformDep, _form: Posted) -> Response:
    """Let a machine write one."""
    with platform.database.reading() as session:
        episode_id = hosted_episode(session, visit.user, name).id
    transcribing.begin(platform, episode_id)
    return page.go_to(f"/studio/episodes/{episode_id}")


def _do(platform: Platform, visit: Visit, name: str, version: str, deed: Deed) -> str:
    with platform.database.session() as session:
        found = hosted_episode(session, visit.user, name)
        deed(session, found, Editor(visit.user, version))
    details.after_edit(platform, found.id)
    return found.id


def _give_back(
    request: Request,
    name: str,
    visit: Visit,
    platform: Platform,
    sent: Sent,
    error: Changed | BadRequest,
) -> Response:
    with platform.database.reading() as session:
        found = hosted_episode(session, visit.user, name)
        if found.transcript is None:
            raise NotFound("This episode has no transcript any more.") from error
        same = found.transcript.version == sent.version
        shown = transcript_form.page_with(found, found.transcript, sent, same=same)
        status = 400 if isinstance(error, BadRequest) else 409
        return _show(
            request,
            visit,
            platform,
            found,
            shown,
            problem=error.sentence,
            status=status,
        )


def _show(
    request: Request,
    visit: Visit,
    platform: Platform,
    episode: Episode,
    shown: Page,
    *,
    done: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    return page.show(
        request,
        visit,
        "transcript.html",
        status_code=status,
        episode=episode,
        page=shown,
        playing=Preview(episode, platform),
        can_undo=bool(episode.earlier_transcripts),
        done=done,
        problem=problem,
    )


def _go_to(episode_id: str, done: str, number: int) -> Response:
    address = f"/studio/episodes/{episode_id}/transcript"
    return page.go_to(f"{address}?page={number}&done={done}")
