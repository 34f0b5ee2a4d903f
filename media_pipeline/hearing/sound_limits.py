"""How much sound anybody can ask us to hear: a few bytes can promise years of it."""

from collections.abc import Sequence

from media_pipeline.errors import UnreadableRecording
from media_pipeline.recording.packets import Spot
from media_pipeline.recording.probe import SoundTrack

HIGHEST_RATE = 384_000  # Hz
MOST_CHANNELS = 64  # that ffmpeg can mix
MOST_SAMPLES = 12 * 3600 * 48_000 * 8  # half a day of 7.1
MOST_PAUSED_SECONDS = 12 * 3600
MOST_TRACKS = 4  # that are listened to, until one is not silent


def refuse_too_much(
    track: SoundTrack, seconds: float, pauses: Sequence[Spot] = ()
) -> None:
    """Say no, in words, to more than anybody records."""
    if track.sample_rate > HIGHEST_RATE:
        raise UnreadableRecording(
            f"The sound has {track.sample_rate:,} samples a second, and we hear at "
            f"most {HIGHEST_RATE:,}. Please export it with 48,000."
        )
    if track.channels > MOST_CHANNELS:
        raise UnreadableRecording(
            f"The sound has {track.channels} channels, and we hear at most "
            f"{MOST_CHANNELS}. Please export it in stereo."
        )
    if track.sample_rate * track.channels * seconds > MOST_SAMPLES:
        raise UnreadableRecording(
            "This is more sound than we can hear in a day. Please export it in stereo "
            "with 48,000 samples a second, or send it in parts."
        )
    if sum(pause.seconds for pause in pauses) > MOST_PAUSED_SECONDS:
        raise UnreadableRecording(
            "There is no sound in this recording for more than twelve hours. Please "
            "cut that out, or send it in parts."
        )
