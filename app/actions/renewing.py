"""What is slower to make anew than tags, once the words have come to rest.

Ten edits in a minute shall not make ten films to download. So nothing is asked for
when somebody saves: a sweep finds what says something else than the page, a moment
after the last edit. Whatever is made says what the page says when it is made.
"""

from datetime import timedelta

from sqlalchemy import select

from app import jobs
from app.actions.wording import WORDS, digest_of
from app.database import now
from app.models import Episode, Rendition
from app.platform import Platform
from media_pipeline.recipes import Form
from media_pipeline.rendition import Kind

AT_REST = timedelta(minutes=1)
SWEEP_BACK = timedelta(days=1)

_SHAPED = {
    Form.FILM_TAGS: Kind.FILM,
    Form.CAPTIONS: Kind.HLS_MASTER,
    Form.CHAPTER_IMAGES: Kind.CHAPTER_IMAGE,
}


def sweep(platform: Platform) -> None:
    """Ask for everything anew that was edited lately, and not in the last moment."""
    edited = Episode.changed_at.between(now() - SWEEP_BACK, now() - AT_REST)
    with platform.database.reading() as session:
        wanted = [
            (episode.id, form, _edition(platform, episode, form))
            for episode in session.scalars(select(Episode).where(edited))
            for form in stale_forms(platform, episode)
        ]
    known = jobs.states(platform, [jobs.redo_id(*one) for one in wanted])
    for episode_id, form, edition in wanted:
        if known.get(jobs.redo_id(episode_id, form, edition)) in jobs.OVER:
            edition += f"-{now():%d%H}"  # what has failed is worth another try
        # Captions are a few small files: they need not wait until a film leaves room.
        queue = jobs.QUICK if form == Form.CAPTIONS else jobs.MEDIA
        jobs.enqueue_renewal(platform, episode_id, form, edition, queue)


def stale_forms(platform: Platform, episode: Episode) -> list[Form]:
    """What of this episode says something else than its page."""
    if not episode.is_video or _is_being_made(episode):
        return []
    return [form for form in _SHAPED if _is_stale(platform, episode, form)]


def _is_stale(platform: Platform, episode: Episode, form: Form) -> bool:
    kind = _SHAPED[form]
    rows = _heard(episode, kind)
    if kind == Kind.CHAPTER_IMAGE and not rows:
        return bool(episode.chapters)
    digest = digest_of(platform, episode, kind)
    return any(row.details.get(WORDS) != digest for row in rows)


def _heard(episode: Episode, kind: Kind) -> list[Rendition]:
    revision = episode.heard_revision
    return [r for r in episode.renditions if (r.kind, r.revision) == (kind, revision)]


def _is_being_made(episode: Episode) -> bool:
    # Its own last step writes the words of that moment.
    revision = episode.heard_revision
    return any(p.revision == revision and not p.is_over for p in episode.processings)


def _edition(platform: Platform, episode: Episode, form: Form) -> str:
    # The moment, as somebody may write the old words again.
    digest = digest_of(platform, episode, _SHAPED[form])
    moment = int(episode.changed_at.timestamp() * 1000)
    return f"{digest[:16]}-{moment}"
