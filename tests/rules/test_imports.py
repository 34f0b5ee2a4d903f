"""The borders between the parts, as `pyproject.toml` draws them."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

TOP = Path(__file__).parents[2]


def test_imports_keep_to_the_borders(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(TOP)

    status = lint_imports(is_debug_mode=False, show_timings=False, verbose=False)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def modules_that_start_programs() -> list[str]:
    return [
        path.relative_to(TOP).as_posix()
        for folder in ("app", "feeds", "media_pipeline")
        for path in sorted((TOP / folder).rglob("*.py"))
        if "subprocess" in imported_by(path)
    ]


def imported_by(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_one_module_starts_programs() -> None:
    assert modules_that_start_programs() == ["media_pipeline/programs/launcher.py"]


def test_pictures_and_sounds_are_looked_at_without_numpy() -> None:
    # It is there where tests run, because of transcripts, and missing elsewhere.
    asking = [
        path.name
        for path in sorted((TOP / "media_pipeline").rglob("*.py"))
        if "to_ndarray" in path.read_text() or "numpy" in imported_by(path)
    ]

    assert asking == ["transcription_child.py"]
