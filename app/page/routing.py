"""Routes for reading: whoever may GET may ask by HEAD what a GET would bring."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter

Endpoint = Callable[..., Any]


class Reader(APIRouter):
    """A router for what can only be read."""

    def at(self, path: str) -> Callable[[Endpoint], Endpoint]:
        """Declare an endpoint for GET and HEAD; the server leaves HEAD's body out."""
        return self.api_route(path, methods=["GET", "HEAD"])
