"""One file on its way into a bucket: whole, or in parts, verified by the storage."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from media_pipeline.errors import StorageFailed
from media_pipeline.storage.s3_address import md5_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PART_BYTES = 16 * 1024**2
MOST_PARTS = 10_000  # S3 takes no more
AT_ONCE = 4  # so many parts are in memory
BLOCK = 1024**2  # bytes


@dataclass(frozen=True)
class Upload:
    """A file, read as it is now. A stream could come to an early end unnoticed."""

    client: "S3Client"
    bucket: str
    key: str
    path: Path
    part_bytes: int

    @cached_property
    def size(self) -> int:
        """What has to arrive."""
        return self.path.stat().st_size

    def run(self, **headers: Any) -> None:
        """Send everything; on any error, leave nothing behind."""
        headers["Metadata"] = {"sha256": self._sha256()}
        if self.size <= self.part_bytes:
            self._send_whole(headers)
        else:
            self._send_in_parts(headers)

    def _sha256(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _send_whole(self, headers: dict[str, Any]) -> None:
        content = self._read(0, self.size)
        self.client.put_object(
            Bucket=self.bucket,
            Key=self.key,
            Body=content,
            ContentMD5=md5_of(content),
            **headers,
        )

    def _send_in_parts(self, headers: dict[str, Any]) -> None:
        opened = self.client.create_multipart_upload(
            Bucket=self.bucket, Key=self.key, **headers
        )
        upload_id = opened["UploadId"]
        try:
            parts = self._send_parts(upload_id)
            self.client.complete_multipart_upload(
                Bucket=self.bucket,
                Key=self.key,
                UploadId=upload_id,
                MultipartUpload={"Parts": parts},
            )
        except BaseException:
            # Unfinished parts are invisible, and paid for.
            self.client.abort_multipart_upload(
                Bucket=self.bucket, Key=self.key, UploadId=upload_id
            )
            raise

    def _send_parts(self, upload_id: str) -> Any:
        step = max(self.part_bytes, -(-self.size // MOST_PARTS))
        starts = range(0, self.size, step)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="upload") as pool:
            waiting = [
                pool.submit(self._send_part, upload_id, number, start, step)
                for number, start in enumerate(starts, 1)
            ]
            try:
                return [part.result() for part in waiting]
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _send_part(
        self, upload_id: str, number: int, start: int, step: int
    ) -> dict[str, Any]:
        content = self._read(start, min(step, self.size - start))
        sent = self.client.upload_part(
            Bucket=self.bucket,
            Key=self.key,
            UploadId=upload_id,
            PartNumber=number,
            Body=content,
            ContentMD5=md5_of(content),
        )
        return {"PartNumber": number, "ETag": sent["ETag"]}

    def _read(self, start: int, length: int) -> bytes:
        with self.path.open("rb") as file:
            file.seek(start)
            content = file.read(length)
        if len(content) < length:
            raise StorageFailed(
                "A file could not be stored.",
                cause=f"{self.path} became shorter while it was sent",
            )
        return content
