"""Where finished files live: a folder, or a bucket."""

from pathlib import Path
from urllib.parse import urlsplit

from media_pipeline.storage.local import LocalStorage
from media_pipeline.storage.protocol import Storage, Stored, check_key
from media_pipeline.storage.s3 import S3Storage

__all__ = ["Storage", "Stored", "check_key", "open_storage"]


def open_storage(
    url: str, *, public_url: str, media_url: str = "", secret: bytes = b""
) -> Storage:
    """Open `file:///folder` or `s3://bucket?endpoint=..&region=..`.

    `public_url` is the site's, for a folder's addresses; `media_url` is a CDN in
    front of the bucket; `secret` signs the expiring addresses of a folder.
    """
    if urlsplit(url).scheme == "s3":
        return S3Storage.from_url(url, media_url=media_url)
    served_at = media_url or f"{public_url}/media"
    return LocalStorage(Path(urlsplit(url).path), served_at=served_at, secret=secret)
