"""A tab of a real browser, and what somebody in it can say about a page."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Site

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    # Every site of ours is on loopback, and one of them embeds another.
    "--disable-features=LocalNetworkAccessChecks",
]
LIGHT_AND_DARK = [
    pytest.param(
        {"color_scheme": scheme, "viewport": {"width": width, "height": 900}},
        id=f"{scheme}-{width}",
    )
    for scheme in ("light", "dark")
    for width in (390, 1280)
]


@dataclass
class Visit:
    """A tab, and everything that it asked for or complained about."""

    page: Page
    site: Site
    asked: list[str]
    complaints: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.site.url + path, wait_until="load")
        return self.page

    def media(self, name: str) -> Any:
        return self.page.evaluate(f"document.querySelector('[data-player]').{name}")

    def until(self, condition: str) -> None:
        player = "const player = document.querySelector('[data-player]');"
        self.page.wait_for_function(f"() => {{ {player} return {condition} }}")

    def problems(self) -> list[str]:
        """What axe finds, by the rules of WCAG 2.2 AA."""
        self.page.evaluate(AXE.read_text())
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = self.page.evaluate("tags => axe.run(document, {runOnly: tags})", tags)
        return [
            f"{v['id']}: {node['html'][:120]}"
            for v in found["violations"]
            for node in v["nodes"]
        ]
