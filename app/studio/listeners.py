"""Who may hear a private show: one key for each listener."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions import private_shows
from app.errors import BadRequest
from app.models import Show
from app.page.request import PlatformDep, Reading
from app.platform import Platform
from app.studio import page
from app.studio.access import hosted_show
from app.studio.posting import Posted, text
from app.studio.session import Visit, Visiting

router = APIRouter(prefix="/studio/shows/{slug}/listeners")


@router.get("")
def show(request: Request, slug: str, visit: Visiting, session: Reading) -> Response:
    """Every key that was given."""
    found = hosted_show(session, visit.user, slug)
    keys = private_shows.keys_of(session, found.id)
    return _page(request, visit, found, keys=keys)


@router.post("")
def give(
    request: Request, slug: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """A key for somebody; the only page that ever shows its address."""
    found, problem, given = _show(platform, visit, slug), "", None
    try:
        given = private_shows.give_key(platform, found.id, text(form, "label"))
    except BadRequest as error:
        problem = error.sentence
    with platform.database.reading() as session:
        keys = private_shows.keys_of(session, found.id)
    status = 400 if problem else 201
    facts = {"keys": keys, "given": given, "problem": problem}
    return _page(request, visit, found, status_code=status, **facts)


@router.post("/privacy")
def change(slug: str, visit: Visiting, platform: PlatformDep, form: Posted) -> Response:
    """Close the show to all without a key, or open it."""
    found = _show(platform, visit, slug)
    private_shows.set_private(platform, found.id, text(form, "private") == "yes")
    return page.go_to(f"/studio/shows/{slug}/listeners")


@router.post("/{key_id}/revoke")
def revoke(
    slug: str, key_id: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Take a key back."""
    found = _show(platform, visit, slug)
    private_shows.revoke_key(platform, found.id, key_id)
    return page.go_to(f"/studio/shows/{slug}/listeners")


def _show(platform: Platform, visit: Visit, slug: str) -> Show:
    with platform.database.reading() as session:
        return hosted_show(session, visit.user, slug)


def _page(
    request: Request,
    visit: Visit,
    found: Show,
    *,
    status_code: int = 200,
    **facts: object,
) -> Response:
    return page.show(
        request,
        visit,
        "listeners.html",
        status_code=status_code,
        show=found,
        most=private_shows.MOST_NETWORKS,
        **{"given": None, "problem": "", **facts},
    )
