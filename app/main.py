"""The web: settings, database, routers, error pages; the URL table on one page."""

from fastapi import APIRouter, Depends, FastAPI

from app.page.security import anyone, check_policies
from app.platform import Platform
from app.settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the web application."""
    platform = Platform.open(settings or Settings.load())
    app = FastAPI(title="Commoncast", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.platform = platform
    app.include_router(_public(), dependencies=[Depends(anyone)])
    check_policies(app)
    return app


def _public() -> APIRouter:
    return APIRouter()
