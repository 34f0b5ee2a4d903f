"""What every entrance shares: settings, database and storage, opened once."""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.database import Database
from app.settings import Settings
from media_pipeline.programs import sandbox
from media_pipeline.storage import Storage, open_storage
from media_pipeline.storage.local import LocalStorage


@dataclass(frozen=True, slots=True)
class Platform:
    """Handed to the web, the worker and the command line alike."""

    settings: Settings
    database: Database
    storage: Storage
    secret: bytes  # signs what must not be forged: expiring addresses

    @classmethod
    def open(cls, settings: Settings) -> "Platform":
        """Open everything. The database may still need `migrate`."""
        for folder in (settings.data_dir, settings.scratch_dir, settings.uploads_dir):
            folder.mkdir(parents=True, exist_ok=True)
        sandbox.permit(unsandboxed=settings.allow_unsandboxed_media)
        secret = _secret(settings.data_dir / "secret")
        storage = open_storage(
            settings.storage,
            public_url=settings.public_url,
            media_url=settings.media_url,
            secret=secret,
        )
        return cls(settings, Database(settings.database), storage, secret)

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()
        self.storage.close()

    def url(self, path: str) -> str:
        """The public address of a path on this site."""
        return f"{self.settings.public_url}/{path.lstrip('/')}"

    def playlist_url(self, key: str) -> str:
        """Where players open a playlist: we compress it, and a bucket would not."""
        if isinstance(self.storage, LocalStorage):
            return self.storage.public_url(key)
        return self.url(f"media/{key}")


def _secret(path: Path) -> bytes:
    # Two processes may start at once: whoever links first wins, both read the same.
    if not path.exists():
        fresh = path.with_name(f"secret.{os.getpid()}.tmp")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(32))
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()
