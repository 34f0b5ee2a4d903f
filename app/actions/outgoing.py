"""The way out as the keeper has set it: the open internet, and hosts that are named."""

from app.outbound import Outbound
from app.platform import Platform


def outbound_of(platform: Platform, *, total_seconds: float = 60.0) -> Outbound:
    """A client for addresses that people gave us."""
    named = platform.settings.fetch_also.split(",")
    also = frozenset(host.strip() for host in named if host.strip())
    return Outbound(also=also, total_seconds=total_seconds)
