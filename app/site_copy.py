"""A copy of the public site that needs no program: pages, feeds and media as files.

The site itself is asked for its pages, as a visitor would, but within this process. So
the copy holds what anybody may see, and nothing else.
"""

import asyncio
import json
from collections import deque
from pathlib import Path

import httpx2
from sqlalchemy.orm import Session, joinedload, selectinload

from app.actions import catalogue, exporting
from app.actions.export_addresses import rewrite_to
from app.actions.export_folder import Writing
from app.actions.exporting import Tell
from app.errors import NotReady
from app.main import create_app
from app.models import Episode, Rendition
from app.models.episode import NO_RECORDING
from app.page.assets import FOLDER
from app.page.copied_links import CopiedPage, beside, file_of
from app.platform import Platform
from media_pipeline.rendition import Kind

PLACE = "site"
_BEGINNINGS = ("/", "/shows", "/videos", "/topics", "/sitemap.xml", "/robots.txt")
# Which file of an episode has which stable address.
_STABLE = {
    Kind.SOUND: "audio/{id}.mp3",
    Kind.LOW_SOUND: "audio/{id}.opus",
    Kind.FILM: "video/{id}.mp4",
}
_ELSEWHERE = ("/audio/", "/video/", "/media/", "/static/")


def copy_site(
    platform: Platform, writing: Writing, tell: Tell, address: str = ""
) -> None:
    """Write the copy; `address` is where it will be found, if not where we are."""
    settings = platform.settings.model_copy(
        update={
            "public_url": address or platform.settings.public_url,
            "media_url": "",
            "storage_url": f"file://{writing.folder / 'media'}",
        }
    )
    app = create_app(settings)
    copy: Platform = app.state.platform
    app.state.is_copy = True
    try:
        beginnings = [*_BEGINNINGS, *_copy_media(platform, writing)]
        known = _copy_feeds(platform, copy, writing)
        _copy_assets(writing)
        transport = httpx2.ASGITransport(app)
        walk = _Walk(copy.settings.public_url, writing, tell, beginnings, known)
        asyncio.run(walk.take(transport))
    finally:
        copy.close()


class _Walk:
    """From page to page, until all that belongs to the site was seen."""

    def __init__(
        self,
        address: str,
        writing: Writing,
        tell: Tell,
        beginnings: list[str],
        known: set[str],
    ) -> None:
        self._address, self._writing, self._tell = address, writing, tell
        self._waiting = deque(beginnings)
        self._seen = {*beginnings, *known}

    async def take(self, transport: httpx2.ASGITransport) -> None:
        """Ask for every page, and write it down."""
        plain = {"Accept-Encoding": "identity"}
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://copy", headers=plain
        ) as client:
            number = 0
            while self._waiting:
                path, number = self._waiting.popleft(), number + 1
                self._tell(number, number + len(self._waiting), path)
                answer = await client.get(path)
                if answer.status_code != 200:
                    raise NotReady(f"The page {path} answers {answer.status_code}.")
                body = self._rewritten(path, answer)
                self._writing.write(f"{PLACE}/{file_of(path)}", [body])

    def _rewritten(self, path: str, answer: httpx2.Response) -> bytes:
        if path.endswith(".vtt"):  # it may name pictures
            return beside(path, self._address, answer.text).encode()
        if not answer.headers["content-type"].startswith("text/html"):
            return answer.content
        page = CopiedPage(path, self._address)
        body = page.rewrite(answer.text).encode()
        found = {new for new in page.found if not new.startswith(_ELSEWHERE)}
        self._waiting.extend(sorted(found - self._seen))
        self._seen |= found
        return body


def _copy_media(platform: Platform, writing: Writing) -> list[str]:
    """Link what visitors hear and see; the pages that other sites embed."""
    with platform.database.reading() as session:
        for show in catalogue.shows(session):
            if show.artwork_key:
                _link(writing, show.artwork_key)
        episodes = _visible(session)
        for episode in episodes:
            for row in episode.renditions:
                if row.revision in {episode.heard_revision, NO_RECORDING}:
                    _link_rendition(writing, episode, row)
        return [f"/embed/{episode.slug}" for episode in episodes]


def _visible(session: Session) -> list[Episode]:
    whole = joinedload(Episode.show), selectinload(Episode.renditions)
    query = catalogue.visible().options(*whole).order_by(Episode.slug)
    return list(session.scalars(query))


def _link_rendition(writing: Writing, episode: Episode, row: Rendition) -> None:
    if not row.key.startswith("public/"):
        return
    _link(writing, row.key)
    kind = Kind(row.kind)
    if kind in _STABLE and row is episode.rendition(kind):
        path = _STABLE[kind].format(id=episode.id)
        writing.link(f"media/{row.key}", f"{PLACE}/{path}")


def _link(writing: Writing, key: str) -> None:
    writing.link(f"media/{key}", f"{PLACE}/media/{key}")


def _copy_feeds(platform: Platform, copy: Platform, writing: Writing) -> set[str]:
    rewrite = rewrite_to(copy, exporting.origin_of(platform))
    feeds = [path for path in writing.files if path.startswith("feeds/")]
    for path in feeds:
        body = rewrite((writing.folder / path).read_text()).encode()
        writing.write(f"{PLACE}/{path.removeprefix('feeds/')}", [body])
    return {path.removeprefix("feeds") for path in feeds}


def _copy_assets(writing: Writing) -> None:
    for file in sorted(found for found in FOLDER.rglob("*") if found.is_file()):
        path = file.relative_to(FOLDER).as_posix()
        body = _manifest(file) if file.suffix == ".webmanifest" else file.read_bytes()
        writing.write(f"{PLACE}/static/{path}", [body])


def _manifest(file: Path) -> bytes:
    facts = json.loads(file.read_text())
    facts["start_url"] = "../index.html"
    for icon in facts["icons"]:
        icon["src"] = icon["src"].removeprefix("/static/")
    return json.dumps(facts, indent=2).encode()
