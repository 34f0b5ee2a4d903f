"""The child that listens: it alone knows the model, and nobody else needs its packages.

`python -m media_pipeline.hearing.transcription_child SOUND MODEL FOLDER BEGIN SECONDS
LANGUAGE THREADS` writes what is said to FOLDER/part.json, and says as ffmpeg does how
far it is.
"""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from media_pipeline.programs.hostile import open_hostile

if TYPE_CHECKING:
    import numpy as np

    Sound = np.ndarray[tuple[int], np.dtype[np.float32]]

RATE = 16_000  # samples in a second, as Whisper hears
SEED = 20_240_229
NICENESS = 10  # whoever makes an episode comes first
LEAD_SECONDS = 1.0  # an MP3 needs some frames before it sounds right
SEARCHED_SECONDS = 30.0  # at the end of a part, for a quiet moment
_LOOK_SECONDS, _QUIET_LOOKS = 0.1, 5

# Two languages have other codes in Whisper.
_CODES = {"nb": "no", "jv": "jw"}
_CODES_BACK = {"jw": "jv"}
_OFFLINE = ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "TRANSFORMERS_OFFLINE")


@dataclass(frozen=True, slots=True)
class Order:
    """What the child was asked for."""

    sound: str
    model: str
    begins_at: float
    seconds: float
    language: str
    threads: int


def main(words: list[str]) -> None:
    """Write one part down."""
    sound, model, folder, begins_at, seconds, language, threads = words
    os.nice(NICENESS)
    os.environ.update(dict.fromkeys(_OFFLINE, "1"))
    os.environ["OMP_NUM_THREADS"] = threads
    code = _CODES.get(language.partition("-")[0].lower(), language.partition("-")[0])
    order = Order(
        sound, model, float(begins_at), float(seconds), code.lower(), int(threads)
    )
    told = _write_down(order)
    unfinished = Path(folder, "part.json.new")
    unfinished.write_text(json.dumps(told), encoding="utf-8")
    unfinished.rename(unfinished.with_suffix(""))


def _write_down(order: Order) -> dict[str, Any]:
    heard, is_last = _listen(order)
    if not is_last:
        heard = heard[: _quiet_moment(heard)]
    model = _model(order)
    _tell(0.0)
    told: dict[str, Any] = {
        "program": f"faster-whisper {version('faster-whisper')}",
        "ends_at": round(order.begins_at + len(heard) / RATE, 3),
        "is_last": is_last,
        "language": order.language,
        "is_unknown": not model.model.is_multilingual
        and order.language not in ("", "en"),
        "cues": [],
    }
    if told["is_unknown"] or not _has_speech(heard):
        return told
    known = order.language in model.supported_languages
    segments, about = _transcribed(model, heard, order.language if known else None)
    told["language"] = _CODES_BACK.get(about.language, about.language)
    told["cues"] = list(_cues(segments, order.begins_at, told["ends_at"]))
    return told


def _model(order: Order) -> Any:
    import ctranslate2
    from faster_whisper import WhisperModel

    # Where the model guesses, it guesses the same every time.
    ctranslate2.set_random_seed(SEED)
    return WhisperModel(
        order.model,
        device="cpu",
        compute_type="int8",
        cpu_threads=order.threads,
        local_files_only=True,
    )


def _transcribed(model: Any, heard: "Sound", language: str | None) -> Any:
    return model.transcribe(
        heard,
        language=language,
        vad_filter=True,
        # What was misheard once shall not be repeated for the rest of the part.
        condition_on_previous_text=False,
    )


def _has_speech(heard: "Sound") -> bool:
    from faster_whisper.vad import get_speech_timestamps

    return bool(get_speech_timestamps(heard))


def _cues(segments: Any, begins_at: float, ends_at: float) -> Iterator[dict[str, Any]]:
    before = begins_at
    for segment in segments:
        _tell(segment.end)
        start = min(max(before, begins_at + segment.start), ends_at)
        end = min(begins_at + segment.end, ends_at)
        text = " ".join(segment.text.split())
        if text and end > start:
            before = start
            yield {"start": round(start, 3), "end": round(end, 3), "text": text}


def _listen(order: Order) -> "tuple[Sound, bool]":
    """The sound of this part, and whether it goes on to the end."""
    import av
    import numpy as np

    pieces: list[Any] = []
    wanted = round(order.seconds * RATE)
    begins_at, heard = None, 0
    # It may have moved in byte for byte: then somebody else has made it.
    with open_hostile(order.sound) as opened:
        stream = opened.streams.audio[0]
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        # What an encoder has put before the first sound counts for nobody.
        origin = float((stream.start_time or 0) * (stream.time_base or 0))
        for frame in _frames(opened, order.begins_at + origin):
            begins_at = frame.time - origin if begins_at is None else begins_at
            for piece in resampler.resample(frame):
                pieces.append(piece.to_ndarray().reshape(-1))
                heard += len(pieces[-1])
            if heard - RATE * (order.begins_at - begins_at) >= wanted + RATE:
                break
    if begins_at is None:
        return np.zeros(0, np.float32), True
    lead = max(0, round((order.begins_at - begins_at) * RATE))
    whole = np.concatenate(pieces)[lead:]
    return whole[:wanted], len(whole) <= wanted


def _frames(opened: Any, begins_at: float) -> Iterator[Any]:
    # Every packet is looked at and only those near are decoded: a seek in an MP3 is
    # a guess, and a wrong one would shift every later word.
    for packet in opened.demux(opened.streams.audio[0]):
        if packet.pts is not None:
            moment = float(packet.pts * packet.time_base)
            if moment < begins_at - LEAD_SECONDS:
                continue
        yield from packet.decode()


def _quiet_moment(heard: "Sound") -> int:
    """Where to end a part, so that no word is cut in two."""
    import numpy as np

    look = round(_LOOK_SECONDS * RATE)
    last = heard[-round(min(SEARCHED_SECONDS * RATE, len(heard) / 2)) :]
    last = last[: len(last) // look * look]
    power = (last.reshape(-1, look) ** 2).mean(axis=1)
    smooth = np.convolve(power, np.ones(_QUIET_LOOKS), mode="valid")
    middle = (int(smooth.argmin()) + _QUIET_LOOKS / 2) * look
    return len(heard) - len(last) + round(middle)


def _tell(seconds: float) -> None:
    sys.stdout.write(f"out_time_us={round(seconds * 1e6)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
