"""Colours as cameras and screens store them, and how they come out."""

from pathlib import Path

import av
import pytest
from PIL import Image

from media_pipeline.rendition import Kind
from tests.media_pipeline.films import make
from tests.media_pipeline.recordings import ffmpeg, film
from tests.media_pipeline.screen import Watched, corners, watch

UPRIGHT = ["red", "lime", "blue", "yellow"]
YCGCO = ["-vf", "setparams=colorspace=bt709,zscale=matrix=ycgco"]


def filmed(folder: Path, name: str, *args: str, picture: str = corners()) -> Watched:
    recording = film(folder / name, *args, picture=picture, seconds=2)
    return watch(recording, folder / "made")


HEVC = ["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1"]
GREYS = (
    "color=black:size=160x90:rate=25,format=yuv420p10le,"
    "geq=lum='64+876*(if(lt(X,40),0.1,if(lt(X,80),0.35,if(lt(X,120),0.5,0.75))))'"
    ":cb=512:cr=512"
)


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_hdr_becomes_colours_for_every_screen(tmp_path: Path, transfer: str) -> None:
    said = f"colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc:log-level=none"
    hdr = [*HEVC, "-x265-params", said, "-pix_fmt", "yuv420p10le"]

    watched = filmed(tmp_path, "hdr.mp4", *hdr, picture=GREYS)

    greys = [watched.pixel(1, x)[1] for x in (0.12, 0.37, 0.62, 0.87)]
    assert greys == sorted(greys)
    assert greys[0] < 40 < 60 < greys[2] < greys[3]
    assert greys[3] > 150
    assert watched.is_what_browsers_play
    assert any("HDR" in said for said in watched.admission.remarks)


def test_hdr_keeps_its_hues(tmp_path: Path) -> None:
    wide = f"{corners()},zscale=tin=bt709:min=709:pin=709:rin=tv:t=2020_10:m=2020_ncl"
    wide += ":p=2020,format=yuv420p10le,setparams=color_trc=arib-std-b67"
    said = "colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc:log-level=none"

    watched = filmed(tmp_path, "hlg.mp4", *HEVC, "-x265-params", said, picture=wide)

    assert watched.corners() == UPRIGHT


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("444.mp4", ["-pix_fmt", "yuv444p"]),
        ("444-10.mkv", ["-pix_fmt", "yuv444p10le"]),
        ("422-10.mov", ["-c:v", "prores_ks", "-profile:v", "2"]),
        ("alpha.mov", ["-c:v", "prores_ks", "-profile:v", "4"]),
        ("rgb.mp4", ["-c:v", "libx264rgb"]),
        ("png.mov", ["-c:v", "png", "-c:a", "pcm_s16le"]),
        ("full-range.avi", ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "2"]),
        ("full-range.mp4", ["-vf", "scale=out_range=full", "-color_range", "pc"]),
        ("ycgco.mp4", YCGCO),
        ("ycgco-444.mp4", [*YCGCO, "-pix_fmt", "yuv444p"]),
        ("no-such-colours.mp4", ["-bsf:v", "h264_metadata=matrix_coefficients=14"]),
        ("reserved.mp4", ["-bsf:v", "h264_metadata=matrix_coefficients=99"]),
        ("rgb-they-say.mp4", ["-bsf:v", "h264_metadata=matrix_coefficients=0"]),
        ("dv.mov", ["-c:v", "dvvideo", "-s", "720x576", "-pix_fmt", "yuv420p"]),
    ],
)
def test_every_kind_of_colour_becomes_what_browsers_play(
    tmp_path: Path, name: str, args: list[str]
) -> None:
    watched = filmed(tmp_path, name, *args)

    assert watched.corners() == UPRIGHT
    assert max(watched.pixel(1, 0.25, 0.25)) > 235
    assert watched.is_what_browsers_play
    assert watched.seconds == pytest.approx(2, abs=0.05)


def test_a_rare_way_to_store_colours_is_told_to_the_host(tmp_path: Path) -> None:
    told = filmed(tmp_path, "x.mp4", *YCGCO).admission.remarks

    assert (
        "Its colours are stored in a rare way: look at them before you publish." in told
    )


def test_full_range_does_not_lose_its_shadows(tmp_path: Path) -> None:
    dark = "color=0x101010:size=160x90:rate=25"
    args = ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "2"]

    watched = filmed(tmp_path, "x.mov", *args, picture=dark)

    assert watched.pixel(1)[1] == pytest.approx(16, abs=4)


TO_709 = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
TO_601 = "scale=out_color_matrix=smpte170m:out_range=tv,format=yuv420p"
TO_2020 = f"{TO_709},zscale=tin=709:min=709:pin=709:t=2020_10:m=2020_ncl:p=2020"
EXACT = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]


def saying(matrix: int, primaries: int, transfer: int) -> list[str]:
    said = f"colour_primaries={primaries}:transfer_characteristics={transfer}"
    return ["-bsf:v", f"h264_metadata={said}:matrix_coefficients={matrix}"]


@pytest.mark.parametrize(
    ("size", "made", "args", "told"),
    [
        ("1280x720", TO_709, saying(2, 2, 2), (1, 1, 1)),
        ("1280x720", TO_709, saying(1, 1, 1), (1, 1, 1)),
        ("640x360", TO_601, saying(2, 2, 2), (6, 6, 6)),
        ("640x360", TO_601, saying(5, 5, 6), (5, 5, 6)),
        ("640x360", TO_601, saying(0, 2, 2), (6, 6, 6)),
        ("640x360", f"{TO_2020},format=yuv420p10", saying(9, 9, 14), (1, 1, 1)),
        ("640x360", "format=gbrp", ["-c:v", "libx264rgb"], (1, 1, 1)),
    ],
)
def test_every_rung_says_its_colours(
    tmp_path: Path, size: str, made: str, args: list[str], told: tuple[int, ...]
) -> None:
    picture = f"{corners(size)},format=gbrp,{made}"
    recording = film(tmp_path / "x.mp4", "-qp", "1", *args, picture=picture, seconds=1)

    done = make(recording, tmp_path / "made")

    for rung in done.plan.rungs[bool(done.plan.copied) :]:
        media = done.one(Kind.HLS_MEDIA, rung.name).path
        assert colours_told(media) == told
        for pixel, exact in zip(pixels(media, tmp_path), EXACT, strict=True):
            assert pixel == pytest.approx(exact, abs=10)


def colours_told(media: Path) -> tuple[int, ...]:
    with av.open(str(media)) as opened:
        said = opened.streams.video[0].codec_context
        return int(said.colorspace), int(said.color_primaries), int(said.color_trc)


def pixels(media: Path, folder: Path) -> list[tuple[int, ...]]:
    """Of the corners, shown by a player that believes what it is told."""
    ffmpeg("-i", str(media), "-frames:v", "1", str(folder / "seen.png"))
    with Image.open(folder / "seen.png") as opened:
        image = opened.convert("RGB")
    places = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75)]
    across, down = image.size
    found = [image.getpixel((int(x * across), int(y * down))) for x, y in places]
    return [pixel for pixel in found if isinstance(pixel, tuple)]
