"""The picture that stands for a film: chosen by us, unless a host gives another."""

from pathlib import Path
from tempfile import TemporaryDirectory

from app.actions import swapping
from app.database import now
from app.errors import BadRequest, NotFound
from app.models import Episode, Rendition
from app.models.episode import NO_RECORDING
from app.platform import Platform
from media_pipeline.errors import Refused
from media_pipeline.pictures.artwork import make_given_poster
from media_pipeline.rendition import Kind


def set_poster(platform: Platform, episode_id: str, picture: Path) -> None:
    """Show this picture instead of the one that we chose, for every recording."""
    with TemporaryDirectory(dir=platform.settings.scratch_dir) as folder:
        try:
            poster = make_given_poster(picture, Path(folder))
        except Refused as error:
            raise BadRequest(error.sentence, cause=error.cause) from error
        _insist_on_film(platform, episode_id)
        rows = swapping.store(platform, episode_id, NO_RECORDING, [poster])
    with platform.database.session() as session:
        if swapping.swap(platform, session, episode_id, rows):
            session.get_one(Episode, episode_id).changed_at = now()


def remove_poster(platform: Platform, episode_id: str) -> None:
    """Show the one again that we chose."""
    with platform.database.session() as session:
        episode = session.get(Episode, episode_id, with_for_update=True)
        given = given_poster(episode) if episode else None
        if episode and given:
            swapping.take_away(platform, session, episode, [given])
            episode.changed_at = now()


def given_poster(episode: Episode) -> Rendition | None:
    """The poster that a host gave."""
    poster = episode.rendition(Kind.POSTER)
    return poster if poster and poster.revision == NO_RECORDING else None


def _insist_on_film(platform: Platform, episode_id: str) -> None:
    with platform.database.reading() as session:
        episode = session.get(Episode, episode_id)
        if episode is None:
            raise NotFound("This episode does not exist.")
        if not episode.is_video:
            raise BadRequest("This episode is only heard: it needs no poster.")
