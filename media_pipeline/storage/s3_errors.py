"""What a bucket says when it says no, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.parsers import ResponseParserError

from media_pipeline.errors import StorageFailed


@contextmanager
def failing(what: str, key: str) -> Iterator[None]:
    """Turn whatever the client raises inside into `StorageFailed`."""
    try:
        yield
    except NoCredentialsError as error:
        raise StorageFailed(
            "The storage needs keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            cause=str(error),
        ) from error
    except (BotoCoreError, ClientError, OSError) as error:
        raise StorageFailed(
            f"A file could not be {what}.", cause=f"{key}: {error}"
        ) from error
    except (ResponseParserError, KeyError, ValueError) as error:
        # Something between us and the storage has answered with a page of its own.
        raise StorageFailed(
            f"A file could not be {what}.", cause=f"{key}: no answer of a storage"
        ) from error


def code_of(error: ClientError) -> str:
    """The name that S3 gives to an error; for HEAD, where none is sent, its status."""
    return error.response.get("Error", {}).get("Code", "")
