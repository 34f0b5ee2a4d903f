"""How a page of the studio is made: never kept by anybody in between."""

from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.actions import walls
from app.page.rendering import render
from app.studio.session import Visit

_PRIVATE = {"Cache-Control": "no-store"}


def show(
    request: Request,
    visit: Visit,
    name: str,
    *,
    status_code: int = 200,
    **context: Any,
) -> Response:
    """Render `templates/studio/{name}` for somebody who is signed in."""
    platform = request.app.state.platform
    return render(
        request,
        f"studio/{name}",
        status_code=status_code,
        headers=_PRIVATE,
        user=visit.user,
        csrf=visit.csrf,
        is_unwalled=visit.user.is_admin and walls.is_one_missing(platform),
        **context,
    )


def go_to(path: str) -> Response:
    """After a form: look at the result, so that reloading does not send it again."""
    return RedirectResponse(path, 303, headers=_PRIVATE)
