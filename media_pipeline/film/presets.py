"""How the encoder is asked to work: what a picture may cost, in bits and in time."""

from media_pipeline.film.ladder import Rung
from media_pipeline.film.plan import Budget

BUFFER_SECONDS = 1.5  # of the cap: what a decoder may have to hold
PRESETS = {
    Budget.QUICK: "superfast",
    Budget.NORMAL: "veryfast",
    Budget.THOROUGH: "medium",
}
AUTO_VARIANCE = 2  # of x264: bits for faces and walls, not for what is busy anyway
SMALL_PIXELS = 640 * 360  # up to here, small blocks are worth looking for

# A fifth less work, for half of what the bits for faces and walls have brought.
_LESS_SEARCHING: dict[str, str | int] = {
    "motion-est": "dia",
    "partitions": "i8x8,i4x4",
}


def preset_for(rung: Rung, budget: Budget) -> dict[str, str | int]:
    """The options of libx264 that decide about quality, speed and size.

    What they save and cost was measured: see docs/decisions/0011-ladder-by-content.md.
    """
    tuned: dict[str, str | int] = {"aq-mode": AUTO_VARIANCE}
    if budget is Budget.NORMAL and rung.pixels > SMALL_PIXELS:
        tuned |= _LESS_SEARCHING
    return plain_preset_for(rung, budget) | tuned


def plain_preset_for(rung: Rung, budget: Budget) -> dict[str, str | int]:
    """The same without our tuning: what somebody at a keyboard would ask for."""
    return {
        "preset": PRESETS[budget],
        "crf": rung.crf,
        "maxrate": rung.most_bits,
        "bufsize": int(rung.most_bits * BUFFER_SECONDS),
    }
