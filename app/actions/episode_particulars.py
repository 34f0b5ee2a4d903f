"""What an episode says beyond its basics, as a host writes it and as a feed tells it.

Hosts write lines, one for each thing. Kept is what was understood of them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.actions import lines
from app.errors import BadRequest
from app.models import Episode
from app.platform import Platform
from feeds.document import License, Note
from feeds.foreign.document import ForeignItem
from feeds.podcast_namespace import LICENSES, timestamp
from feeds.tags import Comments, Funding, ItemTags, Picture, Place, Soundbite
from media_pipeline.rendition import Kind

SHORTEST_BITE, LONGEST_BITE = 5, 300  # seconds; apps advise 15 to 120
LONGEST_NAME = 100  # characters
LONGEST_ALT = 300
_CLOCK = r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})"
_BITE = re.compile(rf"{_CLOCK}\s*(?:-|\u2013|to)\s*{_CLOCK}[\s:]*(.*)")


@dataclass(frozen=True, slots=True)
class Told:
    """What the feed says of one episode."""

    tags: ItemTags
    license: License | None
    notes: tuple[Note, ...]


def keep(episode: Episode, typed: Mapping[str, str], name: str) -> None:
    """Understand one field, and keep it; or raise `BadRequest` with a sentence."""
    if typed[name] == shown(episode)[name]:
        return  # what came from another host may be finer than what can be typed
    value = _READERS[name](typed[name])
    if name == "soundbites":
        _insist_on_being_heard(episode, value)
    kept = {**episode.particulars, name: value}
    if name == "license":
        kept.pop("license_url", None)  # of the one before
    episode.particulars = {key: said for key, said in kept.items() if said}


def shown(episode: Episode) -> dict[str, str]:
    """The fields as they were written."""
    kept = episode.particulars
    plain = {name: kept.get(name, "") for name in FIELDS}
    return plain | {
        "soundbites": "\n".join(_write_bite(b) for b in kept.get("soundbites", [])),
        "funding": lines.write([f["url"], f["label"]] for f in kept.get("funding", [])),
        "places": lines.write_places(kept.get("places", [])),
        "link": lines.write([(i["url"], i["label"]) for i in kept.get("link", [])]),
    }


def imported(item: ForeignItem) -> dict[str, Any]:
    """What another host's feed said, to be kept."""
    license = item.license
    kept = {
        "soundbites": [asdict(bite) for bite in item.soundbites[: lines.MOST_LINES]],
        "funding": [asdict(funding) for funding in item.funding[: lines.MOST_LINES]],
        "season_name": item.season_name[:LONGEST_NAME],
        "license": license.slug if license else "",
        "license_url": license.url if license else "",
    }
    return {name: said for name, said in kept.items() if said}


def told_of(platform: Platform, episode: Episode) -> Told:
    """What the feed says."""
    kept = episode.particulars
    comments = kept.get("comments")
    slug = kept.get("license", "")
    note = Note("true", "ai-content")
    tags = ItemTags(
        season_name=kept.get("season_name", ""),
        number_shown=kept.get("number_shown", ""),
        soundbites=tuple(Soundbite(**bite) for bite in kept.get("soundbites", [])),
        funding=tuple(Funding(**funding) for funding in kept.get("funding", [])),
        places=tuple(Place(**place) for place in kept.get("places", [])),
        pictures=_pictures(platform, episode),
        comments=(Comments("activitypub", comments),) if comments else (),
        link=next(((i["url"], i["label"]) for i in kept.get("link", [])), None),
    )
    return Told(
        tags=tags,
        license=License(slug, kept.get("license_url", "")) if slug else None,
        notes=(note,) if kept.get("machine_made") else (),
    )


def _pictures(platform: Platform, episode: Episode) -> tuple[Picture, ...]:
    artwork = episode.rendition(Kind.ARTWORK)
    if artwork is None:
        return ()
    picture = Picture(
        url=platform.storage.public_url(artwork.key),
        alt=episode.particulars.get("picture_alt", ""),
        aspect_ratio="1/1",
        width=artwork.width,
        height=artwork.height,
        content_type=artwork.content_type,
        purpose="artwork",
    )
    return (picture,)


def _bites(text: str) -> list[dict[str, Any]]:
    return [_bite(line) for line in lines.typed(text)]


def _bite(line: str) -> dict[str, Any]:
    match = _BITE.fullmatch(line)
    if match is None:
        raise BadRequest(
            f"Please write each moment like 12:30 - 13:10 and its words: {line[:60]}"
        )
    begin, end = _seconds(*match.groups()[:3]), _seconds(*match.groups()[3:6])
    if not SHORTEST_BITE <= end - begin <= LONGEST_BITE:
        raise BadRequest(
            f"A moment is {SHORTEST_BITE} to {LONGEST_BITE} seconds long: {line[:60]}"
        )
    return {
        "start_seconds": begin,
        "duration_seconds": end - begin,
        "title": match[7],
    }


def _write_bite(bite: Mapping[str, Any]) -> str:
    begin = bite["start_seconds"]
    end = begin + bite["duration_seconds"]
    return f"{timestamp(begin)} - {timestamp(end)} {bite['title']}".rstrip()


def _seconds(hours: str | None, minutes: str, seconds: str) -> int:
    return 3600 * int(hours or 0) + 60 * int(minutes) + int(seconds)


def _insist_on_being_heard(episode: Episode, bites: list[dict[str, Any]]) -> None:
    sound = episode.rendition(Kind.SOUND)
    length = sound.duration_seconds if sound else None
    for bite in bites:
        if length and bite["start_seconds"] + bite["duration_seconds"] > length + 1:
            raise BadRequest(
                f"This moment is after the end of the recording: {_write_bite(bite)}"
            )


def _link(text: str) -> list[dict[str, str]]:
    found = lines.links("label")(text)
    if len(found) > 1:
        raise BadRequest("Please write one address.")
    return found


_READERS: dict[str, Callable[[str], Any]] = {
    "soundbites": _bites,
    "funding": lines.links("label"),
    "places": lines.places,
    "season_name": lambda text: lines.one(text, LONGEST_NAME),
    "number_shown": lambda text: lines.one(text, 32),
    "license": lambda text: lines.one_of(text, ("", *LICENSES)),
    "picture_alt": lambda text: lines.one(text, LONGEST_ALT),
    "machine_made": lambda text: "yes" if text == "yes" else "",
    "comments": lines.address,
    "link": _link,
}
FIELDS = tuple(_READERS)
