"""What goes out live: planned, begun and ended with a button each."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions import live
from app.actions.live_now import coming
from app.errors import BadRequest
from app.models import Show
from app.page.request import PlatformDep, Reading
from app.platform import Platform
from app.studio import page
from app.studio.access import hosted_show
from app.studio.episode_form import Words
from app.studio.posting import Posted, moment, text
from app.studio.session import Visit, Visiting

router = APIRouter(prefix="/studio/shows/{slug}/live")
_FIELDS = ("title", "stream_url", "page_url", "content_type", "starts_at")
_STEPS: dict[str, Callable[[Platform, str, str], None]] = {
    "begin": live.begin,
    "end": live.end,
    "remove": live.remove,
}


@router.get("")
def show(request: Request, slug: str, visit: Visiting, session: Reading) -> Response:
    """What is planned, and a form for more."""
    found = hosted_show(session, visit.user, slug)
    words = Words(dict.fromkeys(_FIELDS, ""))
    items = coming(session, found.id)
    return _page(request, visit, found, words=words, items=items)


@router.post("")
def plan(
    request: Request, slug: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Plan one more."""
    words = Words({name: text(form, name) for name in _FIELDS})
    with platform.database.reading() as session:
        found = hosted_show(session, visit.user, slug)
    try:
        live.plan(platform, found.id, moment(form, "starts_at"), words.values)
    except BadRequest as error:
        words.problems["live"] = error.sentence
        with platform.database.reading() as session:
            items = coming(session, found.id)
        facts = {"words": words, "items": items}
        return _page(request, visit, found, status_code=400, **facts)
    return page.go_to(f"/studio/shows/{slug}/live")


@router.post("/{live_id}/{step}")
def go_on(
    slug: str,
    live_id: str,
    step: str,
    visit: Visiting,
    platform: PlatformDep,
    form: Posted,
) -> Response:
    """It begins, it is over, or it does not take place."""
    with platform.database.reading() as session:
        found = hosted_show(session, visit.user, slug)
    if step not in _STEPS:
        raise BadRequest("This page knows nothing of that.", cause=step)
    _STEPS[step](platform, found.id, live_id)
    return page.go_to(f"/studio/shows/{slug}/live")


def _page(
    request: Request, visit: Visit, found: Show, status_code: int = 200, **facts: Any
) -> Response:
    return page.show(
        request,
        visit,
        "live.html",
        status_code=status_code,
        show=found,
        types=live.TYPES,
        **facts,
    )
