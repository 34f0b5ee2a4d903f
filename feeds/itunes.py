"""What Apple reads, as a feedgen extension: its own one refuses `true` and `false`."""

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

from feeds.document import Channel, Item
from feeds.text import line
from feeds.xml import ITUNES, Writer


class ItunesChannel(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The itunes: tags of a show."""

    channel: Channel

    def extend_ns(self) -> dict[str, str]:
        """Declare the namespace."""
        return {"itunes": ITUNES}

    def extend_rss(self, feed: "etree._Element") -> None:
        """Write the tags, in the order of Apple's own table."""
        writer, channel = Writer(feed[0], ITUNES), self.channel
        if channel.image_url:
            writer.add("image", href=channel.image_url)
        for category, subcategory in channel.categories:
            outer = writer.add("category", text=line(category))
            if subcategory:
                Writer(outer, ITUNES).add("category", text=line(subcategory))
        writer.add("explicit", _truth(channel.explicit))
        if channel.author:
            writer.add("author", line(channel.author))
        self._write_owner(writer)
        writer.add("type", "serial" if channel.is_serial else "episodic")
        self._write_state(writer)

    def _write_owner(self, writer: Writer) -> None:
        if not self.channel.owner_email:
            return
        owner = Writer(writer.add("owner"), ITUNES)
        owner.add("name", line(self.channel.author))
        owner.add("email", line(self.channel.owner_email))

    def _write_state(self, writer: Writer) -> None:
        if self.channel.new_feed_url:
            writer.add("new-feed-url", line(self.channel.new_feed_url))
        if self.channel.is_hidden:
            writer.add("block", "Yes")
        if self.channel.is_complete:
            writer.add("complete", "Yes")


class ItunesItem(BaseEntryExtension):  # type: ignore[misc]
    """The itunes: tags of an episode."""

    item: Item

    def extend_rss(self, entry: "etree._Element") -> None:
        """Write the tags that are known."""
        writer, item = Writer(entry, ITUNES), self.item
        if item.duration_seconds is not None:
            # Rounding down would call a short greeting nothing at all.
            writer.add("duration", str(max(1, round(item.duration_seconds))))
        writer.add("explicit", _truth(item.explicit))
        if item.author:
            writer.add("author", line(item.author))
        if item.image_url:
            writer.add("image", href=item.image_url)
        if item.season:
            writer.add("season", str(item.season))
        if item.number:
            writer.add("episode", str(item.number))
        writer.add("episodeType", item.kind)


def _truth(value: bool) -> str:
    return "true" if value else "false"
