"""Names and elements of the XML that we write."""

from lxml import etree

from feeds.text import printable

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
# The address under which old feeds know the podcast namespace.
OLD_PODCAST = (
    "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
)
HISTORY = "http://purl.org/syndication/history/1.0"
SIMPLE_CHAPTERS = "http://podlove.org/simple-chapters"


class Writer:
    """Adds elements of one namespace to a parent."""

    def __init__(self, parent: etree._Element, namespace: str) -> None:
        self._parent = parent
        self._namespace = namespace

    def add(
        self, name: str, content: str = "", /, **attributes: object
    ) -> etree._Element:
        """Add an element; attributes that are empty or None are left out."""
        space = f"{{{self._namespace}}}" if self._namespace else ""
        element = etree.SubElement(self._parent, f"{space}{name}")
        if content:
            element.text = printable(content)
        for key, value in attributes.items():
            if value not in ("", None):
                element.set(key.rstrip("_").replace("_", "-"), printable(str(value)))
        return element
