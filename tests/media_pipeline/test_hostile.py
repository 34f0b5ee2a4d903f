"""What people send who mean harm: refused by a sentence, or made harmless.

Everything is tried without a wall, so that our own rules must do, and behind every
wall that this machine can build.
"""

import contextlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from media_pipeline import pipeline
from media_pipeline.errors import MediaError, Refused, UnusableArtwork
from media_pipeline.pictures.artwork import make_artwork
from media_pipeline.programs import sandbox
from media_pipeline.programs.ffmpeg_program import find_ffmpeg, hostile_input
from media_pipeline.programs.process import Limits, nobody, run
from media_pipeline.programs.resources import EXAMINING_MEMORY
from media_pipeline.programs.sandbox import Sandbox
from media_pipeline.recording.probe import probe
from tests.media_pipeline.hostile_aids import (
    MARKER,
    Aids,
    Watch,
    listening,
    was_called,
)
from tests.media_pipeline.hostile_lists import LISTS, NAMES
from tests.media_pipeline.hostile_pictures import BAD_PICTURES, TAMED_PICTURES
from tests.media_pipeline.hostile_recordings import DISARMED, HOSTILE_NAMES, LIARS
from tests.media_pipeline.walls import WALLS

EVERYTHING = ["-protocol_whitelist", "file,http,https,tcp,tls,crypto,data,concat"]
REFUSED = LISTS | LIARS
SHORT = Limits(total_seconds=2)
MOST_SECONDS = 30  # as was promised; the slowest needs a twentieth of it


@dataclass
class World:
    """The targets, and whether anybody has come near them."""

    aids: Aids
    watch: Watch
    called: Iterator[bool]

    def is_untouched(self) -> bool:
        return not self.watch.was_opened() and not next(self.called)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with listening() as listener:
        port = listener.getsockname()[1]
        aids = Aids.make(tmp_path_factory.mktemp("aids"), port)
        watch = Watch(aids.canary, aids.secret)
        yield World(aids, watch, iter(lambda: was_called(listener), None))
        watch.close()


@pytest.fixture(params=[*WALLS, Sandbox.NONE])
def wall(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    monkeypatch.setattr(sandbox, "_unsandboxed_allowed", True)
    with sandbox.forced(request.param):
        yield request.param


def plain_ffmpeg(file: Path) -> None:
    """What most programs do: open it, and trust it."""
    command = [str(find_ffmpeg().path), "-nostdin", *EVERYTHING]
    command += ["-i", str(file), "-f", "null", "-"]
    with contextlib.suppress(MediaError):
        run(command, limits=SHORT, reads=[file])


@pytest.mark.parametrize("name", ["hls_of_a_file", "concat_of_a_neighbour"])
def test_the_bait_is_taken_by_whoever_trusts_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(sandbox, "_unsandboxed_allowed", True)
    LISTS[name](tmp_path / "x.m3u8", world.aids)

    with sandbox.forced(Sandbox.NONE):
        plain_ffmpeg(tmp_path / "x.m3u8")

    assert world.watch.was_opened()


@pytest.mark.parametrize("wall", WALLS)
@pytest.mark.parametrize("name", LISTS)
def test_a_wall_alone_keeps_even_a_trusting_program_in(
    world: World, tmp_path: Path, name: str, wall: Sandbox
) -> None:
    LISTS[name](tmp_path / "x.m3u8", world.aids)

    with sandbox.forced(wall):
        plain_ffmpeg(tmp_path / "x.m3u8")

    assert world.is_untouched()


@pytest.mark.parametrize("name", LISTS)
def test_our_rules_alone_keep_every_reader_from_following_a_list(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(sandbox, "_unsandboxed_allowed", True)
    with sandbox.forced(Sandbox.NONE):
        for called in NAMES:
            file = tmp_path / called
            LISTS[name](file, world.aids)
            heard = hostile_input(file).output("-", format="null")
            with contextlib.suppress(Refused):
                probe(file)
            with contextlib.suppress(MediaError):
                run(find_ffmpeg().command(heard), limits=SHORT, reads=[file])

    assert world.is_untouched()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_honest_recording_is_refused_in_a_sentence(
    world: World, tmp_path: Path, wall: Sandbox, name: str
) -> None:
    file = tmp_path / "sent.mp4"
    REFUSED[name](file, world.aids)

    with pytest.raises(Refused) as refusal:
        pipeline.check(file, nobody)

    assert refusal.value.sentence.endswith((".", "?"))
    assert MARKER not in refusal.value.sentence + refusal.value.cause
    assert world.is_untouched()


@pytest.mark.parametrize("name", DISARMED)
def test_what_can_be_made_harmless_is(
    world: World, tmp_path: Path, wall: Sandbox, name: str
) -> None:
    file, folder = tmp_path / "sent", tmp_path / "made"
    folder.mkdir()
    DISARMED[name](file, world.aids)

    admission = pipeline.check(file, nobody)
    made = pipeline.make_sound(file, admission, folder, nobody)

    assert made
    assert not any(MARKER.encode() in f.read_bytes() for f in folder.iterdir())
    assert admission.duration_seconds == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_recording_may_have_any_name(
    world: World, tmp_path: Path, wall: Sandbox, name: str
) -> None:
    (tmp_path / "canary.ts").hardlink_to(world.aids.canary)
    file = tmp_path / name.format(port=world.aids.port, canary="canary.ts")
    file.write_bytes(world.aids.talk.read_bytes())
    world.watch.was_opened()  # by ourselves

    admission = pipeline.check(file, nobody)

    assert admission.duration_seconds == pytest.approx(2, abs=0.1)
    assert world.is_untouched()


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_what_is_no_honest_picture_is_refused_in_a_sentence(
    world: World, tmp_path: Path, wall: Sandbox, name: str
) -> None:
    BAD_PICTURES[name](tmp_path / "cover.jpg", world.aids)

    with pytest.raises(UnusableArtwork) as refusal:
        make_artwork(tmp_path / "cover.jpg", tmp_path)

    assert refusal.value.sentence.endswith(".")
    assert list(tmp_path.iterdir()) == [tmp_path / "cover.jpg"]
    assert world.is_untouched()


@pytest.mark.parametrize("name", TAMED_PICTURES)
def test_of_a_picture_nothing_is_kept_but_what_is_seen(
    world: World, tmp_path: Path, wall: Sandbox, name: str
) -> None:
    TAMED_PICTURES[name](tmp_path / "cover.jpg", world.aids)

    made = make_artwork(tmp_path / "cover.jpg", tmp_path)

    assert MARKER.encode() not in made.path.read_bytes()


def test_whoever_comes_next_is_not_affected(world: World, tmp_path: Path) -> None:
    for name in ("hls_of_itself", "boxes_in_boxes", "a_wall_of_pixels"):
        file = tmp_path / name
        REFUSED[name](file, world.aids)
        with contextlib.suppress(Refused):
            pipeline.check(file, nobody)

    assert pipeline.check(world.aids.film, nobody).is_film


def test_none_of_it_costs_more_than_a_gigabyte_and_half_a_minute(
    world: World, tmp_path: Path
) -> None:
    recordings = REFUSED | DISARMED
    for name, make in recordings.items():
        make(tmp_path / name, world.aids)
    for name, make in (BAD_PICTURES | TAMED_PICTURES).items():
        make(tmp_path / f"{name}.jpg", world.aids)

    # In a process of its own, whose only children are those that look at these files.
    command = [sys.executable, "-m", "tests.media_pipeline.test_hostile"]
    told = subprocess.run(
        [*command, str(tmp_path)], capture_output=True, check=True, text=True
    )

    cost = json.loads(told.stdout)
    assert 0 < cost.pop("bytes") < EXAMINING_MEMORY
    assert cost.keys() >= recordings.keys()
    assert {name: took for name, took in cost.items() if max(took) > MOST_SECONDS} == {}


def cost_of(folder: Path) -> dict[str, object]:
    """Seconds for each of these files, of all processors and of a clock on the wall,
    and the bytes of the largest program that looked at any.
    """
    sandbox.permit(unsandboxed=True)
    cost: dict[str, object] = {}
    with sandbox.forced(Sandbox.NONE):  # programs behind a wall cannot be measured
        for file in sorted(folder.iterdir()):
            began, computed = time.monotonic(), _computed()
            with contextlib.suppress(Refused):
                if file.suffix == ".jpg":
                    make_artwork(file, folder)
                else:
                    pipeline.check(file, nobody)
            cost[file.name] = _computed() - computed, time.monotonic() - began
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return cost | {"bytes": largest * 1024}


def _computed() -> float:
    """Seconds of processors, our own and those of the programs we have started."""
    whose = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    used = [resource.getrusage(who) for who in whose]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(cost_of(Path(sys.argv[1]))))
