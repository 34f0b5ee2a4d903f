"""Once a night we visit our own feeds, so that a keeper hears first what is wrong."""

from dataclasses import asdict
from datetime import timedelta

import structlog
from sqlalchemy import or_, select

from app.actions.catalogue import visible
from app.actions.feed_visit import drift, show_drift, visit
from app.database import now
from app.models import Departure, Episode, FeedReview, FeedSnapshot, Show
from app.outbound import Outbound, door_of
from app.platform import Platform
from feeds.rules import Problem, Severity, check

EVERY = timedelta(hours=20)

log = structlog.get_logger(__name__)


def review(platform: Platform, show_id: str) -> list[Problem]:
    """Visit the feed of a show, and keep what was found."""
    with platform.database.reading() as session:
        show = session.get_one(Show, show_id)
        last = session.get(FeedReview, show_id)
        before = dict(last.dates) if last else {}
        of_show = visible().where(Episode.show_id == show_id)
        public = {episode.guid for episode in session.scalars(of_show)}
    seen = visit(_outbound(platform), platform.url(show.feed_path))
    found = [*_kept_problems(platform, show), *seen.problems]
    if seen.dates or not found:
        found += drift(before, seen.dates, public)
        found += show_drift(show.podcast_guid, seen.guid)
    _keep(platform, show_id, found, seen.dates or before)
    return found


def review_due(platform: Platform) -> None:
    """Visit every feed that was not visited today."""
    with platform.database.reading() as session:
        long_ago = or_(FeedReview.at.is_(None), FeedReview.at < now() - EVERY)
        is_here = ~Show.departure.has(Departure.redirects_at <= now())
        due = select(Show.id).outerjoin(FeedReview).where(long_ago, is_here)
        shows = session.scalars(due).all()
    for show_id in shows:
        found = review(platform, show_id)
        errors = [p.rule for p in found if p.severity == Severity.ERROR]
        if errors:
            log.warning("feed is not well", show=show_id, rules=errors)


def _outbound(platform: Platform) -> Outbound:
    # Our own house may stand in a private network: these doors are ours.
    settings = platform.settings
    bucket = platform.storage.public_url("public/any")
    ours = [settings.public_url, settings.media_url, bucket]
    return Outbound(also=frozenset(door_of(url) for url in ours if url))


def _kept_problems(platform: Platform, show: Show) -> list[Problem]:
    with platform.database.reading() as session:
        kept = session.get(FeedSnapshot, show.feed_path)
        return check(kept.body) if kept else []


def _keep(
    platform: Platform, show_id: str, found: list[Problem], dates: dict[str, str]
) -> None:
    with platform.database.session() as session:
        row = session.get(FeedReview, show_id) or FeedReview(show_id=show_id)
        row.problems = [asdict(problem) for problem in found]
        row.dates, row.at = dates, now()
        session.add(row)
