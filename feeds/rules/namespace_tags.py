"""The tags of the podcast namespace: where they may be, and what they must say.

Read from https://github.com/Podcastindex-org/podcast-namespace (1.0, May 2026).
"""

import re
from dataclasses import dataclass, field

_CHANNEL = ("channel",)
_EPISODE = ("item", "liveItem")
_BOTH = _CHANNEL + _EPISODE

_WEB = r"https?://\S+"
_NUMBER = r"\d+(\.\d+)?"
_WHOLE = r"\d+"
_BOOLEAN = "true|false"
_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_MEDIUM = (
    "(podcast|music|video|film|audiobook|newsletter|blog|publisher|course)L?|mixed"
)
_TRANSCRIPTS = (
    "text/vtt|application/x-subrip|application/srt|application/json|"
    "text/html|text/plain"
)
_PROTOCOLS = "disabled|activitypub|twitter|lightning|atproto|hive|matrix|nostr"


@dataclass(frozen=True, slots=True)
class Tag:
    """What is known about one tag. Attribute values and texts are patterns."""

    parents: tuple[str, ...]
    required: dict[str, str] = field(default_factory=dict)
    optional: dict[str, str] = field(default_factory=dict)
    text: str | None = None  # None: any text, or none
    is_single: bool = False
    longest: int = 128  # characters of text


ANY = ".*"

TAGS = {
    "transcript": Tag(
        _EPISODE,
        {"url": _WEB, "type": _TRANSCRIPTS},
        {"language": ANY, "rel": "captions"},
    ),
    "locked": Tag(_CHANNEL, {}, {"owner": ANY}, "yes|no", is_single=True),
    "funding": Tag(_BOTH, {"url": _WEB}, text=".+"),
    "chapters": Tag(
        _EPISODE,
        {"url": _WEB, "type": re.escape("application/json+chapters")},
        is_single=True,
    ),
    "soundbite": Tag(_EPISODE, {"startTime": _NUMBER, "duration": _NUMBER}),
    "person": Tag(
        _BOTH, {}, {"role": ANY, "group": ANY, "img": _WEB, "href": _WEB}, r".*\S.*"
    ),
    "location": Tag(
        _BOTH,
        {},
        {
            "rel": "subject|creator",
            "geo": r"geo:-?\d+(\.\d+)?(,-?\d+(\.\d+)?){1,2}(;.*)?",
            "osm": r"[NWR]\d+(#\d+)?",
            "country": "[A-Za-z]{2}",
        },
        ".+",
    ),
    "season": Tag(_EPISODE, {}, {"name": ANY}, _WHOLE, is_single=True),
    "episode": Tag(_EPISODE, {}, {"display": ".{0,32}"}, _NUMBER, is_single=True),
    "trailer": Tag(
        _CHANNEL,
        {"url": _WEB, "pubdate": ".+"},
        {"length": _WHOLE, "type": ANY, "season": _WHOLE},
        ".+",
    ),
    "license": Tag(_BOTH, {}, {"url": _WEB}, ".+", is_single=True),
    "alternateEnclosure": Tag(
        _EPISODE,
        {"type": r"\S+/\S+"},
        {
            "length": _WHOLE,
            "bitrate": _NUMBER,
            "height": _WHOLE,
            "lang": ANY,
            "title": ".{0,32}",
            "rel": ".{0,32}",
            "codecs": ANY,
            "default": _BOOLEAN,
        },
    ),
    "source": Tag(("alternateEnclosure",), {"uri": r"\S+"}, {"contentType": ANY}),
    "integrity": Tag(
        ("alternateEnclosure",),
        {"type": "sri|pgp-signature", "value": ".+"},
        is_single=True,
    ),
    "guid": Tag(_CHANNEL, text=_UUID, is_single=True),
    "value": Tag(_BOTH, {"type": ANY, "method": ANY}, {"suggested": _NUMBER}),
    "valueRecipient": Tag(
        ("value", "valueTimeSplit"),
        {"type": "node|lnaddress", "address": ".+", "split": _WHOLE},
        {"name": ANY, "customKey": ANY, "customValue": ANY, "fee": _BOOLEAN},
    ),
    "valueTimeSplit": Tag(
        ("value",),
        {"startTime": _NUMBER, "duration": _NUMBER},
        {"remoteStartTime": _NUMBER, "remotePercentage": _NUMBER},
    ),
    "medium": Tag(_CHANNEL, text=_MEDIUM, is_single=True),
    "liveItem": Tag(
        _CHANNEL, {"status": "pending|live|ended", "start": ".+"}, {"end": ANY}
    ),
    "contentLink": Tag(_EPISODE, {"href": r"\S+"}),
    "socialInteract": Tag(
        _BOTH,
        {"protocol": _PROTOCOLS},
        {"uri": r"\S+", "accountId": ANY, "accountUrl": _WEB, "priority": _WHOLE},
    ),
    "block": Tag(_CHANNEL, {}, {"id": "[a-z0-9]+"}, "yes|no"),
    "txt": Tag(_BOTH, {}, {"purpose": ".{0,128}"}, longest=4000),
    "remoteItem": Tag(
        ("channel", "podroll", "publisher", "valueTimeSplit"),
        {"feedGuid": _UUID},
        {"feedUrl": _WEB, "itemGuid": ANY, "medium": _MEDIUM, "title": ANY},
    ),
    "podroll": Tag(_CHANNEL, is_single=True),
    "updateFrequency": Tag(
        _CHANNEL,
        {},
        {"complete": _BOOLEAN, "dtstart": ANY, "rrule": ANY},
        is_single=True,
    ),
    "podping": Tag(_CHANNEL, {}, {"usesPodping": _BOOLEAN}, is_single=True),
    "chat": Tag(
        _BOTH,
        {"server": ".+", "protocol": "irc|xmpp|nostr|matrix"},
        {"accountId": ANY, "space": ANY},
        is_single=True,
    ),
    "publisher": Tag(_CHANNEL, is_single=True),
    "image": Tag(
        _BOTH,
        {"href": _WEB},
        {
            "alt": ANY,
            "aspect-ratio": r"\d+(\.\d+)?/\d+(\.\d+)?",
            "width": _WHOLE,
            "height": _WHOLE,
            "type": "image/.+",
            "purpose": ".{0,128}",
        },
    ),
}
