"""The renditions of an episode, as a feed presents them."""

from app.actions.feed_briefs import Brief, File
from app.actions.scripts import chapter_images
from app.models import Episode, Rendition, Transcript
from app.platform import Platform
from feeds import document
from feeds.document import Enclosure, TranscriptLink
from media_pipeline.rendition import Kind

# Apps know HLS by its old name; over HTTP it carries the registered one.
_HLS = "application/x-mpegURL"


def enclosures(
    platform: Platform, episode: Episode, *, as_film: bool = False
) -> list[Enclosure]:
    """All the ways to hear or see an episode, the main one first."""
    sound, film = _sound(platform, episode), _film(platform, episode)
    stream, small = _stream(platform, episode), _small(platform, episode)
    order = [film, stream, sound] if as_film else [sound, stream, film]
    order.append(small)
    return [enclosure for enclosure in order if enclosure is not None]


def brief_enclosure(
    platform: Platform, brief: Brief, *, as_film: bool = False
) -> Enclosure:
    """The main way to hear or see an older episode."""
    file = brief.file(Kind.FILM if as_film else Kind.SOUND)
    if file is None:
        raise ValueError("an episode stands in a feed that it has no file for")
    make = _film_file if as_film else _sound_file
    return make(platform, brief, file)


def transcripts(page: str, transcript: Transcript | None) -> tuple[TranscriptLink, ...]:
    """Where every word can be read: with its times, if they are known."""
    if transcript is None:
        return ()
    timed = {
        "vtt": "text/vtt",
        "srt": "application/x-subrip",
        "json": "application/json",
    }
    kinds = (timed if transcript.timed else {}) | {
        "html": "text/html",
        "txt": "text/plain",
    }
    return tuple(
        TranscriptLink(
            url=f"{page}/transcript.{ending}",
            content_type=content_type,
            language=transcript.language,
            is_timed=ending in timed,
        )
        for ending, content_type in kinds.items()
    )


def chapters(platform: Platform, episode: Episode) -> tuple[document.Chapter, ...]:
    """The chapters, each with the picture of the film where it begins."""
    # Pictures lie where anybody may look who knows their name.
    images = {} if episode.show.is_private else chapter_images(episode)
    urls = {at: platform.storage.public_url(row.key) for at, row in images.items()}
    return tuple(
        document.Chapter(c.start_ms / 1000, c.title, c.link, urls.get(c.start_ms, ""))
        for c in episode.chapters
    )


def _sound(platform: Platform, episode: Episode) -> Enclosure | None:
    sound = episode.rendition(Kind.SOUND)
    return _sound_file(platform, episode, sound) if sound else None


def _sound_file(
    platform: Platform, episode: Episode | Brief, row: Rendition | File
) -> Enclosure:
    return _file(episode, row, platform.url(f"audio/{episode.id}.mp3"), "Audio")


def _small(platform: Platform, episode: Episode) -> Enclosure | None:
    low = episode.rendition(Kind.LOW_SOUND)
    url = platform.url(f"audio/{episode.id}.opus")
    return _file(episode, low, url, "Low data") if low else None


def _film(platform: Platform, episode: Episode) -> Enclosure | None:
    film = episode.rendition(Kind.FILM)
    return _film_file(platform, episode, film) if film else None


def _film_file(
    platform: Platform, episode: Episode | Brief, row: Rendition | File
) -> Enclosure:
    url = platform.url(f"video/{episode.id}.mp4")
    return _file(episode, row, url, f"Video, {row.height}p")


def _stream(platform: Platform, episode: Episode) -> Enclosure | None:
    master = episode.rendition(Kind.HLS_MASTER)
    if master is None:
        return None
    # Readers drop an alternate without a length, and HLS has none: it is many files.
    return Enclosure(
        url=platform.playlist_url(master.key),
        content_type=_HLS,
        size=0,
        title="Video, adaptive",
        height=master.height,
        codecs=master.codecs,
        language=episode.spoken_language,
    )


def _file(
    episode: Episode | Brief, row: Rendition | File, url: str, title: str
) -> Enclosure:
    return Enclosure(
        url=url,
        # Apps compare the plain type; the codecs have a place of their own.
        content_type=row.content_type.partition(";")[0],
        size=row.size,
        title=title,
        bitrate=row.bitrate,
        height=row.height,
        codecs=row.codecs,
        language=episode.spoken_language,
        sha384=row.sha384,
    )
