"""Sound and film as files: stable addresses for apps, keys for players."""

from pathlib import PurePosixPath

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.actions import catalogue
from app.errors import Gone, NotFound
from app.models import Rendition
from app.page.request import PlatformDep, Reading
from app.page.routing import Reader
from app.page.sending import send_file, send_text
from app.platform import Platform
from media_pipeline.hls.relocation import ENDING, with_media_in
from media_pipeline.hls.subtitles import PLAYLIST_TYPE
from media_pipeline.storage import Storage
from media_pipeline.storage.local import LocalStorage
from media_pipeline.storage.protocol import IMMUTABLE

router = Reader()

# The address stays while the file behind it may change, after a correction.
_STABLE = "public, max-age=300"


@router.at("/audio/{episode_id}.mp3")
def audio(
    request: Request, episode_id: str, session: Reading, platform: PlatformDep
) -> Response:
    """The sound of an episode."""
    episode = catalogue.episode_by_id(session, episode_id)
    return _send(request, platform, episode.rendition("sound"))


@router.at("/audio/{episode_id}.opus")
def small_audio(
    request: Request, episode_id: str, session: Reading, platform: PlatformDep
) -> Response:
    """The same in few bytes, for people with little data."""
    episode = catalogue.episode_by_id(session, episode_id)
    return _send(request, platform, episode.rendition("low-sound"))


@router.at("/video/{episode_id}.mp4")
def video(
    request: Request, episode_id: str, session: Reading, platform: PlatformDep
) -> Response:
    """The film of an episode."""
    episode = catalogue.episode_by_id(session, episode_id)
    return _send(request, platform, episode.rendition("film"))


@router.at("/media/{key:path}")
def media(
    request: Request,
    key: str,
    session: Reading,
    platform: PlatformDep,
    expires: int = 0,
    disposition: str = "",
    signature: str = "",
) -> Response:
    """A stored file: of something public, or by a signed address."""
    storage = platform.storage
    if not isinstance(storage, LocalStorage):
        return _send_playlist(request, session, storage, key)
    if not storage.is_key(key):
        raise NotFound("There is no such file here.")
    signed = bool(signature) and storage.verify(key, expires, signature, disposition)
    if not signed:
        _check_public(session, key)
    stored = storage.stat(key)
    if stored is None:
        raise NotFound("There is no such file here.")
    answer = send_file(
        request,
        storage.path(key),
        stored.content_type,
        etag=storage.path(key).stem,
        cache_control="private, no-store" if signed else IMMUTABLE,
    )
    if signed and disposition:
        answer.headers["Content-Disposition"] = disposition
    return answer


def _send_playlist(
    request: Request, session: Session, storage: Storage, key: str
) -> Response:
    # A bucket gives everything to everyone as it lies there; playlists go compressed
    # to whoever takes that, and name files that come from the bucket itself.
    _check_public(session, key)
    if not key.endswith(ENDING):
        raise NotFound("There is no such file here.")
    written = b"".join(storage.open_range(key))
    folder = storage.public_url(key).rpartition("/")[0]
    return send_text(
        request,
        with_media_in(folder, written),
        PLAYLIST_TYPE,
        etag=PurePosixPath(key).stem,
        cache_control=IMMUTABLE,
    )


def _check_public(session: Session, key: str) -> None:
    if catalogue.media_key_is_public(session, key):
        return
    if catalogue.media_key_is_withdrawn(session, key):
        raise Gone("This episode has been taken back by the people in it.")
    raise NotFound("There is no such file here.")


def _send(
    request: Request, platform: Platform, rendition: Rendition | None
) -> Response:
    if rendition is None:
        raise NotFound("This file is not ready yet, or never existed.")
    if not isinstance(platform.storage, LocalStorage):
        return RedirectResponse(platform.storage.public_url(rendition.key), 302)
    return send_file(
        request,
        platform.storage.path(rendition.key),
        rendition.content_type,
        etag=rendition.sha256[:32],
        cache_control=_STABLE,
    )
