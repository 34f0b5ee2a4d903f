"""Templates to pages: one environment, one function."""

import gzip
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.page import filters
from app.page.assets import asset_url

ROOT = Path(__file__).parents[2]
LOCALES = Path(__file__).parents[1] / "locale"
DEFAULT_LANGUAGE = "en"


def render(
    request: Request,
    name: str,
    *,
    status_code: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response:
    """Render `templates/{name}` for this request."""
    platform = request.app.state.platform
    page = environment(DEFAULT_LANGUAGE).get_template(name)
    body = page.render(
        request=request,
        platform=platform,
        site=platform.settings,
        language=DEFAULT_LANGUAGE,
        here=platform.url(request.url.path),
        # In a copy of files, nobody answers what needs a program.
        is_copy=getattr(request.app.state, "is_copy", False),
        **context,
    )
    return _compressed(request, HTMLResponse(body, status_code, headers=headers))


def _compressed(request: Request, page: Response) -> Response:
    page.headers.setdefault("Cache-Control", "no-cache")
    page.headers.setdefault("Vary", "Accept-Encoding")
    # Only for the anonymous: pages with secrets must not tell them by their length.
    takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
    if "cookie" in request.headers or not takes_gzip or len(page.body) < 1000:
        return page
    page.body = gzip.compress(page.body, compresslevel=6, mtime=0)
    page.headers["Content-Length"] = str(len(page.body))
    page.headers["Content-Encoding"] = "gzip"
    return page


@cache
def environment(language: str) -> Environment:
    """The templates in one language. Autoescape is always on."""
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(  # type: ignore[attr-defined]
        translations(language), newstyle=True
    )
    made.filters.update(filters.ALL)
    made.globals["asset"] = asset_url
    return made


@cache
def translations(language: str) -> NullTranslations:
    """The words of one language; English where somebody has not translated."""
    return Translations.load(LOCALES, [language])
