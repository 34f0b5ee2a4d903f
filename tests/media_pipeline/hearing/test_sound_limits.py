from pathlib import Path

import pytest

from media_pipeline.entrance import admission
from media_pipeline.entrance.admission import admit
from media_pipeline.errors import SilentRecording, UnreadableRecording
from media_pipeline.hearing.sound_limits import MOST_TRACKS, refuse_too_much
from media_pipeline.recording.packets import Scan
from media_pipeline.recording.probe import SoundTrack
from tests.media_pipeline.hostile_aids import Aids
from tests.media_pipeline.hostile_recordings import as_many_silent_tracks_as_fit

HALF_A_DAY = 12 * 3600


def track(*, rate: int = 48_000, channels: int = 2) -> SoundTrack:
    return SoundTrack(0, "flac", rate, channels, "")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (track(rate=655_350), "655,350 samples a second"),
        (track(channels=65), "65 channels"),
        (track(channels=9), "more sound than we can hear"),
        (track(rate=384_000), "more sound than we can hear"),
    ],
)
def test_more_sound_than_anybody_records_is_refused_in_words(
    asked: SoundTrack, words: str
) -> None:
    with pytest.raises(UnreadableRecording, match=words):
        refuse_too_much(asked, HALF_A_DAY)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        (track(), 2 * HALF_A_DAY),
        (track(channels=8), HALF_A_DAY),
        (track(channels=64), 3600),
        (track(rate=384_000), 3600),
    ],
)
def test_what_people_record_is_not_too_much(asked: SoundTrack, seconds: int) -> None:
    refuse_too_much(asked, seconds)


def test_only_some_of_many_silent_tracks_are_listened_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[SoundTrack] = []

    def silent(recording: Path, track: SoundTrack, **options: object) -> None:
        heard.append(track)
        raise SilentRecording("silent")

    monkeypatch.setattr(admission, "listen", silent)
    monkeypatch.setattr(admission, "_scan_again", lambda *_: Scan(5.0))
    many = tmp_path / "r.mka"
    as_many_silent_tracks_as_fit(many, Aids(many, many, 0, many, many))

    with pytest.raises(SilentRecording):
        admit(many)
    assert len(heard) == MOST_TRACKS
