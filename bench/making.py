"""A recording on its way through the steps of the pipeline, with a stopwatch."""

import multiprocessing
import os
import time
from collections.abc import Sequence
from pathlib import Path

from media_pipeline import pipeline
from media_pipeline.entrance.admission import Admission
from media_pipeline.film.plan import FilmPlan
from media_pipeline.programs.process import nobody
from media_pipeline.rendition import Kind, Rendition


class Making:
    """A recording on its way through the steps."""

    def __init__(self, source: Path, work: Path) -> None:
        self.source, self.work = source, work
        self.admission: Admission
        self.plan: FilmPlan
        self.files: dict[tuple[Kind, str], Path] = {}

    def until_first(self) -> dict[str, float]:
        """Until it can be watched; when each step was done."""
        begun, marks = time.monotonic(), {}
        self.admission = pipeline.check(self.source, nobody)
        self._keep(pipeline.make_sound(self.source, self.admission, self.work, nobody))
        marks["sound"] = time.monotonic() - begun
        self.plan = pipeline.plan(self.source, self.admission, self.work, nobody)
        self.first()
        marks["first"] = time.monotonic() - begun
        return marks

    def all(self) -> dict[str, float]:
        """Until everything is made."""
        marks = self.until_first()
        self.chunks_on([set(range(os.cpu_count() or 1))])
        pipeline.make_film(self.plan, self._found, self.work, nobody)
        return marks

    def rungs(self) -> None:
        """The copy again, and all chunks."""
        (self.work / f"{self.plan.copied}.mp4").unlink()
        self.first()
        self.chunks_on([set(range(os.cpu_count() or 1))])

    def first(self) -> None:
        """The step that makes it watchable, alone."""
        given = self.source, self.admission, self.plan
        for number in range(len(self.plan.first_chunks)):
            chunk = *given, number, self.work, nobody
            self._keep(pipeline.make_chunk(*chunk, is_first=True))
        self._keep(pipeline.make_first(*given, self._found, self.work, nobody))

    def chunks_on(self, cores: list[set[int]]) -> None:
        """Every chunk once, by as many processes as there are sets of cores."""
        numbers = range(len(self.plan.chunks))
        shares = [numbers[at :: len(cores)] for at in range(len(cores))]
        fresh = multiprocessing.get_context("spawn")
        workers = [
            fresh.Process(target=self._make_chunks, args=(share, own))
            for share, own in zip(shares, cores, strict=True)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        for number in numbers:
            for rung in self.plan.rest:
                name = f"{rung.name}-{number:04}"
                self.files[Kind.CHUNK, name] = self.work / f"{name}.mp4"

    def _make_chunks(self, numbers: Sequence[int], cores: set[int]) -> None:
        os.sched_setaffinity(0, cores)
        given = (self.source, self.admission, self.plan)
        for number in numbers:
            pipeline.make_chunk(*given, number, self.work, nobody)

    def _keep(self, made: Sequence[Rendition]) -> None:
        self.files |= {(file.kind, file.name): file.path for file in made}

    def _found(self, kind: Kind, name: str) -> Path:
        return self.files[kind, name]
