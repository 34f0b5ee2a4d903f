"""A show leaves for another host, or stays after all."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions import leaving
from app.actions.outgoing import outbound_of
from app.errors import CommoncastError
from app.models import Show
from app.page.request import PlatformDep, Reading
from app.platform import Platform
from app.studio import page
from app.studio.access import hosted_show
from app.studio.posting import Posted, text
from app.studio.session import Visit, Visiting

router = APIRouter(prefix="/studio/shows/{slug}/leaving")
_PATIENCE_SECONDS = 15.0  # somebody sits before the page


@router.get("")
def show(request: Request, slug: str, visit: Visiting, session: Reading) -> Response:
    """Where the show goes, or the form for saying so."""
    return _page(request, visit, hosted_show(session, visit.user, slug))


@router.post("")
def leave(
    request: Request, slug: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Look at the new address, and begin to tell apps of it."""
    found, typed = _show(platform, visit, slug), text(form, "address")
    outbound = outbound_of(platform, total_seconds=_PATIENCE_SECONDS)
    different = text(form, "although_different") == "yes"
    try:
        goal = leaving.look(
            platform, outbound, found.id, typed, although_different=different
        )
    except CommoncastError as error:
        may_insist = isinstance(error, leaving.NotTheSame)
        with platform.database.reading() as session:
            found = hosted_show(session, visit.user, slug)
            facts = {"typed": typed, "problem": error.sentence}
            return _page(request, visit, found, may_insist=may_insist, **facts)
    leaving.leave(platform, found.id, goal, by=visit.user.id)
    return page.go_to(f"/studio/shows/{slug}/leaving")


@router.post("/stay")
def stay(slug: str, visit: Visiting, platform: PlatformDep, _form: Posted) -> Response:
    """Take it back."""
    leaving.stay(platform, _show(platform, visit, slug).id)
    return page.go_to(f"/studio/shows/{slug}/leaving")


def _show(platform: Platform, visit: Visit, slug: str) -> Show:
    with platform.database.reading() as session:
        return hosted_show(session, visit.user, slug)


def _page(
    request: Request,
    visit: Visit,
    found: Show,
    *,
    typed: str = "",
    problem: str = "",
    may_insist: bool = False,
) -> Response:
    return page.show(
        request,
        visit,
        "leaving.html",
        status_code=400 if problem else 200,
        show=found,
        departure=found.departure,
        days=leaving.NOTICE.days,
        typed=typed,
        problem=problem,
        may_insist=may_insist,
    )
