"""What every answer says to browsers about safety."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.platform import Platform

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), "
    "usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SafetyHeaders:
    """ASGI middleware: headers that no endpoint has to remember."""

    def __init__(self, app: ASGIApp, *, policy: str) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to an HTTP answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        embedded = scope["path"].startswith("/embed/")

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), embedded)
            await send(message)

        await self._app(scope, receive, send_safely)

    def _add(self, headers: MutableHeaders, embedded: bool) -> None:
        for name, value in _ALWAYS.items():
            headers.setdefault(name, value)
        framed_by = "*" if embedded else "'none'"
        policy = f"{self._policy}; frame-ancestors {framed_by}"
        headers.setdefault("Content-Security-Policy", policy)


def content_security_policy(platform: Platform) -> str:
    """Everything from here, media also from the bucket; nothing inline, no others."""
    storage = platform.storage
    # A cache may stand before the bucket; what is signed comes from the bucket itself.
    media = {storage.public_url("public/x"), storage.signed_url("public/x", 60)}
    others = {_origin(url) for url in media} - {_origin(platform.settings.public_url)}
    beside = "".join(f" {origin}" for origin in sorted(others))
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            f"img-src 'self' data:{beside}",
            f"media-src 'self' blob:{beside}",
            f"connect-src 'self'{beside}",
            "manifest-src 'self'",
            "worker-src 'self' blob:",
            "form-action 'self'",
            "base-uri 'none'",
        ]
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
