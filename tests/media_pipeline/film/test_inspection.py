import shutil
import struct
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from media_pipeline.errors import WrongOutput
from media_pipeline.film.inspection import check_rung, check_sound
from media_pipeline.mp4.boxes import top_boxes
from media_pipeline.mp4.track import Track, read_track
from media_pipeline.rendition import Kind
from tests.media_pipeline.films import MadeFilm

SECONDS = 14.0


@pytest.fixture
def rung_file(made_film: MadeFilm, tmp_path: Path) -> Path:
    """A copy of the smallest rung, to be spoilt."""
    path = made_film.one(Kind.HLS_MEDIA, "240p").path
    return Path(shutil.copy(path, tmp_path / "240p.mp4"))


def inspect(film: MadeFilm, path: Path, track: Track | None = None) -> None:
    plan = film.plan
    check_rung(path, track or read_track(path), plan.rungs[-1], plan, SECONDS)


def without_fragment(path: Path, number: int) -> None:
    """Take a moof and its mdat out of a file."""
    fragment = read_track(path).fragments[number]
    whole = path.read_bytes()
    path.write_bytes(
        whole[: fragment.offset] + whole[fragment.offset + fragment.size :]
    )


def test_a_good_rung_passes(made_film: MadeFilm, rung_file: Path) -> None:
    inspect(made_film, rung_file)


def test_a_file_that_ends_too_early_is_found(rung_file: Path) -> None:
    rung_file.write_bytes(rung_file.read_bytes()[:-1000])

    with pytest.raises(WrongOutput, match="mdat"):
        read_track(rung_file)


def test_an_empty_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()

    with pytest.raises(WrongOutput, match="no bytes"):
        read_track(tmp_path / "empty.mp4")


def test_a_file_of_something_else_is_found(tmp_path: Path) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear listener, " * 20)

    with pytest.raises(WrongOutput):
        read_track(letter)


def test_a_head_without_its_film_is_found(rung_file: Path) -> None:
    head = read_track(rung_file).head_size
    rung_file.write_bytes(rung_file.read_bytes()[: head - 10])

    with pytest.raises(WrongOutput):
        read_track(rung_file)


@pytest.mark.parametrize("number", [0, 3, 6])
def test_a_missing_piece_is_found(
    made_film: MadeFilm, rung_file: Path, number: int
) -> None:
    without_fragment(rung_file, number)

    with pytest.raises(WrongOutput):
        inspect(made_film, rung_file)


def test_a_jump_in_time_is_found(made_film: MadeFilm, rung_file: Path) -> None:
    spoilt = bytearray(rung_file.read_bytes())
    second = spoilt.index(b"tfdt", spoilt.index(b"tfdt") + 4)
    spoilt[second + 8 : second + 16] = struct.pack(">Q", 77)
    rung_file.write_bytes(spoilt)

    with pytest.raises(WrongOutput, match="jumps"):
        inspect(made_film, rung_file)


def test_a_piece_that_cannot_be_decoded_alone_is_found(
    made_film: MadeFilm, rung_file: Path
) -> None:
    track = read_track(rung_file)
    fragments = list(track.fragments)
    fragments[2] = replace(fragments[2], begins_with_key=False)

    with pytest.raises(WrongOutput, match="no key frame"):
        inspect(made_film, rung_file, replace(track, fragments=tuple(fragments)))


def test_a_wrong_size_is_found(made_film: MadeFilm, rung_file: Path) -> None:
    track = replace(read_track(rung_file), height=238)

    with pytest.raises(WrongOutput, match="238"):
        inspect(made_film, rung_file, track)


def test_key_frames_too_far_apart_are_found(
    made_film: MadeFilm, rung_file: Path
) -> None:
    track = read_track(rung_file)
    first, second, *others = track.fragments
    joined = replace(
        first,
        size=first.size + second.size,
        duration=first.duration + second.duration,
        samples=first.samples + second.samples,
    )

    with pytest.raises(WrongOutput, match="without a key frame"):
        inspect(made_film, rung_file, replace(track, fragments=(joined, *others)))


def test_sound_that_is_shorter_than_the_film_is_found(made_film: MadeFilm) -> None:
    path = made_film.one(Kind.HLS_MEDIA, "audio").path

    with pytest.raises(WrongOutput, match="instead of"):
        check_sound(path, read_track(path), made_film.plan, SECONDS + 0.2)


def test_a_slow_film_may_end_half_a_picture_after_its_sound(
    made_film: MadeFilm,
) -> None:
    path = made_film.one(Kind.HLS_MEDIA, "audio").path
    slow = replace(made_film.plan, frame_rate=Fraction(2), frame_count=28)

    check_sound(path, read_track(path), slow, SECONDS + 0.4)


def test_sound_that_is_cut_elsewhere_is_found(made_film: MadeFilm) -> None:
    path = made_film.one(Kind.HLS_MEDIA, "audio").path
    track = read_track(path)
    first = track.fragments[0]
    whole = replace(first, duration=sum(f.duration for f in track.fragments))

    with pytest.raises(WrongOutput, match="no cut where segment 1 begins"):
        check_sound(path, replace(track, fragments=(whole,)), made_film.plan, SECONDS)


def test_what_is_read_from_the_boxes_is_what_the_file_is(made_film: MadeFilm) -> None:
    rung = made_film.one(Kind.HLS_MEDIA, "240p")

    track = read_track(rung.path)

    assert (track.width, track.height, track.codec) == (426, 240, "avc1.640015")
    assert (track.seconds, track.samples) == (Fraction(14), 14 * 25)
    assert track.size == rung.size
    assert [f.samples for f in track.fragments] == [50] * 7


def test_a_rung_holds_nothing_but_its_head_and_its_fragments(
    made_film: MadeFilm,
) -> None:
    kinds = [box.kind for box in top_boxes(made_film.one(Kind.HLS_MEDIA, "240p").path)]

    assert kinds == [b"ftyp", b"moov", *[b"moof", b"mdat"] * 7]
