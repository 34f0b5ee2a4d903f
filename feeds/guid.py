"""The identity of a podcast: given once, from its first address, and then kept."""

from urllib.parse import urlsplit
from uuid import UUID, uuid5

# Fixed by the podcast namespace for this one purpose.
_PODCASTS = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def podcast_guid(feed_url: str) -> str:
    """Derive `podcast:guid` from a feed's address, whatever its scheme."""
    scheme = urlsplit(feed_url).scheme
    address = feed_url.removeprefix(f"{scheme}://") if scheme else feed_url
    return str(uuid5(_PODCASTS, address.rstrip("/")))
