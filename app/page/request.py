"""What an endpoint may ask for: the platform, and a session on its database."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.platform import Platform


def platform(request: Request) -> Platform:
    """The platform this app was made with."""
    found: Platform = request.app.state.platform
    return found


PlatformDep = Annotated[Platform, Depends(platform)]


def reading(platform: PlatformDep) -> Iterator[Session]:
    """A session that only reads."""
    with platform.database.reading() as session:
        yield session


def writing(platform: PlatformDep) -> Iterator[Session]:
    """A session that commits once the endpoint has returned without an error."""
    with platform.database.session() as session:
        yield session


Reading = Annotated[Session, Depends(reading, scope="function")]
Writing = Annotated[Session, Depends(writing, scope="function")]
