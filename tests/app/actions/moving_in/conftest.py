"""A show on another host, that moves in."""

from collections.abc import Iterator

import pytest

from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import run
from tests.app.old_host import OldHost, old_host
from tests.app.workers import draw_cover

VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ada>Hello & welcome\n"
CHAPTERS = b'{"version":"1.2.0","chapters":[{"startTime":0,"title":"Start"}]}'


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("talk")
    tone = "sine=frequency=220:duration=2"
    made = folder / "talk.mp3"
    program = str(find_ffmpeg().path)
    run([program, "-v", "error", "-f", "lavfi", "-i", tone, str(made)], writes=folder)
    return made.read_bytes()


@pytest.fixture(scope="module")
def cover(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return draw_cover(tmp_path_factory.mktemp("cover") / "cover.png").read_bytes()


@pytest.fixture
def host(talk: bytes, cover: bytes) -> Iterator[OldHost]:
    with old_host() as host:
        host.files |= {f"/{name}.mp3": talk for name in ("one", "two", "three")}
        host.files["/cover.png"] = cover
        host.files["/one.vtt"] = VTT
        host.files["/one.json"] = CHAPTERS
        yield host
