import io
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from app.cli import main
from app.models import Episode, Transcription
from app.platform import Platform
from app.settings import Settings
from tests.factories import add_words, make_episode, make_show
from tests.media_pipeline.little_model import make_model

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def commoncast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMONCAST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv(
        "COMMONCAST_TRANSCRIBE_MODEL", str(make_model(tmp_path / "model"))
    )

    def call(*arguments: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as e:
            main(list(arguments))
        return int(e.value.code or 0), out.getvalue(), err.getvalue()

    return call


@pytest.fixture
def platform(commoncast: Run) -> Iterator[Platform]:
    """Two episodes that lack a transcript, and one that has one."""
    commoncast("migrate")
    platform = Platform.open(Settings.load())
    with platform.database.session() as session:
        show = make_show(session)
        make_episode(session, show, "First session")
        make_episode(session, show, "Second session")
        add_words(make_episode(session, show, "Third session"), session)
    yield platform
    platform.close()


def asked_for(platform: Platform) -> set[str]:
    with platform.database.reading() as session:
        rows = session.query(Episode.slug).join(Transcription).all()
        return {slug for (slug,) in rows}


def test_one_episode_is_asked_for_by_name(platform: Platform, commoncast: Run) -> None:
    assert commoncast("transcribe", "first-session") == (0, "first-session\n", "")
    assert asked_for(platform) == {"first-session"}


def test_all_that_have_none_are_asked_for_at_once(
    platform: Platform, commoncast: Run
) -> None:
    status, printed, _ = commoncast("transcribe", "--missing")

    assert (status, printed) == (0, "first-session\nsecond-session\n")
    assert asked_for(platform) == {"first-session", "second-session"}
    assert commoncast("transcribe", "--missing") == (0, "", "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "name an episode, or say --missing"),
        (["first-session", "--missing"], "name an episode, or say --missing"),
        (["third-session"], "has a transcript"),
        (["no-session"], 'no episode "no-session"'),
    ],
)
@pytest.mark.usefixtures("platform")
def test_what_cannot_be_done_is_said(
    commoncast: Run, words: list[str], sentence: str
) -> None:
    status, printed, told = commoncast("transcribe", *words)

    assert (status, printed) == (1, "")
    assert sentence in told


@pytest.mark.usefixtures("platform")
def test_without_a_usable_model_the_command_says_why(
    commoncast: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMONCAST_TRANSCRIBE_MODEL", "/nowhere")
    assert "is not there" in commoncast("transcribe", "--missing")[2]

    monkeypatch.setenv("COMMONCAST_TRANSCRIBE_MODEL", "")
    assert "has set no model" in commoncast("transcribe", "first-session")[2]
