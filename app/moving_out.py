"""`commoncast export`: everything a community owns, and how it comes back."""

import logging
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from app import site_copy
from app.actions import exporting, restoring
from app.actions.export_folder import Reading, Writing
from app.logs import write_logs
from app.models import Episode
from app.opening import ready
from app.platform import Platform
from app.public import scripts

_DIFFERENT = "It was called {site_name} there: COMMONCAST_SITE_NAME, _SITE_TAGLINE."


def export_all(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New, or begun.")],
    address: Annotated[
        str, typer.Option(help="Where DIR/site will be found, if not here.")
    ] = "",
    verify: Annotated[
        bool, typer.Option("--verify", help="Read again what was copied before.")
    ] = False,
) -> None:
    """Write everything a community owns into a folder, to keep or to move house.

    Given again, it goes on where it stopped, and copies only what is missing.
    """
    write_logs(logging.CRITICAL)
    with ready() as platform:
        writing = Writing.begin(folder.absolute(), verifies=verify)
        exporting.export(platform, writing, _tell)
        _write_words(platform, writing)
        site_copy.copy_site(platform, writing, _tell, address.rstrip("/"))
        writing.finish(exporting.origin_of(platform))
    typer.echo(f"{len(writing.files)} files in {folder}")


def bring_back(folder: Path, *, dry_run: bool) -> None:
    """Bring an export back into an installation that is new, or only read it."""
    reading = Reading.open(folder.absolute())
    if dry_run:
        restoring.examine(reading, _tell)
        typer.echo(f"Everything in {folder} is as it was exported.")
        return
    with ready() as platform:
        restoring.restore(platform, reading, _tell)
        typer.echo(f"Everything is here: {platform.settings.public_url}")
        _remind(platform, reading)


def _write_words(platform: Platform, writing: Writing) -> None:
    with platform.database.reading() as session:
        for episode in session.scalars(select(Episode).order_by(Episode.slug)):
            for name, body in scripts.every_form(platform, episode):
                writing.write(f"episodes/{episode.slug}/{name}", [body])


def _remind(platform: Platform, reading: Reading) -> None:
    typer.echo("To sign in: commoncast user add EMAIL. Listeners of private shows")
    typer.echo("need new keys, for only hashes of the old ones were ever kept.")
    if reading.origin.site_name != platform.settings.site_name:
        typer.echo(_DIFFERENT.format(site_name=reading.origin.site_name))


def _tell(number: int, count: int, name: str) -> None:
    typer.echo(f"{number}/{count} {name}", err=True)
