"""The pictures of shows and episodes, re-encoded before anybody sees them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.actions import leftovers, swapping
from app.database import now
from app.errors import BadRequest, NotFound
from app.models import Episode, Show
from app.models.episode import NO_RECORDING
from app.platform import Platform
from media_pipeline import rendition as made
from media_pipeline.errors import Refused
from media_pipeline.pictures.artwork import make_artwork


def set_artwork(platform: Platform, episode_id: str, picture: Path) -> None:
    """Give an episode a picture of its own."""
    with _square(platform, picture) as square:
        _insist_on_episode(platform, episode_id)
        rows = swapping.store(platform, episode_id, NO_RECORDING, [square])
        with platform.database.session() as session:
            if swapping.swap(platform, session, episode_id, rows):
                session.get_one(Episode, episode_id).changed_at = now()


def set_show_artwork(platform: Platform, show_id: str, picture: Path) -> None:
    """Give a show its cover."""
    with _square(platform, picture) as square:
        key = f"public/shows/{show_id}/{square.filename}"
        leftovers.announce(platform, None, [key])
        platform.storage.put_file(square.path, key, square.content_type)
        with platform.database.session() as session:
            show = session.get(Show, show_id)
            if show is None:
                raise NotFound("This show does not exist.")
            # The old picture stays: apps keep its address until they read the feed.
            if show.artwork_key:
                leftovers.replace(platform, session, None, [show.artwork_key])
            leftovers.name(session, [key])
            show.artwork_key, show.artwork_side = key, square.width
            show.touch()


@contextmanager
def _square(platform: Platform, picture: Path) -> Iterator[made.Rendition]:
    if not picture.is_file():
        raise BadRequest(f"There is no picture {picture.name}.")
    with TemporaryDirectory(dir=platform.settings.scratch_dir) as folder:
        try:
            square = make_artwork(picture, Path(folder))
        except Refused as error:
            raise BadRequest(error.sentence, cause=error.cause) from error
        yield square


def _insist_on_episode(platform: Platform, episode_id: str) -> None:
    with platform.database.reading() as session:
        if session.get(Episode, episode_id) is None:
            raise NotFound("This episode does not exist.")
