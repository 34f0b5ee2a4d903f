"""The file of an episode that moves in: fetched, then made anew or kept as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from app.actions import intake, leftovers
from app.database import now
from app.errors import CommoncastError, NotReady
from app.models import Episode, Processing, ProcessingState, Recording, Rendition
from app.outbound import Outbound
from app.platform import Platform
from media_pipeline.entrance.damage import refuse_much_damage
from media_pipeline.entrance.truncation import length_of
from media_pipeline.errors import ProgramFailed, Refused
from media_pipeline.recording.examination import examine
from media_pipeline.recording.probe import Probe
from media_pipeline.rendition import Digest, Kind, finished

LARGEST_PICTURE = 32 * 1024 * 1024  # bytes
_FIRST = 1  # revision


@contextmanager
def fetched_picture(
    platform: Platform, outbound: Outbound, url: str
) -> Iterator[Path | None]:
    """The picture at an address; none where it cannot be had: one can do without."""
    with TemporaryDirectory(dir=platform.settings.scratch_dir) as place:
        picture = Path(place) / "picture"
        try:
            outbound.download(url, picture, most_bytes=LARGEST_PICTURE)
        except CommoncastError:
            yield None
        else:
            yield picture


@contextmanager
def fetched(platform: Platform, outbound: Outbound, url: str) -> Iterator[Path]:
    """The file at an address, for as long as it is needed."""
    with TemporaryDirectory(dir=platform.settings.uploads_dir, prefix="move-") as place:
        file = Path(place) / "recording"
        most = platform.settings.max_upload_bytes
        kind = outbound.download(url, file, most_bytes=most)
        if kind.startswith("text/html"):
            raise NotReady(f"{url} is a web page, not a recording.")
        yield file


def name_of(url: str) -> str:
    """What the file was called; only ever shown."""
    return unquote(urlsplit(url).path.rpartition("/")[2]) or "recording"


def hand_in(platform: Platform, episode_id: str, file: Path, name: str) -> None:
    """Let it be made anew, like any recording."""
    intake.receive(platform, episode_id, file, name, handed_over=True)


def keep(platform: Platform, episode_id: str, file: Path, name: str) -> bool:
    """Publish an MP3 byte for byte as it came; False when it is anything else."""
    found = _whole_mp3(file)
    if found is None or found.sound is None:
        return False
    sound = finished(
        Kind.SOUND,
        file,
        "audio/mpeg",
        duration_seconds=found.duration_seconds,
        bitrate=found.sound.bitrate,
        codecs="mp4a.6b",
    )
    key = f"public/{episode_id}/{_FIRST}/{sound.sha256[:32]}.mp3"
    original = f"private/{episode_id}/{_FIRST}/recording-{sound.sha256[:16]}"
    leftovers.announce(platform, episode_id, [key, original])
    platform.storage.put_file(file, key, sound.content_type)
    platform.storage.put_file(file, original, "application/octet-stream")
    digest = Digest(sound.size, sound.sha256, sound.sha384)
    _record(
        platform, episode_id, Rendition.of(sound, _FIRST, key), original, digest, name
    )
    return True


def _whole_mp3(file: Path) -> Probe | None:
    """What it is, when all of it is there: its headers may say anything."""
    try:
        found, read = examine(file)
        length = length_of(read.promised_seconds, read.seconds)
        refuse_much_damage(read)
    except (Refused, ProgramFailed):
        return None
    is_plain = found.container == "mp3" and found.picture is None
    return replace(found, duration_seconds=length) if is_plain else None


def _record(
    platform: Platform,
    episode_id: str,
    sound: Rendition,
    original: str,
    digest: Digest,
    name: str,
) -> None:
    with platform.database.session() as session:
        leftovers.name(session, [sound.key, original])
        episode = session.get_one(Episode, episode_id)
        episode.revision = episode.settled_revision = _FIRST
        episode.renditions.append(sound)
        episode.recordings.append(
            Recording(
                revision=_FIRST,
                key=original,
                filename=intake.clean_name(name),
                size=digest.size,
                sha256=digest.sha256,
            )
        )
        episode.processings.append(
            Processing(
                revision=_FIRST,
                state=ProcessingState.READY,
                fraction=1.0,
                remarks=["The sound was kept as it came: it was not levelled."],
                finished_at=now(),
            )
        )
