"""For search engines: what there is, and what they may read."""

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response

from app.actions import catalogue
from app.page.rendering import render
from app.page.request import PlatformDep, Reading
from app.page.routing import Reader

router = Reader()


@router.at("/sitemap.xml")
def sitemap(request: Request, session: Reading) -> Response:
    """Every public page (sitemaps.org)."""
    answer = render(
        request,
        "public/sitemap.xml",
        shows=catalogue.shows(session),
        topics=catalogue.topics(session),
        episodes=catalogue.latest(session, limit=45_000),
    )
    answer.headers["Content-Type"] = "application/xml; charset=utf-8"
    return answer


@router.at("/robots.txt")
def robots(platform: PlatformDep) -> Response:
    """Everything public may be read; the studio is nobody's business."""
    lines = ["User-agent: *", "Disallow: /studio", "Disallow: /search"]
    sitemap = f"Sitemap: {platform.url('sitemap.xml')}"
    return PlainTextResponse("\n".join([*lines, "", sitemap, ""]))
