"""`commoncast transcribe`: let a machine write down what is said in episodes."""

from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import transcribing
from app.errors import BadRequest, NotFound, NotReady
from app.models import Episode
from app.opening import ready


def transcribe(
    episode: Annotated[
        str, typer.Argument(metavar="EPISODE", help="Its name in the address.")
    ] = "",
    missing: Annotated[
        bool, typer.Option("--missing", help="All that have no transcript.")
    ] = False,
) -> None:
    """Ask for the transcript of an episode, or of all that have none.

    Workers make it after all other work. What somebody has written is not touched.
    """
    if bool(episode) == missing:
        raise BadRequest("Please name an episode, or say --missing.")
    with ready() as platform:
        if sentence := transcribing.obstacle(platform):
            raise NotReady(sentence)
        with platform.database.reading() as session:
            wanted = _wanted(session, episode)
        for found in wanted:
            transcribing.begin(platform, found.id)
            typer.echo(found.slug)


def _wanted(session: Session, slug: str) -> list[Episode]:
    if not slug:
        return transcribing.missing(session)
    found = session.scalar(select(Episode).where(Episode.slug == slug))
    if found is None:
        raise NotFound(f'There is no episode "{slug}".')
    return [found]
