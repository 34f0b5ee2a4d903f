"""What tests of the pipeline share, because it takes seconds to make."""

import pytest

from tests.media_pipeline.films import MadeFilm, make
from tests.media_pipeline.recordings import film


@pytest.fixture(scope="session")
def made_film(tmp_path_factory: pytest.TempPathFactory) -> MadeFilm:
    """Three segments in two rungs; nobody may change its files."""
    folder = tmp_path_factory.mktemp("film")
    recording = film(
        folder / "recording.mp4",
        "-metadata",
        "title=Secret place",
        picture="testsrc2=size=640x360:rate=25",
        seconds=14,
    )
    return make(recording, folder / "made", language="en")
