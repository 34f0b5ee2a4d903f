import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.actions.export_folder import MANIFEST
from app.errors import BadRequest, NotReady
from app.models import Episode
from app.platform import Platform
from tests.app.moving_house.community import export, restore
from tests.factories import make_user

Facts = dict[str, Any]


@pytest.fixture
def folder(home: Platform, tmp_path: Path) -> Path:
    export(home, tmp_path / "export")
    return tmp_path / "export"


def change_manifest(folder: Path, change: Callable[[Facts], Any]) -> None:
    facts = json.loads((folder / MANIFEST).read_text())
    change(facts)
    (folder / MANIFEST).write_text(json.dumps(facts))


def change_row(folder: Path, table: str, **facts: Any) -> None:
    """Change the first row of a table, and let the manifest agree."""
    path = f"rows/{table}.jsonl"
    first, *others = (folder / path).read_bytes().splitlines()
    changed = json.dumps(json.loads(first) | facts).encode()
    write(folder, path, b"\n".join([changed, *others]) + b"\n")


def write(folder: Path, path: str, body: bytes) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    entry = {"size": len(body), "sha256": sha256(body).hexdigest()}
    change_manifest(folder, lambda facts: facts["files"].update({path: entry}))


def nested(depth: int) -> Any:
    """Facts in facts in facts."""
    found: Any = {}
    for _ in range(depth):
        found = {"a": found}
    return found


def sentence(platform: Platform, folder: Path) -> str:
    """Why the import was refused; and nothing of it is there."""
    with pytest.raises((BadRequest, NotReady)) as refused:
        restore(platform, folder)
    assert count(platform) == 0
    assert list(platform.storage.objects("public/")) == []
    return refused.value.sentence


def count(platform: Platform) -> int:
    with platform.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Episode)) or 0


@pytest.mark.parametrize(
    "path",
    [
        "../secret",
        "/etc/passwd",
        "media/../../secret",
        "media//x",
        ".hidden",
        "a\\b",
        "",
    ],
)
def test_a_file_outside_the_folder_is_refused(
    away: Platform, folder: Path, path: str
) -> None:
    entry = {"size": 1, "sha256": "0" * 64}
    change_manifest(folder, lambda facts: facts["files"].update({path: entry}))

    assert "could lie anywhere" in sentence(away, folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: facts.update(version=2),
        lambda facts: facts.update(version="1"),
        lambda facts: facts.update(format="other"),
        lambda facts: facts.pop("version"),
    ],
)
def test_an_export_of_another_version_is_refused(
    away: Platform, folder: Path, change: Callable[[Facts], Any]
) -> None:
    change_manifest(folder, change)

    assert "cannot read" in sentence(away, folder)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "[" * 200_000, '{"format": "commoncast", "version": 1}', "\ud800"],
)
def test_a_manifest_that_is_none_is_refused(
    away: Platform, folder: Path, text: str
) -> None:
    (folder / MANIFEST).write_bytes(text.encode("utf-8", "surrogatepass"))

    assert "damaged" in sentence(away, folder)


def test_a_file_that_has_changed_is_refused(away: Platform, folder: Path) -> None:
    file = folder / "rows" / "shows.jsonl"
    file.write_bytes(file.read_bytes().replace(b"Trainee", b"Trained"))

    assert "not as it was exported" in sentence(away, folder)


def test_a_link_is_never_followed(away: Platform, folder: Path, tmp_path: Path) -> None:
    file = folder / "rows" / "people.jsonl"
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")

    assert "cannot be read" in sentence(away, folder)


def test_neither_is_a_folder_that_is_a_link(
    away: Platform, folder: Path, tmp_path: Path
) -> None:
    (folder / "rows").rename(tmp_path / "elsewhere")
    (folder / "rows").symlink_to(tmp_path / "elsewhere")

    assert "a link in it" in sentence(away, folder)


def test_a_pipe_keeps_nobody_waiting(away: Platform, folder: Path) -> None:
    (folder / "rows" / "people.jsonl").unlink()
    os.mkfifo(folder / "rows" / "people.jsonl")

    assert "something else than a file" in sentence(away, folder)


@pytest.mark.parametrize(
    ("table", "facts"),
    [
        ("renditions", {"key": "public/../../secret"}),
        ("renditions", {"key": "/etc/passwd"}),
        ("renditions", {"content_type": "text/html\r\nSet-Cookie: a=b"}),
        ("renditions", {"size": "many"}),
        ("renditions", {"size": True}),
        ("recordings", {"sha256": None}),
        ("feed_snapshots", {"path": "../../evil.xml"}),
        ("feed_snapshots", {"last_modified": "yesterday"}),
        ("feed_snapshots", {"last_modified": "2026-11-23T12:00:00"}),
        ("episodes", {"slug": "../studio"}),
        ("episodes", {"id": "<script>"}),
        ("episodes", {"title": "no\0thing"}),
        ("episodes", {"is_admin": True}),
        ("people", {"link": "javascript:alert(1)"}),
        ("shows", {"artwork_key": "private/x"}),
        ("shows", {"particulars": "text"}),
        ("shows", {"particulars": ["a list"]}),
        ("shows", {"particulars": {"funding": [{"no": "address"}]}}),
        ("shows", {"particulars": {"a": nested(500)}}),
        ("renditions", {"size": 10**30}),
        ("renditions", {"width": 2**40}),
        ("renditions", {"duration_seconds": float("nan")}),
        ("renditions", {"episode_id": "0" * 32}),
        ("episodes", {"title": "half \ud83d a sign"}),
        ("episodes", {"show_id": "0" * 32}),
        ("topics", {"id": "0" * 32}),
    ],
)
def test_a_row_that_could_do_harm_is_refused(
    away: Platform, folder: Path, table: str, facts: Facts
) -> None:
    change_row(folder, table, **facts)

    assert sentence(away, folder).startswith("This export")


def test_rows_that_open_doors_are_refused(away: Platform, folder: Path) -> None:
    write(folder, "rows/web_sessions.jsonl", b"{}\n")

    assert "unknown kind" in sentence(away, folder)


def test_notes_are_cleaned_again(away: Platform, folder: Path) -> None:
    change_row(folder, "episodes", notes="Hi", notes_html="<script>alert(1)</script>")
    restore(away, folder)

    with away.database.reading() as session:
        found = session.scalars(select(Episode.notes_html)).all()

    assert not any("<script" in notes for notes in found)


def test_what_is_missing_in_the_folder_is_named(away: Platform, folder: Path) -> None:
    change_manifest(folder, lambda facts: facts["files"].pop("rows/people.jsonl"))

    assert "rows/people.jsonl is missing" in sentence(away, folder)


def test_an_installation_that_is_not_empty_stays_as_it_is(
    away: Platform, folder: Path
) -> None:
    with away.database.session() as session:
        make_user(session, "else@example.org")

    assert "something here already" in sentence(away, folder)
