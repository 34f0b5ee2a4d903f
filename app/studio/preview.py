"""An episode before it is public: the same player, with addresses that run out."""

from dataclasses import dataclass

from app.actions.scripts import bars_of
from app.models import Episode
from app.platform import Platform

LASTS_SECONDS = 4 * 3600  # long enough to listen to the end


@dataclass(frozen=True)
class Preview:
    """What the player of the public page asks for, for somebody who may see more."""

    episode: Episode
    platform: Platform

    @property
    def is_video(self) -> bool:
        """Whether there is something to see."""
        return self.episode.is_video

    @property
    def is_there(self) -> bool:
        """Whether there is something to hear."""
        return self.episode.rendition("sound") is not None

    @property
    def source(self) -> str:
        """The film or the sound."""
        return self._signed("film" if self.is_video else "sound")

    @property
    def source_from_start(self) -> str:
        """The same: a preview begins at the beginning."""
        return self.source

    @property
    def hls(self) -> str:
        """Playlists name their files without a signature, so a preview has none."""
        return ""

    @property
    def poster(self) -> str:
        """A picture of the film."""
        return self._signed("poster")

    @property
    def artwork(self) -> str:
        """The episode's picture, else the show's."""
        key = self.episode.show.artwork_key
        own = self._signed("artwork")
        return own or (self.platform.storage.public_url(key) if key else "")

    @property
    def captions(self) -> str:
        """They are public files, so they come with the publication."""
        return ""

    chapter_track = thumbnails = captions  # and so are these

    @property
    def bars(self) -> list[int]:
        """The outline of the sound."""
        return bars_of(self.episode)

    def _signed(self, kind: str) -> str:
        found = self.episode.rendition(kind)
        return (
            self.platform.storage.signed_url(found.key, LASTS_SECONDS) if found else ""
        )
