"""`commoncast import`: a show moves in, with a report line for each episode."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from app import moving_out
from app.actions import moving_in
from app.actions.moving_in import Wish
from app.actions.outgoing import outbound_of
from app.errors import BadRequest, NotReady
from app.logs import write_logs
from app.models import Move, MoveItem, MoveState, Show
from app.opening import ready
from app.platform import Platform

_WORDS = {
    MoveState.WAITING: "not yet",
    MoveState.BROUGHT: "brought",
    MoveState.THERE: "here already",
    MoveState.LEFT: "left there",
    MoveState.FAILED: "not brought",
}
_GUIDE = """\
At the old host, tell apps where the show lives now:
  1. let {old} answer 301 with {new}
  2. if it cannot, put <itunes:new-feed-url>{new}</itunes:new-feed-url> into it
  3. keep it so for a year at least, better for ever"""


def import_show(
    source: Annotated[str, typer.Argument(metavar="URL|FILE|DIR")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report.")] = False,
    slug: Annotated[str, typer.Option(help="Its name in the address here.")] = "",
    consent_held: Annotated[bool, typer.Option("--consent-held")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="Publish nothing.")] = False,
    keep_media: Annotated[
        bool, typer.Option("--keep-media", help="Keep MP3s as they are.")
    ] = False,
) -> None:
    """Let a show move in from another host. Given again, it goes on where it stopped.

    --consent-held says that everyone heard agreed; without it, give --draft. A folder
    that `commoncast export` has written comes back whole, into a new installation.
    """
    write_logs(logging.CRITICAL)
    if Path(source).is_dir():
        if slug or consent_held or draft or keep_media:
            raise BadRequest("An export comes back as it was: only --dry-run is known.")
        moving_out.bring_back(Path(source), dry_run=dry_run)
        return
    with ready() as platform:
        if dry_run:
            _look(platform, source)
            return
        _insist_on_consent(consent_held, draft)
        wish = Wish(slug=slug, publish=not draft, keep_media=keep_media)
        failed = _bring_in(platform, source, wish)
    if failed:
        raise NotReady(f"Not brought: {failed}. Give the same feed again to retry.")


def _look(platform: Platform, source: str) -> None:
    found = moving_in.look(outbound_of(platform), source)
    for line in moving_in.report(found.show):
        typer.echo(line)
    moving_in.insist_on_unlocked(found.show)


def _bring_in(platform: Platform, source: str, wish: Wish) -> int:
    outbound = outbound_of(platform)
    found = moving_in.look(outbound, source)
    show_id = moving_in.move_in(platform, outbound, found, wish, _number)
    with platform.database.reading() as session:
        items = moving_in.items_of(session, show_id)
        show = session.get_one(Show, show_id)
        move = session.get_one(Move, show_id)
    for line in _lines(items):
        typer.echo(line)
    new = platform.url(show.feed_path)
    typer.echo(f"The feed here: {new}")
    if move.old_feed_url:
        typer.echo(_GUIDE.format(old=move.old_feed_url, new=new))
    return sum(item.state == MoveState.FAILED for item in items)


def _insist_on_consent(is_held: bool, is_draft: bool) -> None:
    if not (is_held or is_draft):
        raise NotReady(
            "Everyone who is heard must have agreed: say so with --consent-held, "
            "or keep every episode a --draft."
        )


def _number(number: int, count: int, title: str) -> None:
    typer.echo(f"{number}/{count} {title}", err=True)


def _lines(items: list[MoveItem]) -> Iterator[str]:
    for item in items:
        state = _WORDS[MoveState(item.state)]
        said = (item.title, item.sentence, item.remarks)
        yield f"{state:<12} " + "  ".join(part for part in said if part)
