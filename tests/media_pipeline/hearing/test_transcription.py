import itertools
import socket
import struct
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from media_pipeline.errors import ProgramFailed, WrongOutput
from media_pipeline.hearing import transcription
from media_pipeline.hearing.transcription import (
    UnknownLanguage,
    obstacle,
    transcribe_part,
)
from media_pipeline.programs import sandbox
from media_pipeline.programs.process import run
from media_pipeline.programs.sandbox import Sandbox
from media_pipeline.words.captions import Cue
from tests.media_pipeline.little_model import HEARS, SAYS, make_model
from tests.media_pipeline.recordings import SILENCE, record
from tests.media_pipeline.speech import speak
from tests.media_pipeline.walls import WALLS

SECONDS = 8.0


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "little")


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return speak(tmp_path_factory.mktemp("talks") / "talk.mp3", seconds=SECONDS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture(params=WALLS)
def wall(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with sandbox.forced(request.param):
        yield request.param


@pytest.mark.usefixtures("wall")
def test_it_writes_down_what_is_said_and_when(
    talk: Path, model: Path, folder: Path
) -> None:
    told: list[float] = []

    part = transcribe_part(talk, model, folder, language="en", on_progress=told.append)

    assert [cue.text for cue in part.cues] == list(SAYS)
    assert 0 <= part.cues[0].start_seconds < part.cues[0].end_seconds
    assert part.cues[0].end_seconds <= part.cues[1].start_seconds
    assert part.cues[1].end_seconds <= SECONDS + 0.1
    assert (part.language, part.is_last) == ("en", True)
    assert part.ends_at == pytest.approx(SECONDS, abs=0.1)
    assert part.made_by.startswith("faster-whisper ")
    assert told[0] == 0 < told[-1]
    assert not list(folder.iterdir())


def test_the_same_sound_gives_the_same_words(
    talk: Path, model: Path, folder: Path
) -> None:
    once, again = (transcribe_part(talk, model, folder) for _ in range(2))

    assert once == again


def test_without_a_language_the_model_says_which_it_hears(
    talk: Path, model: Path, folder: Path
) -> None:
    assert transcribe_part(talk, model, folder).language == HEARS


@pytest.mark.parametrize(
    ("asked", "used"),
    [("en-gb", "en"), ("nb", "no"), ("jv", "jv"), ("tlh", HEARS)],
)
def test_languages_are_known_by_their_usual_codes(
    talk: Path, model: Path, folder: Path, asked: str, used: str
) -> None:
    assert transcribe_part(talk, model, folder, language=asked).language == used


def test_a_model_of_one_language_is_not_asked_for_another(
    talk: Path, folder: Path, tmp_path: Path
) -> None:
    english = make_model(tmp_path / "english", multilingual=False)

    assert transcribe_part(talk, english, folder, language="en-gb").cues
    with pytest.raises(UnknownLanguage) as refused:
        transcribe_part(talk, english, folder, language="de")
    assert "does not know this language" in refused.value.sentence


def test_silence_has_no_words(tmp_path: Path, model: Path, folder: Path) -> None:
    silence = record(tmp_path / "silence.mp3", SILENCE)

    part = transcribe_part(silence, model, folder, language="de")

    assert (part.cues, part.is_last, part.language) == ((), True, "de")


def test_words_after_a_long_silence_keep_their_time(
    tmp_path: Path, model: Path, folder: Path
) -> None:
    late = speak(tmp_path / "late.mp3", seconds=4, after=20)

    first = transcribe_part(late, model, folder, language="en").cues[0]

    assert 19.5 <= first.start_seconds <= 22.5


def test_parts_meet_without_a_gap_and_keep_the_time(
    talk: Path, model: Path, folder: Path
) -> None:
    parts = [transcribe_part(talk, model, folder, seconds=4, language="en")]
    while not parts[-1].is_last:
        begins_at = parts[-1].ends_at
        parts.append(
            transcribe_part(
                talk, model, folder, begins_at=begins_at, seconds=4, language="en"
            )
        )

    assert len(parts) > 1
    assert parts[-1].ends_at == pytest.approx(SECONDS, abs=0.1)
    for before, part in itertools.pairwise(parts):
        assert all(c.end_seconds <= before.ends_at for c in before.cues)
        assert all(c.start_seconds >= before.ends_at for c in part.cues)


def test_a_part_begins_at_the_very_sample(talk: Path) -> None:
    from media_pipeline.hearing.transcription_child import RATE, Order, _listen

    whole, _ = _listen(Order(str(talk), "", 0.0, 60.0, "", 1))
    later, is_last = _listen(Order(str(talk), "", 3.217, 2.0, "", 1))

    begins = round(3.217 * RATE)
    differences = {
        shift: float(abs(whole[begins + shift :][: len(later)] - later).mean())
        for shift in range(-20, 21)
    }
    assert not is_last
    assert len(later) == 2 * RATE
    best = min((difference, shift) for shift, difference in differences.items())
    assert abs(best[1]) <= 1


def test_a_part_ends_where_it_is_quiet(tmp_path: Path) -> None:
    from media_pipeline.hearing.transcription_child import (
        RATE,
        Order,
        _listen,
        _quiet_moment,
    )

    file = tmp_path / "pause.wav"
    loud = [20_000 * (-1) ** (n // 20) for n in range(RATE)]
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        samples = loud * 5 + [0] * RATE + loud * 2
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))

    heard, _ = _listen(Order(str(file), "", 0.0, 8.0, "", 1))

    assert 5.0 <= _quiet_moment(heard) / RATE <= 6.0


_CHILD = """
import socket, sys
import media_pipeline.hearing.transcription_child as child
def refuse(*_, **__):
    raise SystemExit("somebody wants to speak to the network")
socket.socket.connect = socket.getaddrinfo = refuse
child.main(sys.argv[1:])
"""


def test_nobody_is_asked_for_anything_even_without_a_wall(
    talk: Path, model: Path, folder: Path
) -> None:
    order = [str(talk), str(model), str(folder), "0", "60", "", "1"]

    run([sys.executable, "-c", _CHILD, *order], cwd=Path(__file__).parents[3])

    assert (folder / "part.json").exists()


def test_a_model_without_its_words_is_refused_and_not_fetched(
    talk: Path, folder: Path, tmp_path: Path
) -> None:
    model = make_model(tmp_path / "poor")
    (model / "tokenizer.json").unlink()

    assert obstacle(model) == (
        "The folder of the transcription model lacks tokenizer.json."
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.0)
        hub = f"HF_ENDPOINT=http://127.0.0.1:{listener.getsockname()[1]}"
        child = [
            "env",
            hub,
            sys.executable,
            "-m",
            "media_pipeline.hearing.transcription_child",
        ]
        order = [str(talk), str(model), str(folder), "0", "60", "", "1"]
        with pytest.raises(ProgramFailed):
            run([*child, *order], cwd=Path(__file__).parents[3])
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_a_usable_model_has_no_obstacle(model: Path) -> None:
    assert obstacle(model) == ""


def test_what_is_missing_is_named(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    assert obstacle(tmp_path / "nowhere").endswith("is not there.")
    lacking = "lacks model.bin, config.json, tokenizer.json, vocabulary.json."
    assert obstacle(empty).endswith(lacking)
    monkeypatch.setattr(transcription, "find_spec", lambda name: None)
    assert "pip install 'commoncast[transcribe]'" in obstacle(model)


def test_links_out_of_the_folder_are_named(model: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    linked.mkdir()
    for file in model.iterdir():
        (linked / file.name).symlink_to(file)

    assert "has links to places outside of it" in obstacle(linked)
    whole = tmp_path / "whole"
    whole.symlink_to(model)
    assert obstacle(whole) == ""


def test_a_broken_model_is_our_failure(
    talk: Path, folder: Path, tmp_path: Path
) -> None:
    broken = make_model(tmp_path / "broken")
    (broken / "model.bin").write_bytes(b"nothing of use")

    with pytest.raises(ProgramFailed):
        transcribe_part(talk, broken, folder)


def test_a_child_that_wrote_nothing_is_our_failure(model: Path, folder: Path) -> None:
    with pytest.raises(WrongOutput):
        transcription._part(folder / "part.json", model)


def test_a_result_is_read_as_cues(model: Path, folder: Path) -> None:
    (folder / "part.json").write_text(
        '{"cues": [{"start": 1, "end": 2.5, "text": "Hi."}], "ends_at": 3, '
        '"is_last": true, "is_unknown": false, "language": "en", "program": "p"}'
    )

    part = transcription._part(folder / "part.json", model)

    assert part.cues == (Cue(1.0, 2.5, "Hi."),)
    assert part.made_by == "p, little"


def test_it_opens_nothing_that_we_would_not_open_elsewhere(
    model: Path, folder: Path, tmp_path: Path
) -> None:
    rare = record(tmp_path / "talk.wma")

    with pytest.raises(ProgramFailed, match="Invalid argument"):
        transcribe_part(rare, model, folder, language="en")
