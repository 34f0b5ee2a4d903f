from pathlib import Path

from media_pipeline.recording.packet_reader import LOOKS, read_packets
from tests.media_pipeline.edited import joined
from tests.media_pipeline.recordings import film

PLAIN = ("-pix_fmt", "yuv420p", "-bf", "0", "-g", "25", "-profile:v")


def test_a_clip_that_was_joined_is_not_torn_though_its_head_comes_between_two_looks(
    tmp_path: Path,
) -> None:
    first = film(tmp_path / "first.mp4", *PLAIN, "baseline", seconds=2)
    second = film(tmp_path / "second.mp4", *PLAIN, "high", "-coder", "1", seconds=2)
    both = joined(first, second, tmp_path / "both.mp4")

    # One look in two and a half seconds; the second head comes after two.
    found = read_packets(str(both), 1, 0, seconds=LOOKS * 2.5)

    assert (found.torn, found.torn_looks) == ((), 0.0)
