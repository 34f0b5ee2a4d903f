"""A package of HLS as it lies on disk: what was written, read again from nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from media_pipeline.errors import WrongOutput
from media_pipeline.hls.bandwidth import NOTHING, Rate, rate_of
from media_pipeline.hls.playlist import MasterPlaylist, MediaPlaylist, Variant
from media_pipeline.hls.playlist_reader import (
    Malformed,
    read_master_playlist,
    read_media_playlist,
)
from media_pipeline.mp4.track import Track, read_track


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a package breaks, by its name in docs/decisions/0010-hls.md."""

    rule: str
    why: str
    must: bool = True  # otherwise it should


@dataclass
class Package:
    """Everything that a master names, under the names that it uses."""

    master: MasterPlaylist
    files: Mapping[str, Path]
    lists: dict[str, MediaPlaylist] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    lasts: Fraction | None = None  # where only the words are at hand
    rates: dict[str, Rate] = field(default_factory=dict)  # as far as they were asked

    @property
    def variants(self) -> Iterator[tuple[Variant, MediaPlaylist, Track]]:
        """The rungs that could be read."""
        for variant in self.master.variants:
            listed, track = self.at(variant.uri)
            if listed and track:
                yield variant, listed, track

    @property
    def sounds(self) -> Iterator[tuple[MediaPlaylist, Track]]:
        """The sounds that could be read."""
        for media in self.master.renditions("AUDIO"):
            listed, track = self.at(media.get("URI", ""))
            if listed and track:
                yield listed, track

    @property
    def media(self) -> Iterator[tuple[str, MediaPlaylist, Track]]:
        """Rungs and sounds, with a name for each."""
        for variant, listed, track in self.variants:
            yield variant.attributes.get("RESOLUTION", variant.uri), listed, track
        for listed, track in self.sounds:
            yield "sound", listed, track

    @property
    def iframes(self) -> Iterator[tuple[MediaPlaylist, Track]]:
        """The lists of key frames that could be read."""
        for attributes in self.master.iframes:
            listed, track = self.at(attributes["URI"])
            if listed and track:
                yield listed, track

    @property
    def seconds(self) -> Fraction:
        """How long the pictures are."""
        lengths = (track.seconds for *_, track in self.variants)
        return max(lengths, default=Fraction(0)) if self.lasts is None else self.lasts

    def at(self, uri: str) -> tuple[MediaPlaylist | None, Track | None]:
        """A playlist, and the track that it cuts."""
        listed = self.lists.get(uri)
        name = listed.segments[0].uri if listed and listed.segments else ""
        return listed, self.tracks.get(name)

    def groups_fit(self, kind: str) -> bool:
        """Whether every variant names the one group of a kind, if there is one."""
        offered = {media["GROUP-ID"] for media in self.master.renditions(kind)}
        named = {variant.attributes.get(kind, "") for variant in self.master.variants}
        return len(named) == 1 and named == (offered or {""})

    def measured(self, variant: Variant) -> Rate:
        """What a variant needs with the sound that needs most."""
        sounds = self.master.renditions("AUDIO")
        rates = [self.rate(media.get("URI", "")) for media in sounds]
        most = max(rates, key=lambda rate: rate.peak, default=NOTHING)
        return self.rate(variant.uri) + most

    def rate(self, uri: str) -> Rate:
        """What a playlist needs by itself."""
        if uri not in self.rates and (listed := self.lists.get(uri)):
            self.rates[uri] = rate_of(listed.segments, listed.target_seconds)
        return self.rates.get(uri, NOTHING)


def open_package(
    master: Path, files: Mapping[str, Path], *, lasts: Fraction | None = None
) -> tuple[Package | None, list[Finding]]:
    """Read a package, with what is so wrong that the rest cannot be looked at.

    With `lasts`, only the words of a film are at hand.
    """
    try:
        read = read_master_playlist(master.read_bytes())
        package = Package(read, files, lasts=lasts)
    except Malformed as error:
        return None, [Finding("P6", f"the master: {error.cause}")]
    found = [*_read_lists(package), *_read_tracks(package)]
    return package, found


def _read_lists(package: Package) -> Iterator[Finding]:
    words = {media.get("URI") for media in package.master.renditions("SUBTITLES")}
    for uri in _listed(package.master):
        if package.lasts is not None and uri not in words:
            continue
        if uri not in package.files:
            yield Finding("P7", f"{uri} is not there")
            continue
        try:
            data = package.files[uri].read_bytes()
            package.lists[uri] = read_media_playlist(data)
            if not package.lists[uri].segments:
                yield Finding("P7", f"{uri} plays nothing")
        except Malformed as error:
            yield Finding("P6", f"{uri}: {error.cause}")


def _listed(master: MasterPlaylist) -> list[str]:
    uris = [variant.uri for variant in master.variants]
    uris += [media["URI"] for media in master.media if "URI" in media]
    return [*uris, *(attributes["URI"] for attributes in master.iframes)]


def _read_tracks(package: Package) -> Iterator[Finding]:
    captions = {media.get("URI") for media in package.master.renditions("SUBTITLES")}
    named = (
        segment.uri
        for uri, listed in package.lists.items()
        for segment in listed.segments
        if uri not in captions
    )
    for name in dict.fromkeys(named):
        if name not in package.files:
            yield Finding("P7", f"{name} is not there")
            continue
        try:
            package.tracks[name] = read_track(package.files[name])
        except WrongOutput as error:
            yield Finding("V1", f"no fragmented MP4: {error.cause}")
