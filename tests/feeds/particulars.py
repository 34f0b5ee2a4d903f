"""A feed that says everything that the podcast namespace has a word for."""

from dataclasses import replace

from feeds.document import Channel, Note
from feeds.tags import (
    Block,
    ChannelTags,
    Comments,
    Funding,
    ItemTags,
    Live,
    Payment,
    Picture,
    Place,
    Recipient,
    Remote,
    Rhythm,
    Soundbite,
    Talk,
    Trailer,
)
from tests.feeds.samples import NOON, SITE, conversation, show_feed, talk

FRIEND = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
NETWORK = "69d9b278-e8bb-541f-b385-712d00ff9f62"
LONDON = Place("London", "gb", "R65606", "geo:51.5074,-0.1278")
MELAKA = Place("Melaka", "my", is_where_it_was_made=True)
WIDE = Picture(
    f"{SITE}/wide.jpg", "Two chairs by a window", "16/9", 1920, 1080, "image/jpeg"
)
PAYMENT = Payment(
    (Recipient("ada@pay.example", 90, name="Ada"), Recipient("us@pay.example", 10)),
    suggested="0.00000005000",
)

CHANNEL_TAGS = ChannelTags(
    funding=(Funding("https://give.example/us", "Pay for our server"),),
    places=(LONDON, MELAKA),
    trailers=(Trailer("Come in", f"{SITE}/in.mp3", NOON, 4321, "audio/mpeg", 1),),
    podroll=(Remote(FRIEND, "https://friend.example/feed.xml", title="A friend"),),
    publisher=Remote(NETWORK, f"{SITE}/network.xml", medium="publisher"),
    rhythm=Rhythm("Every other Friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", NOON),
    uses_podping=True,
    pictures=(WIDE, replace(WIDE, url=f"{SITE}/square.jpg", aspect_ratio="1/1")),
    talk=Talk("chat.example", "matrix", "@us:chat.example", "#talk:chat.example"),
    blocks=(Block(True, "amazon"), Block(False, "apple")),
    payments=(PAYMENT,),
    live=(
        Live(
            guid="e32b4890-983b-4ce5-8b46-f2d6bc1d8819",
            title="Open evening",
            status="pending",
            starts_at=NOON,
            url=f"{SITE}/live.m3u8",
            content_type="application/x-mpegURL",
            page=f"{SITE}/live",
        ),
    ),
)
ITEM_TAGS = ItemTags(
    season_name="Beginnings",
    number_shown="Part two",
    soundbites=(Soundbite(73, 60, "On silence"), Soundbite(0.5, 15.25)),
    places=(LONDON,),
    pictures=(WIDE,),
    funding=(Funding("https://give.example/one", "For this one"),),
    talk=Talk("chat.example", "irc", space="#one"),
    comments=(Comments("activitypub", "https://social.example/@us/1", "@us"),),
    payments=(PAYMENT,),
    link=(f"{SITE}/live", "On the web"),
)


def full_feed() -> Channel:
    said = Note("A true story, told with consent.", "consent")
    first = replace(conversation(), tags=ITEM_TAGS, notes=(said,))
    return replace(show_feed(), tags=CHANNEL_TAGS, items=(first, talk()))


def network_feed() -> Channel:
    """The publisher feed: who we are, and every show of ours."""
    shows = (Remote(show_feed().guid, show_feed().feed_url, title="Trainee Talk"),)
    return replace(
        show_feed(),
        feed_url=f"{SITE}/network.xml",
        guid=NETWORK,
        medium="publisher",
        tags=ChannelTags(contents=shows),
        items=(),
    )
