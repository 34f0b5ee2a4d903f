import pytest

from feeds.guid import podcast_guid

PODNEWS = "9b024349-ccf0-5f69-a609-6b82873eab3c"


@pytest.mark.parametrize(
    ("feed_url", "guid"),
    [
        ("https://podnews.net/rss", PODNEWS),
        (
            "https://mp3s.nashownotes.com/pc20rss.xml",
            "917393e3-1b1e-5cef-ace4-edaa54e1f810",
        ),
    ],
)
def test_the_guid_is_the_one_the_podcast_index_derives(
    feed_url: str, guid: str
) -> None:
    assert podcast_guid(feed_url) == guid


@pytest.mark.parametrize(
    "feed_url",
    ["http://podnews.net/rss", "https://podnews.net/rss//", "podnews.net/rss"],
)
def test_neither_the_scheme_nor_slashes_at_the_end_matter(feed_url: str) -> None:
    assert podcast_guid(feed_url) == PODNEWS


def test_another_address_is_another_podcast() -> None:
    assert podcast_guid("https://podnews.net/rss2") != PODNEWS
