"""A show that moves in by itself, while its keeper does something else.

Whoever brings it says so in its row for a few minutes at a time: when that worker
dies, another one goes on with the next episode.
"""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import or_, select, update

from app.actions import moved_show, moving_in
from app.actions.moving_in import Found, Wish
from app.actions.outgoing import outbound_of
from app.database import now
from app.errors import CommoncastError
from app.models import Move, Show
from app.outbound import Outbound
from app.platform import Platform

TAKEN = timedelta(minutes=5)


class _Stopped(Exception):
    """Somebody else decides whether it goes on."""


def begin(platform: Platform, outbound: Outbound, found: Found, wish: Wish) -> str:
    """Make the show of an old feed, and let workers bring the rest; its slug."""
    moving_in.insist_on_unlocked(found.show)
    show_id = moved_show.begin(platform, outbound, found.show, found.source, wish.slug)
    with platform.database.session() as session:
        move = session.get_one(Move, show_id)
        move.publishes, move.keeps_media = wish.publish, wish.keep_media
        move.goes_on, move.taken_until, move.sentence = True, None, ""
        return session.get_one(Show, show_id).slug


def set_going(platform: Platform, show_id: str, goes_on: bool) -> None:
    """Stop after the episode that is being brought, or go on with what waits."""
    with platform.database.session() as session:
        move = session.get_one(Move, show_id)
        move.goes_on, move.sentence = goes_on, ""


def carry_on(platform: Platform, is_ending: Callable[[], bool]) -> None:
    """Bring what waits, one episode after the other, until nothing does."""
    while not is_ending() and (move := _claimed(platform)):
        _bring(platform, move, is_ending)


def _claimed(platform: Platform) -> Move | None:
    is_free = or_(Move.taken_until.is_(None), Move.taken_until <= now())
    with platform.database.session() as session:
        waiting = select(Move.show_id).where(Move.goes_on, is_free)
        show_id = session.scalar(waiting.order_by(Move.began_at).limit(1))
        mine = update(Move).where(Move.show_id == show_id, Move.goes_on, is_free)
        taken = mine.values(taken_until=now() + TAKEN).returning(Move)
        return session.scalars(taken).one_or_none()


def _bring(platform: Platform, move: Move, is_ending: Callable[[], bool]) -> None:
    def before_each(_number: int, _count: int, _title: str) -> None:
        if is_ending() or not _hold(platform, move.show_id):
            raise _Stopped

    wish = Wish(publish=move.publishes, keep_media=move.keeps_media)
    outbound = outbound_of(platform)
    goes_on, sentence = False, ""
    try:
        found = moving_in.look(outbound, move.source)
        moving_in.move_in(platform, outbound, found, wish, before_each)
    except _Stopped:
        goes_on = is_ending()
    except CommoncastError as error:
        sentence = error.sentence
    with platform.database.session() as session:
        row = session.get(Move, move.show_id)
        if row is not None:
            row.taken_until, row.sentence = None, sentence
            row.goes_on = row.goes_on and goes_on


def _hold(platform: Platform, show_id: str) -> bool:
    """Keep it for a while longer, unless somebody has stopped it."""
    with platform.database.session() as session:
        mine = update(Move).where(Move.show_id == show_id, Move.goes_on)
        held = mine.values(taken_until=now() + TAKEN).returning(Move.show_id)
        return session.scalar(held) is not None
