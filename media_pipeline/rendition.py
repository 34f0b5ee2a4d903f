"""What the pipeline hands back: files it made, with what was verified about them."""

import base64
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media_pipeline.kinds import PRIVATE, Kind
from media_pipeline.recipes import RECIPE, RECIPES

__all__ = [
    "BLOCK",
    "EXACT_SECONDS",
    "PRIVATE",
    "Digest",
    "Kind",
    "Rendition",
    "finished",
]

BLOCK = 1024 * 1024  # bytes
EXACT_SECONDS = 0.1  # by which what was made may be longer or shorter than planned


@dataclass(frozen=True, slots=True)
class Rendition:
    """A finished file in the work folder."""

    kind: Kind
    path: Path
    content_type: str
    size: int  # bytes
    sha256: str  # hexadecimal
    sha384: str  # base64, as Subresource Integrity writes it
    name: str = ""  # tells renditions of one kind apart: "720p"
    duration_seconds: float | None = None
    width: int | None = None
    height: int | None = None
    bitrate: int | None = None  # bit/s
    codecs: str = ""  # RFC 6381
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def filename(self) -> str:
        """What it is called in storage: its content, and what it is."""
        return f"{self.sha256[:32]}{self.path.suffix}"


@dataclass(frozen=True, slots=True)
class Digest:
    """The size and the hashes of a file, read once."""

    size: int
    sha256: str
    sha384: str

    @classmethod
    def of(cls, path: Path) -> "Digest":
        """Read the whole file."""
        short, long = hashlib.sha256(), hashlib.sha384()
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                short.update(block)
                long.update(block)
        sri = base64.b64encode(long.digest()).decode()
        return cls(path.stat().st_size, short.hexdigest(), sri)


def finished(
    kind: Kind, path: Path, content_type: str, **facts: Any
) -> Rendition:  # facts: the optional fields of Rendition
    """Close a file: weigh and hash it, and note by which recipe it was made."""
    weighed = Digest.of(path)
    details = {RECIPE: RECIPES[kind]} | facts.pop("details", {})
    return Rendition(
        kind=kind,
        path=path,
        content_type=content_type,
        size=weighed.size,
        sha256=weighed.sha256,
        sha384=weighed.sha384,
        details=details,
        **facts,
    )
