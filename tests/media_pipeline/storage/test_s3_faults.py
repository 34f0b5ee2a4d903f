"""A bucket that hangs, is away, breaks off, or cannot be trusted."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from media_pipeline.errors import StorageFailed
from media_pipeline.storage.s3 import S3Storage
from media_pipeline.storage.s3_address import Address
from media_pipeline.storage.s3_upload import PART_BYTES
from tests.services.ceph import S3
from tests.services.faulty import Fault, road_to
from tests.services.fixtures import Bucket

MakeFile = Callable[[bytes], Path]
MP3 = "audio/mpeg"
PUBLIC = "public/2b5a/1/5f5f.mp3"


class BreaksOff(BaseHTTPRequestHandler):
    """Promises a thousand bytes, and hangs up after five."""

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.send_header("Last-Modified", "Fri, 20 Nov 2026 12:00:00 GMT")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        self.wfile.write(b"12345")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.usefixtures("s3_service")
def test_a_storage_that_hangs_is_given_up_in_time() -> None:
    with silent() as port:
        address = Address.read(f"s3://b?endpoint=http://127.0.0.1:{port}")
        client = address.connect(read_seconds=0.5)
        started = time.monotonic()

        with (
            closing(S3Storage(address, client)) as storage,
            pytest.raises(StorageFailed) as failed,
        ):
            storage.stat(PUBLIC)

    assert time.monotonic() - started < 5
    assert failed.value.sentence == "A file could not be read."


@pytest.mark.usefixtures("s3_service")
def test_a_storage_that_is_down_fails_with_a_sentence(
    file: MakeFile, tmp_path: Path
) -> None:
    with silent() as port:
        url = f"s3://b?endpoint=http://127.0.0.1:{port}"

    with closing(S3Storage.from_url(url)) as storage:
        for act in (
            lambda: storage.put_file(file(b"sound"), PUBLIC, MP3),
            lambda: storage.fetch(PUBLIC, tmp_path / "back"),
            lambda: list(storage.objects("public/")),
            lambda: storage.delete_many([PUBLIC]),
            storage.prepare,
        ):
            with pytest.raises(StorageFailed):
                act()


def test_a_certificate_that_nobody_vouches_for_is_refused(
    s3_https: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE")

    with (
        closing(S3Storage.from_url(s3_https.url)) as storage,
        pytest.raises(StorageFailed, match="SSL"),
    ):
        storage.stat(PUBLIC)


def test_without_keys_it_says_which_are_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))

    with (
        closing(S3Storage.from_url("s3://b?endpoint=http://127.0.0.1:9")) as storage,
        pytest.raises(StorageFailed) as failed,
    ):
        storage.stat(PUBLIC)

    assert "AWS_ACCESS_KEY_ID" in failed.value.sentence


@pytest.mark.usefixtures("s3_service")
def test_an_answer_that_breaks_off_leaves_no_half_file(tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), BreaksOff) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"s3://b?endpoint=http://127.0.0.1:{server.server_port}"

        with closing(S3Storage.from_url(url)) as storage, pytest.raises(StorageFailed):
            storage.fetch(PUBLIC, tmp_path / "back")

        server.shutdown()
        thread.join()
    assert not (tmp_path / "back").exists()


@pytest.fixture
def behind_a_page(s3_http: Bucket, s3_service: S3) -> Iterator[S3Storage]:
    """A bucket, and before it something that answers everything with its own page."""
    with road_to(s3_service.http) as road:
        road.go_bad(Fault.ANSWERS_PAGE)
        url = f"s3://{s3_http.storage.bucket}?endpoint={road.url}"
        with closing(S3Storage.from_url(url)) as storage:
            yield storage


def test_a_page_is_no_answer_of_a_storage(
    behind_a_page: S3Storage, file: MakeFile, tmp_path: Path
) -> None:
    storage, large = behind_a_page, file(bytes(PART_BYTES + 1))
    for act in (
        lambda: storage.put_file(file(b"sound"), PUBLIC, MP3),
        lambda: storage.put_file(large, PUBLIC, MP3),
        lambda: storage.stat(PUBLIC),
        lambda: storage.fetch(PUBLIC, tmp_path / "back"),
        lambda: list(storage.objects("public/")),
        lambda: storage.delete_many([PUBLIC]),
        storage.prepare,
    ):
        with pytest.raises(StorageFailed):
            act()


def test_other_bytes_than_those_we_know_of_are_not_taken(
    s3_http: Bucket, file: MakeFile, tmp_path: Path
) -> None:
    s3_http.storage.put_file(file(b"sound"), PUBLIC, MP3)

    with pytest.raises(StorageFailed, match="5 bytes"):
        s3_http.storage.fetch(PUBLIC, tmp_path / "back", sha256="0" * 64)

    assert not (tmp_path / "back").exists()


def answers(code: str) -> Callable[..., None]:
    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "GetBucketPolicy")

    return refuse


@pytest.mark.parametrize("code", ["NotImplemented", "AccessDenied"])
def test_a_bucket_whose_rules_others_keep_will_do(
    s3_http: Bucket, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(S3Storage.from_url(s3_http.url)) as storage:
        asking = "before-call.s3.GetBucketPolicy"
        storage.client.meta.events.register(asking, answers(code))

        storage.prepare()

    assert "Reading public/ by everybody is not set up by us" in caplog.text


def test_a_bucket_that_cannot_be_prepared_is_told(s3_http: Bucket) -> None:
    with closing(S3Storage.from_url(s3_http.url)) as storage:
        asking = "before-call.s3.GetBucketPolicy"
        storage.client.meta.events.register(asking, answers("InternalError"))

        with pytest.raises(StorageFailed, match="InternalError"):
            storage.prepare()
