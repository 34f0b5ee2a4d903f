"""What the video feed hands out is what Apple's apps play, whatever came in."""

from pathlib import Path

import av
import pytest

from media_pipeline.mp4.boxes import top_boxes
from media_pipeline.rendition import Kind
from tests.media_pipeline.films import make
from tests.media_pipeline.recordings import film

HIGHEST_LEVEL = 41
BARS = "smptebars=size={size}:rate={rate}"


@pytest.mark.parametrize(
    ("size", "rate", "args"),
    [
        ("320x180", 25, ["-pix_fmt", "yuv420p"]),
        ("320x180", 60, ["-pix_fmt", "yuv420p"]),
        ("320x180", 25, ["-pix_fmt", "yuv420p10le"]),
        ("320x180", 25, ["-pix_fmt", "yuv444p"]),
        ("1920x1080", 30, ["-pix_fmt", "yuv420p", "-level", "5.1"]),
        ("640x360", 25, ["-pix_fmt", "yuv420p", "-level", "5.2", "-g", "50"]),
        ("640x360", 25, ["-pix_fmt", "yuv420p", "-g", "50", "-c:a", "mp3"]),
    ],
)
def test_every_film_is_h264_with_aac_ready_to_start(
    tmp_path: Path, size: str, rate: int, args: list[str]
) -> None:
    picture = BARS.format(size=size, rate=rate)
    recording = film(tmp_path / "in.mkv", *args, seconds=2, picture=picture)

    made = make(recording, tmp_path / "made").one(Kind.FILM)

    assert_apple_plays(made.path)
    assert (made.path.suffix, made.content_type) == (".mp4", "video/mp4")


def test_a_film_whose_pictures_were_kept_is_no_exception(tmp_path: Path) -> None:
    fits = ("-g", "100", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-crf", "32")
    picture = "testsrc2=size=640x360:rate=25"
    recording = film(tmp_path / "fits.mp4", *fits, seconds=8, picture=picture)

    made = make(recording, tmp_path / "made")

    assert made.plan.copied == "360p"
    assert_apple_plays(made.one(Kind.FILM).path)


def assert_apple_plays(path: Path) -> None:
    with av.open(str(path)) as opened:
        (picture,), (sound,) = opened.streams.video, opened.streams.audio
        coded = picture.codec_context
        assert (coded.name, coded.pix_fmt) == ("h264", "yuv420p")
        assert coded.profile in {"Constrained Baseline", "Main", "High"}
        assert coded.extradata
        assert coded.extradata[3] <= HIGHEST_LEVEL
        assert (sound.codec_context.name, sound.codec_context.profile) == ("aac", "LC")
    names = [box.kind for box in top_boxes(path)]
    assert names.index(b"moov") < names.index(b"mdat")
