"""Default deny: a route that does not say who may use it stops the start."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

F = TypeVar("F", bound=Callable[..., Any])


def policy(dependency: F) -> F:
    """Mark a dependency as an answer to the question: who may use this route?"""
    dependency.is_policy = True  # type: ignore[attr-defined]
    return dependency


@policy
def anyone() -> None:
    """Everybody may, without being known."""


def check_policies(app: FastAPI) -> None:
    """Raise when a route declares no policy, or an anonymous one can change things."""
    for route in routes_of(app):
        policies = _policies(route.dependant)
        if not policies:
            raise RuntimeError(f"{route.path} does not say who may use it")
        changes = (route.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        if policies == {anyone} and changes:
            raise RuntimeError(f"{route.path} lets anybody {', '.join(changes)}")


def routes_of(app: FastAPI) -> list[RouteContext]:
    """Every endpoint of the app, with the dependencies of the routers around it."""
    contexts = iter_route_contexts(app.routes)
    return [c for c in contexts if isinstance(c.original_route, APIRoute)]


def _policies(dependant: Dependant) -> set[Callable[..., Any]]:
    call = dependant.call
    own = {call} if call and getattr(call, "is_policy", False) else set()
    return own.union(*(_policies(child) for child in dependant.dependencies))
