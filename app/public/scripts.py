"""What is read along with an episode, as files for apps: chapters, transcript."""

import hashlib
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.actions import catalogue
from app.errors import NotFound
from app.models import Transcript
from app.page.request import Reading
from feeds import chapters_json
from feeds.document import Chapter
from media_pipeline import captions
from media_pipeline.captions import Cue, Script

router = APIRouter()

_METHODS = ["GET", "HEAD"]
_HEADERS = {
    # Players on other sites read them, too; they never carry anything personal.
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=300",
}

# How a transcript is written, and whether that needs to know the times.
_WRITERS: dict[str, tuple[Callable[[Script], str], str, bool]] = {
    "vtt": (captions.write_vtt, "text/vtt; charset=utf-8", True),
    "srt": (captions.write_srt, "application/x-subrip; charset=utf-8", True),
    "json": (captions.write_json, "application/json", True),
    "txt": (captions.write_text, "text/plain; charset=utf-8", False),
}


@router.api_route("/episodes/{slug}/chapters.json", methods=_METHODS)
def chapters(request: Request, slug: str, session: Reading) -> Response:
    """The chapters of an episode, as podcast:chapters."""
    episode = catalogue.episode_by_slug(session, slug)
    if not episode.chapters:
        raise NotFound("This episode has no chapters.")
    found = tuple(
        Chapter(chapter.start_ms / 1000, chapter.title, chapter.link)
        for chapter in episode.chapters
    )
    body = chapters_json.render(found, episode.title, episode.show.title)
    return _send(request, body, chapters_json.CONTENT_TYPE)


@router.api_route("/episodes/{slug}/transcript.{ending}", methods=_METHODS)
def transcript(request: Request, slug: str, ending: str, session: Reading) -> Response:
    """The transcript of an episode, as captions or as text."""
    if ending not in _WRITERS:
        raise NotFound("There is no transcript of this kind.")
    write, content_type, needs_times = _WRITERS[ending]
    words = _transcript(session, slug)
    if needs_times and not words.timed:
        raise NotFound("This transcript is plain text: it does not know its times.")
    return _send(request, write(_script(words)).encode(), content_type)


def _transcript(session: Session, slug: str) -> Transcript:
    episode = catalogue.episode_by_slug(session, slug)
    if episode.transcript is None:
        raise NotFound("This episode has no transcript.")
    return episode.transcript


def _script(transcript: Transcript) -> Script:
    cues = (
        Cue(
            start_seconds=cue["start_ms"] / 1000,
            end_seconds=cue["end_ms"] / 1000,
            text=cue["text"],
            speaker=cue.get("speaker", ""),
        )
        for cue in transcript.cues
    )
    return Script(cues=tuple(cues), timed=transcript.timed)


def _send(request: Request, body: bytes, content_type: str) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = _HEADERS | {"ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    headers |= {"Content-Type": content_type, "Content-Length": str(len(body))}
    return Response(b"" if request.method == "HEAD" else body, headers=headers)
