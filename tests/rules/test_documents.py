import re
import tomllib
from pathlib import Path

import pytest

from app.settings import Settings

TOP = Path(__file__).parents[2]
DOCUMENTS = [TOP / "README.md", TOP / "CHANGELOG.md", *TOP.glob("docs/**/*.md")]


def dependencies() -> list[str]:
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = project["dependencies"] + extras["dev"] + extras["transcribe"]
    return [re.split(r"[\[<>=]", line)[0] for line in wanted]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained(name: str) -> None:
    operating = (TOP / "docs/operating.md").read_text()

    assert f"`COMMONCAST_{name.upper()}`" in operating


@pytest.mark.parametrize("name", dependencies())
def test_every_dependency_says_why_it_is_here(name: str) -> None:
    reasons = (TOP / "docs/decisions/0002-dependencies.md").read_text()

    assert re.search(rf"^\|.*\b{re.escape(name)}\b.*\|", reasons, re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_link_in_a_document_is_broken(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text())

    missing = [t for t in targets if not (document.parent / t).exists()]

    assert missing == []


def test_the_lock_names_every_dependency() -> None:
    locked = (TOP / "constraints.txt").read_text().lower().replace("_", "-")

    assert [d for d in dependencies() if f"\n{d.lower()}==" not in f"\n{locked}"] == []
