"""Pictures that came with a form."""

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.datastructures import UploadFile

from app.actions.details import set_artwork, set_show_artwork
from app.actions.posters import set_poster
from app.platform import Platform

Hang = Callable[[Platform, str, Path], None]


def hang_in_episode(platform: Platform, episode_id: str, sent: UploadFile) -> None:
    """Give an episode this picture."""
    _hang(set_artwork, platform, episode_id, sent)


def hang_before_film(platform: Platform, episode_id: str, sent: UploadFile) -> None:
    """Show this picture until the film is played."""
    _hang(set_poster, platform, episode_id, sent)


def hang_in_show(platform: Platform, show_id: str, sent: UploadFile) -> None:
    """Give a show this picture."""
    _hang(set_show_artwork, platform, show_id, sent)


def _hang(hang: Hang, platform: Platform, owner_id: str, sent: UploadFile) -> None:
    with TemporaryDirectory(dir=platform.settings.scratch_dir) as folder:
        picture = Path(folder, "picture")  # what it was called does not matter
        with picture.open("wb") as file:
            shutil.copyfileobj(sent.file, file)
        hang(platform, owner_id, picture)
