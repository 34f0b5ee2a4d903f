import re
import sysconfig
from pathlib import Path
from typing import Any

import yaml

from app.settings import Settings
from media_pipeline.programs.process import run

TOP = Path(__file__).parents[2]


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((TOP / "compose.yaml").read_text())
    return read


def test_hadolint_finds_nothing_wrong_with_the_image() -> None:
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"

    run([str(hadolint), "--failure-threshold", "info", str(TOP / "Dockerfile")])


def test_the_image_runs_as_nobody_in_particular() -> None:
    users = re.findall(r"^USER (\S+)", (TOP / "Dockerfile").read_text(), re.MULTILINE)

    assert users[-1] not in {"root", "0"}


def test_the_image_copies_what_is_there() -> None:
    copied = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (TOP / "Dockerfile").read_text(), re.MULTILINE
    )

    assert [s for line in copied for s in line.split() if not (TOP / s).exists()] == []


def test_services_wait_only_for_services_that_exist() -> None:
    services = compose()["services"]
    awaited = {name for s in services.values() for name in s.get("depends_on", {})}

    assert awaited <= set(services)


def test_everything_that_must_last_has_a_volume() -> None:
    services = compose()["services"]
    mounted = {v.split(":")[0] for s in services.values() for v in s.get("volumes", [])}

    assert mounted == set(compose()["volumes"]) == {"data", "database", "media"}


def test_the_containers_use_settings_that_exist() -> None:
    ours = [name for name in compose()["x-commoncast"]["environment"] if "CAST" in name]

    known = {f"COMMONCAST_{name.upper()}" for name in Settings.model_fields}
    assert set(ours) <= known


def test_every_value_a_keeper_must_choose_is_in_the_example() -> None:
    wanted = set(re.findall(r"\$\{(\w+):\?\}", (TOP / "compose.yaml").read_text()))
    offered = re.findall(r"^(\w+)=", (TOP / ".env.example").read_text(), re.MULTILINE)

    assert wanted == set(offered)
