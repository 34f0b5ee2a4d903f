"""Who is here: the cookie of a signed-in browser, and what may be asked of it."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from app.actions import sign_in
from app.errors import NotAllowed, SignInNeeded
from app.models import User
from app.page.request import PlatformDep
from app.page.security import policy
from app.platform import Platform

SAFE_COOKIE = "__Host-commoncast"
PLAIN_COOKIE = "commoncast"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_ELSEWHERE = "This was sent from another site. Please open the studio and try again."


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in user, in one browser."""

    user: User
    secret: str  # of the session, as the cookie holds it
    csrf: str  # proves that a form came from our own page

    def wrote(self, token: object) -> bool:
        """Whether this token was in a form that we gave to this very browser."""
        given = token if isinstance(token, str) else ""
        return hmac.compare_digest(given.encode(), self.csrf.encode())


@policy
def signed_in(request: Request, platform: PlatformDep) -> Visit:
    """Only somebody who has signed in."""
    secret = request.cookies.get(cookie_name(platform), "")
    # A session of its own: an upload may take hours, and must not hold one so long.
    with platform.database.reading() as session:
        user = sign_in.user_of(session, secret)
    if user is None:
        raise SignInNeeded("Please sign in first.")
    return Visit(user, secret, _csrf(platform, secret))


@policy
def newcomer() -> None:
    """Somebody at the door, of whom nothing is known yet."""


def own_site(request: Request, platform: PlatformDep) -> None:
    """Whoever it is, our own page asks for changes. Browsers tell, and cannot lie."""
    if request.method in _SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise NotAllowed(_ELSEWHERE, cause=f"Sec-Fetch-Site: {site}")
        return
    origin = request.headers.get("origin")
    if origin is not None and not _is_ours(origin, request, platform):
        raise NotAllowed(_ELSEWHERE, cause=f"Origin: {origin}")


Visiting = Annotated[Visit, Depends(signed_in)]


def cookie_name(platform: Platform) -> str:
    """`__Host-` needs https. Loopback counts as safe too, for browsers and for us.

    Only a site that is served by plain http to other machines gets the plain name:
    browsers would drop a secure cookie there, and nobody could sign in.
    """
    parts = urlsplit(platform.settings.public_url)
    safe = parts.scheme == "https" or parts.hostname in _LOOPBACK
    return SAFE_COOKIE if safe else PLAIN_COOKIE


def remember(response: Response, platform: Platform, secret: str) -> None:
    """Give the browser its cookie."""
    name = cookie_name(platform)
    response.set_cookie(
        name,
        secret,
        max_age=round(sign_in.SESSION_LASTS.total_seconds()),
        path="/",
        secure=name == SAFE_COOKIE,
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, platform: Platform) -> None:
    """Take the cookie back."""
    name = cookie_name(platform)
    safe = name == SAFE_COOKIE
    response.delete_cookie(name, path="/", secure=safe, httponly=True, samesite="lax")


def _csrf(platform: Platform, secret: str) -> str:
    message = f"csrf\n{sign_in.hash_of(secret)}".encode()
    return hmac.new(platform.secret, message, hashlib.sha256).hexdigest()


def _is_ours(origin: str, request: Request, platform: Platform) -> bool:
    parts = urlsplit(platform.settings.public_url)
    here = request.url
    return origin in {
        f"{parts.scheme}://{parts.netloc}",
        f"{here.scheme}://{here.netloc}",
    }
