"""The publisher feed: who we are, and every show of ours; each points back to it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.announcing import hubs
from app.models import FeedSnapshot, Show
from app.platform import Platform
from feeds.document import Channel
from feeds.guid import podcast_guid
from feeds.tags import ChannelTags, Remote

NETWORK_PATH = "network.xml"


def network_of(session: Session | None, platform: Platform) -> Remote:
    """What a show says about who publishes it."""
    address = platform.url(NETWORK_PATH)
    # Given once, then kept: also when the whole site moves to another address.
    mine = select(FeedSnapshot.podcast_guid).where(FeedSnapshot.path == NETWORK_PATH)
    guid = (session.scalar(mine) if session else None) or podcast_guid(address)
    site = platform.settings.site_name
    return Remote(guid, address, medium="publisher", title=site)


def network_document(session: Session, platform: Platform) -> Channel | None:
    """The feed of the network; none before there is a show."""
    shows = session.scalars(
        select(Show).where(~Show.is_private).order_by(Show.title, Show.id)
    ).all()
    if not shows:
        return None
    us, settings = network_of(session, platform), platform.settings
    oldest = min(shows, key=lambda show: (show.created_at, show.id))
    key = oldest.artwork_key
    return Channel(
        feed_url=us.feed_url,
        guid=us.feed_guid,
        title=settings.site_name,
        link=platform.url(""),
        description=settings.site_tagline,
        language=oldest.language,
        changed_at=max(show.created_at for show in shows),
        image_url=platform.storage.public_url(key) if key else "",
        categories=((oldest.category, oldest.subcategory),),
        author=settings.site_name,
        medium="publisher",
        hubs=hubs(platform),
        tags=ChannelTags(contents=tuple(_remote(platform, show) for show in shows)),
    )


def _remote(platform: Platform, show: Show) -> Remote:
    address = platform.url(show.feed_path)
    return Remote(show.podcast_guid, address, medium=show.medium, title=show.title)
