"""A topic as a list: which episodes of which shows belong to it (`podcastL`).

An app that knows these shows plays the episodes from their own feeds.
"""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.announcing import hubs
from app.actions.feed_document import about, topic_channel
from app.models import Episode, Show, Topic
from app.platform import Platform
from feeds.document import Channel
from feeds.tags import ChannelTags, Remote

MOST_EPISODES = 1000  # of a list; the newest


def topic_list_of(
    session: Session, platform: Platform, topic: Topic, guid: str
) -> Channel:
    """The feed that lists what we have published about a topic."""
    mine = about(topic).with_only_columns(Episode.id)
    rows = session.execute(
        select(Episode.guid, Episode.title, Show)
        .join(Show, Show.id == Episode.show_id)
        .where(Episode.id.in_(mine))
        .order_by(Episode.published_at.desc(), Episode.id)
        .limit(MOST_EPISODES)
    ).all()
    contents = tuple(
        Remote(
            feed_guid=show.podcast_guid,
            feed_url=platform.url(show.feed_path),
            item_guid=item_guid,
            medium=show.medium,
            title=title,
        )
        for item_guid, title, show in rows
    )
    shows = [show for _, _, show in rows]
    return replace(
        topic_channel(session, platform, topic, shows),
        feed_url=platform.url(topic.list_path),
        guid=guid,
        medium="podcastL",
        hubs=hubs(platform),
        tags=ChannelTags(contents=contents),
    )
