"""The bucket itself: that it exists, who may read, and what was left lying in it."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from media_pipeline.storage.s3_errors import code_of, failing

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OURS = "commoncast-public"
DEAD_AFTER = timedelta(days=2)  # no upload takes that long

_log = logging.getLogger(__name__)


def prepare_bucket(client: "S3Client", bucket: str) -> None:
    """Make the bucket, and let everybody read what is public, from every page."""
    with failing("prepared", bucket):
        _make(client, bucket)
        _try("Reading public/ by everybody", lambda: _open(client, bucket))
        _try("Playing from other sites", lambda: _allow_pages(client, bucket))
        dead = datetime.now(UTC) - DEAD_AFTER
        _try("Sweeping", lambda: abort_leftovers(client, bucket, "", older_than=dead))


def abort_leftovers(
    client: "S3Client",
    bucket: str,
    prefix: str,
    *,
    older_than: datetime | None = None,
) -> None:
    """Free the parts of uploads that nobody will finish."""
    pages = client.get_paginator("list_multipart_uploads")
    for page in pages.paginate(Bucket=bucket, Prefix=prefix):
        for left in page.get("Uploads", []):
            if older_than is None or left["Initiated"] < older_than:
                client.abort_multipart_upload(
                    Bucket=bucket, Key=left["Key"], UploadId=left["UploadId"]
                )


def _make(client: "S3Client", bucket: str) -> None:
    try:
        client.head_bucket(Bucket=bucket)
    except ClientError as error:
        if code_of(error) not in {"404", "NoSuchBucket"}:
            raise
        region = client.meta.region_name
        # Amazon refuses its oldest region by name, and wants all others by name.
        amazon = "amazonaws.com" in client.meta.endpoint_url and region != "us-east-1"
        place: Any = {"LocationConstraint": region}
        client.create_bucket(
            Bucket=bucket, **({"CreateBucketConfiguration": place} if amazon else {})
        )


def _open(client: "S3Client", bucket: str) -> None:
    # A keeper may have rules of their own there: ours goes beside them.
    policy = _found(
        lambda: json.loads(client.get_bucket_policy(Bucket=bucket)["Policy"])
    )
    policy = policy or {"Version": "2012-10-17", "Statement": []}
    ours = {
        "Sid": OURS.replace("-", ""),
        "Effect": "Allow",
        "Principal": {"AWS": ["*"]},
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{bucket}/public/*"],
    }
    others = [one for one in policy["Statement"] if one.get("Sid") != ours["Sid"]]
    wanted = policy | {"Statement": [*others, ours]}
    if wanted != policy:
        client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(wanted))


def _allow_pages(client: "S3Client", bucket: str) -> None:
    rules = _found(lambda: client.get_bucket_cors(Bucket=bucket)["CORSRules"]) or []
    ours: Any = {
        "ID": OURS,
        "AllowedOrigins": ["*"],
        "AllowedMethods": ["GET", "HEAD"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["Accept-Ranges", "Content-Length", "Content-Range", "ETag"],
        "MaxAgeSeconds": 86400,
    }
    others = [rule for rule in rules if rule.get("ID") != OURS]
    if [*others, ours] != rules:
        client.put_bucket_cors(
            Bucket=bucket, CORSConfiguration={"CORSRules": [*others, ours]}
        )


def _found(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except ClientError as error:
        if code_of(error) in {"NoSuchBucketPolicy", "NoSuchCORSConfiguration", "404"}:
            return None
        raise


def _try(what: str, action: Callable[[], None]) -> None:
    # Some storages have no such thing, and some keepers set it by hand and forbid us:
    # that is no reason not to start.
    try:
        action()
    except ClientError as error:
        if code_of(error) not in {
            "AccessDenied",
            "MethodNotAllowed",
            "NotImplemented",
            "403",
            "405",
            "501",
        }:
            raise
        _log.warning("%s is not set up by us: %s", what, error)
