from fractions import Fraction
from pathlib import Path

import pytest

from media_pipeline.errors import WrongOutput
from media_pipeline.mp4.sound import fragment_sound
from media_pipeline.mp4.track import Track, read_track
from tests.media_pipeline.recordings import ffmpeg, record

BLOCK = Fraction(1024, 48_000)


@pytest.fixture(scope="module")
def aac(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds of stereo, which do not end with a whole block."""
    path = tmp_path_factory.mktemp("sound") / "sound.m4a"
    aac = ["-ac", "2", "-c:a", "aac", "-aac_pns", "0"]  # its noise is never the same
    return record(path, "sine=330:r=48000", *aac, seconds=5)


def fragmented(aac: Path, folder: Path, *cuts: str) -> Track:
    path = folder / "cut.m4a"
    fragment_sound(aac, [Fraction(cut) for cut in cuts], path)
    return read_track(path)


def samples(path: Path, folder: Path) -> bytes:
    raw = folder / f"{path.stem}.raw"
    ffmpeg("-i", str(path), "-f", "s16le", "-c:a", "pcm_s16le", str(raw))
    return raw.read_bytes()


@pytest.mark.parametrize("cuts", [("0",), ("0", "2", "4"), ("0", "1.7", "2.3", "4.9")])
def test_sound_is_cut_between_the_nearest_blocks(
    aac: Path, tmp_path: Path, cuts: tuple[str, ...]
) -> None:
    track = fragmented(aac, tmp_path, *cuts)

    starts = [Fraction(part.start, track.timescale) for part in track.fragments]
    assert len(starts) == len(cuts)
    for start, cut in zip(starts, cuts, strict=True):
        assert abs(start - Fraction(cut)) <= BLOCK / 2


def test_nothing_is_lost_and_time_goes_on(aac: Path, tmp_path: Path) -> None:
    track = fragmented(aac, tmp_path, "0", "2.1", "3")

    assert track.seconds == 5
    assert [part.start for part in track.fragments] == [
        0,
        *(part.start + part.duration for part in track.fragments[:-1]),
    ]


def test_the_silence_of_the_encoder_is_left_out(aac: Path, tmp_path: Path) -> None:
    fragmented(aac, tmp_path, "0", "2")

    before, after = samples(aac, tmp_path), samples(tmp_path / "cut.m4a", tmp_path)
    second = 48_000 * 4  # the first block overlaps with what was left out
    assert after[second : 4 * second] == before[second : 4 * second]


def test_the_cuts_are_not_heard(aac: Path, tmp_path: Path) -> None:
    fragmented(aac, tmp_path, "0")
    whole = samples(tmp_path / "cut.m4a", tmp_path)

    fragmented(aac, tmp_path, "0", "1", "2", "3", "4")

    assert samples(tmp_path / "cut.m4a", tmp_path) == whole


def test_the_sound_keeps_its_own_configuration(aac: Path, tmp_path: Path) -> None:
    track = fragmented(aac, tmp_path, "0")

    assert (track.entry, track.codec, track.channels) == ("mp4a", "mp4a.40.2", 2)
    assert (track.timescale, track.tracks) == (48_000, 1)


@pytest.mark.parametrize("cuts", [("0", "6"), ("0", "2", "2"), ("0", "2", "1")])
def test_cuts_that_cannot_be_made_are_not_made(
    aac: Path, tmp_path: Path, cuts: tuple[str, ...]
) -> None:
    with pytest.raises(WrongOutput):
        fragmented(aac, tmp_path, *cuts)


def test_sound_that_is_not_whole_is_found(aac: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.m4a"
    broken.write_bytes(aac.read_bytes()[:-100])

    with pytest.raises(WrongOutput):
        fragmented(broken, tmp_path, "0")
