"""Style and scripts: built by `frontend/`, named by their content, kept for ever."""

import json
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parents[1] / "static"
MANIFEST = FOLDER / "dist" / "manifest.json"


def asset_url(name: str) -> str:
    """The address of a built file: `site.css` is `/static/dist/site-1a2b3c.css`."""
    built = _manifest()
    if name not in built:
        raise LookupError(f"{name} is not built: run `make frontend`")
    return f"/static/dist/{built[name]}"


@cache
def _manifest() -> dict[str, str]:
    names: dict[str, str] = json.loads(MANIFEST.read_text())
    return names


class Assets(StaticFiles):
    """Static files. What has its content in its name never changes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file."""
        response = await self._compressed(path, scope)
        lasting = "public, max-age=31536000, immutable"
        hashed = path.startswith("dist/")
        response.headers["Cache-Control"] = lasting if hashed else "max-age=3600"
        return response

    async def _compressed(self, path: str, scope: Scope) -> Response:
        plain = await super().get_response(path, scope)
        # The build has left a compressed twin beside every file.
        takes_gzip = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        if not takes_gzip or not self.lookup_path(f"{path}.gz")[1]:
            return plain
        response = await super().get_response(f"{path}.gz", scope)
        response.headers["Content-Type"] = plain.headers.get("Content-Type", "")
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        return response
