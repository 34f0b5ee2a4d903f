"""Show notes, reduced to the few tags that podcast apps show."""

from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from feeds.text import printable

UNLIMITED = 10**9  # bytes
_TAGS = {"p", "ol", "ul", "li", "a", "b", "i", "strong", "em"}
_SHOWN_AS = {"h1": "p", "h2": "p", "h3": "p", "h4": "p", "h5": "p", "h6": "p"}
_UNHEARD = {"script", "style", "title", "textarea"}
_SCHEMES = {"http", "https", "mailto"}
_DEEPEST = 20
_ELLIPSIS = "…"


def fit(html: str, limit_bytes: int = UNLIMITED) -> str:
    """Rewrite HTML with those tags only, well-formed, at most so many bytes long."""
    fitting = _Fitting(limit_bytes)
    fitting.feed(html)
    fitting.close()
    return fitting.finish()


class _Fitting(HTMLParser):
    def __init__(self, limit_bytes: int) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[str] = []
        # Always enough for the sign that something is missing.
        self._room = limit_bytes - len(_ELLIPSIS.encode())
        self._unheard = 0
        self._is_full = False

    def finish(self) -> str:
        """Close what is open."""
        self._close_down_to(0)
        return "".join(self._out).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNHEARD:
            self._unheard += 1
        if tag == "br":
            self.handle_data(" ")
        tag = _SHOWN_AS.get(tag, tag)
        if tag in _TAGS and len(self._open) < _DEEPEST:
            self._start(tag, _href(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNHEARD:
            self._unheard = max(0, self._unheard - 1)
        tag = _SHOWN_AS.get(tag, tag)
        if tag in self._open:
            self._close_down_to(_last(self._open, tag))

    def handle_data(self, data: str) -> None:
        text = escape(printable(data), quote=False)
        if self._unheard or self._is_full:
            return
        if self._take(text):
            self._out.append(text)
        else:
            self._out.append(self._beginning(data))
            self._is_full = True

    def _start(self, tag: str, href: str) -> None:
        if tag in {"p", "a"} and tag in self._open:
            self._close_down_to(_last(self._open, tag))
        if tag == "a" and not href:
            return
        opening = f'<a href="{escape(href)}">' if tag == "a" else f"<{tag}>"
        # The end of a tag is paid for when it starts, so it always fits.
        if self._is_full:
            return
        if self._take(f"{opening}</{tag}>"):
            self._out.append(opening)
            self._open.append(tag)
        else:
            self._out.append(_ELLIPSIS)
            self._is_full = True

    def _take(self, text: str) -> bool:
        size = len(text.encode())
        if size > self._room:
            return False
        self._room -= size
        return True

    def _beginning(self, data: str) -> str:
        kept = []
        for character in printable(data):
            if not self._take(escape(character, quote=False)):
                break
            kept.append(character)
        return escape("".join(kept).rstrip(), quote=False) + _ELLIPSIS

    def _close_down_to(self, depth: int) -> None:
        while len(self._open) > depth:
            self._out.append(f"</{self._open.pop()}>")


def _href(attrs: list[tuple[str, str | None]]) -> str:
    href = "".join(printable(dict(attrs).get("href") or "").split())
    try:
        return href if urlsplit(href).scheme.lower() in _SCHEMES else ""
    except ValueError:
        return ""


def _last(tags: list[str], tag: str) -> int:
    return len(tags) - 1 - tags[::-1].index(tag)
