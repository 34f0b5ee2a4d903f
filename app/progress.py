"""How far a recording is, drawn in the terminal while somebody waits."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from app.models import Processing

_WORDS = {
    "": "Waiting",
    "check": "Checking",
    "sound": "Making the sound",
    "first": "Making the film to be seen",
    "chunk": "Making the film",
    "film": "Joining the film",
    "finish": "Finishing",
}


class Bar:
    """One line on stderr; what was mended is said below it at the end."""

    def __init__(self, title: str) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.fields[title]}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            console=self._console,
        )
        self._task: TaskID = self._progress.add_task("Reading", total=1.0, title=title)
        self._remarks: list[str] = []

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._progress.update(self._task, completed=1.0, description="Done")
        self._progress.stop()
        for remark in self._remarks:
            self._console.print(f"  {remark}", markup=False, highlight=False)

    def move(self, processing: Processing) -> None:
        """Show how far it is now."""
        self._remarks = list(processing.remarks or [])
        words = _WORDS.get(processing.step, processing.step)
        self._progress.update(
            self._task, completed=processing.fraction, description=words
        )
