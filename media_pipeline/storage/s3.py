"""Finished files in a bucket (written next)."""


class S3Storage:
    @classmethod
    def from_url(cls, url: str, *, media_url: str) -> "S3Storage":
        raise NotImplementedError
