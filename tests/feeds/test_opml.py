from lxml import etree

from feeds.opml import Outline, render
from tests.feeds.samples import NOON

SHOW = Outline(
    "Talk & tea", "https://x.example/feed.xml", "https://x.example/", "A\x00b", "en"
)


def test_every_feed_is_an_outline_that_apps_can_take_over() -> None:
    opml = etree.fromstring(render("Commoncast", NOON, (SHOW,)))

    outline = opml.find("body/outline")

    assert outline is not None
    assert dict(outline.attrib) == {
        "type": "rss",
        "text": "Talk & tea",
        "title": "Talk & tea",
        "xmlUrl": "https://x.example/feed.xml",
        "htmlUrl": "https://x.example/",
        "description": "Ab",
        "language": "en",
    }


def test_the_list_says_whose_it_is_and_of_when() -> None:
    opml = etree.fromstring(render("Commoncast", NOON, ()))

    assert opml.findtext("head/title") == "Commoncast"
    assert opml.findtext("head/dateModified") == "Fri, 20 Nov 2026 12:00:00 +0000"
