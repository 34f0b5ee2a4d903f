import dataclasses
import datetime
from pathlib import Path
from typing import Any

import av
import pytest
from mutagen.id3 import ID3
from PIL import Image

from media_pipeline.entrance.admission import admit
from media_pipeline.errors import WrongOutput
from media_pipeline.pictures.artwork import make_artwork
from media_pipeline.rendition import Kind
from media_pipeline.sound import tags
from media_pipeline.sound.audio import encode_sound
from media_pipeline.sound.id3_order import chapter_starts
from media_pipeline.sound.tags import Words, tag_sound
from media_pipeline.words.chapters import Chapter
from tests.media_pipeline.recordings import record

# By size, as mutagen would write them, these chapters are in the wrong order.
CHAPTERS = (
    Chapter(0.0, "A long first chapter", "https://example.org/a"),
    Chapter(1.5, "Two"),
    Chapter(2.25, "And the third"),
)
WORDS = Words(
    title="Første møde",
    artist="#TherapistsConnect",
    album="Trainee Talk",
    track=3,
    season=2,
    date=datetime.date(2026, 11, 20),
    language="en-gb",
    summary="What happens in the first hour.",
    link="https://cast.example/episodes/første",
    feed_url="https://cast.example/shows/demo/feed.xml",
    guid="917393e3-1b1e-5cef-ace4-edaa54e1f810",
    copyright="#TherapistsConnect",
    chapters=CHAPTERS,
    transcript="Ines: Welcome.\nBo: Thank you.",
    keywords=("supervision", "training"),
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    recording = record(folder / "r.wav")
    return encode_sound(recording, admit(recording), folder).mp3.path


@pytest.fixture(scope="module")
def artwork(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("artwork")
    Image.new("RGB", (1400, 1400), "teal").save(folder / "given.png")
    return make_artwork(folder / "given.png", folder).path


def read(file: Path) -> Any:
    return ID3(file, translate=False)


def chapters_as_players_see_them(file: Path) -> list[tuple[float, str]]:
    with av.open(str(file)) as opened:
        return [
            (
                float(found["start"] * (found["time_base"] or 0)),
                found["metadata"]["title"],
            )
            for found in opened.chapters()
        ]


def test_every_word_is_in_the_tag(plain: Path, tmp_path: Path) -> None:
    tag = read(tag_sound(plain, WORDS, tmp_path).path)

    said = {name: str(tag[name]) for name in ("TIT2", "TPE1", "TALB", "TRCK", "TPOS")}
    assert list(said.values()) == [WORDS.title, WORDS.artist, WORDS.album, "3", "2"]
    assert (str(tag["TDRC"]), str(tag["TCON"])) == ("2026-11-20", "Podcast")
    assert (str(tag["TLAN"]), str(tag["TCOP"])) == ("eng", "2026 #TherapistsConnect")
    assert str(tag["COMM::eng"]) == WORDS.summary
    assert tag["USLT::eng"].text == WORDS.transcript
    assert tag["WOAF"].url == "https://cast.example/episodes/f%C3%B8rste"


def test_the_frames_of_podcasts_are_there(plain: Path, tmp_path: Path) -> None:
    tag = read(tag_sound(plain, WORDS, tmp_path).path)

    assert tag["PCST"].value == 1
    assert (str(tag["TGID"]), tag["WFED"].url) == (WORDS.guid, WORDS.feed_url)
    assert (str(tag["TDES"]), str(tag["TCAT"])) == (WORDS.summary, "Podcast")
    assert str(tag["TKWD"]) == "supervision,training"


def test_chapters_come_in_the_order_of_time(plain: Path, tmp_path: Path) -> None:
    tagged = tag_sound(plain, WORDS, tmp_path).path

    tag = tagged.read_bytes()[: -plain.stat().st_size]
    assert chapter_starts(tag) == [0, 1500, 2250]
    assert chapters_as_players_see_them(tagged) == [
        (chapter.start_seconds, chapter.title) for chapter in CHAPTERS
    ]


def test_the_table_of_contents_names_every_chapter(plain: Path, tmp_path: Path) -> None:
    tag = read(tag_sound(plain, WORDS, tmp_path).path)

    contents = tag["CTOC:toc"]
    assert contents.child_element_ids == ["chp0", "chp1", "chp2"]
    assert int(contents.flags) == 3  # top level, and in order
    ends = [tag[f"CHAP:{name}"].end_time for name in contents.child_element_ids]
    assert ends == [1500, 2250, 4000]


def test_a_chapter_keeps_its_link(plain: Path, tmp_path: Path) -> None:
    tag = read(tag_sound(plain, WORDS, tmp_path).path)

    links = tag["CHAP:chp0"].sub_frames.getall("WXXX")
    assert [link.url for link in links] == ["https://example.org/a"]


def test_a_long_title_or_link_does_not_hide_its_chapter(
    plain: Path, tmp_path: Path
) -> None:
    far = "https://example.org/" + "a" * 200
    long = (Chapter(0.0, "Ø" * 100, far), Chapter(1.0, "Two", far))
    words = dataclasses.replace(WORDS, chapters=long)

    seen = chapters_as_players_see_them(tag_sound(plain, words, tmp_path).path)

    assert seen == [(0.0, "Ø" * 61 + "…"), (1.0, "Two")]


def test_chapters_after_the_end_are_left_out(plain: Path, tmp_path: Path) -> None:
    words = dataclasses.replace(WORDS, chapters=(*CHAPTERS, Chapter(99.0, "Never")))

    seen = chapters_as_players_see_them(tag_sound(plain, words, tmp_path).path)

    assert len(seen) == len(CHAPTERS)


def test_hundreds_of_chapters_fit(plain: Path, tmp_path: Path) -> None:
    many = tuple(Chapter(n / 100, f"Chapter {n}") for n in range(255))
    words = dataclasses.replace(WORDS, chapters=many)

    seen = chapters_as_players_see_them(tag_sound(plain, words, tmp_path).path)

    assert len(seen) == len(many)


def test_the_artwork_is_in_the_tag(plain: Path, artwork: Path, tmp_path: Path) -> None:
    words = dataclasses.replace(WORDS, artwork=artwork)

    (picture,) = read(tag_sound(plain, words, tmp_path).path).getall("APIC")

    assert (picture.mime, picture.type) == ("image/jpeg", 3)
    assert picture.data == artwork.read_bytes()


def test_the_sound_itself_is_not_touched(plain: Path, tmp_path: Path) -> None:
    sound = tag_sound(plain, WORDS, tmp_path)

    assert sound.path.read_bytes().endswith(plain.read_bytes())
    assert (sound.kind, sound.bitrate) == (Kind.SOUND, 96_000)
    assert sound.duration_seconds == pytest.approx(4, abs=0.02)


def test_new_words_replace_the_old_ones(plain: Path, tmp_path: Path) -> None:
    first = tag_sound(plain, WORDS, tmp_path)
    second = tag_sound(plain, dataclasses.replace(WORDS, title="New"), tmp_path)

    assert first.sha256 != second.sha256
    assert str(read(second.path)["TIT2"]) == "New"


def test_few_words_are_enough(plain: Path, tmp_path: Path) -> None:
    tag = read(tag_sound(plain, Words("Title", "Artist", "Album"), tmp_path).path)

    assert sorted(tag) == sorted(
        ["TIT2", "TPE1", "TALB", "TCON", "TCAT", "TLAN", "PCST"]
    )


def test_a_tag_that_came_out_wrong_does_not_count(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "in_reading_order", lambda tag: tag)

    with pytest.raises(WrongOutput, match="order of chapters"):
        tag_sound(plain, WORDS, tmp_path)

    assert not (tmp_path / "tagged.mp3").exists()
