"""The door of the studio."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.actions import sign_in
from app.errors import NotAllowed
from app.page.rendering import render
from app.page.request import PlatformDep
from app.studio.page import go_to
from app.studio.posting import Posted, Typed, text
from app.studio.session import Visiting, cookie_name, forget, newcomer, remember

router = APIRouter(prefix="/studio")
NOT_KEPT = (
    "Your browser did not keep the cookie that would keep you signed in. Please open "
    "this site by https, or with another browser, and ask for a new link."
)
AT_THE_DOOR = [Depends(newcomer)]
_PRIVATE = {"Cache-Control": "no-store"}


@router.get("/sign-in", dependencies=AT_THE_DOOR)
def door(request: Request, token: str = "") -> Response:
    """Ask to press a button: programs that scan mail open links, but press none."""
    return _door(request, token)


@router.post("/sign-in", dependencies=AT_THE_DOOR)
def enter(request: Request, platform: PlatformDep, form: Typed) -> Response:
    """Use the link up, and begin a session."""
    try:
        with platform.database.session() as session:
            _user, secret = sign_in.redeem(session, text(form, "token"))
            # Whoever used this browser before is signed out by it.
            sign_in.sign_out(session, request.cookies.get(cookie_name(platform), ""))
    except NotAllowed as error:
        return _door(request, "", problem=error.sentence, status_code=403)
    response = go_to("/studio/arrived")
    remember(response, platform, secret)
    return response


@router.get("/arrived", dependencies=AT_THE_DOOR)
def arrived(request: Request, platform: PlatformDep) -> Response:
    """Look whether the browser kept the cookie: not every one does by plain http."""
    if cookie_name(platform) in request.cookies:
        return go_to("/studio")
    return _door(request, "", problem=NOT_KEPT, status_code=400)


@router.post("/sign-out")
def leave(visit: Visiting, platform: PlatformDep, _form: Posted) -> Response:
    """End the session, here and on the server."""
    with platform.database.session() as session:
        sign_in.sign_out(session, visit.secret)
    response = go_to("/studio/sign-in")
    forget(response, platform)
    return response


def _door(
    request: Request, token: str, problem: str = "", status_code: int = 200
) -> Response:
    return render(
        request,
        "studio/sign-in.html",
        status_code=status_code,
        headers=_PRIVATE,
        token=token,
        problem=problem,
    )
