"""Uploads against a model: whatever happens in whatever order, no byte is lost."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
)

from app.actions import arriving, uploading
from app.actions.uploading import Plan, WrongOffset
from app.database import Base
from app.errors import NotFound, TooLarge
from app.models import Upload, User
from app.platform import Platform
from app.settings import Settings
from tests.factories import make_user

CHUNKS = st.binary(max_size=12)


class Uploads(RuleBasedStateMachine):
    """A client that sends, is cut off, comes back, gives up; and a server that dies."""

    uploads = Bundle("uploads")

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self._platform = opened(Path(self._folder.name))
        with self._platform.database.session() as session:
            self._user: User = make_user(session)
        self._sent: dict[str, bytes] = {}
        self._lengths: dict[str, int] = {}

    def teardown(self) -> None:
        self._platform.close()
        self._folder.cleanup()

    @rule(target=uploads, length=st.integers(0, 30))
    def create(self, length: int) -> str:
        upload = uploading.begin(self._platform, Plan(self._user.id, length=length))
        self._sent[upload.id], self._lengths[upload.id] = b"", length
        return upload.id

    @rule(upload_id=uploads, chunk=CHUNKS, away=st.integers(-3, 3))
    def patch(self, upload_id: str, chunk: bytes, away: int) -> None:
        sent, length = self._sent[upload_id], self._lengths[upload_id]
        if len(sent) == length or away != 0:
            with pytest.raises(WrongOffset):
                self._append(upload_id, len(sent) + (away or 1), chunk)
        elif len(sent) + len(chunk) > length:
            with pytest.raises(TooLarge):
                self._append(upload_id, len(sent), chunk)
        else:
            self._append(upload_id, len(sent), chunk)
            uploading.settle(self._platform, upload_id)
            self._sent[upload_id] += chunk

    @rule(upload_id=uploads, chunk=CHUNKS)
    def die_in_the_middle(self, upload_id: str, chunk: bytes) -> None:
        """The bytes came, and nobody was left to write down that they did."""
        kept = chunk[: self._lengths[upload_id] - len(self._sent[upload_id])]
        if kept:
            self._append(upload_id, len(self._sent[upload_id]), kept)
            self._sent[upload_id] += kept

    @rule()
    def start_again(self) -> None:
        self._platform.close()
        self._platform = opened(Path(self._folder.name))
        arriving.sweep(self._platform)

    @rule(upload_id=consumes(uploads))
    def delete(self, upload_id: str) -> None:
        uploading.end(self._platform, self._row(upload_id))
        del self._sent[upload_id]
        with pytest.raises(NotFound):
            self._row(upload_id)

    @invariant()
    def every_byte_is_there(self) -> None:
        for upload_id, sent in self._sent.items():
            path = uploading.path_of(self._platform, upload_id)
            assert path.read_bytes() == sent
            row = self._row(upload_id)
            assert uploading.offset_of(self._platform, row) == len(sent)

    @invariant()
    def nothing_else_is_there(self) -> None:
        names = {path.name for path in self._platform.settings.uploads_dir.iterdir()}
        assert names == set(self._sent)

    def _row(self, upload_id: str) -> Upload:
        with self._platform.database.reading() as session:
            return uploading.find(session, self._user.id, upload_id)

    def _append(self, upload_id: str, offset: int, chunk: bytes) -> None:
        with uploading.open_at(self._platform, self._row(upload_id), offset) as end:
            end.write(chunk)
            end.keep()


def opened(folder: Path) -> Platform:
    settings = Settings(_env_file=None, data_dir=folder, free_disk_reserve_bytes=0)  # type: ignore[call-arg]
    platform = Platform.open(settings)
    Base.metadata.create_all(platform.database.engine)
    return platform


Uploads.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestUploads = Uploads.TestCase
