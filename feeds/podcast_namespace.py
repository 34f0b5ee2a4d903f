"""What open podcast apps read beyond Apple: the podcast namespace, through feedgen.

The tags are explained at https://podcasting2.org/docs/podcast-namespace.
"""

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

from feeds.document import Channel, Credit, Enclosure, Item, License, Note
from feeds.tag_writing import write_channel_tags, write_item_tags
from feeds.text import DESCRIPTION_BYTES, NAMESPACE_CHARACTERS, line, paragraphs
from feeds.xml import PODCAST, SIMPLE_CHAPTERS, Writer

_TITLE_CHARACTERS = 32  # of an alternate enclosure
LICENSES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC-BY-NC-SA-4.0": "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    "CC-BY-NC-ND-4.0": "https://creativecommons.org/licenses/by-nc-nd/4.0/",
    "CC-BY-ND-4.0": "https://creativecommons.org/licenses/by-nd/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


class PodcastChannel(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The podcast: tags of a show."""

    channel: Channel

    def extend_ns(self) -> dict[str, str]:
        """Declare the namespace."""
        return {"podcast": PODCAST}

    def extend_rss(self, feed: "etree._Element") -> None:
        """Write the tags that are known."""
        writer, channel = Writer(feed[0], PODCAST), self.channel
        writer.add("guid", channel.guid)
        locked = "yes" if channel.is_locked else "no"
        writer.add("locked", locked, owner=line(channel.owner_email))
        writer.add("medium", channel.medium)
        _write_notes(writer, channel.notes)
        _write_license(writer, channel.license)
        _write_credits(writer, channel.credits)
        write_channel_tags(writer, channel.tags)


class PodcastItem(BaseEntryExtension):  # type: ignore[misc]
    """The podcast: tags of an episode."""

    item: Item

    def extend_rss(self, entry: "etree._Element") -> None:
        """Write the tags that are known."""
        writer, item = Writer(entry, PODCAST), self.item
        if item.season:
            name = line(item.tags.season_name, NAMESPACE_CHARACTERS)
            writer.add("season", str(item.season), name=name)
        if item.number:
            shown = line(item.tags.number_shown, _TITLE_CHARACTERS)
            writer.add("episode", str(item.number), display=shown)
        self._write_words(writer)
        _write_license(writer, item.license)
        _write_credits(writer, item.credits)
        forms = () if item.is_brief else (item.enclosure, *item.alternates)
        for enclosure in forms:
            _write_alternate(writer, enclosure, enclosure is item.enclosure)
        _write_notes(writer, item.notes)
        write_item_tags(writer, item.tags)
        self._write_simple_chapters(entry)

    def _write_words(self, writer: Writer) -> None:
        for script in self.item.transcripts:
            writer.add(
                "transcript",
                url=script.url,
                type=script.content_type,
                language=script.language,
                rel="captions" if script.is_timed else "",
            )
        if self.item.chapters_url:
            kind = "application/json+chapters"
            writer.add("chapters", url=self.item.chapters_url, type=kind)

    def _write_simple_chapters(self, entry: "etree._Element") -> None:
        if not self.item.chapters:
            return
        # Declared here and not at the root, which has the four that everybody needs.
        name, nsmap = f"{{{SIMPLE_CHAPTERS}}}chapters", {"psc": SIMPLE_CHAPTERS}
        chapters = etree.SubElement(entry, name, nsmap=nsmap)
        chapters.set("version", "1.2")
        for chapter in self.item.chapters:
            Writer(chapters, SIMPLE_CHAPTERS).add(
                "chapter",
                start=timestamp(chapter.start_seconds, with_milliseconds=True),
                title=line(chapter.title),
                href=line(chapter.link, 2000),
                image=chapter.image_url,
            )


def timestamp(seconds: float, *, with_milliseconds: bool = False) -> str:
    """A moment as `00:01:02`, or as `00:01:02.500`."""
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    clock = f"{hour:02}:{minute:02}:{second:02}"
    return f"{clock}.{milliseconds:03}" if with_milliseconds else clock


def _write_notes(writer: Writer, notes: tuple[Note, ...]) -> None:
    for note in notes:
        text = paragraphs(note.text, DESCRIPTION_BYTES)
        purpose = line(note.purpose, NAMESPACE_CHARACTERS)
        writer.add("txt", text, purpose=purpose)


def _write_license(writer: Writer, given: License | None) -> None:
    if given and given.slug:
        name = line(given.slug, NAMESPACE_CHARACTERS)
        writer.add("license", name, url=given.url or LICENSES.get(name, ""))


def _write_credits(writer: Writer, credits: tuple[Credit, ...]) -> None:
    for credit in credits:
        name = line(credit.name, NAMESPACE_CHARACTERS)
        if name:
            writer.add(
                "person",
                name,
                role=line(credit.role.lower(), NAMESPACE_CHARACTERS),
                group=line(credit.group.lower(), NAMESPACE_CHARACTERS),
                href=line(credit.link, 2000),
                img=credit.image_url,
            )


def _write_alternate(writer: Writer, file: Enclosure, is_enclosure: bool) -> None:
    alternate = writer.add(
        "alternateEnclosure",
        type=file.content_type,
        length=file.size,
        bitrate=file.bitrate,
        height=file.height,
        lang=file.language,
        title=line(file.title, _TITLE_CHARACTERS),
        codecs=file.codecs,
        default="true" if is_enclosure else "",
    )
    inside = Writer(alternate, PODCAST)
    inside.add("source", uri=file.url)
    if file.sha384:
        inside.add("integrity", type="sri", value=f"sha384-{file.sha384}")
