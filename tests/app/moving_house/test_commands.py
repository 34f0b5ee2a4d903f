import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from app.cli import main
from app.platform import Platform
from tests.app.moving_house.community import DRAFT, feeds
from tests.app.old_host import old_host

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def commoncast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def call(platform: Platform, *arguments: str) -> tuple[int, str, str]:
        settings = platform.settings
        monkeypatch.setenv("COMMONCAST_DATA_DIR", str(settings.data_dir))
        monkeypatch.setenv("COMMONCAST_PUBLIC_URL", settings.public_url)
        monkeypatch.setattr("app.migration.is_current", lambda platform: True)
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as e:
            main(list(arguments))
        return int(e.value.code or 0), out.getvalue(), err.getvalue()

    return call


def test_a_keeper_moves_house_with_two_commands(
    commoncast: Run, home: Platform, away: Platform
) -> None:
    exported = commoncast(home, "export", "everything")
    imported = commoncast(away, "import", "everything")

    assert (exported[0], imported[0]) == (0, 0)
    assert "files in everything" in exported[1]
    assert "Everything is here: https://new.example/cast" in imported[1]
    assert feeds(away).keys() == feeds(home).keys()


def test_progress_is_told_file_by_file(commoncast: Run, home: Platform) -> None:
    _, _, told = commoncast(home, "export", "everything")

    first = told.splitlines()[0]

    assert first.startswith("1/")
    assert " private/" in first


def test_words_are_there_in_every_form_even_of_drafts(
    commoncast: Run, home: Platform, tmp_path: Path
) -> None:
    commoncast(home, "export", "everything")

    film = {file.name for file in (tmp_path / "everything/episodes/a-film").iterdir()}

    assert {"transcript.vtt", "transcript.txt", "transcript.html"} <= film
    assert {"chapters.json", "chapters.psc", "chapters.vtt", "chapters.txt"} <= film
    assert DRAFT in (tmp_path / "everything/rows/episodes.jsonl").read_text()


def test_what_is_private_in_the_folder_is_closed_to_others(
    commoncast: Run, home: Platform, tmp_path: Path
) -> None:
    commoncast(home, "export", "everything")

    modes = {
        f.name: f.stat().st_mode & 0o777 for f in (tmp_path / "everything").iterdir()
    }

    assert modes["rows"] == modes["media"] == modes["episodes"] == 0o700


def test_a_folder_is_read_without_bringing_anything(
    commoncast: Run, home: Platform, away: Platform, tmp_path: Path
) -> None:
    commoncast(home, "export", "everything")

    whole = commoncast(away, "import", "everything", "--dry-run")
    next((tmp_path / "everything/media").rglob("*.mp3")).write_bytes(b"x")
    broken = commoncast(away, "import", "everything", "--dry-run")

    assert whole[0] == 0
    assert whole[1] == "Everything in everything is as it was exported.\n"
    assert broken[0] == 1
    assert "is not as it was exported" in broken[2]
    assert feeds(away) == {}


def test_what_is_meant_for_other_hosts_is_refused(
    commoncast: Run, home: Platform, away: Platform
) -> None:
    commoncast(home, "export", "everything")

    code, _, err = commoncast(away, "import", "everything", "--draft")

    assert code == 1
    assert "only --dry-run" in err


def test_the_same_folder_is_not_imported_twice(
    commoncast: Run, home: Platform, away: Platform
) -> None:
    commoncast(home, "export", "everything")
    commoncast(away, "import", "everything")

    code, _, err = commoncast(away, "import", "everything")

    assert code == 1
    assert "There is something here already." in err


def test_a_show_leaves_by_a_command_and_stays_by_another(
    commoncast: Run, home: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    with old_host() as host:
        monkeypatch.setenv("COMMONCAST_FETCH_ALSO", host.door)
        own = "<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>"
        address = host.publish(channel=own)
        left = commoncast(home, "leave", "demo", address, "--notice-days", "0")
    stayed = commoncast(home, "leave", "demo", "--stay")

    assert left[0] == stayed[0] == 0
    assert left[1].splitlines() == [
        "Episodes that are not there yet: 2.",
        "Its feed here leads there now.",
    ]
    assert stayed[1] == "It stays: its feed answers here as before.\n"


def test_to_leave_for_another_show_takes_a_second_word(
    commoncast: Run, home: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    with old_host() as host:
        monkeypatch.setenv("COMMONCAST_FETCH_ALSO", host.door)
        address = host.publish(host.item("other", 1))
        refused = commoncast(home, "leave", "demo", address)
        left = commoncast(home, "leave", "demo", address, "--although-different")

    assert refused[0] == 1
    assert refused[2].endswith("say --although-different.\n")
    assert left[0] == 0
    assert "from then on it leads there" in left[1]


def test_to_leave_for_nowhere_is_refused(commoncast: Run, home: Platform) -> None:
    code, _, err = commoncast(home, "leave", "demo")

    assert code == 1
    assert "Please give the address" in err
