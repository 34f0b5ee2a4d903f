"""What a player needs to know about an episode."""

import re
from dataclasses import dataclass
from functools import cached_property

from app.actions.scripts import bars_of, chapter_images
from app.models import Episode, Rendition
from app.models.script import Chapter
from app.platform import Platform
from media_pipeline.pictures.storyboard import Layout
from media_pipeline.rendition import Kind

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})", re.ASCII)
_SPOKEN = re.compile(
    r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6}(?:\.\d{1,3})?)s?)?", re.ASCII
)


@dataclass(frozen=True)
class Line:
    """One cue of a transcript, as a page shows it."""

    start: float  # seconds
    speaker: str  # empty when the same person goes on
    text: str


@dataclass(frozen=True)
class Playing:
    """The addresses and words of one episode for its player."""

    episode: Episode
    platform: Platform
    begins_at: float = 0.0  # seconds

    @property
    def is_video(self) -> bool:
        """Whether there is something to see."""
        return self.episode.is_video

    @property
    def source(self) -> str:
        """The file that every browser plays."""
        folder, ending = ("video", "mp4") if self.is_video else ("audio", "mp3")
        return f"/{folder}/{self.episode.id}.{ending}"

    @property
    def source_from_start(self) -> str:
        """The same, beginning where the address said (a media fragment)."""
        start = f"#t={self.begins_at:g}" if self.begins_at else ""
        return f"{self.source}{start}"

    @property
    def audio(self) -> str:
        """The sound, which every episode has."""
        return f"/audio/{self.episode.id}.mp3"

    @property
    def hls(self) -> str:
        """The film in several sizes, if it is ready."""
        master = self.episode.rendition("hls-master")
        return self.platform.playlist_url(master.key) if master else ""

    @property
    def poster(self) -> str:
        """A picture of the film."""
        return self._stored("poster")

    @property
    def chapter_track(self) -> str:
        """The chapters, for the player to name the one that is pointed at."""
        page = f"/episodes/{self.episode.slug}"
        return f"{page}/chapters.vtt" if self.episode.chapters else ""

    @property
    def small_audio(self) -> Rendition | None:
        """The sound in few bytes, when it is ready."""
        return self.episode.rendition(Kind.LOW_SOUND)

    @property
    def thumbnails(self) -> str:
        """The map of the film's small pictures."""
        found = self.layout is not None
        return f"/episodes/{self.episode.slug}/storyboard.vtt" if found else ""

    @cached_property
    def layout(self) -> Layout | None:
        """How the small pictures lie on their sheets, when all of these are there."""
        found = self.episode.rendition(Kind.STORYBOARD_MAP)
        layout = Layout.from_details(found.details) if found else None
        return layout if layout and len(self.sheets) == layout.sheets else None

    @cached_property
    def sheets(self) -> list[str]:
        """The addresses of the sheets, in order."""
        rows = sorted(self.episode.current(Kind.STORYBOARD), key=lambda r: int(r.name))
        return [self.platform.storage.public_url(row.key) for row in rows]

    @cached_property
    def chapter_images(self) -> dict[int, str]:
        """The film where its chapters begin, by milliseconds."""
        images = chapter_images(self.episode)
        url = self.platform.storage.public_url
        return {start: url(image.key) for start, image in images.items()}

    @property
    def bars(self) -> list[int]:
        """The outline of the sound, for drawing: from 0 to 100."""
        return bars_of(self.episode)

    @property
    def artwork(self) -> str:
        """The episode's picture, else the show's."""
        key = self.episode.show.artwork_key
        own = self._stored("artwork")
        return own or (self.platform.storage.public_url(key) if key else "")

    @property
    def duration(self) -> float:
        """How long it plays, in seconds."""
        sound = self.episode.rendition("sound")
        return (sound.duration_seconds if sound else None) or 0.0

    @property
    def captions(self) -> str:
        """Captions, when the transcript knows its times."""
        words = self.episode.transcript
        timed = words is not None and words.timed
        return f"/episodes/{self.episode.slug}/transcript.vtt" if timed else ""

    @property
    def chapters(self) -> list[Chapter]:
        """In the order of time."""
        return self.episode.chapters

    @cached_property
    def lines(self) -> list[Line]:
        """The transcript; a name stands where somebody begins to speak."""
        words = self.episode.transcript
        lines: list[Line] = []
        speaking = ""
        for cue in words.cues if words else []:
            name = cue["speaker"] if cue["speaker"] != speaking else ""
            speaking = cue["speaker"]
            lines.append(Line(cue["start_ms"] / 1000, name, cue["text"]))
        return lines

    def _stored(self, kind: str) -> str:
        found = self.episode.rendition(kind)
        return self.platform.storage.public_url(found.key) if found else ""


def moment(text: str) -> float:
    """The seconds that `?t=` names: `93`, `93.5`, `1m33s` or `1:33`; else the start."""
    said = _CLOCK.fullmatch(text) or _SPOKEN.fullmatch(text)
    if said is None:
        return 0.0
    hours, minutes, seconds = (float(part or 0) for part in said.groups())
    return hours * 3600 + minutes * 60 + seconds
