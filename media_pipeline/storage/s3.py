"""Finished files in a bucket: any storage that speaks S3, for many servers."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from media_pipeline.errors import StorageFailed
from media_pipeline.storage.protocol import (
    IMMUTABLE,
    Stored,
    check_key,
    content_type_of,
)
from media_pipeline.storage.s3_address import Address
from media_pipeline.storage.s3_bucket import abort_leftovers, prepare_bucket
from media_pipeline.storage.s3_errors import code_of, failing
from media_pipeline.storage.s3_upload import PART_BYTES, Upload

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

BLOCK = 256 * 1024  # bytes
DELETED_AT_ONCE = 1000  # S3 takes no more in one request


class S3Storage:
    """A bucket whose public part everybody may read."""

    def __init__(
        self, address: Address, client: "S3Client", *, part_bytes: int = PART_BYTES
    ) -> None:
        self.client = client
        self.bucket = address.bucket
        self._address = address
        self._part_bytes = part_bytes

    @classmethod
    def from_url(cls, url: str, *, media_url: str = "") -> "S3Storage":
        """Open `s3://bucket?endpoint=..&region=..`; keys come from AWS_* variables."""
        address = Address.read(url, media_url)
        return cls(address, address.connect())

    def close(self) -> None:
        """Give the connections back."""
        self.client.close()

    def prepare(self) -> None:
        """Make the bucket, let everybody read public/, sweep dead uploads."""
        prepare_bucket(self.client, self.bucket)

    def put_file(
        self,
        path: Path,
        key: str,
        content_type: str,
        *,
        cache_control: str = IMMUTABLE,
        if_absent: bool = False,
        handed_over: bool = False,
    ) -> None:
        """Upload a file, in parts if it is large, and verify that all of it arrived."""
        if if_absent and self.stat(key) is not None:
            return
        upload = Upload(
            self.client, self.bucket, check_key(key), path, self._part_bytes
        )
        with failing("stored", key):
            upload.run(ContentType=content_type, CacheControl=cache_control)
        self._check_size(key, upload.size)

    def open_range(
        self, key: str, start: int = 0, length: int | None = None
    ) -> Iterator[bytes]:
        """The bytes of an object from `start`, in blocks."""
        if length == 0:
            return iter(())
        body = self._get(key, start, length)
        return iter(()) if body is None else _blocks(body, key)

    def fetch(self, key: str, path: Path, *, sha256: str = "") -> None:
        """Download an object into a file, and verify that it is the one we stored."""
        stored = self._head(key)
        if stored is None:
            raise StorageFailed("A file could not be read.", cause=f"{key}: not there")
        digest, size = hashlib.sha256(), 0
        try:
            with failing("read", key), path.open("wb") as file:
                for block in self.open_range(key):
                    file.write(block)
                    digest.update(block)
                    size += len(block)
            known = sha256 or stored["Metadata"].get("sha256", digest.hexdigest())
            if size != stored["ContentLength"] or digest.hexdigest() != known:
                raise StorageFailed(
                    "A file came back damaged.", cause=f"{key}: {size} bytes"
                )
        except StorageFailed:
            path.unlink(missing_ok=True)
            raise

    def stat(self, key: str) -> Stored | None:
        """What is stored under this key, or None."""
        found = self._head(key)
        if found is None:
            return None
        return Stored(
            key=key,
            size=found["ContentLength"],
            content_type=found["ContentType"],
            modified_at=found["LastModified"].astimezone(UTC),
        )

    def objects(self, prefix: str) -> Iterator[Stored]:
        """Everything below a prefix, in the order of the keys."""
        pages = self.client.get_paginator("list_objects_v2")
        with failing("listed", prefix):
            for page in pages.paginate(Bucket=self.bucket, Prefix=prefix):
                _ = page["Name"]  # so begins every list, also an empty one
                for found in page.get("Contents", []):
                    yield Stored(
                        key=found["Key"],
                        size=found["Size"],
                        content_type=content_type_of(found["Key"]),
                        modified_at=found["LastModified"].astimezone(UTC),
                    )

    def copy(self, source: str, target: str) -> None:
        """Copy one object to another key, inside the storage."""
        found = self._head(source)
        if found is None:
            raise StorageFailed(
                "A file could not be stored.", cause=f"{source}: not there"
            )
        # Above 5 GB a copy is made of parts, and then nothing is taken over by itself.
        kept: dict[str, Any] = {
            "ContentType": found["ContentType"],
            "CacheControl": found.get("CacheControl", IMMUTABLE),
            "Metadata": found["Metadata"],
            "MetadataDirective": "REPLACE",
        }
        with failing("stored", target):
            origin = {"Bucket": self.bucket, "Key": source}
            self.client.copy(origin, self.bucket, check_key(target), ExtraArgs=kept)  # type: ignore[arg-type]
        self._check_size(target, found["ContentLength"])

    def delete_many(self, keys: list[str]) -> None:
        """Delete objects; those that are not there do not matter."""
        for start in range(0, len(keys), DELETED_AT_ONCE):
            batch = [check_key(key) for key in keys[start : start + DELETED_AT_ONCE]]
            with failing("deleted", batch[0]):
                answer = self.client.delete_objects(
                    Bucket=self.bucket,
                    Delete={"Objects": [{"Key": key} for key in batch]},
                )
            left = {*batch} - {gone["Key"] for gone in answer.get("Deleted", [])}
            if left:
                cause = f"{answer.get('Errors') or left}"
                raise StorageFailed("A file could not be deleted.", cause=cause)

    def delete_prefix(self, prefix: str) -> int:
        """Delete everything below a prefix; how many objects that were."""
        keys = [stored.key for stored in self.objects(prefix)]
        self.delete_many(keys)
        with failing("deleted", prefix):
            abort_leftovers(self.client, self.bucket, prefix)
        return len(keys)

    def public_url(self, key: str) -> str:
        """The address of a public object."""
        return f"{self._address.served_at}/{check_key(key)}"

    def signed_url(
        self, key: str, ttl_seconds: int, *, disposition: str | None = None
    ) -> str:
        """An address that works for `ttl_seconds`."""
        wanted = {"Bucket": self.bucket, "Key": check_key(key)}
        if disposition:
            wanted["ResponseContentDisposition"] = disposition
        with failing("read", key):
            return self.client.generate_presigned_url(
                "get_object", Params=wanted, ExpiresIn=ttl_seconds
            )

    def _get(self, key: str, start: int, length: int | None) -> "StreamingBody | None":
        last = "" if length is None else start + length - 1
        with failing("read", key):
            try:
                if start == 0 and length is None:  # an empty object has no ranges
                    return self.client.get_object(Bucket=self.bucket, Key=key)["Body"]
                wanted = f"bytes={start}-{last}"
                return self.client.get_object(
                    Bucket=self.bucket, Key=key, Range=wanted
                )["Body"]
            except ClientError as error:
                if code_of(error) in {"InvalidRange", "416"}:
                    return None  # it ends before `start`
                raise

    def _head(self, key: str) -> Any:
        with failing("read", key):
            try:
                found = self.client.head_object(Bucket=self.bucket, Key=check_key(key))
                _ = found["LastModified"]  # a page that stands in for it has none
                return found
            except ClientError as error:
                if code_of(error) in {"404", "NoSuchKey", "NotFound"}:
                    return None
                raise

    def _check_size(self, key: str, size: int) -> None:
        found = self.stat(key)
        if found is None or found.size != size:
            raise StorageFailed(
                "A file was not stored completely.",
                cause=f"{key}: {found.size if found else 'nothing'} of {size} bytes",
            )


def _blocks(body: "StreamingBody", key: str) -> Iterator[bytes]:
    with closing(body), failing("read", key):
        yield from body.iter_chunks(BLOCK)
