"""Where a feed goes on (RFC 5005, section 4), and who tells of changes (WebSub)."""

from feedgen.ext.base import BaseExtension
from lxml import etree

from feeds.document import Channel
from feeds.xml import ATOM, HISTORY, Writer

_TYPE = "application/rss+xml"


class LinkChannel(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Links to hubs and from page to page, and the mark of an archive."""

    channel: Channel

    def extend_ns(self) -> dict[str, str]:
        """Declare the namespace, where it is used."""
        return {"fh": HISTORY} if self.channel.paging.current else {}

    def extend_rss(self, feed: "etree._Element") -> None:
        """Write what there is."""
        for hub in self.channel.hubs:
            Writer(feed[0], ATOM).add("link", href=hub, rel="hub")
        paging = self.channel.paging
        if paging.current:
            Writer(feed[0], HISTORY).add("archive")
        links = {
            "current": paging.current,
            "prev-archive": paging.previous,
            "next-archive": paging.following,
        }
        for rel, href in links.items():
            if href:
                Writer(feed[0], ATOM).add("link", href=href, rel=rel, type=_TYPE)
