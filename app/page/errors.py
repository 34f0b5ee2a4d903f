"""Every error has one place where it becomes an answer."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from app.errors import (
    BadRequest,
    CommoncastError,
    Conflict,
    Gone,
    NoRoom,
    NotAllowed,
    NotFound,
    NotReady,
    SignInNeeded,
    TooLarge,
)
from app.page.rendering import render
from media_pipeline.errors import DiskFull, MediaError, Refused

log = structlog.get_logger(__name__)

# The first match counts, so the more special ones come first.
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (TooLarge, 413),
    (BadRequest, 400),
    (NotFound, 404),
    (Gone, 410),
    (SignInNeeded, 401),
    (NotAllowed, 403),
    (Conflict, 409),
    (NoRoom, 507),
    (DiskFull, 507),
    (NotReady, 409),
    (Refused, 400),
    (MediaError, 503),
    (CommoncastError, 500),
)

_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address cannot be used in that way.",
    500: "Something went wrong on our side. Nothing of yours is lost.",
}


def install(app: FastAPI) -> None:
    """Teach the app to answer errors."""
    app.add_exception_handler(CommoncastError, _expected)
    app.add_exception_handler(MediaError, _expected)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(Exception, _unexpected)


def status_of(error: CommoncastError | MediaError) -> int:
    """The number that HTTP has for it."""
    return next(code for kind, code in _STATUS if isinstance(error, kind))


def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, CommoncastError | MediaError)  # noqa: S101
    if isinstance(error, SignInNeeded) and _wants_page(request):
        return RedirectResponse("/studio/sign-in", 303)
    status = status_of(error)
    if status >= 500:
        log.error("answered with an error", path=request.url.path, cause=error.cause)
    return _answer(request, status, error.sentence)


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    sentence = _SENTENCES.get(error.status_code, str(error.detail))
    answer = _answer(request, error.status_code, sentence)
    answer.headers.update(error.headers or {})
    return answer


def _not_understood(request: Request, error: Exception) -> Response:
    return _answer(request, 400, "This request was not understood.")


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected error", path=request.url.path, exc_info=error)
    return _answer(request, 500, _SENTENCES[500])


def _answer(request: Request, status: int, sentence: str) -> Response:
    headers = {"Cache-Control": "no-store"}
    if request.method == "HEAD" or not _wants_page(request):
        return PlainTextResponse(f"{sentence}\n", status, headers=headers)
    return render(
        request,
        "errors/error.html",
        status_code=status,
        headers=headers,
        status=status,
        sentence=sentence,
    )


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
