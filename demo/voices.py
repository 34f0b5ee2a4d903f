"""Two voices that nobody owns: a script becomes sound, and we know when what is said.

The voices are those of flite, inside Debian's ffmpeg.
"""

import math
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

from demo.script import Line, Part
from media_pipeline.programs.process import run

RATE = 16_000  # Hz, of flite's voices
VOICES = {"Ines": ("slt", -5.0), "Tom": ("rms", 1.0)}  # and dB, to sit equally close
BETWEEN_SENTENCES, BETWEEN_LINES, BETWEEN_PARTS = 0.3, 0.5, 1.1  # seconds
CHIME = (392.0, 587.33)  # Hz: a fifth, one after the other
CHIME_SECONDS = 2.6


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, and when it is heard."""

    start_seconds: float
    end_seconds: float
    speaker: str
    text: str
    part: int


class Tape:
    """Grows while the conversation is spoken."""

    def __init__(self, folder: Path) -> None:
        self.samples = array("h")
        self.said: list[Said] = []
        self.part_starts: list[float] = []
        self._folder = folder

    @property
    def seconds(self) -> float:
        """How long it is by now."""
        return len(self.samples) / RATE

    def record(self, parts: tuple[Part, ...]) -> None:
        """Speak everything, between two chimes."""
        self.samples.extend(chime())
        for number, part in enumerate(parts):
            self.part_starts.append(self.seconds if number else 0.0)
            for line in part.lines:
                self._speak(line, number)
            self._rest(BETWEEN_PARTS)
        self.samples.extend(chime())

    def save(self, path: Path) -> Path:
        """Write it down as a WAV file."""
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(self.samples.tobytes())
        return path

    def _speak(self, line: Line, part: int) -> None:
        for text in line.sentences:
            start = self.seconds
            self.samples.extend(_voice(line.speaker, text, self._folder))
            self.said.append(Said(start, self.seconds, line.speaker, text, part))
            self._rest(BETWEEN_SENTENCES)
        self._rest(BETWEEN_LINES - BETWEEN_SENTENCES)

    def _rest(self, seconds: float) -> None:
        self.samples.extend([0] * round(seconds * RATE))


def chime() -> "array[int]":
    """Two notes that fade."""
    notes = [_note(pitch, 0.4 * number) for number, pitch in enumerate(CHIME)]
    return array("h", [round(sum(both)) for both in zip(*notes, strict=True)])


def _note(pitch: float, after_seconds: float) -> list[float]:
    moments = [n / RATE - after_seconds for n in range(round(CHIME_SECONDS * RATE))]
    return [_loudness(t) * math.sin(math.tau * pitch * t) for t in moments]


def _loudness(t: float) -> float:
    if t < 0:
        return 0.0
    fade = max(0.0, 1 - t / 2.2)
    return 5500 * min(1.0, t / 0.02) * math.exp(-2.2 * t) * fade


def _voice(speaker: str, text: str, folder: Path) -> "array[int]":
    words, spoken = folder / "sentence.txt", folder / "sentence.wav"
    words.write_text(text)
    voice, gain = VOICES[speaker]
    source = f"flite=textfile={words}:voice={voice}"
    calmer = f"atempo=0.96,highpass=70,treble=g=-2:f=5500,volume={gain}dB"
    target = ["-ar", str(RATE), "-ac", "1", str(spoken)]
    spell = ["-f", "lavfi", "-i", source, "-af", calmer]
    run(["ffmpeg", "-v", "error", "-y", *spell, *target])
    with wave.open(str(spoken)) as file:
        return array("h", file.readframes(file.getnframes()))
