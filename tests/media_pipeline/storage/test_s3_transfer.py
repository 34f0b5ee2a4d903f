"""Bytes on their way into a bucket and back: many, damaged, or too few."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from media_pipeline.errors import StorageFailed
from media_pipeline.storage.s3 import S3Storage
from media_pipeline.storage.s3_address import Address
from media_pipeline.storage.s3_upload import MOST_PARTS, PART_BYTES
from tests.services.fixtures import Bucket

MakeFile = Callable[[bytes], Path]
MP3 = "audio/mpeg"
PUBLIC = "public/2b5a/1/5f5f.mp3"
PRIVATE = "private/2b5a/1/recording"
FIVE_MB = 5 * 1024**2  # no part but the last may be smaller
LARGE = os.urandom(2 * FIVE_MB + 12345)
LARGEST = 50 * 1024**3  # bytes, of a recording


@pytest.fixture
def in_parts(bucket: Bucket) -> Iterator[S3Storage]:
    """The bucket, by a client that takes anything above 5 MB apart."""
    address = Address.read(bucket.url)
    with closing(S3Storage(address, address.connect(), part_bytes=FIVE_MB)) as storage:
        yield storage


def unfinished_in(storage: S3Storage) -> list[Any]:
    return storage.client.list_multipart_uploads(Bucket=storage.bucket).get(
        "Uploads", []
    )


def test_a_large_file_goes_in_parts_and_comes_back_whole(
    in_parts: S3Storage, file: MakeFile, tmp_path: Path
) -> None:
    in_parts.put_file(file(LARGE), PUBLIC, MP3)
    in_parts.fetch(PUBLIC, tmp_path / "back")

    found = in_parts.client.head_object(Bucket=in_parts.bucket, Key=PUBLIC)
    assert found["ETag"].endswith('-3"')
    assert found["Metadata"]["sha256"] == hashlib.sha256(LARGE).hexdigest()
    assert (tmp_path / "back").read_bytes() == LARGE


def test_a_large_file_keeps_its_type(in_parts: S3Storage, file: MakeFile) -> None:
    in_parts.put_file(file(LARGE), PUBLIC, MP3)

    stored = in_parts.stat(PUBLIC)

    assert stored is not None
    assert (stored.size, stored.content_type) == (len(LARGE), MP3)


def test_parts_that_do_not_arrive_leave_nothing_behind(
    in_parts: S3Storage, file: MakeFile
) -> None:
    def damage(params: dict[str, Any], **_: object) -> None:
        params["headers"]["Content-MD5"] = "AAAAAAAAAAAAAAAAAAAAAA=="

    in_parts.client.meta.events.register("before-call.s3.UploadPart", damage)

    with pytest.raises(StorageFailed):
        in_parts.put_file(file(LARGE), PUBLIC, MP3)

    assert in_parts.stat(PUBLIC) is None
    assert unfinished_in(in_parts) == []


def test_a_file_that_shrinks_while_it_is_sent_is_not_stored(
    in_parts: S3Storage, file: MakeFile
) -> None:
    path = file(LARGE)

    def shrink(**_: object) -> None:
        os.truncate(path, FIVE_MB)

    in_parts.client.meta.events.register("before-call.s3.CreateMultipartUpload", shrink)

    with pytest.raises(StorageFailed):
        in_parts.put_file(path, PUBLIC, MP3)

    assert in_parts.stat(PUBLIC) is None
    assert unfinished_in(in_parts) == []


def test_what_a_dead_process_left_goes_with_its_episode(bucket: Bucket) -> None:
    storage = bucket.storage
    for key in (PRIVATE, "private/another/1/recording"):
        storage.client.create_multipart_upload(Bucket=storage.bucket, Key=key)

    storage.delete_prefix("private/2b5a/")

    assert [one["Key"] for one in unfinished_in(storage)] == [
        "private/another/1/recording"
    ]


def test_preparing_leaves_uploads_of_today_alone(bucket: Bucket) -> None:
    storage = bucket.storage
    storage.client.create_multipart_upload(Bucket=storage.bucket, Key=PRIVATE)

    storage.prepare()

    assert len(unfinished_in(storage)) == 1


def test_a_copy_keeps_its_digest(
    in_parts: S3Storage, file: MakeFile, tmp_path: Path
) -> None:
    in_parts.put_file(file(LARGE), PUBLIC, MP3)
    in_parts.copy(PUBLIC, "public/copy/1/a.mp3")

    found = in_parts.client.head_object(
        Bucket=in_parts.bucket, Key="public/copy/1/a.mp3"
    )

    assert found["Metadata"]["sha256"] == hashlib.sha256(LARGE).hexdigest()
    assert "immutable" in found["CacheControl"]


def test_more_objects_than_one_page_holds_are_found_and_deleted(
    s3_http: Bucket, file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media_pipeline.storage.s3.DELETED_AT_ONCE", 3)
    small = file(b"x")
    for number in range(7):
        s3_http.storage.put_file(small, f"public/many/{number}", MP3)

    assert s3_http.storage.delete_prefix("public/many/") == 7
    assert list(s3_http.storage.objects("public/many/")) == []


def test_bytes_that_change_on_the_way_in_are_refused(
    bucket: Bucket, file: MakeFile
) -> None:
    with closing(S3Storage.from_url(bucket.url)) as storage:

        def damage(params: dict[str, Any], **_: object) -> None:
            params["body"] = b"noise"

        storage.client.meta.events.register("before-call.s3.PutObject", damage)

        with pytest.raises(StorageFailed):
            storage.put_file(file(b"sound"), PUBLIC, MP3)

    assert bucket.storage.stat(PUBLIC) is None


def test_bytes_that_changed_in_storage_are_not_handed_out(
    bucket: Bucket, tmp_path: Path
) -> None:
    bucket.storage.client.put_object(
        Bucket=bucket.storage.bucket,
        Key=PRIVATE,
        Body=b"noise",
        Metadata={"sha256": hashlib.sha256(b"sound").hexdigest()},
    )

    with pytest.raises(StorageFailed, match="recording"):
        bucket.storage.fetch(PRIVATE, tmp_path / "back")

    assert not (tmp_path / "back").exists()


def test_large_parts_are_few() -> None:
    assert LARGEST / PART_BYTES < MOST_PARTS
