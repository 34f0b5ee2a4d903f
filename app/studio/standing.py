"""Where an episode stands, in one word for lists and one sentence for its page."""

from dataclasses import dataclass, field

from app.actions import arriving, replacing
from app.models import Episode, Processing, ProcessingState, Upload
from media_pipeline.entrance.damage import LISTEN_FIRST

_STEPS = {
    "": "Waiting for its turn",
    "check": "Checking what you sent",
    "sound": "Making the sound",
    "first": "Making the film, so that it can be seen soon",
    "chunk": "Making the film in several sizes",
    "film": "Putting the film together",
    "finish": "Finishing",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a host is told while waiting."""

    word: str  # also a class of the style sheet
    sentence: str
    percent: int | None = None
    is_moving: bool = False  # worth looking again in a second
    is_stuck: bool = False  # waits for a button
    wants_recording: bool = False
    keeps_old: bool = False  # another recording is heard meanwhile
    can_go_back: bool = False  # another recording was heard before this one
    unagreed: Upload | None = None  # is here, and waits for its sender's word
    remarks: tuple[str, ...] = field(default=())

    @property
    def warnings(self) -> list[str]:
        """What somebody must listen to before it is published."""
        return [remark for remark in self.remarks if remark.startswith(LISTEN_FIRST)]

    @property
    def mended(self) -> list[str]:
        """What is only good to know."""
        return [remark for remark in self.remarks if remark not in self.warnings]


def standing(
    episode: Episode, upload: Upload | None = None, offset: int = 0
) -> Standing:
    """Look at one episode; `upload` is what is on its way to it."""
    if episode.withdrawal is not None:
        return Standing("withdrawn", "Withdrawn. Its addresses say so to everybody.")
    if upload is not None:
        return _arriving(episode, upload, offset)
    if episode.processing is not None:
        return _of_work(episode, episode.processing)
    return Standing("empty", "The recording is still missing.", wants_recording=True)


def word_for(episode: Episode) -> str:
    """For lists: what matters most about it now."""
    if episode.withdrawal is not None:
        return "withdrawn"
    now = standing(episode)
    if now.word in {"working", "refused", "failed"}:
        return now.word
    if episode.publication is not None:
        return "published"
    return "scheduled" if episode.publish_at is not None else now.word


def _arriving(episode: Episode, upload: Upload, offset: int) -> Standing:
    if arriving.wants_agreement(episode, upload):
        sentence = (
            f"{upload.filename or 'A recording'} is here, but meanwhile another one is "
            "heard. Shall it take its place?"
        )
        return Standing("waiting", sentence, unagreed=upload)
    if upload.finished_at is not None:
        return Standing("working", "Your recording is here.", 100, is_moving=True)
    if not upload.length:
        return Standing("uploading", "On its way to us.", wants_recording=True)
    percent = 100 * offset // upload.length
    sentence = f"{percent} % of {upload.filename} has arrived."
    return Standing("uploading", sentence, percent, wants_recording=True)


def _of_work(episode: Episode, processing: Processing) -> Standing:
    if processing.again and not processing.is_over:
        return _made_again(episode)
    remarks = tuple(processing.remarks or ())
    if processing.state == ProcessingState.READY:
        return Standing(
            "ready",
            _ready(episode),
            remarks=(*remarks, *replacing.misfits(episode)),
            wants_recording=True,
            can_go_back=replacing.previous(episode) is not None,
        )
    keeps = replacing.is_replacing(episode)
    if processing.state == ProcessingState.REFUSED:
        sentence = processing.sentence
        return Standing("refused", sentence, wants_recording=True, keeps_old=keeps)
    if processing.state == ProcessingState.FAILED:
        return Standing("failed", processing.sentence, is_stuck=True, keeps_old=keeps)
    return Standing(
        "working",
        # A sentence is there while a fault of ours lasts.
        processing.sentence or _STEPS.get(processing.step, _STEPS[""]),
        round(100 * processing.fraction),
        is_moving=True,
        remarks=remarks,
        keeps_old=keeps,
    )


def _made_again(episode: Episode) -> Standing:
    # By our own wish, and perhaps for days: nobody waits for that.
    heard = episode.heard_revision
    work = next((p for p in episode.processings if p.revision == heard), None)
    remarks = work.remarks if work else []
    return Standing(
        "ready",
        f"{_ready(episode)} It is being made anew; until then, everybody has this one.",
        remarks=(*remarks, *replacing.misfits(episode)),
        wants_recording=True,
    )


def _ready(episode: Episode) -> str:
    return "The film is ready." if episode.is_video else "The sound is ready."
