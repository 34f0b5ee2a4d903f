"""The lists of attributes in playlists: NAME=value, each in the one form it has."""

import re
from types import MappingProxyType

from media_pipeline.errors import WrongOutput
from media_pipeline.hls.playlist import QUOTED, Attributes

INTEGER = r"[0-9]{1,20}"
_FORMS = {
    "BANDWIDTH": INTEGER,
    "AVERAGE-BANDWIDTH": INTEGER,
    "RESOLUTION": r"[0-9]{1,10}x[0-9]{1,10}",
    "FRAME-RATE": r"[0-9]{1,10}(\.[0-9]{1,10})?",
    "TYPE": "AUDIO|VIDEO|SUBTITLES|CLOSED-CAPTIONS",
    "DEFAULT": "YES|NO",
    "AUTOSELECT": "YES|NO",
    "FORCED": "YES|NO",
    "BYTERANGE": f"{INTEGER}@{INTEGER}",
}
_REQUIRED = {
    "EXT-X-MEDIA": {"TYPE", "GROUP-ID", "NAME"},
    "EXT-X-STREAM-INF": {"BANDWIDTH"},
    "EXT-X-I-FRAME-STREAM-INF": {"BANDWIDTH", "URI"},
    "EXT-X-MAP": {"URI", "BYTERANGE"},
}
_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(?:,(?=[A-Z0-9-])|\Z)')


class Malformed(WrongOutput):
    """A playlist that a strict reader does not take."""


def read_attributes(tag: str, text: str) -> Attributes:
    """Read what stands behind a tag. Raises `Malformed`."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        one = _ATTRIBUTE.match(text, at)
        if one is None:
            raise malformed(f"{tag}: {text[at : at + 40]!r} is no attribute")
        name, value = one.groups()
        if name in found:
            raise malformed(f"{tag}: {name} twice")
        found[name] = _unquoted(tag, name, value)
        at = one.end()
    if missing := _REQUIRED[tag] - found.keys():
        raise malformed(f"{tag} without {min(missing)}")
    return MappingProxyType(found)


def malformed(why: str) -> Malformed:
    """What to raise about a playlist."""
    return Malformed("A playlist did not come out right.", cause=why)


def _unquoted(tag: str, name: str, value: str) -> str:
    is_quoted = value.startswith('"')
    bare = value[1:-1] if is_quoted else value
    form = _FORMS.get(name, r"[^\r\n]+")
    if is_quoted != (name in QUOTED) or not re.fullmatch(form, bare):
        raise malformed(f"{tag}: {name}={value[:40]}")
    return bare
