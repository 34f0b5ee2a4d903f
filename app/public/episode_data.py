"""What search engines read about an episode (schema.org)."""

from typing import Any

from app.models import Episode
from app.page.filters import iso_duration
from app.platform import Platform
from app.public.playing import Playing


def described(
    episode: Episode, playing: Playing, platform: Platform
) -> list[dict[str, Any]]:
    """A PodcastEpisode, and for a film a VideoObject as well."""
    page = platform.url(f"episodes/{episode.slug}")
    if not playing.is_video:
        return [_podcast_episode(episode, playing, platform, page)]
    return [
        _podcast_episode(episode, playing, platform, page),
        _video_object(episode, playing, platform, page),
    ]


def _common(episode: Episode, playing: Playing) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "name": episode.title,
        "description": episode.summary or episode.title,
        "inLanguage": episode.spoken_language,
        "hasPart": [],
    }


def _podcast_episode(
    episode: Episode, playing: Playing, platform: Platform, page: str
) -> dict[str, Any]:
    facts = _common(episode, playing)
    del facts["hasPart"]
    return facts | {
        "@type": "PodcastEpisode",
        "url": page,
        "datePublished": _iso(episode),
        "timeRequired": iso_duration(playing.duration),
        "associatedMedia": {
            "@type": "AudioObject",
            "contentUrl": platform.url(playing.audio),
            "encodingFormat": "audio/mpeg",
        },
        "partOfSeries": {
            "@type": "PodcastSeries",
            "name": episode.show.title,
            "url": platform.url(f"shows/{episode.show.slug}"),
            "webFeed": platform.url(episode.show.feed_path),
        },
    }


def _video_object(
    episode: Episode, playing: Playing, platform: Platform, page: str
) -> dict[str, Any]:
    return _common(episode, playing) | {
        "@type": "VideoObject",
        "thumbnailUrl": playing.poster,
        "uploadDate": _iso(episode),
        "duration": iso_duration(playing.duration),
        "contentUrl": platform.url(playing.source),
        "embedUrl": platform.url(f"embed/{episode.slug}"),
        "hasPart": _clips(playing, page),
    }


def _clips(playing: Playing, page: str) -> list[dict[str, Any]]:
    starts = [chapter.start_ms / 1000 for chapter in playing.chapters]
    ends = [*starts[1:], playing.duration]
    return [
        {
            "@type": "Clip",
            "name": chapter.title,
            "startOffset": start,
            "endOffset": end,
            "url": f"{page}?t={start:g}",
        }
        for chapter, start, end in zip(playing.chapters, starts, ends, strict=False)
    ]


def _iso(episode: Episode) -> str:
    return episode.published_at.isoformat() if episode.published_at else ""
