"""What the feed says of one episode beyond the basics: all of it optional."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions import details, episode_particulars
from app.models import Episode
from app.page.request import PlatformDep, Reading
from app.studio import page
from app.studio.access import hosted_episode
from app.studio.episode_form import Words
from app.studio.particulars import licenses
from app.studio.posting import Posted, text
from app.studio.session import Visit, Visiting

router = APIRouter(prefix="/studio/episodes/{name}/particulars")


@router.get("")
def show(
    request: Request, name: str, visit: Visiting, session: Reading, done: str = ""
) -> Response:
    """The form as the episode fills it."""
    found = hosted_episode(session, visit.user, name)
    words = Words(episode_particulars.shown(found))
    return _page(request, visit, found, words, done=done)


@router.post("")
def save(
    request: Request, name: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Keep what was changed, all or nothing."""
    words = Words({field: text(form, field) for field in episode_particulars.FIELDS})
    with platform.database.session() as session:
        found = hosted_episode(session, visit.user, name)
        for field in episode_particulars.FIELDS:
            with words.beside(field):
                episode_particulars.keep(found, words.values, field)
        if words.problems:
            session.rollback()
    if words.problems:
        with platform.database.reading() as session:
            found = hosted_episode(session, visit.user, name)
            return _page(request, visit, found, words, status_code=400)
    details.after_edit(platform, found.id)
    return page.go_to(f"/studio/episodes/{found.id}/particulars?done=saved")


def _page(
    request: Request,
    visit: Visit,
    found: Episode,
    words: Words,
    *,
    done: str = "",
    status_code: int = 200,
) -> Response:
    return page.show(
        request,
        visit,
        "episode_particulars.html",
        status_code=status_code,
        episode=found,
        facts=words,
        done=done,
        licenses=licenses(found.particulars.get("license", "")),
    )
