import ast
from collections.abc import Iterator
from pathlib import Path

PIPELINE = Path(__file__).parents[2] / "media_pipeline"
# They ask a program of ours about itself, and show it no bytes from outside.
TRUSTED = {"ffmpeg_program.py"}


def runs(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "run",
            "process.run",
        }:
            yield node


def test_every_program_of_the_pipeline_runs_behind_a_wall() -> None:
    bare = [
        f"{path.name}:{call.lineno}"
        for path in PIPELINE.rglob("*.py")
        if path.name not in TRUSTED
        for call in runs(path)
        if not {word.arg for word in call.keywords} & {"reads", "writes"}
    ]

    assert not bare, f"Say what these programs may read and write: {bare}"
