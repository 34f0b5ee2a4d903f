from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI

from app.main import create_app
from app.page.security import anyone, check_policies, policy, routes_of
from app.platform import Platform
from app.settings import Settings


@policy
def somebody() -> str:
    return "Ada"


def app_with(router: APIRouter, *policies: object) -> FastAPI:
    app = FastAPI(openapi_url=None)
    around = APIRouter()
    around.include_router(router, prefix="/inner")
    app.include_router(around, dependencies=[Depends(p) for p in policies])  # type: ignore[arg-type]
    return app


def test_a_route_without_a_policy_stops_the_start() -> None:
    router = APIRouter()
    router.get("/open")(lambda: "hello")

    with pytest.raises(RuntimeError, match="/inner/open does not say who may use it"):
        check_policies(app_with(router))


def test_a_policy_around_many_routes_counts_for_each() -> None:
    router = APIRouter()
    router.get("/read")(lambda: "hello")

    check_policies(app_with(router, anyone))


def test_a_policy_may_be_asked_for_what_it_finds() -> None:
    router = APIRouter()

    @router.post("/change")
    def change(person: Annotated[str, Depends(somebody)]) -> str:
        return person

    check_policies(app_with(router))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_anybody_may_use_changes_nothing(method: str) -> None:
    router = APIRouter()
    router.add_api_route("/change", lambda: "done", methods=[method])

    with pytest.raises(RuntimeError, match=f"lets anybody {method}"):
        check_policies(app_with(router, anyone))


def test_every_route_of_the_site_is_looked_at(
    settings: Settings, platform: Platform
) -> None:
    paths = {route.path or "" for route in routes_of(create_app(settings))}

    assert {"/", "/episodes/{slug}", "/media/{key:path}", "/readyz"} <= paths
    assert any(path.startswith("/studio") for path in paths)
