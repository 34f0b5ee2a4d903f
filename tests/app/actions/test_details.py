from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import details
from app.errors import BadRequest, Conflict
from app.models import Episode, Person, Show, Topic
from app.platform import Platform
from tests.factories import make_episode, make_show

VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ada>Welcome.\n"
SHOW = {
    "slug": "demo",
    "title": "Trainee Talk",
    "description": "Learning to be a therapist.",
    "language": "en-GB",
    "category": "Health & Fitness > Mental Health",
    "author": "Ada",
    "public_url": "https://cast.example",
}


@pytest.fixture
def session(platform: Platform) -> Iterator[Session]:
    with platform.database.session() as session:
        yield session


@pytest.fixture
def episode(session: Session) -> Episode:
    return make_episode(session, make_show(session))


def test_a_show_gets_its_identity_from_its_first_address(session: Session) -> None:
    show = details.add_show(session, **SHOW)

    assert (show.category, show.subcategory) == ("Health & Fitness", "Mental Health")
    assert show.language == "en-gb"
    assert len(show.podcast_guid) == 36


def test_two_shows_cannot_share_an_address(session: Session) -> None:
    details.add_show(session, **SHOW)

    with pytest.raises(Conflict):
        details.add_show(session, **SHOW)

    assert len(session.scalars(select(Show)).all()) == 1


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("slug", "No Blanks"),
        ("slug", "-"),
        ("title", " \u200b "),
        ("description", ""),
        ("description", "é" * 2001),
        ("language", "klingon!"),
        ("category", ""),
        ("author", ""),
    ],
)
def test_a_show_that_directories_would_refuse_is_refused(
    session: Session, what: str, value: str
) -> None:
    with pytest.raises(BadRequest):
        details.add_show(session, **(SHOW | {what: value}))


def test_notes_are_kept_as_written_and_as_safe_html(episode: Episode) -> None:
    details.set_notes(episode, "Hello *you*\r\n<script>x</script>")

    assert episode.notes == "Hello *you*\n<script>x</script>"
    assert "<em>you</em>" in episode.notes_html
    assert "<script>" not in episode.notes_html


def test_endless_notes_are_refused(episode: Episode) -> None:
    with pytest.raises(BadRequest):
        details.set_notes(episode, "x" * 20_001)


def test_a_topic_that_exists_is_used_again(session: Session, episode: Episode) -> None:
    details.set_topics(session, episode, ["Self care", "Grief"])
    details.set_topics(session, episode, ["Self-Care", "Self care", " "])

    assert [topic.slug for topic in episode.topics] == ["self-care"]
    assert len(session.scalars(select(Topic)).all()) == 2


def test_topics_in_other_scripts_are_told_apart(
    session: Session, episode: Episode
) -> None:
    details.set_topics(session, episode, ["悲しみ", "喜び", "悲しみ"])

    assert {topic.slug for topic in episode.topics} == {"topic", "topic-2"}


def test_people_are_credited_in_their_order(session: Session, episode: Episode) -> None:
    people = [("Ada Example", "Host"), ("Bo", ""), ("Cy", "Sound Designer")]

    details.set_credits(session, episode, people)
    session.flush()

    found = [(c.person.name, c.role, c.group) for c in episode.credits]
    assert found == [
        ("Ada Example", "host", "cast"),
        ("Bo", "host", "cast"),
        ("Cy", "sound designer", "audio post-production"),
    ]


def test_the_same_name_is_the_same_person(session: Session, episode: Episode) -> None:
    details.set_credits(session, episode, [("Ada", "host"), ("Ada", "author")])
    details.set_credits(session, episode, [("Ada", "guest")])
    session.flush()

    assert len(session.scalars(select(Person)).all()) == 1
    assert [credit.role for credit in episode.credits] == ["guest"]


def test_names_that_look_alike_in_an_address_are_two_people(
    session: Session, episode: Episode
) -> None:
    details.set_credits(session, episode, [("José", "host"), ("Jose", "guest")])

    slugs = [credit.person.slug for credit in episode.credits]
    assert slugs == ["jose", "jose-2"]


def test_chapters_are_read_and_can_be_taken_away(episode: Episode) -> None:
    details.set_chapters(episode, b"00:00:00 Hello\n00:00:30 Grief\n", "c.txt")
    read = [(c.start_ms, c.title) for c in episode.chapters]
    details.set_chapters(episode, b"", "c.txt")

    assert read == [(0, "Hello"), (30_000, "Grief")]
    assert episode.chapters == []


def test_chapters_that_are_none_are_refused_in_words(episode: Episode) -> None:
    with pytest.raises(BadRequest):
        details.set_chapters(episode, b"\x00\xff\xfe nonsense", "c.txt")


def test_a_transcript_is_read_with_its_speakers(episode: Episode) -> None:
    details.set_transcript(episode, VTT, "talk.vtt", "en")

    assert episode.transcript is not None
    assert episode.transcript.timed
    assert episode.transcript.cues[0] == {
        "start_ms": 0,
        "end_ms": 2000,
        "speaker": "Ada",
        "text": "Welcome.",
    }


def test_a_better_transcript_takes_the_place_of_the_first(
    session: Session, episode: Episode
) -> None:
    details.set_transcript(episode, VTT, "talk.vtt", "en")
    session.flush()

    details.set_transcript(episode, VTT.replace(b"Welcome", b"Hi"), "talk.vtt")
    session.flush()

    assert episode.transcript is not None
    assert episode.transcript.cues[0]["text"] == "Hi."


def test_a_transcript_that_is_none_is_refused_in_words(episode: Episode) -> None:
    with pytest.raises(BadRequest):
        details.set_transcript(episode, b"WEBVTT\n\nnothing here", "talk.vtt")
