"""Small packages of HLS that keep every rule, and how to spoil them."""

import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from media_pipeline.film.ladder import Rung, lowest_level
from media_pipeline.film.plan import FilmPlan
from media_pipeline.hls.bandwidth import rate_of
from media_pipeline.hls.conformance import find_breaches
from media_pipeline.hls.master import Offer, master_of, with_words
from media_pipeline.hls.playlist import write_master_playlist, write_media_playlist
from media_pipeline.hls.segments import list_iframes, list_segments
from media_pipeline.hls.subtitles import package_captions
from media_pipeline.mp4.sound import fragment_sound
from media_pipeline.mp4.track import read_track
from tests.media_pipeline.recordings import ffmpeg, record

SIZES = ((320, 180), (160, 90))
TARGET_SECONDS = 6
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n[laughter]\n"


@dataclass(frozen=True)
class Parts:
    """What a package is made of: encoded once, copied by every test."""

    folder: Path
    rate: int = 25
    seconds: float = 14

    @classmethod
    def encode(cls, folder: Path, rate: int = 25, seconds: float = 14) -> "Parts":
        sound = folder / "sound.m4a"
        args = ["-c:a", "aac", "-ac", "2", "-b:a", "72k"]
        record(sound, "sine=330:r=48000", *args, seconds=seconds)
        for width, height in SIZES:
            source = f"testsrc2=size={width}x{height}:rate={rate}"
            level = lowest_level(width, height, Fraction(rate), 0)
            ffmpeg(
                *("-f", "lavfi", "-t", str(seconds), "-i", source),
                *("-c:v", "libx264", "-profile:v", "high", "-level", level),
                *("-pix_fmt", "yuv420p", "-b:v", "90k", "-maxrate", "90k"),
                *("-bufsize", "90k", "-g", str(rate), "-sc_threshold", "0"),
                *("-flags", "+cgop", "-f", "mp4", "-movflags"),
                "+frag_keyframe+delay_moov+default_base_moof+skip_trailer",
                str(folder / f"{height}p.mp4"),
            )
        return cls(folder, rate, seconds)


@dataclass(frozen=True)
class Written:
    """A package on disk, its playlists under names that a person can read."""

    folder: Path

    @property
    def master(self) -> Path:
        return self.folder / "master.m3u8"

    def breaches(self, *, must: bool = False) -> set[str]:
        """The rules that it breaks; with `must`, those that forbid to publish it."""
        files = {path.name: path for path in self.folder.iterdir()}
        found = find_breaches(self.master, files)
        return {finding.rule for finding in found if finding.must or not must}

    def edit(self, old: str, new: str, *names: str, count: int = -1) -> None:
        """Change the text of playlists: the master, unless others are named."""
        for name in names or ["master.m3u8"]:
            path = self.folder / name
            text = path.read_text()
            assert old in text, (old, text)
            path.write_text(text.replace(old, new, count))

    def patch(self, name: str, at: int, new: bytes) -> None:
        """Write over some bytes of a file."""
        path = self.folder / name
        data = path.read_bytes()
        assert data[at : at + len(new)] != new
        path.write_bytes(data[:at] + new + data[at + len(new) :])

    def find(self, name: str, mark: bytes, skip: int = 0) -> int:
        """Where something stands in a file, so many bytes after a mark."""
        return (self.folder / name).read_bytes().index(mark) + len(mark) + skip

    def scale(self, name: str, times: float, tag: str = "#EXT-X-STREAM-INF") -> None:
        """Let the first variant say that it needs more."""
        lines = self.master.read_text().splitlines(keepends=True)
        at = next(n for n, line in enumerate(lines) if line.startswith(tag))
        found = re.search(rf"(?<=[:,]){name}=(\d+)", lines[at])
        assert found
        more = f"{name}={round(times * int(found[1]))}"
        lines[at] = lines[at].replace(found[0], more)
        self.master.write_text("".join(lines))

    def split(self) -> tuple[str, str, str, str]:
        """The master: what comes first, its two variants, and the key frames."""
        lines = self.master.read_text().splitlines(keepends=True)
        at = next(n for n, line in enumerate(lines) if "STREAM-INF" in line)
        cuts = [0, at, at + 2, at + 4, len(lines)]
        head, first, second, keys = ("".join(lines[a:b]) for a, b in pairwise(cuts))
        return head, first, second, keys


def write_package(
    parts: Parts,
    folder: Path,
    *,
    sound: Path | None = None,
    sound_cuts: Sequence[Fraction] | None = None,
    before_listing: Callable[[Path], None] = lambda path: None,
) -> Written:
    """List files as the pipeline would, without asking whether they are right."""
    cuts = _cuts(parts)
    rungs = []
    for width, height in SIZES:
        media = folder / f"{height}p.mp4"
        media.write_bytes((parts.folder / media.name).read_bytes())
        before_listing(media)
        rungs.append(_rung(media, width, height, parts, cuts))
    heard = _sound(sound or parts.folder / "sound.m4a", folder, sound_cuts or cuts)
    vtt = folder / "words.vtt"
    vtt.write_text(VTT)
    captions = package_captions(vtt, folder, Fraction(str(parts.seconds)))
    for file in captions.files:
        file.path.rename(folder / file.filename)
    master = with_words(master_of(rungs, heard), "en", captions)
    written = Written(folder)
    written.master.write_text(write_master_playlist(master))
    return written


def plan_of(parts: Parts) -> FilmPlan:
    """The plan that such a package follows."""
    rate = Fraction(parts.rate)
    rungs = tuple(Rung(f"{h}p", w, h, rate, 90_000, "1.2") for w, h in SIZES)
    names = tuple(rung.name for rung in rungs)
    return FilmPlan(rungs, rate, round(parts.seconds * rate), names)


def swell(path: Path, number: int, size: int) -> None:
    """Make a fragment larger, by a box that means nothing."""
    at = read_track(path).fragments[number].offset
    whole = path.read_bytes()
    free = struct.pack(">I4s", size, b"free") + bytes(size - 8)
    path.write_bytes(whole[:at] + free + whole[at:])


def _cuts(parts: Parts) -> Sequence[Fraction]:
    return plan_of(parts).cuts


def _rung(
    media: Path, width: int, height: int, parts: Parts, cuts: Sequence[Fraction]
) -> Offer:
    track = read_track(media)
    listed = list_segments(track, media.name, cuts, TARGET_SECONDS)
    keys = list_iframes(track, media.name, TARGET_SECONDS)
    media.with_suffix(".m3u8").write_text(write_media_playlist(listed))
    media.with_suffix(".keys.m3u8").write_text(write_media_playlist(keys))
    return Offer(
        f"{height}p.m3u8",
        track.codec,
        rate_of(listed.segments, TARGET_SECONDS),
        width,
        height,
        Fraction(parts.rate),
        iframes_uri=f"{height}p.keys.m3u8",
        iframes_rate=rate_of(keys.segments, TARGET_SECONDS),
    )


def _sound(source: Path, folder: Path, cuts: Sequence[Fraction]) -> Offer:
    media = folder / "audio.m4a"
    fragment_sound(source, cuts, media)
    track = read_track(media)
    listed = list_segments(track, media.name, cuts, TARGET_SECONDS)
    media.with_suffix(".m3u8").write_text(write_media_playlist(listed))
    rate = rate_of(listed.segments, TARGET_SECONDS)
    return Offer("audio.m3u8", track.codec, rate, channels=2)
