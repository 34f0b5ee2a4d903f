"""The command line, as a keeper meets it."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import structlog
from PIL import Image
from sqlalchemy import func, select

from app.cli import main
from app.models import Episode, FeedSnapshot, Show, User
from app.platform import Platform
from app.settings import Settings
from media_pipeline.programs.ffmpeg_program import find_ffmpeg
from media_pipeline.programs.process import run

Run = Callable[..., tuple[int, str, str]]

SHOW = (
    *("show", "add", "demo", "--title", "Trainee Talk", "--author", "Ada"),
    *("--description", "Conversations.", "--language", "en"),
    *("--category", "Health & Fitness > Mental Health"),
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMONCAST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COMMONCAST_PUBLIC_URL", "https://cast.example")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def commoncast(home: None) -> Run:
    # Not by capsys: it closes its streams, and loggers that have seen them complain.
    def call(*arguments: str | Path) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as e:
            main([str(argument) for argument in arguments])
        return int(e.value.code or 0), out.getvalue(), err.getvalue()

    return call


@pytest.fixture
def platform(commoncast: Run) -> Iterator[Platform]:
    assert commoncast("migrate") == (0, "", "")
    platform = Platform.open(Settings.load())
    yield platform
    platform.close()


@pytest.fixture
def show(platform: Platform, commoncast: Run, tmp_path: Path) -> Platform:
    cover = tmp_path / "cover.png"
    Image.new("RGB", (1400, 1400), "#2f5d57").save(cover)
    assert commoncast(*SHOW, "--artwork", cover)[0] == 0
    return platform


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    noise = "anoisesrc=color=pink:seed=7:amplitude=0.3:duration=3"
    ffmpeg = str(find_ffmpeg().path)
    run([ffmpeg, "-v", "error", "-f", "lavfi", "-i", noise, str(path)])
    return path


def nothing_is_left(platform: Platform) -> bool:
    with platform.database.reading() as session:
        count = session.scalar(select(func.count()).select_from(Episode))
    kept = [o.key for o in platform.storage.objects("") if "/shows/" not in o.key]
    return count == 0 and kept == []


def test_a_talk_is_published_and_its_addresses_are_printed(
    show: Platform, commoncast: Run, talk: Path
) -> None:
    code, out, _ = commoncast(
        *("publish", talk, "--show", "demo", "--title", "First session"),
        *("--topic", "Supervision", "--person", "Ada Example:host"),
        *("--consent-held", "--json"),
    )

    assert code == 0
    printed = json.loads(out)
    assert printed.pop("seconds") > 0
    assert "corrected to -16 LUFS" in printed.pop("remarks")[0]
    assert printed == {
        "episode_id": printed["episode_id"],
        "episode_url": "https://cast.example/episodes/first-session",
        "feed_url": "https://cast.example/shows/demo/feed.xml",
        "video_feed_url": "https://cast.example/shows/demo/video.xml",
        "is_published": True,
    }


def test_a_draft_needs_no_consent_and_is_not_public(
    show: Platform, commoncast: Run, talk: Path
) -> None:
    draft = ("publish", talk, "--show", "demo", "--title", "Later", "--draft")

    assert commoncast(*draft)[0] == 0

    with show.database.reading() as session:
        assert not session.scalars(select(Episode)).one().is_public


@pytest.mark.parametrize("insists", [False, True])
def test_a_damaged_talk_stays_a_draft_unless_somebody_insists(
    show: Platform, commoncast: Run, talk: Path, tmp_path: Path, insists: bool
) -> None:
    whole = tmp_path / "talk.ogg"
    run([str(find_ffmpeg().path), "-v", "error", "-i", str(talk), str(whole)])
    part = tmp_path / "part.ogg"
    part.write_bytes(whole.read_bytes()[:-2000])
    order = ("publish", part, "--show", "demo", "--title", "Part", "--consent-held")

    insisting = ["--although-damaged"] if insists else []
    code, out, err = commoncast(*order, "--json", *insisting)

    assert code == 0
    printed = json.loads(out)
    assert printed["is_published"] is insists
    assert any("the file breaks off" in said for said in printed["remarks"])
    assert ("stays a draft" in err) is not insists
    with show.database.reading() as session:
        assert session.scalars(select(Episode)).one().is_public is insists


def test_an_episode_can_wait_for_its_hour(
    show: Platform, commoncast: Run, talk: Path
) -> None:
    scheduled = ("--consent-held", "--publish-at", "2099-12-24T18:00+01:00")

    commoncast("publish", talk, "--show", "demo", "--title", "Later", *scheduled)

    with show.database.reading() as session:
        episode = session.scalars(select(Episode)).one()
        assert episode.publish_at is not None
        assert not episode.is_public


REFUSED = {
    "an unknown show": (["--show", "other"], 'There is no show "other"'),
    "no consent": (["--consent-not-held"], "must have agreed"),
    "a wrong date": (["--publish-at", "tomorrow"], "is not a date"),
    "an unknown role": (["--person", "Ada: queen"], '"queen" is no role'),
    "no artwork there": (["--artwork", "gone.png"], "There is no file gone.png"),
    "a text as artwork": (["--artwork", "letter.mp3"], "picture"),
    "no notes there": (["--notes", "gone.md"], "There is no file gone.md"),
    "notes in latin-1": (["--notes", "latin.md"], "not a text in UTF-8"),
    "no transcript there": (["--transcript", "gone.vtt"], "There is no file"),
    "an empty title": (["--title", " "], "title"),
}


@pytest.mark.parametrize(("options", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_published_is_refused_in_a_sentence(
    show: Platform, commoncast: Run, talk: Path, options: list[str], reason: str
) -> None:
    Path("letter.mp3").write_text("Dear listener,")
    Path("latin.md").write_bytes("Grüße".encode("latin-1"))
    consent = [] if "--consent-not-held" in options else ["--consent-held"]
    options = [o for o in options if o != "--consent-not-held"]

    code, out, err = commoncast(
        *("publish", talk, "--show", "demo", "--title", "T", *consent, *options)
    )

    assert (code, out) == (1, "")
    assert reason in err
    assert "Traceback" not in err
    assert nothing_is_left(show)


@pytest.mark.parametrize(
    "content", [b"", b"Dear listener,", b"RIFF\x00\x00\x00\x00WAVE"]
)
def test_a_file_that_is_no_recording_is_refused(
    show: Platform, commoncast: Run, tmp_path: Path, content: bytes
) -> None:
    letter = tmp_path / "letter.mp3"
    letter.write_bytes(content)

    code, out, err = commoncast(
        *("publish", letter, "--show", "demo", "--title", "T", "--consent-held")
    )

    assert (code, out) == (1, "")
    assert "Traceback" not in err
    assert nothing_is_left(show)


def test_a_show_whose_artwork_is_refused_is_not_made(
    platform: Platform, commoncast: Run, tmp_path: Path
) -> None:
    (tmp_path / "cover.jpg").write_text("no picture")

    assert commoncast(*SHOW, "--artwork", "cover.jpg")[0] == 1

    with platform.database.reading() as session:
        assert session.scalars(select(Show)).all() == []


def test_two_shows_cannot_have_one_name(show: Platform, commoncast: Run) -> None:
    code, _, err = commoncast(*SHOW)

    assert code == 1
    assert "already" in err


def test_a_user_gets_a_link_and_later_another(
    platform: Platform, commoncast: Run
) -> None:
    first = commoncast("user", "add", "Ada@example.org", "--admin")
    second = commoncast("user", "add", "ada@example.org")

    assert first[1].startswith("https://cast.example/")
    assert first[1] != second[1]
    with platform.database.reading() as session:
        assert [user.is_admin for user in session.scalars(select(User))] == [True]


def test_a_feed_of_ours_breaks_no_rule(
    show: Platform, commoncast: Run, talk: Path
) -> None:
    commoncast("publish", talk, "--show", "demo", "--title", "T", "--consent-held")

    code, out, _ = commoncast("check-feed", "demo")

    assert code == 0, out


@pytest.mark.parametrize(
    "arguments", [["publish"], ["serve", "--port", "high"], ["dance"], ["user", "add"]]
)
def test_wrong_usage_is_2(commoncast: Run, arguments: list[str]) -> None:
    assert commoncast(*arguments)[0] == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STORAGE_URL", "ftp://somewhere"),
        ("DATABASE_URL", "mysql://somewhere"),
        ("PUBLIC_URL", "cast.example"),
        ("WORKERS", "many"),
        ("DATA_DIR", "/proc/nowhere"),
    ],
)
def test_a_bad_setting_is_refused_in_a_sentence(
    commoncast: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"COMMONCAST_{name}", value)

    code, out, err = commoncast("migrate")

    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1


def test_an_old_database_is_refused_until_it_is_migrated(commoncast: Run) -> None:
    code, _, err = commoncast(*SHOW)

    assert code == 1
    assert "commoncast migrate" in err


def test_a_new_address_reaches_every_feed_at_the_next_start(
    commoncast: Run, show: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.serving.serve", lambda *_, **__: None)
    commoncast("serve")
    monkeypatch.setenv("COMMONCAST_PUBLIC_URL", "https://moved.example")

    commoncast("serve")

    with show.database.reading() as session:
        feed = session.get_one(FeedSnapshot, "shows/demo/feed.xml")
    assert b"https://moved.example/shows/demo" in feed.body
    assert b"https://cast.example/shows/demo/feed.xml" not in feed.body


def test_a_command_prints_its_result_and_nothing_else(
    commoncast: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.serving.serve", lambda *_, **__: None)
    commoncast("serve")  # feeds are kept from here on, so that a show changes one
    structlog.reset_defaults()  # as in a process of its own

    printed = commoncast(*SHOW)

    assert printed == (0, "https://cast.example/shows/demo/feed.xml\n", "")
