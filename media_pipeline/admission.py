"""The door: what may become an episode, what will be put right, and what may not."""

from dataclasses import dataclass

from media_pipeline.ffmpeg_program import hostile_input as hostile_input
from media_pipeline.loudness import Measurement, Voices
from media_pipeline.probe import Probe


@dataclass(frozen=True, slots=True)
class Admission:
    """A recording that we can work with, and all that was learnt about it."""

    probe: Probe
    duration_seconds: float  # what is really there, by its packets
    loudness: Measurement | None = None
    voices: Voices = Voices.STEREO
    remarks: tuple[str, ...] = ()

    @property
    def is_dual_mono(self) -> bool:
        """Whether one loudspeaker would lose nothing."""
        return self.voices is not Voices.STEREO
