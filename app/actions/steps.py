"""What each step does: looks whether it is done, asks the pipeline, keeps the files."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.actions import publication, room, shelf, tagging, transcribing, wording
from app.actions.captions import captions_file
from app.actions.facts import written_admission
from app.actions.headway import Superseded
from app.actions.job import Job
from app.models import Episode, ProcessingState
from media_pipeline import pipeline
from media_pipeline.entrance.admission import Admission
from media_pipeline.errors import WrongOutput
from media_pipeline.film.plan import FilmPlan
from media_pipeline.pipeline import Step
from media_pipeline.rendition import Kind, Rendition
from media_pipeline.words.chapters import Chapter


def take(job: Job) -> None:
    """Take this step."""
    does: dict[Step, Callable[[Job], None]] = {
        Step.CHECK: _check,
        Step.SOUND: _sound,
        Step.FIRST: _first,
        Step.CHUNK: _chunk,
        Step.FILM: _film,
        Step.FINISH: _finish,
    }
    does[job.step](job)


def _check(job: Job) -> None:
    admission = _admission(job)
    if admission.is_film and job.plan() is None:
        _plan(job, admission)


def _sound(job: Job) -> None:
    if job.has(Kind.SOUND):
        return
    admission = _admission(job)
    room.insist(job.folder, room.needed(job.step, admission))
    made = pipeline.make_sound(job.recording(), admission, job.folder, job.tell)
    plain = next(r for r in made if r.kind == Kind.PLAIN_SOUND)
    place = job.platform, job.episode_id, job.revision
    sound = tagging.tag(*place, plain.path, job.folder)
    job.store([*made, sound])
    # From here on it can be listened to, while the film is still being made.
    job.refresh_feed()
    transcribing.begin_if_wanted(job.platform, job.episode_id)


def _first(job: Job) -> None:
    admission = _admission(job)
    if not admission.is_film or job.has(Kind.HLS_MASTER):
        return
    plan = job.plan() or _plan(job, admission)
    room.insist(job.folder, room.needed(job.step, admission, plan))
    _first_chunks(job, admission, plan)
    digests = wording.digests_now(job.platform, job.episode_id, job.revision)
    made = pipeline.make_first(
        job.recording(),
        admission,
        plan,
        job.made_before,
        job.folder,
        job.tell,
        language=job.language(),
        captions=_captions(job),
    )
    job.store([_with_words(job, file, digests) for file in made])
    # And watched, while the other rungs are being made.
    job.refresh_feed()


def _first_chunks(job: Job, admission: Admission, plan: FilmPlan) -> None:
    for number in job.missing_first_chunks():
        count = len(plan.first_chunks)
        told = partial(_tell_part, job, number, count)
        given = job.recording(), admission, plan, number, job.folder
        made = pipeline.make_chunk(*given, told, is_first=True)
        job.store(made)
        for file in made:  # they come back one by one, to be joined
            file.path.unlink()


def _tell_part(job: Job, number: int, count: int, share: float) -> None:
    job.tell((number + share) / count)


def _chunk(job: Job) -> None:
    admission, plan = _admission(job), job.plan()
    if plan is None or job.number is None:
        raise Superseded
    if job.number not in job.missing_chunks():
        return
    room.insist(job.folder, room.needed(job.step, admission, plan))
    number, told = job.number, job.tell
    job.store(
        pipeline.make_chunk(job.recording(), admission, plan, number, job.folder, told)
    )


def _film(job: Job) -> None:
    admission, plan = _admission(job), job.plan()
    if plan is None or job.has(Kind.FILM):
        return
    room.insist(job.folder, room.needed(job.step, admission, plan))
    digests = wording.digests_now(job.platform, job.episode_id, job.revision)
    made = pipeline.make_film(
        plan,
        job.made_before,
        job.folder,
        job.tell,
        language=job.language(),
        captions=_captions(job),
        chapters=_chapters(job),
    )
    job.store([_with_words(job, file, digests) for file in made])
    job.refresh_feed()


def _finish(job: Job) -> None:
    _insist_on_all(job)
    # Words that were changed while the sound was being made.
    tagging.retag(job.platform, job.episode_id, job.stop, job.revision)
    job.settle()
    transcribing.begin_if_wanted(job.platform, job.episode_id)
    job.refresh_feed()
    job.drop_what_was_joined()
    job.drop_unreferenced()
    publication.publish_when_ready(job.platform, job.episode_id)
    shelf.take_down(job.platform, job.episode_id, job.revision)
    job.close(ProcessingState.READY)


def _insist_on_all(job: Job) -> None:
    wanted = [Kind.SOUND, Kind.FILM] if job.plan() else [Kind.SOUND]
    lacking = [kind for kind in wanted if not job.has(kind)]
    if lacking:
        raise WrongOutput("Not all of the episode is there.", cause=str(lacking))


def _admission(job: Job) -> Admission:
    # None: it was written down by another version of us. Look again.
    return job.admission() or _admit(job)


def _admit(job: Job) -> Admission:
    admission = pipeline.check(job.recording(), job.tell)
    job.update(admission=written_admission(admission), sentence="", cause="")
    job.remark(admission.remarks)
    return admission


def _plan(job: Job, admission: Admission) -> FilmPlan:
    recording = job.recording()
    room.insist(job.folder, recording.stat().st_size)  # its pictures may be copied
    plan = pipeline.plan(
        recording,
        admission,
        job.folder,
        job.tell,
        budget=job.platform.settings.encoding_budget,
    )
    job.update(film_plan=plan.to_json())
    return plan


def _chapters(job: Job) -> tuple[Chapter, ...]:
    with job.platform.database.reading() as session:
        episode = session.get(Episode, job.episode_id)
        if episode is None:
            raise Superseded
        return wording.chapters_of(episode)


def _captions(job: Job) -> Path | None:
    return captions_file(job.platform, job.episode_id, job.folder, job.revision)


def _with_words(job: Job, file: Rendition, digests: dict[Kind, str]) -> Rendition:
    if file.kind == Kind.FILM:
        place = job.platform, job.episode_id, job.revision
        return tagging.tag_downloaded_film(*place, file, job.folder)
    return wording.remembering(file, digests.get(file.kind))
