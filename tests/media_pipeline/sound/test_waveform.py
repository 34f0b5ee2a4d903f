import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.entrance.admission import admit
from media_pipeline.errors import WrongOutput
from media_pipeline.kinds import Kind
from media_pipeline.programs import process
from media_pipeline.sound.audio import encode_sound
from media_pipeline.sound.waveform import (
    BARS,
    POINTS,
    bars,
    piece_seconds,
    taken_peaks,
    write_waveform,
)
from tests.media_pipeline.recordings import PINK, record

HALF_QUIET = f"{PINK},volume=enable='gt(t,2)':volume=0.05"


def drawn(recording: Path, folder: Path) -> dict[str, Any]:
    sound = encode_sound(recording, admit(recording), folder)
    told: dict[str, Any] = json.loads(sound.one(Kind.WAVEFORM).path.read_text())
    return told


def test_the_outline_follows_the_sound(tmp_path: Path) -> None:
    told = drawn(record(tmp_path / "r.wav", HALF_QUIET), tmp_path)

    assert (told["version"], told["seconds"]) == (1, pytest.approx(4, abs=0.05))
    peaks = told["peaks"]
    assert len(peaks) in (80, 81)
    assert min(peaks[2:38]) > 3 * max(peaks[42:78])
    assert max(peaks) <= 90  # of full scale: peaks stay below -1 dB


@given(st.floats(1, 90_000))
def test_no_recording_has_more_points_than_can_be_seen(seconds: float) -> None:
    assert seconds / piece_seconds(seconds) <= POINTS + 1e-6


def test_levels_become_shares_of_full_scale(tmp_path: Path) -> None:
    key = "frame:0    pts:0       pts_time:0\nlavfi.astats.Overall.Peak_level="
    levels = ("-6.02", "0", "-inf", "1.5", "-60")
    told = tmp_path / "unfinished-peaks.txt"
    told.write_text("".join(f"{key}{level}\n" for level in levels))

    assert taken_peaks(tmp_path) == [50, 100, 0, 100, 0]
    assert list(tmp_path.iterdir()) == []


def test_a_recording_cannot_speak_for_its_outline(tmp_path: Path) -> None:
    said = ["-metadata", "comment=lavfi.astats.Overall.Peak_level=-3"]

    assert len(drawn(record(tmp_path / "r.flac", PINK, *said), tmp_path)["peaks"]) == 80


def test_the_outline_is_whole_however_much_ffmpeg_has_to_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "KEPT_LOG_CHARACTERS", 5000)

    assert len(drawn(record(tmp_path / "r.wav"), tmp_path)["peaks"]) == 80


@given(st.lists(st.integers(0, 100), min_size=1, max_size=POINTS))
def test_a_page_draws_fewer_bars_but_no_peak_is_lost(peaks: list[int]) -> None:
    drawn = bars(peaks)

    assert len(drawn) == min(BARS, len(peaks))
    assert max(drawn) == max(peaks)


def test_an_outline_with_a_hole_does_not_count(tmp_path: Path) -> None:
    with pytest.raises(WrongOutput, match="60 peaks instead of 80"):
        write_waveform([50] * 60, 4.0, tmp_path)
