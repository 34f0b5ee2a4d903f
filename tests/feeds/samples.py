"""Feeds for tests, with everything that a feed can say."""

from dataclasses import replace
from datetime import UTC, datetime

from feeds.document import (
    Channel,
    Chapter,
    Credit,
    Enclosure,
    Item,
    License,
    Note,
    Origin,
    TranscriptLink,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SITE = "https://cast.example"
SHA384 = "oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"
GUID = "9b024349-ccf0-5f69-a609-6b82873eab3c"


def sound(name: str) -> Enclosure:
    return Enclosure(
        url=f"{SITE}/audio/{name}.mp3",
        content_type="audio/mpeg",
        size=1_120_800,
        title="Audio",
        bitrate=96_000,
        language="en",
        sha384=SHA384,
    )


def small(name: str) -> Enclosure:
    return Enclosure(
        url=f"{SITE}/audio/{name}.opus",
        content_type="audio/ogg",
        size=280_200,
        title="Low data",
        bitrate=24_000,
        codecs="opus",
        language="en",
        sha384=SHA384,
    )


def film(name: str) -> Enclosure:
    return Enclosure(
        url=f"{SITE}/video/{name}.mp4",
        content_type="video/mp4",
        size=10_485_760,
        title="Video, 720p",
        bitrate=900_000,
        height=720,
        codecs="avc1.64001f,mp4a.40.2",
        language="en",
        sha384=SHA384,
    )


def stream(name: str) -> Enclosure:
    return Enclosure(
        url=f"{SITE}/media/public/{name}/1/master.m3u8",
        content_type="application/x-mpegURL",
        size=0,
        title="Video, adaptive",
        height=720,
        language="en",
    )


def talk() -> Item:
    """A podcast with few words."""
    return Item(
        guid="0d7ff1a8-1f2c-4f9a-8f6b-3a1c1f0e7d11",
        title="Who looks after the listener?",
        link=f"{SITE}/episodes/who-looks-after-the-listener",
        published_at=datetime(2026, 11, 13, 6, 30, tzinfo=UTC),
        enclosure=sound("0d7ff1a81f2c4f9a8f6b3a1c1f0e7d11"),
        summary="On supervision, sleep & saying no.",
        duration_seconds=93.4,
        season=1,
        number=1,
    )


def conversation() -> Item:
    """A film with everything that can be said about it."""
    name = "4be0643f1d98573b97cdca98a65347dd"
    page = f"{SITE}/episodes/the-first-hour"
    return Item(
        guid="4be0643f-1d98-573b-97cd-ca98a65347dd",
        title="The first hour <3",
        link=page,
        published_at=NOON,
        enclosure=sound(name),
        alternates=(stream(name), film(name), small(name)),
        summary="What happens when two strangers sit down.",
        notes_html="<h3>Read on</h3><p>A <em>book</em>: "
        '<a href="https://example.org/b?a=1&amp;b=2">here</a>.</p>',
        duration_seconds=1801.2,
        image_url=f"{SITE}/media/public/{name}/0/5f5f.jpg",
        explicit=True,
        season=1,
        number=2,
        credits=(
            Credit("Ada Example", link=f"{SITE}/people/ada-example"),
            Credit("Bo Sample", "guest"),
            Credit("Cy Cutter", "audio editor", "audio post-production"),
        ),
        transcripts=_transcripts(page),
        chapters=_chapters(name),
        chapters_url=f"{page}/chapters.json",
        license=License("CC-BY-NC-4.0"),
    )


def _transcripts(page: str) -> tuple[TranscriptLink, ...]:
    return (
        TranscriptLink(f"{page}/transcript.vtt", "text/vtt", "en", True),
        TranscriptLink(f"{page}/transcript.srt", "application/x-subrip", "en", True),
        TranscriptLink(f"{page}/transcript.json", "application/json", "en", True),
        TranscriptLink(f"{page}/transcript.html", "text/html", "en"),
        TranscriptLink(f"{page}/transcript.txt", "text/plain", "en"),
    )


def _chapters(name: str) -> tuple[Chapter, ...]:
    image = f"{SITE}/media/public/{name}/1/6f6f.jpg"
    return (
        Chapter(0, "Welcome"),
        Chapter(30.5, "What supervision is for", "https://example.org/", image),
        Chapter(3723, "Goodbye & thanks"),
    )


def show_feed() -> Channel:
    return Channel(
        feed_url=f"{SITE}/shows/trainee-talk/feed.xml",
        guid=GUID,
        title="Trainee Talk",
        link=f"{SITE}/shows/trainee-talk",
        description="Conversations about learning to be a therapist.\n\nEvery week.",
        language="en-gb",
        changed_at=NOON,
        image_url=f"{SITE}/media/public/shows/1/5f5f.jpg",
        categories=(("Health & Fitness", "Mental Health"), ("Education", "")),
        author="#TherapistsConnect",
        owner_email="hello@cast.example",
        copyright="2026 #TherapistsConnect",
        license=License("CC-BY-NC-4.0"),
        credits=(Credit("Ada Example"),),
        notes=(Note("S6lpp-7ZCn8-dZfGc-OoyaG", "verify"),),
        items=(conversation(), talk()),
    )


def film_feed() -> Channel:
    whole = conversation()
    name = "4be0643f1d98573b97cdca98a65347dd"
    item = replace(
        whole, enclosure=film(name), alternates=(stream(name), sound(name), small(name))
    )
    return replace(
        show_feed(),
        feed_url=f"{SITE}/shows/trainee-talk/video.xml",
        guid="69d9b278-e8bb-541f-b385-712d00ff9f62",
        title="Trainee Talk (video)",
        medium="video",
        items=(item,),
    )


def topic_feed() -> Channel:
    origin = Origin(f"{SITE}/shows/trainee-talk/feed.xml", "Trainee Talk")
    return Channel(
        feed_url=f"{SITE}/topics/supervision/feed.xml",
        guid="179c26b2-5043-5830-9fbb-e7f79f1839d3",
        title="Supervision · Commoncast",
        link=f"{SITE}/topics/supervision",
        description="What Commoncast has published about Supervision.",
        language="en",
        changed_at=NOON,
        image_url=f"{SITE}/media/public/shows/1/5f5f.jpg",
        categories=(("Health & Fitness", "Mental Health"),),
        author="Commoncast",
        items=(replace(talk(), author="#TherapistsConnect", origin=origin),),
    )
