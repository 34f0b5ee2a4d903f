"""Feeds, answered from kept bytes ahead of everything else that the site does."""

import time
from email.utils import parsedate_to_datetime
from functools import lru_cache

from starlette.types import ASGIApp, Receive, Scope, Send

from app.platform import Platform
from app.public.feed_shelf import Headers, Kept, Representation, Shelf

# A cache in front may answer at its own rate for a second, apps ask every time: that
# costs a 304, and an episode is there as soon as it is published.
_CACHING = b"public, max-age=0, s-maxage=1, stale-if-error=86400"
_SAFE: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
_COMMON: Headers = [
    *_SAFE,
    (b"cache-control", _CACHING),
    (b"vary", b"Accept-Encoding"),
]
# For ever, but a host may change their mind.
_MOVED: Headers = [*_SAFE, (b"cache-control", b"public, max-age=300")]
_ALLOWED: Headers = [
    *_SAFE,
    (b"allow", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"If-None-Match, If-Modified-Since"),
]


class FeedDesk:
    """An ASGI app around the site: answers for kept feeds, and passes on all else."""

    def __init__(self, app: ASGIApp, platform: Platform) -> None:
        self._app = app
        self._shelf = Shelf(platform, _COMMON)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not scope["path"].endswith(".xml"):
            await self._app(scope, receive, send)
            return
        shelf = self._shelf
        if shelf.is_stale:
            await shelf.refresh()
        kept = shelf.feeds.get(scope["path"][1:])
        moved_to = shelf.moved_to(scope["path"][1:])
        if moved_to and scope["method"] in {"GET", "HEAD"}:
            await _send(send, 301, [*_MOVED, (b"location", moved_to.encode())])
        elif kept is not None:
            await _send(send, *_answer(kept, scope["method"], scope["headers"]))
        elif shelf.is_filled:
            await self._app(scope, receive, send)
        else:
            await _send(send, 503, [*_SAFE, (b"retry-after", b"5")])


def _answer(kept: Kept, method: str, headers: Headers) -> tuple[int, Headers, bytes]:
    if method not in {"GET", "HEAD"}:
        return (204 if method == "OPTIONS" else 405), _ALLOWED, b""
    asked = _Asked(headers)
    chosen: Representation = getattr(kept, _encoding(asked.encodings))
    held = asked.held_of(kept, chosen)
    if held is not None:
        return 304, _dated(held.unchanged, kept), b""
    return 200, _dated(chosen.headers, kept), b"" if method == "HEAD" else chosen.body


async def _send(send: Send, status: int, headers: Headers, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Asked:
    """What a request says about encodings, and about what its sender holds already."""

    __slots__ = ("encodings", "if_modified_since", "if_none_match")

    def __init__(self, headers: Headers) -> None:
        self.encodings = self.if_none_match = self.if_modified_since = b""
        for name, value in headers:
            if name == b"accept-encoding":
                self.encodings += b"," + value
            elif name == b"if-none-match":
                self.if_none_match += b"," + value
            elif name == b"if-modified-since":
                self.if_modified_since = value

    def held_of(self, kept: Kept, chosen: Representation) -> Representation | None:
        """The representation that the sender holds, if it is still the current one."""
        if not self.if_none_match and not self.if_modified_since:
            return None
        if self.if_none_match:
            held = _etags(self.if_none_match)
            return next(
                (
                    current
                    for current in (chosen, kept.identity, kept.gzip, kept.brotli)
                    if current.etag in held or b"*" in held
                ),
                None,
            )
        since = _seconds(self.if_modified_since)
        return chosen if since is not None and since >= kept.modified_at else None


@lru_cache(maxsize=512)
def _encoding(encodings: bytes) -> str:
    """The name of the form in `Kept` that suits best; the smallest where all do."""
    weights: dict[str, float] = {}
    for part in encodings.decode("latin-1").lower().split(","):
        name, _, parameters = part.partition(";")
        weights[name.strip()] = _weight(parameters)
    other = weights.get("*", 0.0)
    liked = {
        "brotli": weights.get("br", other),
        "gzip": weights.get("gzip", weights.get("x-gzip", other)),
    }
    best = max(liked, key=lambda form: liked[form])  # the first one of equals
    return best if liked[best] > 0 else "identity"


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


@lru_cache(maxsize=512)
def _etags(header: bytes) -> frozenset[bytes]:
    # The comparison is weak for If-None-Match (RFC 9110, section 13.1.2).
    tags = (tag.strip().removeprefix(b"W/") for tag in header.split(b","))
    return frozenset(tag for tag in tags if tag)


@lru_cache(maxsize=512)
def _seconds(http_date: bytes) -> float | None:
    try:
        return parsedate_to_datetime(http_date.decode("latin-1")).timestamp()
    except (ValueError, OverflowError):
        return None


def _dated(headers: Headers, kept: Kept) -> Headers:
    """Leave Last-Modified out while another change could still carry the same one."""
    if time.time() > kept.modified_at + 1:
        return headers
    return [(name, value) for name, value in headers if name != b"last-modified"]
