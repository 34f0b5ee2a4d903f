"""`commoncast`: everything a keeper does from a terminal."""

import json
import logging
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError

from app import (
    demo,
    departing,
    feed_check,
    media_commands,
    members,
    migration,
    moving,
    moving_out,
    publishing,
    serving,
    transcribe_commands,
    worker,
)
from app.actions import syndication
from app.errors import BadRequest, CommoncastError, NotReady
from app.logs import write_logs
from app.opening import opened, ready
from app.progress import Bar
from app.settings import Settings
from feeds.rules import Severity, report
from feeds.rules.roles import ROLES
from media_pipeline.errors import MediaError

app = typer.Typer(
    help="A podcast and video platform that a small community runs itself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
user_commands = typer.Typer(help="Who may sign in.", no_args_is_help=True)
show_commands = typer.Typer(help="What listeners subscribe to.", no_args_is_help=True)
app.add_typer(user_commands, name="user")
app.add_typer(show_commands, name="show")
app.add_typer(media_commands.media, name="media")
app.command("replace")(media_commands.replace)
app.command("transcribe")(transcribe_commands.transcribe)
app.command("import")(moving.import_show)
app.command("export")(moving_out.export_all)
app.command("leave")(departing.leave)

Insist = Annotated[
    bool, typer.Option("--although-damaged", help="Publish what has bad spots.")
]
DAMAGED = "It is damaged, and stays a draft until you publish it."
Names = Annotated[list[str] | None, typer.Option()]
File = Annotated[Path | None, typer.Option()]


def main(arguments: list[str] | None = None) -> None:
    """Run one command. Exit 0: done; 1: refused, with a sentence; 2: wrong usage."""
    write_logs(logging.WARNING)  # before anything logs: stdout belongs to results
    try:
        app(arguments)
    except (CommoncastError, MediaError) as error:
        _refuse(error.sentence)
    except OperationalError as error:
        _refuse(f"The database does not answer: {error.orig}")


@app.command()
def serve(
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    no_worker: Annotated[bool, typer.Option("--no-worker")] = False,
) -> None:
    """Serve the site, and keep worker processes running beside it."""
    settings = Settings.load()
    write_logs()
    with opened(settings) as platform:
        migration.migrate(platform)
        # A new address or a new version of us must reach the feeds, too.
        syndication.refresh_all(platform)
    workers = 0 if no_worker else settings.workers
    serving.serve(settings, host=host, port=port, workers=workers)


@app.command("worker")
def run_worker(
    queues: Annotated[str, typer.Option(help="Only these, joined by commas.")] = "",
) -> None:
    """Make episodes of recordings until told to stop."""
    write_logs()
    with ready() as platform:
        worker.run_worker(platform, [q for q in queues.split(",") if q] or None)


@app.command()
def migrate() -> None:
    """Bring the database and the storage up to date."""
    with opened(Settings.load()) as platform:
        migration.migrate(platform)


@user_commands.command("add")
def add_user(
    email: str,
    admin: Annotated[bool, typer.Option("--admin", help="May keep all shows.")] = False,
    show: Annotated[list[str] | None, typer.Option(help="May host it.")] = None,
) -> None:
    """Add somebody, or let them in again: prints a link that signs in once."""
    with ready() as platform:
        typer.echo(members.invite(platform, email, is_admin=admin, shows=show or []))


@show_commands.command("add")
def show_add(
    slug: str,
    title: Annotated[str, typer.Option()],
    description: Annotated[str, typer.Option()],
    language: Annotated[str, typer.Option(help="A code, such as en or en-gb.")],
    category: Annotated[str, typer.Option(help='"Category > Subcategory".')],
    author: Annotated[str, typer.Option()],
    artwork: File = None,
    email: str = "",
) -> None:
    """Begin a show: prints the address of its feed."""
    picture = publishing.existing_file(artwork) if artwork else None
    facts = {
        "slug": slug,
        "title": title,
        "description": description,
        "language": language,
        "category": category,
        "author": author,
        "email": email,
    }
    with ready() as platform:
        typer.echo(publishing.begin_show(platform, facts, picture))


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(help="The recording: sound or film.")],
    show: Annotated[str, typer.Option(help="Its name in the address.")],
    title: Annotated[str, typer.Option()],
    summary: Annotated[str, typer.Option(help="One sentence.")] = "",
    notes: Annotated[Path | None, typer.Option(help="Markdown.")] = None,
    topic: Names = None,
    person: Annotated[list[str] | None, typer.Option(help='"Name:role"')] = None,
    artwork: File = None,
    chapters: File = None,
    transcript: File = None,
    publish_at: Annotated[str, typer.Option(help="2026-12-24T18:00+01:00")] = "",
    consent_held: Annotated[bool, typer.Option("--consent-held")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="Do not publish it.")] = False,
    although_damaged: Insist = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Make an episode of a recording, wait until it is whole, and publish it."""
    order = publishing.Order(
        recording=file,
        show=show,
        title=title,
        summary=summary,
        notes=notes,
        topics=tuple(topic or ()),
        people=tuple(_credit(text) for text in person or ()),
        artwork=artwork,
        chapters=chapters,
        transcript=transcript,
        publish_at=_moment(publish_at),
        consent_held=consent_held,
        draft=draft,
        although_damaged=although_damaged,
    )
    write_logs(logging.CRITICAL)
    with ready() as platform, Bar(title) as bar:
        done = publishing.publish(platform, order, bar.move)
    typer.echo(json.dumps(asdict(done)) if as_json else done.episode_url)
    if not (done.is_published or draft):
        typer.echo(DAMAGED, err=True)


@app.command("check-feed")
def check_feed(
    feed: Annotated[str, typer.Argument(metavar="URL|SLUG")],
    live: Annotated[bool, typer.Option(help="Visit every file it names.")] = False,
) -> None:
    """Print every rule of the podcast directories that a feed breaks."""
    with ready() as platform:
        found = feed_check.problems(platform, feed, live=live)
    typer.echo(report(found))
    errors = sum(problem.severity == Severity.ERROR for problem in found)
    if errors:
        raise NotReady(f"Errors in this feed: {errors}.")


@app.command("demo")
def make_demo() -> None:
    """Make the demo show, unless it is there; prints where everything is."""
    write_logs(logging.CRITICAL)
    with ready() as platform:
        for line in demo.make(platform):
            typer.echo(line)


def _credit(text: str) -> tuple[str, str]:
    name, colon, role = (part.strip() for part in text.rpartition(":"))
    if not colon:
        return role, "host"
    if role.lower() not in ROLES:
        raise BadRequest(
            f'"{role}" is no role that podcast apps know. '
            "Most people are a host, a guest, a producer or an editor."
        )
    return name, role


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(
            f'"{text}" is not a date that can be read. Write 2026-12-24T18:00+01:00.'
        ) from error
    return moment.astimezone()  # without a zone, it is this machine's


def _refuse(sentence: str) -> None:
    typer.echo(sentence, err=True)
    sys.exit(1)
