"""The real services as fixtures; each test gets a database or a bucket of its own."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import create_engine

import app.models  # noqa: F401 (all tables)
from app.database import Base
from media_pipeline.storage.s3 import S3Storage
from tests.services import ceph, postgres
from tests.services.daemon import Unavailable

Found = TypeVar("Found")


@dataclass(frozen=True)
class Bucket:
    """A bucket on the real gateway: its setting, and it opened."""

    url: str
    storage: S3Storage


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    return _up(postgres.start)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """A database with all tables: copying it is faster than making them again."""
    with _database(postgresql_server) as url:
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        Base.metadata.create_all(engine)
        engine.dispose()
        yield url.rpartition("/")[2]


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """A PostgreSQL database with empty tables."""
    with _database(postgresql_server, template=postgresql_template) as url:
        yield url


@pytest.fixture
def empty_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    with _database(postgresql_server) as url:
        yield url


@pytest.fixture(scope="session")
def s3_service() -> Iterator[ceph.S3]:
    service = _up(ceph.start)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", service.access_key)
        patch.setenv("AWS_SECRET_ACCESS_KEY", service.secret_key)
        patch.setenv("AWS_CA_BUNDLE", service.ca_bundle)
        yield service


@pytest.fixture(scope="session")
def s3_http_bucket(s3_service: ceph.S3) -> Iterator[Bucket]:
    with _bucket(s3_service.http) as bucket:
        yield bucket


@pytest.fixture(scope="session")
def s3_https_bucket(s3_service: ceph.S3) -> Iterator[Bucket]:
    with _bucket(s3_service.https) as bucket:
        yield bucket


@pytest.fixture
def s3_http(s3_http_bucket: Bucket) -> Iterator[Bucket]:
    """A bucket, emptied after each test."""
    yield s3_http_bucket
    s3_http_bucket.storage.delete_prefix("")


@pytest.fixture
def s3_https(s3_https_bucket: Bucket) -> Iterator[Bucket]:
    """The same behind TLS, where checksums travel differently."""
    yield s3_https_bucket
    s3_https_bucket.storage.delete_prefix("")


def _up(start: Callable[[], Found]) -> Found:
    try:
        return start()
    except Unavailable as reason:
        pytest.skip(f"a service is missing: {reason}")


@contextmanager
def _database(server: str, template: str = "template0") -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    _tell(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield f"{server.rpartition('/')[0]}/{name}"
    _tell(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _tell(server: str, command: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(command.encode())


@contextmanager
def _bucket(endpoint: str) -> Iterator[Bucket]:
    url = f"s3://test-{uuid4().hex}?endpoint={endpoint}&region=us-east-1"
    with closing(S3Storage.from_url(url)) as storage:
        storage.prepare()
        yield Bucket(url, storage)
        storage.delete_prefix("")
        storage.client.delete_bucket(Bucket=storage.bucket)
