"""How loud a sound is, told from another one by plain power.

The loudness of EBU R 128 weighs pitches and leaves pauses out, and costs more than
most encoders; power costs next to nothing. All forms of an episode are one sound, so
the one follows from the other, but for what the limiter and the encoders took away:
that may have been pitches that count for more than others. How much is left open by
that is known, and only where it matters, somebody has to listen again.
"""

import math
from dataclasses import dataclass

from media_pipeline.entrance.admission import Admission
from media_pipeline.hearing.loudness import Measurement, Target
from media_pipeline.hearing.meter import OVERSAMPLED, Reading

DOUBT = 0.15  # LU: two figures told in tenths, and a little for padding and gates
# High pitches count for 4 dB more than low ones (BS.1770, annex 1), and up to a tenth
# of the power may be rumble that hardly counts: where only what counts most was lost,
# 1 dB of power is 10 ** 0.4 / 0.9 LU.
DOUBT_PER_LOST = 1.8  # LU per dB, beyond the one that is known


@dataclass(frozen=True, slots=True)
class Known:
    """A sound of which the loudness was measured."""

    loudness: float  # LUFS
    energy: float  # of one channel, as `Reading` counts it
    gain: float = 0.0  # dB, by which it was turned up since it was recorded

    def compared(
        self, reading: Reading, *, channels: int, gain: float, target: Target
    ) -> Measurement | None:
        """How loud another form of it is; None when that may miss the target or not."""
        change = 10 * math.log10(reading.energy(channels=channels) / self.energy)
        lost = abs(change - (gain - self.gain))
        loudness = self.loudness + change
        doubt = DOUBT + DOUBT_PER_LOST * lost
        if abs(loudness - target.loudness) + doubt > target.tolerance:
            return None
        return Measurement(round(loudness, 2), reading.peak)


def recorded(admission: Admission) -> Known | None:
    """The recording itself, where its power tells how loud its voices are."""
    if admission.power is None:
        return None
    energy = admission.sound_seconds * OVERSAMPLED * 10 ** (admission.power / 10)
    return Known(admission.loudness.loudness, energy)
