"""One episode in the studio: its words, what is missing, and what comes next."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.actions import arriving, details, publication, replacing, uploading
from app.actions.notes import render_notes
from app.actions.posters import given_poster, remove_poster
from app.models import Episode
from app.models.identity import clean_text
from app.page.request import PlatformDep, Reading
from app.platform import Platform
from app.studio import episode_form, page
from app.studio.access import hosted_episode
from app.studio.episode_form import Words
from app.studio.pictures import hang_before_film, hang_in_episode
from app.studio.posting import Posted, file, moment, text
from app.studio.preview import Preview
from app.studio.session import Visit, Visiting
from app.studio.standing import standing

router = APIRouter(prefix="/studio/episodes/{name}")


@router.get("")
def episode(
    request: Request,
    name: str,
    visit: Visiting,
    session: Reading,
    platform: PlatformDep,
    done: str = "",
) -> Response:
    """Everything about one episode."""
    found = hosted_episode(session, visit.user, name)
    words = episode_form.words_of(found)
    return _page(request, visit, session, platform, found, words, done=done)


@router.post("")
def save(
    request: Request, name: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Keep the words; then publish if that was the button."""
    with platform.database.reading() as session:
        episode_id = hosted_episode(session, visit.user, name).id
    words = episode_form.words_in(form)
    done = ""
    if _keep(platform, visit, episode_id, form, words):
        done = _go_on(platform, visit, episode_id, form, words)
    if not words.problems:
        return page.go_to(f"/studio/episodes/{episode_id}?done={done}")
    with platform.database.reading() as session:
        found = hosted_episode(session, visit.user, episode_id)
        return _page(request, visit, session, platform, found, words, status_code=400)


@router.get("/progress")
def progress(
    request: Request,
    name: str,
    visit: Visiting,
    session: Reading,
    platform: PlatformDep,
) -> Response:
    """The part of the page that changes by itself."""
    found = hosted_episode(session, visit.user, name)
    facts = _standing_facts(session, platform, found)
    return page.show(request, visit, "_standing.html", episode=found, **facts)


@router.get("/preview")
def preview(
    request: Request,
    name: str,
    visit: Visiting,
    session: Reading,
    platform: PlatformDep,
) -> Response:
    """The episode as it will be, for its hosts alone."""
    found = hosted_episode(session, visit.user, name)
    playing = Preview(found, platform)
    return page.show(request, visit, "preview.html", episode=found, playing=playing)


@router.post("/notes")
def show_notes(name: str, visit: Visiting, session: Reading, form: Posted) -> Response:
    """What these notes will look like."""
    hosted_episode(session, visit.user, name)
    return HTMLResponse(render_notes(clean_text(text(form, "notes"))))


def _keep(
    platform: Platform, visit: Visit, episode_id: str, form: FormData, words: Words
) -> bool:
    with platform.database.session() as session:
        found = hosted_episode(session, visit.user, episode_id)
        episode_form.keep(session, found, visit.user, form, words)
        if words.problems:
            session.rollback()
            return False
    picture = file(form, "artwork")
    if picture is not None:
        with words.beside("artwork"):
            hang_in_episode(platform, episode_id, picture)
    with words.beside("poster"):
        _hang_poster(platform, episode_id, form)
    details.after_edit(platform, episode_id)
    return not words.problems


def _hang_poster(platform: Platform, episode_id: str, form: FormData) -> None:
    poster = file(form, "poster")
    if poster is not None:
        hang_before_film(platform, episode_id, poster)
    elif text(form, "no_poster"):
        remove_poster(platform, episode_id)


def _go_on(
    platform: Platform, visit: Visit, episode_id: str, form: FormData, words: Words
) -> str:
    action = text(form, "action")
    if action not in {"publish", "schedule"}:
        return "saved"
    field = "publish_at" if action == "schedule" else "publish"
    with words.beside(field):
        at = moment(form, "publish_at") if action == "schedule" else None
        publication.publish(platform, episode_id, visit.user.id, at)
    return "scheduled" if action == "schedule" else "published"


def _page(
    request: Request,
    visit: Visit,
    session: Session,
    platform: Platform,
    found: Episode,
    words: Words,
    *,
    status_code: int = 200,
    done: str = "",
) -> Response:
    return page.show(
        request,
        visit,
        "episode.html",
        status_code=status_code,
        episode=found,
        words=words,
        consent=episode_form.CONSENT,
        kinds=episode_form.KINDS,
        given_poster=given_poster(found),
        done=done,
        asks_agreement=replacing.needs_agreement(found),
        **_standing_facts(session, platform, found),
    )


def _standing_facts(
    session: Session, platform: Platform, found: Episode
) -> dict[str, Any]:
    upload = arriving.on_its_way(session, found.id)
    offset = uploading.arrived(platform, upload) if upload else 0
    missing = [] if found.withdrawal else publication.obstacles(session, found)
    return {"standing": standing(found, upload, offset), "missing": missing}
