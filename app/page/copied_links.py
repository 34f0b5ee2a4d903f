"""Addresses in a copy of the site that is only files, wherever these files lie."""

import posixpath
import re
from html import escape, unescape
from pathlib import PurePosixPath
from urllib.parse import parse_qs, urlsplit

PAGE = "index.html"
_TAG = re.compile(r"<(?:a|audio|iframe|img|link|script|source|track|video)\b[^>]*>")
_ADDRESS = re.compile(r'(?P<name>\s(?:href|src|poster|data-hls))="(?P<url>[^"]*)"')
# Who comes by a search engine shall find the place that everybody knows.
_FOR_MACHINES = 'rel="canonical"'


def file_of(path: str) -> str:
    """Where the answer for a path of the site lies: `/shows` is `shows/index.html`."""
    parts = urlsplit(path)
    plain = parts.path.strip("/")
    if PurePosixPath(plain).suffix:
        return plain
    kind = parse_qs(parts.query).get("kind", [""])[0]
    return "/".join(part for part in (plain, kind and f"kind-{kind}", PAGE) if part)


def beside(path: str, address: str, text: str) -> str:
    """A text whose addresses of this site lead from its file to other files."""
    up = "../" * file_of(path).count("/")
    return text.replace(f"{address}/", up)


class CopiedPage:
    """One page, whose links lead from its file to other files."""

    def __init__(self, path: str, address: str) -> None:
        self.found: set[str] = set()  # paths of the site that this page needs
        self._folder = posixpath.dirname(file_of(path))
        self._address = address

    def rewrite(self, html: str) -> str:
        """The same page with relative links."""
        return _TAG.sub(self._tag, html)

    def _tag(self, tag: re.Match[str]) -> str:
        if _FOR_MACHINES in tag[0]:
            return tag[0]
        return _ADDRESS.sub(self._link, tag[0])

    def _link(self, link: re.Match[str]) -> str:
        path = self._inside(unescape(link["url"]))
        if path is None:
            return link[0]
        parts = urlsplit(path)
        # The moment in ?t= is for a server; the player's scripts know it anyway.
        kind = parse_qs(parts.query).get("kind", [""])[0]
        wanted = f"{parts.path}?kind={kind}" if kind else parts.path
        self.found.add(wanted)
        relative = posixpath.relpath(file_of(wanted), self._folder or ".")
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        return f'{link["name"]}="{escape(relative + fragment)}"'

    def _inside(self, url: str) -> str | None:
        if url == self._address or url.startswith(
            (f"{self._address}/", f"{self._address}?")
        ):
            url = url[len(self._address) :]
            return url if url.startswith("/") else f"/{url}"
        return url if url.startswith("/") and not url.startswith("//") else None
