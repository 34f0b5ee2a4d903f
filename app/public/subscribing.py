"""Where the link of each podcast app leads. Their addresses are theirs to change."""

from dataclasses import dataclass
from urllib.parse import quote

AT_ONCE = 4  # the others stand under "More apps"


@dataclass(frozen=True, slots=True)
class App:
    """A podcast app that can be opened with a feed."""

    name: str
    url: str
    # Where its own scheme is known; elsewhere such a link does nothing at all, so it
    # is shown by a script that knows. Empty: an https link, good everywhere.
    platforms: str = ""


@dataclass(frozen=True, slots=True)
class Apps:
    """Those to show at once, and the others."""

    first: list[App]
    more: list[App]


def apps_for(feed_url: str, title: str) -> Apps:
    """The apps that take a feed address, the most common ones first."""
    everywhere = _with_https(feed_url, title)
    return Apps(
        first=everywhere[:AT_ONCE],
        more=[*_with_schemes(feed_url), *everywhere[AT_ONCE:]],
    )


def _with_https(feed_url: str, title: str) -> list[App]:
    bare = feed_url.partition("://")[2]
    encoded, name = quote(feed_url, safe=""), quote(title, safe="")
    antennapod = "https://antennapod.org/deeplink/subscribe"
    return [
        App("Pocket Casts", f"https://pcasts.in/feed/{bare}"),
        App("AntennaPod", f"{antennapod}?url={encoded}&title={name}"),
        App("Podcast Addict", f"https://podcastaddict.com/feed/{encoded}"),
        App("Player FM", f"https://player.fm/subscribe?id={encoded}"),
        App("gPodder", f"https://gpodder.net/subscribe?url={encoded}"),
    ]


def _with_schemes(feed_url: str) -> list[App]:
    bare, encoded = feed_url.partition("://")[2], quote(feed_url, safe="")
    overcast = "overcast://x-callback-url/add"
    return [
        App("Apple Podcasts", f"podcast://{bare}", "ios mac"),
        App("Overcast", f"{overcast}?url={encoded}", "ios"),
        App("Castro", f"castro://subscribe/{encoded}", "ios"),
    ]
