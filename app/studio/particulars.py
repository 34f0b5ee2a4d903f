"""What the feed of a show says beyond the basics: all of it optional."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from app.actions import lines, particulars
from app.actions.details import after_show_edit
from app.models import Show
from app.page.request import PlatformDep, Reading
from app.platform import Platform
from app.studio import page
from app.studio.access import hosted_show
from app.studio.posting import Posted, text
from app.studio.session import Visit, Visiting
from app.studio.show_form import Facts
from feeds.podcast_namespace import LICENSES

router = APIRouter(prefix="/studio/shows/{slug}/particulars")
_SWITCHES = {"explicit": "explicit", "serial": "is_serial", "locked": "locked"}
_FIELDS = (
    *("funding", "places", "friends", "rhythm", "medium"),
    *("license", "copyright", "verification"),
    *("picture_alt", "comments", "talk"),
)
_LONGEST = 200  # characters


@router.get("")
def show(
    request: Request, slug: str, visit: Visiting, session: Reading, done: str = ""
) -> Response:
    """The form as the show fills it."""
    found = hosted_show(session, visit.user, slug)
    return _page(request, visit, found, _facts_of(found), done=done)


@router.post("")
def save(
    request: Request, slug: str, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Keep what was changed, all or nothing."""
    facts = _facts_in(form)
    with platform.database.session() as session:
        found = hosted_show(session, visit.user, slug)
        facts.values |= _with_payments(platform, found, form)
        _keep(found, facts)
        if facts.problems:
            session.rollback()
    if facts.problems:
        with platform.database.reading() as session:
            found = hosted_show(session, visit.user, slug)
            return _page(request, visit, found, facts, status_code=400)
    after_show_edit(platform, found.id)
    return page.go_to(f"/studio/shows/{slug}/particulars?done=saved")


def licenses(own: str) -> list[tuple[str, str]]:
    """What can be chosen, and what another host's feed said."""
    names = dict.fromkeys([*LICENSES, *([own] if own else [])])
    return [(name, name) for name in names]


def _facts_of(show: Show) -> Facts:
    switches = {
        name: "yes" if getattr(show, column) else ""
        for name, column in _SWITCHES.items()
    }
    kept = {
        "medium": show.medium,
        "license": show.license,
        "copyright": show.copyright,
        "verification": show.verification,
    }
    return Facts({**particulars.shown(show), **kept, **switches})


def _facts_in(form: FormData) -> Facts:
    facts = {name: text(form, name) for name in _FIELDS}
    facts |= {name: text(form, name) for name in _SWITCHES}
    chosen = [service for service in form.getlist("blocks") if isinstance(service, str)]
    return Facts(facts | {"blocks": " ".join(chosen)})


def _with_payments(platform: Platform, show: Show, form: FormData) -> dict[str, str]:
    # Where they are not asked for, they stay as they are.
    if platform.settings.payments:
        return {"payments": text(form, "payments")}
    return {"payments": particulars.shown(show)["payments"]}


def _keep(show: Show, facts: Facts) -> None:
    said = facts.values
    for name in particulars.FIELDS:
        with facts.beside(name):
            particulars.keep_particulars(show, said, name)
    changes: dict[str, Callable[[], str]] = {
        "medium": lambda: lines.one_of(said["medium"], particulars.MEDIA),
        "license": lambda: _license(show, said["license"]),
        "copyright": lambda: lines.one(said["copyright"], _LONGEST),
        "verification": lambda: lines.one(said["verification"], _LONGEST),
    }
    for name, read in changes.items():
        with facts.beside(name):
            setattr(show, name, read())
    for name, column in _SWITCHES.items():
        setattr(show, column, said[name] == "yes")
    show.touch()


def _license(show: Show, chosen: str) -> str:
    if chosen != show.license:
        lines.one_of(chosen, ("", *LICENSES))
        show.license_url = ""  # of the one before
    return chosen


def _page(
    request: Request,
    visit: Visit,
    found: Show,
    facts: Facts,
    *,
    done: str = "",
    status_code: int = 200,
) -> Response:
    return page.show(
        request,
        visit,
        "particulars.html",
        status_code=status_code,
        show=found,
        facts=facts,
        done=done,
        licenses=licenses(found.license),
        takes_payments=request.app.state.platform.settings.payments,
        services=particulars.SERVICES,
    )
