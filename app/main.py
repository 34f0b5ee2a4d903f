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
    oembed,
    people,
    private,
    scripts,
    search,
    shows,
    sitemap,
    topics,
    videos,
)
from app.settings import Settings
from app.studio import (
    beginning,
    deciding,
    episode_particulars,
    leaving,
    listeners,
    live,
    moving,
    particulars,
    signing_in,
    transcripts,
    uploads,
)
from app.studio import episodes as studio_episodes
from app.studio import shows as studio_shows
from app.studio.session import own_site, signed_in
from app.studio.sweeping import sweeping


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the web application."""
    platform = Platform.open(settings or Settings.load())
    app = FastAPI(
        title="Commoncast",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=sweeping(platform),
        # Watching people is nothing that an environment variable should turn on.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.platform = platform
    app.include_router(_public(), dependencies=[Depends(anyone)])
    app.include_router(_studio())
    app.mount("/static", Assets(directory=FOLDER, check_dir=False), name="static")
    errors.install(app)
    check_policies(app)
    # Around everything, so that even the answer to an unexpected error is safe.
    policy = content_security_policy(platform)
    site = SafetyHeaders(app.build_middleware_stack(), policy=policy)
    # Around all: /shows/{show}/feed.xml video.xml, /topics/*/feed.xml, /opml.xml
    app.middleware_stack = feeds.FeedDesk(site, platform)
    return app


def _studio() -> APIRouter:
    router = APIRouter(dependencies=[Depends(own_site)])
    router.include_router(signing_in.router)  # /studio/sign-in /studio/sign-out
    for part in (
        uploads,  #          /studio/uploads /studio/uploads/{id}: tus
        studio_shows,  #     /studio /studio/shows/{slug} .../settings
        particulars,  #      /studio/shows/{slug}/particulars
        episode_particulars,  # /studio/episodes/{name}/particulars
        listeners,  #        /studio/shows/{slug}/listeners .../{key}/revoke
        live,  #             /studio/shows/{slug}/live .../{id}/begin /end /remove
        leaving,  #          /studio/shows/{slug}/leaving .../stay
        moving,  #           /studio/moving-in .../look .../{slug} .../stop .../again
        beginning,  #        /studio/shows/{slug}/new .../episodes, a recording
        studio_episodes,  #  /studio/episodes/{name} .../progress .../preview .../notes
        transcripts,  #      .../transcript .../transcript/undo .../read .../make
        deciding,  #         .../publish .../unpublish .../retry .../withdraw .../delete
    ):
        router.include_router(part.router, dependencies=[Depends(signed_in)])
    return router


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
        embed,  #    /embed/{slug}
        oembed,  #   /oembed
        private,  #  /private/{token}/feed.xml .../audio/{id}.mp3 .../episodes/{slug}/*
        media,  #    /audio/{id}.mp3 /video/{id}.mp4 /media/{key}
        sitemap,  #  /sitemap.xml /robots.txt
        health,  #   /healthz /readyz
    ):
        router.include_router(part.router)
    return router
