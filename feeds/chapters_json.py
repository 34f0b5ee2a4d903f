"""Chapters as podcast apps fetch them: JSON chapters, version 1.2.0."""

import json
from typing import Any

from feeds.document import Chapter
from feeds.text import line

CONTENT_TYPE = "application/json+chapters"


def render(chapters: tuple[Chapter, ...], title: str, podcast: str) -> bytes:
    """Write the chapters of one episode, in the order of time."""
    document = {
        "version": "1.2.0",
        "title": line(title),
        "podcastName": line(podcast),
        "chapters": [
            _chapter(c) for c in sorted(chapters, key=lambda c: c.start_seconds)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _chapter(chapter: Chapter) -> dict[str, Any]:
    entry: dict[str, Any] = {"startTime": round(chapter.start_seconds, 3)}
    if title := line(chapter.title):
        entry["title"] = title
    if link := line(chapter.link, 2000):
        entry["url"] = link
    if image := line(chapter.image_url, 2000):
        entry["img"] = image
    return entry
