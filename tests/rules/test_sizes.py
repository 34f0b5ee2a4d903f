"""The size budget: what is too large to be read at one go is split."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).parents[2]
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 40
MOST_FILES_OF_A_FOLDER = 20  # of the pipeline, besides __init__.py

_PYTHON = (".ci", "app", "bench", "demo", "feeds", "media_pipeline", "tests")
_WRITTEN = ("frontend/src", "templates")


def python_files() -> list[Path]:
    return [path for name in _PYTHON for path in (TOP / name).rglob("*.py")]


def written_files() -> list[Path]:
    found = [path for name in _WRITTEN for path in (TOP / name).rglob("*.*")]
    return python_files() + [path for path in found if path.is_file()]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield f"{path.relative_to(TOP)}:{node.lineno} {node.name}", lines


def test_a_file_can_be_read_at_one_go() -> None:
    sizes = {
        str(path.relative_to(TOP)): len(path.read_text().splitlines())
        for path in written_files()
    }

    long = {name: size for name, size in sizes.items() if size > MOST_LINES_OF_A_FILE}

    assert not long, f"Which second noun in them wants a file of its own? {long}"


def test_a_function_fits_on_a_screen() -> None:
    sizes = {name: size for path in python_files() for name, size in functions(path)}

    long = {
        name: size for name, size in sizes.items() if size > MOST_LINES_OF_A_FUNCTION
    }

    assert not long, f"Which of their steps have a name? {long}"


def test_a_folder_of_the_pipeline_can_be_seen_at_one_go() -> None:
    counted = Counter(
        str(path.parent.relative_to(TOP))
        for path in (TOP / "media_pipeline").rglob("*.py")
        if path.name != "__init__.py"
    )

    large = {name: n for name, n in counted.items() if n > MOST_FILES_OF_A_FOLDER}

    assert not large, f"Which noun in them wants a folder of its own? {large}"
