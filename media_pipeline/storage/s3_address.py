"""Which bucket, where, and how to speak with it: the storage setting, read."""

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config

from media_pipeline.errors import StorageFailed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0

# boto3 sends a checksum with these by itself, but of a kind that few storages know.
_NEED_MD5 = ("DeleteObjects", "PutBucketCors", "PutBucketPolicy")


@dataclass(frozen=True, slots=True)
class Address:
    """`s3://bucket?endpoint=..&region=..`; without an endpoint it is at Amazon."""

    bucket: str
    endpoint: str
    region: str
    media_url: str  # a CDN in front of the bucket, or nothing

    @classmethod
    def read(cls, url: str, media_url: str = "") -> "Address":
        """Take a setting apart. Raises `StorageFailed` when it names no bucket."""
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        endpoint = options.pop("endpoint", "").rstrip("/")
        region = options.pop("region", "us-east-1")
        known = not options and parts.path in {"", "/"} and parts.netloc
        if not known or (endpoint and not _is_web_address(endpoint)):
            raise StorageFailed(
                "The storage setting cannot be used: "
                "write s3://bucket?endpoint=https://host&region=name.",
                cause=url,
            )
        return cls(parts.netloc, endpoint, region, media_url)

    @property
    def served_at(self) -> str:
        """Where browsers and podcast apps find the bucket."""
        if self.media_url:
            return self.media_url
        if self.endpoint:
            return f"{self.endpoint}/{self.bucket}"
        return f"https://{self.bucket}.s3.{self.region}.amazonaws.com"

    def connect(self, *, read_seconds: float = READ_SECONDS) -> "S3Client":
        """A client for this bucket that gives up in time; it may be shared."""
        client = boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint or None,
            region_name=self.region,
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=read_seconds,
                # Whoever asks us tries again too, and much later.
                retries={"mode": "standard", "total_max_attempts": 2},
                # Other storages do not know the newer checksums: we send MD5.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                signature_version="s3v4",
                s3={"addressing_style": "path" if self.endpoint else "auto"},
            ),
        )
        for operation in _NEED_MD5:
            client.meta.events.register(f"before-call.s3.{operation}", _add_md5)
        return client


def md5_of(content: bytes) -> str:
    """As S3 wants it: the older checksum, which every storage knows."""
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def _is_web_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _add_md5(params: dict[str, Any], **_: object) -> None:
    params["headers"]["Content-MD5"] = md5_of(params["body"])
