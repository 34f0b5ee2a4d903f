"""A show moves in from another host, looked at first, and then by itself."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.actions import moving_in, moving_on
from app.actions.moving_in import Found, Wish
from app.actions.outgoing import outbound_of
from app.errors import BadRequest, CommoncastError, NotFound
from app.models import Move, MoveState, Show
from app.outbound import Outbound
from app.page.request import PlatformDep, Reading
from app.platform import Platform
from app.studio import page
from app.studio.posting import Posted, text
from app.studio.session import Visit, Visiting

router = APIRouter(prefix="/studio/moving-in")
_PATIENCE_SECONDS = 20.0  # somebody sits before the page
_HERE = (MoveState.BROUGHT, MoveState.THERE)


@router.get("")
def form(request: Request, visit: Visiting, session: Reading) -> Response:
    """Where to say which show, and those that have moved in."""
    _insist_on_keeper(visit)
    return _form(request, visit, session)


@router.post("/look")
def look(
    request: Request, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """What would come, and what is odd about it. Brings nothing."""
    _insist_on_keeper(visit)
    typed = text(form, "address").strip()
    try:
        found = _found(_outbound(platform), typed)
    except CommoncastError as error:
        with platform.database.reading() as session:
            return _form(request, visit, session, typed=typed, problem=error.sentence)
    return _looked(request, visit, found)


@router.post("")
def begin(
    request: Request, visit: Visiting, platform: PlatformDep, form: Posted
) -> Response:
    """Make the show, and let the workers bring its episodes."""
    _insist_on_keeper(visit)
    outbound = _outbound(platform)
    found = _found(outbound, text(form, "address").strip())
    publish = text(form, "publish") == "yes"
    wish = Wish(
        slug=text(form, "slug").strip(),
        publish=publish,
        keep_media=text(form, "media") == "keep",
    )
    try:
        if publish and text(form, "consent") != "yes":
            raise BadRequest(
                "Everyone who is heard must have agreed: please say so, or bring "
                "everything as drafts."
            )
        slug = moving_on.begin(platform, outbound, found, wish)
    except CommoncastError as error:
        return _looked(request, visit, found, problem=error.sentence)
    return page.go_to(f"/studio/moving-in/{slug}")


@router.get("/{slug}")
def progress(
    request: Request, slug: str, visit: Visiting, session: Reading
) -> Response:
    """How far it is: a line for each episode."""
    move, show = _move(session, visit, slug)
    arrived = sum(item.state in _HERE for item in move.items)
    facts = {"arrived": arrived, "failed": _count(move, MoveState.FAILED)}
    return page.show(request, visit, "moved.html", move=move, moved=show, **facts)


@router.post("/{slug}/stop")
def stop(slug: str, visit: Visiting, platform: PlatformDep, _form: Posted) -> Response:
    """Stop after the episode that is being brought."""
    return _set_going(platform, visit, slug, goes_on=False)


@router.post("/{slug}/again")
def again(slug: str, visit: Visiting, platform: PlatformDep, _form: Posted) -> Response:
    """Go on with what waits, and try again what could not be brought."""
    return _set_going(platform, visit, slug, goes_on=True)


def _set_going(
    platform: Platform, visit: Visit, slug: str, *, goes_on: bool
) -> Response:
    with platform.database.reading() as session:
        move, _ = _move(session, visit, slug)
    moving_on.set_going(platform, move.show_id, goes_on)
    return page.go_to(f"/studio/moving-in/{slug}")


def _insist_on_keeper(visit: Visit) -> None:
    if not visit.user.is_admin:
        raise NotFound("Only a keeper can let a show move in.")


def _move(session: Session, visit: Visit, slug: str) -> tuple[Move, Show]:
    _insist_on_keeper(visit)
    of_it = select(Move, Show).join(Show, Show.id == Move.show_id)
    items = selectinload(Move.items)
    found = session.execute(of_it.where(Show.slug == slug).options(items)).first()
    if found is None:
        raise NotFound("No show of this name has moved in.")
    return found[0], found[1]


def _outbound(platform: Platform) -> Outbound:
    return outbound_of(platform, total_seconds=_PATIENCE_SECONDS)


def _found(outbound: Outbound, typed: str) -> Found:
    # A path would be one of the server, and is nobody's business here.
    if not typed.startswith(("http://", "https://")):
        raise BadRequest("Please give the web address of the feed: https://…")
    found = moving_in.look(outbound, typed)
    moving_in.insist_on_unlocked(found.show)
    return found


def _form(
    request: Request, visit: Visit, session: Session, typed: str = "", problem: str = ""
) -> Response:
    of_all = select(Move, Show).join(Show, Show.id == Move.show_id)
    moves = session.execute(of_all.order_by(Move.began_at.desc())).all()
    status = 400 if problem else 200
    facts = {"typed": typed, "problem": problem, "moves": moves}
    return page.show(request, visit, "moving.html", status_code=status, **facts)


def _looked(
    request: Request, visit: Visit, found: Found, problem: str = ""
) -> Response:
    status = 400 if problem else 200
    facts = {"found": found.show, "source": found.source, "problem": problem}
    return page.show(request, visit, "moving_look.html", status_code=status, **facts)


def _count(move: Move, state: MoveState) -> int:
    return sum(item.state == state for item in move.items)
