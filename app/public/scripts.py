"""What is read along with an episode, as files for apps: chapters, transcript."""

import hashlib
from collections.abc import Callable, Iterator

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions import catalogue
from app.actions.feed_enclosures import chapters as feed_chapters
from app.actions.scripts import chapters_of, script_of
from app.errors import NotFound
from app.models import Episode, Transcript
from app.page.request import PlatformDep, Reading
from app.platform import Platform
from app.public.playing import Playing
from feeds import chapters_json
from media_pipeline.pictures import storyboard
from media_pipeline.words import captions, chapter_forms
from media_pipeline.words.captions import Script
from media_pipeline.words.chapters import Chapter

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
_HTML = "text/html; charset=utf-8"
_MAP = storyboard.MAP_CONTENT_TYPE

# How chapters are written, for an episode of so many seconds.
_CHAPTER_WRITERS: dict[str, tuple[Callable[[tuple[Chapter, ...], float], bytes], str]]
_CHAPTER_WRITERS = {
    "psc": (lambda found, _: chapter_forms.write_podlove(found), "application/xml"),
    "vtt": (
        lambda found, seconds: chapter_forms.write_vtt(found, seconds).encode(),
        "text/vtt; charset=utf-8",
    ),
    "txt": (
        lambda found, _: chapter_forms.write_lines(found).encode(),
        "text/plain; charset=utf-8",
    ),
}


@router.api_route("/episodes/{slug}/chapters.json", methods=_METHODS)
def chapters(
    request: Request, slug: str, session: Reading, platform: PlatformDep
) -> Response:
    """The chapters of an episode, as podcast:chapters."""
    body, kind = chapters_body(platform, catalogue.episode_by_slug(session, slug))
    return _send(request, body, kind)


@router.api_route("/episodes/{slug}/chapters.{ending}", methods=_METHODS)
def chapters_in_other_forms(
    request: Request, slug: str, ending: str, session: Reading, platform: PlatformDep
) -> Response:
    """The same for other programs: Podlove's XML, WebVTT, lines of text."""
    if ending not in _CHAPTER_WRITERS:
        raise NotFound("There are no chapters of this kind.")
    write, content_type = _CHAPTER_WRITERS[ending]
    episode = _with_chapters(catalogue.episode_by_slug(session, slug))
    seconds = Playing(episode, platform).duration
    return _send(request, write(chapters_of(episode), seconds), content_type)


@router.api_route("/episodes/{slug}/transcript.html", methods=_METHODS)
def transcript_page(request: Request, slug: str, session: Reading) -> Response:
    """The transcript of an episode as podcast apps show it."""
    body, kind = transcript_body(catalogue.episode_by_slug(session, slug), "html")
    return _send(request, body, kind)


@router.api_route("/episodes/{slug}/transcript.{ending}", methods=_METHODS)
def transcript(request: Request, slug: str, ending: str, session: Reading) -> Response:
    """The transcript of an episode, as captions or as text."""
    body, kind = transcript_body(catalogue.episode_by_slug(session, slug), ending)
    return _send(request, body, kind)


@router.api_route("/episodes/{slug}/storyboard.vtt", methods=_METHODS)
def thumbnails(
    request: Request, slug: str, session: Reading, platform: PlatformDep
) -> Response:
    """Which small picture of the film belongs to which time."""
    # The stored map names the pictures beside it. A player reads this one: from our
    # own address it may, and in a bucket it would need leave.
    playing = Playing(catalogue.episode_by_slug(session, slug), platform)
    if playing.layout is None:
        raise NotFound("This episode has no small pictures.")
    written = storyboard.write_map(playing.layout, playing.sheets)
    return _send(request, written.encode(), _MAP)


def chapters_body(platform: Platform, episode: Episode) -> tuple[bytes, str]:
    """The chapters as podcast:chapters, and their content type."""
    found = feed_chapters(platform, _with_chapters(episode))
    body = chapters_json.render(found, episode.title, episode.show.title)
    return body, chapters_json.CONTENT_TYPE


def transcript_body(episode: Episode, ending: str) -> tuple[bytes, str]:
    """The transcript in one of its forms, and its content type."""
    words = _transcript(episode)
    if ending == "html":
        script = script_of(words)
        page = captions.write_html(script, title=episode.title, language=words.language)
        return page.encode(), _HTML
    if ending not in _WRITERS:
        raise NotFound("There is no transcript of this kind.")
    write, content_type, needs_times = _WRITERS[ending]
    if needs_times and not words.timed:
        raise NotFound("This transcript is plain text: it does not know its times.")
    return write(script_of(words)).encode(), content_type


def every_form(platform: Platform, episode: Episode) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of everything that can be read along with an episode."""
    words = episode.transcript
    if words is not None:
        for ending in [*_WRITERS, "html"]:
            if words.timed or not _WRITERS.get(ending, (None, "", False))[2]:
                yield f"transcript.{ending}", transcript_body(episode, ending)[0]
    if episode.chapters:
        yield "chapters.json", chapters_body(platform, episode)[0]
        seconds = Playing(episode, platform).duration
        for ending, (write, _) in _CHAPTER_WRITERS.items():
            yield f"chapters.{ending}", write(chapters_of(episode), seconds)


def _with_chapters(episode: Episode) -> Episode:
    if not episode.chapters:
        raise NotFound("This episode has no chapters.")
    return episode


def _transcript(episode: Episode) -> Transcript:
    if episode.transcript is None:
        raise NotFound("This episode has no transcript.")
    return episode.transcript


def _send(request: Request, body: bytes, content_type: str) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = _HEADERS | {"ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    headers |= {"Content-Type": content_type, "Content-Length": str(len(body))}
    return Response(b"" if request.method == "HEAD" else body, headers=headers)
