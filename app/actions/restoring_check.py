"""Rows that somebody gave us: nothing in them may lead out of its place."""

import re
from collections.abc import Set
from pathlib import PurePosixPath

from app.actions.export_folder import Reading
from app.actions.export_rows import Row
from app.errors import BadRequest
from media_pipeline.storage.local import LocalStorage
from media_pipeline.storage.protocol import content_type_of

_ID = re.compile(r"[0-9a-f]{32}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FEED = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)*\.xml")
_TYPE = re.compile(r'[a-z]+/[A-Za-z0-9.+-]+(?:; ?[a-z]+="?[A-Za-z0-9., _-]+"?)*')
_LINKS = {"link", "license_url"}
_PLACES = frozenset({"public", "private"})


class Suspicion:
    """Looks at one row after the other, and remembers the files that they name."""

    def __init__(self, reading: Reading) -> None:
        self.types: dict[str, str] = {}  # of the files to be stored, by key
        self._reading = reading

    def look(self, table: str, row: Row) -> None:
        """Raises `BadRequest` when this row could do harm."""
        for name, value in row.items():
            if isinstance(value, str) and not self._is_harmless(name, value):
                raise BadRequest(
                    f"This export holds something that could do harm: "
                    f"{table}.{name} is {value[:80]!r}."
                )
        self._look_at_files(table, row)

    def _is_harmless(self, name: str, value: str) -> bool:
        if name == "id" or name.endswith("_id"):
            return bool(_ID.fullmatch(value))
        if name == "slug":
            return bool(_SLUG.fullmatch(value))
        if name == "content_type":
            return bool(_TYPE.fullmatch(value))
        if name in _LINKS:
            return not value or value.startswith(("https://", "http://"))
        return True

    def _look_at_files(self, table: str, row: Row) -> None:
        if table == "feed_snapshots":
            self._insist(bool(_FEED.fullmatch(row["path"])), row["path"])
            self._insist_on_file(f"feeds/{row['path']}")
        elif table == "renditions":
            self._name(row["key"], row["content_type"])
        elif table == "recordings":
            # Old ones are not kept for ever: then the row is all that is left.
            if f"media/{row['key']}" in self._reading.files:
                self._name(row["key"], "application/octet-stream", {"private"})
        elif table == "shows" and row.get("artwork_key"):
            self._name(row["artwork_key"], content_type_of(row["artwork_key"]))

    def _name(self, key: str, content_type: str, places: Set[str] = _PLACES) -> None:
        is_key = LocalStorage.is_key(key) and PurePosixPath(key).parts[0] in places
        self._insist(is_key, key)
        self._insist_on_file(f"media/{key}")
        self.types[key] = content_type

    def _insist(self, is_right: bool, name: str) -> None:
        if not is_right:
            raise BadRequest(
                f"This export names a file that could lie anywhere: {name!r}."
            )

    def _insist_on_file(self, path: str) -> None:
        if path not in self._reading.files:
            raise BadRequest(f"This export is not complete: {path} is missing.")
