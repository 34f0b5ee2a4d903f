"""What is said in a recording, as a machine has understood it.

The model is a folder that the keeper gives; nothing is ever fetched. The work is done
in parts of some minutes, each by a child that may be killed: little is lost when a
worker dies, and nobody's new recording waits behind one of hours.
"""

import json
import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from media_pipeline.errors import Refused, WrongOutput
from media_pipeline.programs.process import Limits, Progress, nobody, run_child
from media_pipeline.programs.resources import GIBIBYTE
from media_pipeline.words.captions import Cue

PART_SECONDS = 600.0
RESULT = "part.json"  # what the child writes, into the folder that it was given

_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
# Whisper looks at half a minute at a time; large models on small machines take long.
_STALL_SECONDS = 900.0
_SECONDS_FOR_ONE = 30.0  # of work, for each second of sound


@dataclass(frozen=True, slots=True)
class Part:
    """What was said from one moment to another."""

    cues: tuple[Cue, ...]
    ends_at: float  # seconds: a quiet moment, where the next part begins
    is_last: bool
    language: str
    made_by: str


class UnknownLanguage(Refused):
    """The model does not know what is spoken."""


def obstacle(model: Path) -> str:
    """Why no transcript can be made with this folder; empty when one can."""
    if find_spec("faster_whisper") is None:
        return (
            "Transcripts need a package that is not installed. "
            "Run: pip install 'commoncast[transcribe]'"
        )
    if not model.is_dir():
        return "The folder of the transcription model is not there."
    if lacking := _lacking(model):
        return f"The folder of the transcription model lacks {', '.join(lacking)}."
    if outside := _outside(model):
        return (
            "The folder of the transcription model has links to places outside of it: "
            f"{', '.join(outside)}. Please copy the files themselves."
        )
    return ""


def transcribe_part(
    sound: Path,
    model: Path,
    folder: Path,
    *,
    begins_at: float = 0.0,
    seconds: float = PART_SECONDS,
    language: str = "",
    threads: int = 0,
    on_progress: Progress | None = None,
) -> Part:
    """Write down about so many seconds of a finished sound, from a moment on.

    Without a language, it is the one that the model hears. The same sound, model and
    moment give the same words.
    """
    sound, model, folder = sound.absolute(), model.resolve(), folder.absolute()
    order = (begins_at, seconds, language, threads or os.cpu_count() or 1)
    child = ["-m", "media_pipeline.hearing.transcription_child"]
    run_child(
        [*child, str(sound), str(model), str(folder), *map(str, order)],
        limits=_limits(seconds, model),
        on_progress=on_progress or nobody,
        reads=[sound, model],
        writes=folder,
    )
    return _part(folder / RESULT, model)


def _lacking(model: Path) -> list[str]:
    lacking = [name for name in _NEEDED if not (model / name).is_file()]
    if not any((model / name).is_file() for name in _VOCABULARIES):
        lacking.append(_VOCABULARIES[0])
    return lacking


def _outside(model: Path) -> list[str]:
    # The child sees this folder and nothing beside it.
    home = model.resolve()
    inside = (file for file in model.iterdir() if file.is_file())
    return [f.name for f in inside if not f.resolve().is_relative_to(home)]


def _limits(seconds: float, model: Path) -> Limits:
    # Read as it is, then kept in the form in which it is computed.
    weights = (model / "model.bin").stat().st_size
    return Limits(
        total_seconds=300 + _SECONDS_FOR_ONE * seconds,
        stall_seconds=_STALL_SECONDS,
        memory_bytes=3 * GIBIBYTE + 3 * weights,
    )


def _part(result: Path, model: Path) -> Part:
    try:
        told = json.loads(result.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        sentence = "The transcript was not written."
        raise WrongOutput(sentence, cause=repr(error)) from error
    result.unlink()
    if told["is_unknown"]:
        raise UnknownLanguage(
            "The model that makes transcripts here does not know this language.",
            cause=told["language"],
        )
    return Part(
        cues=tuple(_cue(cue) for cue in told["cues"]),
        ends_at=float(told["ends_at"]),
        is_last=bool(told["is_last"]),
        language=str(told["language"]),
        made_by=f"{told['program']}, {model.name}",
    )


def _cue(told: dict[str, Any]) -> Cue:
    return Cue(float(told["start"]), float(told["end"]), str(told["text"]))
