"""`commoncast media` and `commoncast replace`: what was made, and making it anew."""

import logging
import time
from pathlib import Path
from typing import Annotated

import typer

from app import publishing
from app.actions import inventory, tally
from app.actions.inventory import Choice, Wanted
from app.actions.tally import Tally
from app.errors import NotReady
from app.logs import write_logs
from app.opening import ready
from app.platform import Platform
from app.progress import Bar
from media_pipeline.recipes import RECIPES, Form

LOOK_SECONDS = 1.0
NOT_MADE = "Another recording was on its way, or there was nothing to make it from."

media = typer.Typer(help="What was made, and making it anew.", no_args_is_help=True)

Show = Annotated[str, typer.Option(help="Only of this show: its name in the address.")]
Episode = Annotated[str, typer.Option(help="Only this one: its name in the address.")]
Outdated = Annotated[
    bool, typer.Option("--outdated", help="Only what an older recipe has made.")
]


def replace(
    file: Annotated[Path, typer.Argument(help="The new recording: sound or film.")],
    episode: Annotated[str, typer.Option(help="Its name in the address.")],
    consent_held: Annotated[bool, typer.Option("--consent-held")] = False,
) -> None:
    """Give an episode another recording, and wait until it is heard.

    Address, date, words and subscribers stay. If the new one is refused, or this is
    interrupted, the old one stays, too.
    """
    write_logs(logging.CRITICAL)
    with ready() as platform, Bar(episode) as bar:
        address = publishing.replace(
            platform, episode, file, bar.move, consent_held=consent_held
        )
    typer.echo(address)


@media.command("list")
def list_made(
    outdated: Outdated = False, show: Show = "", episode: Episode = ""
) -> None:
    """Count renditions by their kind, and by the recipe that made them."""
    with ready() as platform:
        lines = inventory.survey(platform, Choice(show, episode, outdated))
    for line in lines:
        newest = RECIPES[line.kind]
        remark = f"   outdated: the recipe is {newest} now" if line.is_outdated else ""
        typer.echo(f"{line.count:6}  {line.kind}  recipe {line.recipe}{remark}")


@media.command()
def redo(
    kind: Annotated[Form, typer.Argument(help="What shall be made anew.")],
    show: Show = "",
    episode: Episode = "",
    outdated: Outdated = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Say how far it is, until it is done.")
    ] = False,
) -> None:
    """Make one kind of rendition anew, for many episodes, after all other work.

    Workers do it; listeners have the old files meanwhile.
    """
    with ready() as platform:
        wanted = inventory.wanting(platform, kind, Choice(show, episode, outdated))
        for one in wanted:
            typer.echo(one.slug)
        if dry_run:
            typer.echo(f"{_episodes(len(wanted))}: nothing was queued.", err=True)
            return
        queued = inventory.queue(platform, wanted)
        typer.echo(f"{_episodes(len(wanted))} queued.", err=True)
        if watch:
            _watch(platform, wanted, queued)


def _watch(platform: Platform, wanted: list[Wanted], queued: list[str]) -> None:
    watch, told = tally.Watch(platform, wanted, queued), ""
    while True:
        seen = watch.look()
        if told != _told(seen):
            told = _told(seen)
            typer.echo(told, err=True)
        if seen.over == seen.of:
            break
        time.sleep(LOOK_SECONDS)
    if seen.failed:
        failed = _episodes(seen.failed)
        raise NotReady(f"{failed} could not be made anew: see the logs.")
    if seen.not_made:
        raise NotReady(f"Not made anew: {', '.join(seen.not_made)}. {NOT_MADE}")


def _told(seen: Tally) -> str:
    missed = f", {len(seen.not_made)} not made" if seen.not_made else ""
    share = f" ({_coarse(seen.share)} %)" if seen.over < seen.of else ""
    return f"{seen.over} of {seen.of} over, {seen.failed} failed{missed}{share}"


def _coarse(share: float) -> int:
    # A line for every twentieth is enough for a log of many hours.
    return int(share * 20) * 5


def _episodes(count: int) -> str:
    return "1 episode" if count == 1 else f"{count} episodes"
