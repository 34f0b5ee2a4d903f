"""The folder of an export: files, and a manifest that names each with its hash.

The manifest is written last. Without it, an export has broken off and can be continued.
"""

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

from app.errors import BadRequest, NoRoom

VERSION = 1
MANIFEST = "manifest.json"
UNFINISHED = "unfinished.txt"
BLOCK = 256 * 1024  # bytes
_LARGEST_MANIFEST = 512 * 1024 * 1024  # bytes
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PRIVATE = ("rows", "media", "episodes")
_WARNING = (
    "This export is not finished. Run `commoncast export` with this folder again.\n"
)


@dataclass(frozen=True, slots=True)
class File:
    """What the manifest says about one file."""

    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an export comes from."""

    address: str  # of the site
    media_address: str  # below which its files lay
    site_name: str
    site_tagline: str


@dataclass
class Writing:
    """An export that is being written."""

    folder: Path
    verifies: bool = False  # whether what is there is read once more
    files: dict[str, File] = field(default_factory=dict)

    @classmethod
    def begin(cls, folder: Path, *, verifies: bool = False) -> "Writing":
        """Take a new folder, or one that holds an earlier export, whole or not."""
        is_ours = (folder / MANIFEST).is_file() or (folder / UNFINISHED).is_file()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()) and not is_ours:
                raise BadRequest(
                    f"{folder} holds other things. Please give a new folder."
                )
            (folder / UNFINISHED).write_text(_WARNING)
            (folder / MANIFEST).unlink(missing_ok=True)
            for name in _PRIVATE:  # consents and drafts are nobody else's business
                (folder / name).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise _unwritable(folder, error) from error
        return cls(folder, verifies)

    def write(self, path: str, blocks: Iterable[bytes]) -> File:
        """Write a file whole or not at all, and note it."""
        target = self.folder / path
        part = target.with_name(f".{uuid4().hex}.part")
        digest, size = hashlib.sha256(), 0
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                for block in blocks:
                    file.write(block)
                    digest.update(block)
                    size += len(block)
            part.replace(target)
        except OSError as error:
            raise _unwritable(target, error) from error
        finally:
            part.unlink(missing_ok=True)
        return self._note(path, File(size, digest.hexdigest()))

    def keep(self, path: str, size: int, sha256: str) -> bool:
        """Note a file that an earlier run has written, if it is there."""
        target = self.folder / path
        is_there = target.is_file() and target.stat().st_size == size
        if is_there and self.verifies:
            with target.open("rb") as file:
                is_there = _sha256(file) == sha256
        if is_there:
            self._note(path, File(size, sha256))
        return is_there

    def link(self, source: str, path: str) -> None:
        """The same file under a second name, which costs nothing on one disk."""
        target = self.folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            os.link(self.folder / source, target)
        except OSError:  # a disk without links
            with (self.folder / source).open("rb") as file:
                self.write(path, _blocks(file))
        self._note(path, self.files[source])

    def finish(self, origin: Origin) -> None:
        """Remove what no longer belongs here, and write the manifest."""
        for found in sorted(self.folder.rglob("*"), reverse=True):
            path = found.relative_to(self.folder).as_posix()
            if found.is_dir() and not found.is_symlink():
                if not any(found.iterdir()):
                    found.rmdir()
            elif path not in self.files and path != UNFINISHED:
                found.unlink()
        self._write_manifest(origin)
        (self.folder / UNFINISHED).unlink()

    def _note(self, path: str, file: File) -> File:
        self.files[path] = file
        return file

    def _write_manifest(self, origin: Origin) -> None:
        files = {
            path: {"size": file.size, "sha256": file.sha256}
            for path, file in sorted(self.files.items())
        }
        facts = {
            "format": "commoncast",
            "version": VERSION,
            "address": origin.address,
            "media_address": origin.media_address,
            "site_name": origin.site_name,
            "site_tagline": origin.site_tagline,
            "files": files,
        }
        text = json.dumps(facts, ensure_ascii=False, indent=1)
        self.write(MANIFEST, [text.encode(), b"\n"])


@dataclass(frozen=True)
class Reading:
    """An export that somebody gave us: nothing in it is believed unseen."""

    folder: Path
    origin: Origin
    files: dict[str, File]

    @classmethod
    def open(cls, folder: Path) -> "Reading":
        """Read the manifest. Raises `BadRequest` with what is wrong."""
        if not os.path.lexists(folder / MANIFEST):
            raise BadRequest(
                f"{folder} is no export that was finished: it has no {MANIFEST}. "
                "If it broke off, run `commoncast export` with this folder again."
            )
        facts = _facts(folder)
        if facts.get("format") != "commoncast" or facts.get("version") != VERSION:
            raise BadRequest(
                "This export is of a kind that this version of Commoncast cannot read."
            )
        names = ("address", "media_address", "site_name", "site_tagline")
        said = [facts.get(name) for name in names]
        if not all(isinstance(text, str) for text in said):
            raise BadRequest(f"This export is damaged: {MANIFEST} is not complete.")
        return cls(folder, Origin(*map(str, said)), _files(facts.get("files")))

    def below(self, top: str) -> list[str]:
        """The files in one part of the export."""
        return [path for path in self.files if path.startswith(f"{top}/")]

    def verified(self, path: str) -> Path:
        """A file whose bytes are those that the manifest promised."""
        said = self.files.get(path)
        if said is None:
            raise BadRequest(f"This export is not complete: {path} is missing.")
        with _opened(self.folder, path) as file:
            has_size = os.fstat(file.fileno()).st_size == said.size
            if not (has_size and _sha256(file) == said.sha256):
                raise _changed(path)
        return self.folder / path

    def lines(self, path: str) -> Iterator[bytes]:
        """The lines of a file."""
        if path in self.files:
            with _opened(self.folder, path) as file:
                yield from file


def _facts(folder: Path) -> dict[str, Any]:
    with _opened(folder, MANIFEST) as file:
        text = file.read(_LARGEST_MANIFEST)
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"This export is damaged: {MANIFEST}.") from error
    if not isinstance(facts, dict):
        raise BadRequest(f"This export is damaged: {MANIFEST}.")
    return facts


def _files(said: Any) -> dict[str, File]:
    if not isinstance(said, dict):
        raise BadRequest(f"This export is damaged: {MANIFEST} is not complete.")
    return {_safe(path): _file(path, facts) for path, facts in said.items()}


def _safe(path: str) -> str:
    if not _PATH.fullmatch(path) or len(path) > 600:
        raise BadRequest(f"This export names a file that could lie anywhere: {path!r}.")
    return path


def _file(path: str, facts: Any) -> File:
    size = facts.get("size") if isinstance(facts, dict) else None
    digest = facts.get("sha256") if isinstance(facts, dict) else None
    is_size = type(size) is int and size >= 0
    if not (is_size and isinstance(digest, str) and _SHA256.fullmatch(digest)):
        raise BadRequest(f"This export is damaged: {MANIFEST} on {path}.")
    return File(size or 0, digest)


def _opened(folder: Path, path: str) -> BufferedReader:
    for parent in PurePosixPath(path).parents:
        if (folder / parent).is_symlink() and parent != PurePosixPath("."):
            raise BadRequest(f"This export has a link in it: {parent}.")
    try:
        # A pipe would keep us waiting for ever.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(folder / path, flags)
    except OSError as error:
        sentence = f"This export has a file that cannot be read: {path}."
        raise BadRequest(sentence, cause=str(error)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BadRequest(f"This export has something else than a file: {path}.")
    return os.fdopen(descriptor, "rb")


def _sha256(file: BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def _blocks(file: BufferedReader) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _changed(path: str) -> BadRequest:
    return BadRequest(f"{path} is not as it was exported. Please copy it again.")


def _unwritable(path: Path, error: OSError) -> NoRoom:
    return NoRoom(f"{path} cannot be written: {error.strerror}.", cause=str(error))
