from pathlib import Path

import pytest

from media_pipeline.errors import ProgramFailed, UnreadableRecording
from media_pipeline.programs.process import Finished, Limits
from media_pipeline.recording import examination
from media_pipeline.recording.examination import examine
from media_pipeline.recording.packets import Scan, scan_decoding
from media_pipeline.recording.probe import probe
from tests.media_pipeline.recording.test_probe import ENCRYPTED
from tests.media_pipeline.recordings import ffmpeg, film


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("talk") / "talk.mp4")


def test_one_look_finds_what_two_looks_find(talk: Path) -> None:
    found, scan = examine(talk)

    assert found == probe(talk)
    assert found.sound
    assert found.picture
    seconds = found.duration_seconds
    tracks = (found.sound.index, found.picture.index)
    assert scan == scan_decoding(talk, *tracks, seconds=seconds)


def test_nobody_reads_the_packets_of_what_is_protected(
    talk: Path, tmp_path: Path
) -> None:
    protected = tmp_path / "protected.mp4"
    ffmpeg("-i", str(talk), *ENCRYPTED, str(protected))

    found, scan = examine(protected)

    assert found.is_encrypted
    assert scan == Scan(0.0)


def test_headers_that_cannot_be_read_are_told_as_such(tmp_path: Path) -> None:
    noise = tmp_path / "noise.mp3"
    noise.write_bytes(b"\1\2\3\4" * 999)

    with pytest.raises(UnreadableRecording) as refused:
        examine(noise)

    assert refused.value.sentence == "This file cannot be read as sound or film."


def test_a_reader_that_breaks_on_packets_does_not_blame_the_headers(
    talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(args: list[str], **given: object) -> Finished:
        error = ProgramFailed("A media program stopped with an error.")
        error.output = b"{}\n"
        raise error

    monkeypatch.setattr(examination, "run_child", breaks)

    with pytest.raises(ProgramFailed):
        examine(talk)


def test_how_long_we_look_depends_on_the_bytes_and_not_on_what_headers_say(
    talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed: list[Limits] = []

    def watched(args: list[str], *, limits: Limits, **given: object) -> Finished:
        allowed.append(limits)
        raise ProgramFailed("A media program stopped with an error.")

    monkeypatch.setattr(examination, "run_child", watched)
    with pytest.raises(UnreadableRecording):
        examine(talk)

    reading = talk.stat().st_size / 1_000_000
    told = [(limits.total_seconds, limits.cpu_seconds) for limits in allowed]
    assert told == [(30 + reading, 20 + reading)]


def test_headers_that_compute_without_end_are_refused_and_not_tried_again(
    talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "START_CPU_SECONDS", 0.0)
    monkeypatch.setattr(examination, "READ_PER_SECOND", 10**12)
    monkeypatch.setattr(examination, "CHILD", ["-c", "while True: 1"])

    with pytest.raises(UnreadableRecording):
        examine(talk)
