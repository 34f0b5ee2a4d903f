"""The web: settings, database, routers, error pages; the URL table on one page."""

from fastapi import APIRouter, Depends, FastAPI

from app.page import errors
from app.page.assets import FOLDER, Assets
from app.page.headers import SafetyHeaders, content_security_policy
from app.page.security import anyone, check_policies
from app.platform import Platform
from app.public import (
    embed,
    episodes,
    feeds,
    health,
    home,
    media,
    people,
    scripts,
    search,
    shows,
    sitemap,
    topics,
    videos,
)
from app.settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the web application."""
    platform = Platform.open(settings or Settings.load())
    app = FastAPI(
        title="Commoncast",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # Watching people is nothing that an environment variable should turn on.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.platform = platform
    app.include_router(_public(), dependencies=[Depends(anyone)])
    app.mount("/static", Assets(directory=FOLDER, check_dir=False), name="static")
    app.add_middleware(SafetyHeaders, policy=content_security_policy(platform))
    errors.install(app)
    check_policies(app)
    # Around all: /shows/{show}/feed.xml video.xml, /topics/*/feed.xml, /opml.xml
    app.middleware_stack = feeds.FeedDesk(app.build_middleware_stack(), platform)
    return app


def _public() -> APIRouter:
    router = APIRouter()
    for part in (
        home,  #     /
        shows,  #    /shows /shows/{show} /shows/{show}/qr.svg
        scripts,  #  /episodes/{slug}/transcript.* .../chapters.json
        episodes,  # /episodes/{slug}
        videos,  #   /videos
        topics,  #   /topics /topics/{topic}
        people,  #   /people/{person}
        search,  #   /search
        embed,  #    /embed/{slug} /oembed
        media,  #    /audio/{id}.mp3 /video/{id}.mp4 /media/{key}
        sitemap,  #  /sitemap.xml /robots.txt
        health,  #   /healthz /readyz
    ):
        router.include_router(part.router)
    return router
