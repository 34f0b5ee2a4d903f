"""What a listener hears with a key. Nothing of it is ever kept on the way."""

import hashlib
from pathlib import PurePosixPath

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from app.actions import catalogue, private_feed, private_shows
from app.errors import NotFound
from app.models import Episode
from app.page.request import PlatformDep, Reading
from app.page.sending import send_object, send_text
from app.public.scripts import chapters_body, transcript_body
from feeds import rss
from media_pipeline.rendition import Kind

router = APIRouter(prefix="/private/{token}")

_METHODS = ["GET", "HEAD"]
_UNKEPT = "private, no-store"
_HIDDEN = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
_FILES = {
    ("audio", ".mp3"): Kind.SOUND,
    ("audio", ".opus"): Kind.LOW_SOUND,
    ("video", ".mp4"): Kind.FILM,
}


@router.api_route("/feed.xml", methods=_METHODS)
def feed(
    request: Request, token: str, session: Reading, platform: PlatformDep
) -> Response:
    """The feed for one listener."""
    key, show = private_shows.opened_by(session, token)
    body = private_feed.feed_of(session, platform, show, token)
    client = request.client.host if request.client else ""
    private_shows.note_network(platform, key, client)
    etag = hashlib.sha256(body).hexdigest()[:32]
    kind, unkept = rss.CONTENT_TYPE, "private, no-cache"
    return _hide(send_text(request, body, kind, etag=etag, cache_control=unkept))


@router.api_route("/episodes/{slug}/{name}", methods=_METHODS)
def text(
    token: str, slug: str, name: str, session: Reading, platform: PlatformDep
) -> Response:
    """The transcript or the chapters of an episode."""
    episode = _one(session, token, Episode.slug == slug)
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix[1:]
    if name == "chapters.json":
        body, kind = chapters_body(platform, episode)
    elif stem == "transcript":
        body, kind = transcript_body(episode, ending)
    else:
        raise NotFound("There is nothing of this kind.")
    return _hide(Response(body, media_type=kind, headers={"Cache-Control": _UNKEPT}))


@router.api_route("/{place}/{name}", methods=_METHODS)
def media(
    request: Request,
    token: str,
    place: str,
    name: str,
    session: Reading,
    platform: PlatformDep,
) -> Response:
    """The sound or the film of an episode."""
    path = PurePosixPath(name)
    kind = _FILES.get((place, path.suffix))
    if kind is None:
        raise NotFound("There is nothing of this kind.")
    episode = _one(session, token, Episode.id == path.stem)
    rendition = episode.rendition(kind)
    if rendition is None:
        raise NotFound("This file is not ready yet, or never existed.")
    # Never by an address in the bucket: it would outlive the key.
    return _hide(
        send_object(request, platform.storage, rendition, cache_control=_UNKEPT)
    )


def _one(session: Session, token: str, condition: ColumnElement[bool]) -> Episode:
    _, show = private_shows.opened_by(session, token)
    return catalogue.episode_behind_key(session, show, condition)


def _hide(answer: Response) -> Response:
    answer.headers.update(_HIDDEN)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
