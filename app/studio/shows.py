"""The shows of a host: what is in them, and how they present themselves."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.actions.details import after_show_edit
from app.models import FeedReview, Show
from app.page.request import PlatformDep, Reading
from app.studio import page, show_form
from app.studio.access import hosted_episodes, hosted_show, hosted_shows
from app.studio.pictures import hang_in_show
from app.studio.posting import Posted, file
from app.studio.session import Visit, Visiting
from app.studio.show_form import Facts
from app.studio.standing import word_for
from feeds.rules.categories import CATEGORIES

router = APIRouter(prefix="/studio")
AT_FIRST = 5  # episodes of a show on the front page of the studio


@router.get("")
def home(request: Request, visit: Visiting, session: Reading) -> Response:
    """My shows, with what moves in them."""
    shows = [
        (show, _listed(session, visit, show))
        for show in hosted_shows(session, visit.user)
    ]
    return page.show(request, visit, "home.html", shows=shows, at_first=AT_FIRST)


@router.get("/shows/{slug}")
def show(
    request: Request, slug: str, visit: Visiting, session: Reading, done: str = ""
) -> Response:
    """One show with all its episodes."""
    found = hosted_show(session, visit.user, slug)
    listed = _listed(session, visit, found)
    review = session.get(FeedReview, found.id)
    facts: dict[str, Any] = {"review": review, "done": done}
    return page.show(request, visit, "show.html", show=found, episodes=listed, **facts)


@router.get("/shows/{slug}/settings")
def settings(
    request: Request, slug: str, visit: Visiting, session: Reading, done: str = ""
) -> Response:
    """How the show presents itself."""
    found = hosted_show(session, visit.user, slug)
    return _settings(request, visit, found, show_form.facts_of(found), done=done)


@router.post("/shows/{slug}/settings")
def save_settings(
    request: Request, slug: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Keep what was changed, all or nothing."""
    facts = show_form.facts_in(form)
    with platform.database.session() as session:
        found = hosted_show(session, visit.user, slug)
        show_form.keep(found, facts)
        if facts.problems:
            session.rollback()
    picture = file(form, "artwork")
    if picture is not None and not facts.problems:
        with facts.beside("artwork"):
            hang_in_show(platform, found.id, picture)
    if facts.problems:
        with platform.database.reading() as session:
            found = hosted_show(session, visit.user, slug)
            return _settings(request, visit, found, facts, status_code=400)
    after_show_edit(platform, found.id)
    return page.go_to(f"/studio/shows/{slug}/settings?done=saved")


def _settings(
    request: Request,
    visit: Visit,
    found: Show,
    facts: Facts,
    *,
    status_code: int = 200,
    done: str = "",
) -> Response:
    return page.show(
        request,
        visit,
        "settings.html",
        status_code=status_code,
        show=found,
        facts=facts,
        categories=CATEGORIES,
        done=done,
    )


def _listed(session: Session, visit: Visit, show: Show) -> list[tuple[object, str]]:
    found = hosted_episodes(session, visit.user, show)
    return [(episode, word_for(episode)) for episode in found]
