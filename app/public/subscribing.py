"""Where the link of each podcast app leads. Their addresses are theirs to change."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class App:
    """A podcast app that can be opened with a feed."""

    name: str
    url: str
    on_phones_only: bool = False  # its own scheme: does nothing on a computer


def apps_for(feed_url: str, title: str) -> list[App]:
    """The apps that take a feed address, the most common ones first."""
    bare = feed_url.partition("://")[2]
    encoded, name = quote(feed_url, safe=""), quote(title, safe="")
    antennapod = "https://antennapod.org/deeplink/subscribe"
    return [
        App("Apple Podcasts", f"podcast://{bare}", on_phones_only=True),
        App("Pocket Casts", f"https://pcasts.in/feed/{bare}"),
        App("AntennaPod", f"{antennapod}?url={encoded}&title={name}"),
        App(
            "Overcast",
            f"overcast://x-callback-url/add?url={encoded}",
            on_phones_only=True,
        ),
        App("Podcast Addict", f"https://podcastaddict.com/feed/{encoded}"),
        App("Player FM", f"https://player.fm/subscribe?id={encoded}"),
        App("gPodder", f"https://gpodder.net/subscribe?url={encoded}"),
        App("Castro", f"castro://subscribe/{encoded}", on_phones_only=True),
    ]
