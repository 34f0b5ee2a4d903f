import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from media_pipeline.storage import Storage
from media_pipeline.storage.local import LocalStorage
from tests.services.ceph import S3
from tests.services.fixtures import Bucket


@pytest.fixture
def folder(tmp_path: Path) -> LocalStorage:
    storage = LocalStorage(
        tmp_path / "media", served_at="https://cast.example/media", secret=b"secret"
    )
    storage.prepare()
    return storage


@pytest.fixture(params=["s3_http", "s3_https"])
def bucket(request: pytest.FixtureRequest) -> Bucket:
    """A bucket, with and without TLS."""
    found: Bucket = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["folder", "s3_http", "s3_https"])
def storage(request: pytest.FixtureRequest) -> Storage:
    """A storage, empty and ready, once for each kind."""
    found: Storage | Bucket = request.getfixturevalue(request.param)
    return found.storage if isinstance(found, Bucket) else found


@pytest.fixture
def key() -> str:
    """Where nothing lies yet."""
    return f"public/{uuid4().hex}/1/5f5f5f5f.mp3"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    """Makes a file of these bytes."""

    def make(content: bytes) -> Path:
        path = tmp_path / uuid4().hex
        path.write_bytes(content)
        return path

    return make


@pytest.fixture
def anyone(s3_service: S3) -> Iterator[httpx2.Client]:
    """Somebody who has no keys."""
    trust = ssl.create_default_context(cafile=s3_service.ca_bundle)
    with httpx2.Client(verify=trust, trust_env=False) as client:
        yield client
