"""How the encoder is asked to work: what a picture may cost, in bits and in time."""

from media_pipeline.ladder import Rung
from media_pipeline.plan import Budget

BUFFER_SECONDS = 1.5  # of the cap: what a decoder may have to hold
PRESETS = {
    Budget.QUICK: "superfast",
    Budget.NORMAL: "veryfast",
    Budget.THOROUGH: "medium",
}


def preset_for(rung: Rung, budget: Budget) -> dict[str, str | int]:
    """The options of libx264 that decide about quality, speed and size."""
    return {
        "preset": PRESETS[budget],
        "crf": rung.crf,
        "maxrate": rung.most_bits,
        "bufsize": int(rung.most_bits * BUFFER_SECONDS),
    }
