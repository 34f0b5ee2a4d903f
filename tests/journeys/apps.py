"""Podcast apps that others wrote, each with a home of its own."""

import os
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class App:
    """A program, and the folder where it believes to be at home."""

    home: Path

    def run(self, *command: str) -> str:
        """What it prints; it has to end well."""
        self.home.mkdir(parents=True, exist_ok=True)
        own = {"HOME": str(self.home), "GPODDER_HOME": str(self.home)}
        done = subprocess.run(
            command,
            env=os.environ | own | {"XDG_CONFIG_HOME": str(self.home)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


class Newsboat(App):
    """A reader for the terminal; its cache tells what it has understood."""

    def subscribe(self, feed: str) -> None:
        """Follow a feed, and read it."""
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "urls").write_text(f"{feed}\n")
        (self.home / "config").write_text("")
        self.reload()

    def reload(self) -> None:
        """Read it again."""
        files = {"-u": "urls", "-c": "cache.db", "-C": "config"}
        named = [p for flag, name in files.items() for p in (flag, self._at(name))]
        self.run("newsboat", *named, "-x", "reload")

    def episodes(self) -> set[tuple[str, str, str]]:
        """The guid, title and enclosure of each."""
        found = sqlite3.connect(self.home / "cache.db").execute(
            "SELECT guid, title, enclosure_url FROM rss_item WHERE deleted = 0"
        )
        return set(found)

    def _at(self, name: str) -> str:
        return str(self.home / name)


class Podget(App):
    """A downloader that reads feeds with sed."""

    def fetch(self, feed: str) -> dict[str, bytes]:
        """Every file of a feed, by its name."""
        library = self.home / "library"
        library.mkdir(parents=True)
        self.run("podget", "-d", str(self.home), "--create-config", "podgetrc")
        (self.home / "serverlist").write_text(f"{feed} Category Name\n")
        self.run("podget", "-d", str(self.home), "-l", str(library), "-n")
        kept = [path for path in (library / "Category").rglob("*") if path.is_file()]
        return {path.name: path.read_bytes() for path in kept}


class Gpodder(App):
    """A podcast app, by its command line."""

    def gpo(self, *arguments: str) -> str:
        """One command."""
        return self.run("gpo", *arguments)

    def fetch(self, feed: str) -> dict[str, bytes]:
        """Every file of a feed, by its address."""
        self.gpo("subscribe", feed)
        self.gpo("download")
        table = sqlite3.connect(self.home / "Database")
        rows = table.execute("SELECT guid, download_filename FROM episode")
        names = dict(rows.fetchall())
        files = {path.name: path for path in self.home.glob("Downloads/*/*")}
        return {g: files[n].read_bytes() for g, n in names.items() if n in files}

    def episodes(self) -> set[tuple[str, str, str]]:
        """The guid, title and enclosure of each."""
        table = sqlite3.connect(self.home / "Database")
        return set(table.execute("SELECT guid, title, url FROM episode"))
