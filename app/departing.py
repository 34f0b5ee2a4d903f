"""`commoncast leave`: a show goes to another host, and its listeners with it."""

import logging
from datetime import timedelta
from typing import Annotated

import typer

from app.actions import leaving
from app.actions.leaving import Goal
from app.actions.outgoing import outbound_of
from app.errors import BadRequest, Conflict
from app.logs import write_logs
from app.models import Departure
from app.opening import ready
from app.platform import Platform
from app.publishing import show_by_slug

_BEFORE = (
    "Until {day} its feed here says where it will be; from then on it leads there."
)
_NOW = "Its feed here leads there now."


def leave(
    show: Annotated[str, typer.Argument(help="Its name in the address here.")],
    new_feed_url: Annotated[str, typer.Argument(metavar="NEW_FEED_URL")] = "",
    although_different: Annotated[
        bool, typer.Option("--although-different", help="It is not the same show.")
    ] = False,
    notice_days: Annotated[
        float, typer.Option(min=0, max=365, help="How long apps can read of it before.")
    ] = leaving.NOTICE.days,
    stay: Annotated[bool, typer.Option("--stay", help="Take it back.")] = False,
) -> None:
    """Send the listeners of a show to its feed at another host, for ever."""
    write_logs(logging.CRITICAL)
    with ready() as platform:
        show_id = _id_of(platform, show)
        if stay:
            leaving.stay(platform, show_id)
            typer.echo("It stays: its feed answers here as before.")
            return
        if not new_feed_url:
            raise BadRequest("Please give the address of its feed at the new host.")
        goal = _look(platform, show_id, new_feed_url, although_different)
        for remark in goal.remarks:
            typer.echo(remark)
        leaving.leave(platform, show_id, goal, notice=timedelta(days=notice_days))
        typer.echo(_told(platform, show_id))


def _look(platform: Platform, show_id: str, url: str, insists: bool) -> Goal:
    outbound = outbound_of(platform)
    try:
        return leaving.look(
            platform, outbound, show_id, url, although_different=insists
        )
    except leaving.NotTheSame as error:
        hint = "If that is what you want, say --although-different."
        raise Conflict(f"{error.sentence} {hint}") from error


def _told(platform: Platform, show_id: str) -> str:
    with platform.database.reading() as session:
        row = session.get_one(Departure, show_id)
    day = f"{row.redirects_at:%d %B %Y}"
    return _NOW if row.redirects else _BEFORE.format(day=day)


def _id_of(platform: Platform, slug: str) -> str:
    with platform.database.reading() as session:
        return show_by_slug(session, slug).id
