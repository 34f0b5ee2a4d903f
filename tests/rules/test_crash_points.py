"""Whoever adds a point at which a process may die also kills one there."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.models import ProcessingState
from media_pipeline.pipeline import Step
from media_pipeline.recipes import Form

TOP = Path(__file__).parents[2]
NAMED = {  # what may stand in the name of a point
    "self.step": [*Step],
    "form": [form for form in Form if form is not Form.FILM],  # made like a recording
    "state": [ProcessingState.READY, ProcessingState.FAILED],
}
STORES_NOTHING = {
    f"{step} {moment}"
    for step in (Step.CHECK, Step.FINISH)
    for moment in ("stored", "recorded")
}


def names(word: ast.expr) -> list[str]:
    """What a text in the source can say."""
    if isinstance(word, ast.Constant):
        return [str(word.value)]
    if not isinstance(word, ast.JoinedStr):
        return []
    said = [""]
    for part in word.values:
        if isinstance(part, ast.FormattedValue):
            more = [*map(str, NAMED.get(ast.unparse(part.value), []))]
        else:
            more = names(part)
        said = [before + after for before in said for after in more]
    return said


def points(path: Path) -> Iterator[str]:
    """The points of a file: `crash.point(name)`, or a `partial` of it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            words = [node.func, *node.args]
            if any(ast.unparse(word) == "crash.point" for word in words):
                yield from names(node.args[-1])


def killed(path: Path) -> Iterator[str]:
    """What a file of crash tests can ask for, however often it is passed before."""
    source = path.read_text()
    if "crash_at" in source or "kill_at" in source:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.expr):
                yield from (name.partition("#")[0] for name in names(node))


def test_somebody_is_killed_at_every_point() -> None:
    there = {name for path in (TOP / "app").rglob("*.py") for name in points(path)}
    tried = {name for path in (TOP / "tests").rglob("*.py") for name in killed(path)}

    untried = there - STORES_NOTHING - tried

    assert len(there) > 40
    assert not untried, f"What is left by whoever dies here? {sorted(untried)}"
