"""The demo show: what a first visit finds, made as any other show is made."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import members, publishing
from app.actions import publication
from app.errors import NotFound
from app.models import Episode, Show
from app.platform import Platform
from app.progress import Bar

FOLDER = Path(__file__).parent.parent / "demo"
KEEPER = "keeper@example.org"


def make(platform: Platform) -> Iterator[str]:
    """Make what is missing, once; then say where everything is."""
    plan = _plan()
    slug = plan["show"]["slug"]
    # What was made once and deleted since shall not come back.
    finished = platform.settings.data_dir / "demo-is-made"
    if not finished.exists():
        _make_show(platform, dict(plan["show"]))
        for episode in plan["episode"]:
            _make_episode(platform, slug, dict(episode))
        finished.touch()
    yield f"Home    {platform.url('')}"
    yield f"Feed    {platform.url(f'shows/{slug}/feed.xml')}"
    yield f"Studio  {members.invite(platform, KEEPER, is_admin=True)}"
    yield "        (this link signs you in once)"


def _plan() -> dict[str, Any]:
    file = FOLDER / "show.toml"
    if not file.is_file():
        raise NotFound("The recordings of the demo show are not on this machine.")
    return tomllib.loads(file.read_text())


def _make_show(platform: Platform, facts: dict[str, str]) -> None:
    with platform.database.reading() as session:
        there = session.scalar(select(Show).where(Show.slug == facts["slug"]))
    if there is None:
        artwork = FOLDER / facts.pop("artwork")
        publishing.begin_show(platform, facts, artwork)


def _make_episode(platform: Platform, show: str, facts: dict[str, Any]) -> None:
    if _is_there(platform, show, facts["title"]):
        return
    order = publishing.Order(
        recording=FOLDER / facts["recording"],
        show=show,
        title=facts["title"],
        summary=facts["summary"],
        notes=FOLDER / facts["notes"],
        topics=tuple(facts["topics"]),
        people=tuple((person["name"], person["role"]) for person in facts["people"]),
        artwork=FOLDER / facts["artwork"],
        chapters=FOLDER / facts["chapters"],
        transcript=FOLDER / facts["transcript"],
        consent_held=True,  # nobody real is heard
    )
    with Bar(order.title) as bar:
        publishing.publish(platform, order, bar.move)


def _is_there(platform: Platform, show: str, title: str) -> bool:
    with platform.database.reading() as session:
        same = (Show.slug == show, Episode.title == title)
        found = session.scalars(select(Episode).join(Show).where(*same)).all()
        halves = [episode.id for episode in found if episode.published_at is None]
    # Somebody ended the first `make run` in the middle: begin that one again.
    for episode_id in halves:
        publication.delete(platform, episode_id)
    return len(found) > len(halves)
