"""The same feed and the same words at another address."""

import re
from collections.abc import Callable
from typing import Any

from app.actions.export_folder import Origin
from app.platform import Platform

Rewrite = Callable[[str], str]

# A guid stays what it is, even if it looks like an address of ours.
_GUID = r"(?P<guid><(?:podcast:)?guid\b[^>]*>[^<]*</)"
_END = r"(?![A-Za-z0-9-]|[.:][A-Za-z0-9])"  # not the beginning of a longer name
_FIXED = {"guid", "podcast_guid", "key", "artwork_key", "source", "old_feed_url"}


def rewrite_to(platform: Platform, old: Origin) -> Rewrite:
    """What turns addresses of the old site into those of this one."""
    bases = {old.media_address, f"{old.address}/media"}
    longest_first = sorted(map(re.escape, bases), key=len, reverse=True)
    stored = rf"(?:{'|'.join(longest_first)})/(?P<key>public/[a-z0-9_./-]+)"
    pattern = re.compile(rf"{_GUID}|{stored}|{re.escape(old.address)}{_END}")

    def replaced(match: re.Match[str]) -> str:
        if match["guid"]:
            return match["guid"]
        return _stored(platform, match["key"]) or platform.settings.public_url

    return lambda text: pattern.sub(replaced, text)


def in_row(rewrite: Rewrite, row: dict[str, Any]) -> dict[str, Any]:
    """A row whose texts name the new site."""
    return {
        name: value if name in _FIXED else _anywhere(rewrite, value)
        for name, value in row.items()
    }


def _stored(platform: Platform, key: str | None) -> str:
    if not key:
        return ""
    is_playlist = key.endswith(".m3u8")
    return (
        platform.playlist_url(key) if is_playlist else platform.storage.public_url(key)
    )


def _anywhere(rewrite: Rewrite, value: Any) -> Any:
    if isinstance(value, str):
        return rewrite(value)
    if isinstance(value, list):
        return [_anywhere(rewrite, one) for one in value]
    if isinstance(value, dict):
        return {name: _anywhere(rewrite, one) for name, one in value.items()}
    return value
