"""The sound of an episode: one decode for all its forms, each of them verified."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from media_pipeline.entrance.admission import Admission
from media_pipeline.errors import Refused
from media_pipeline.hearing.loudness import (
    PODCAST,
    Levelling,
    Measurement,
    Try,
    corrected,
    plan_levelling,
)
from media_pipeline.hearing.meter import (
    loopback_meters,
    loudness_of,
    read_file,
    reading_told,
)
from media_pipeline.hearing.steady_sound import steadied
from media_pipeline.kinds import Kind
from media_pipeline.programs.ffmpeg_program import LOOPBACK_SINCE, find_ffmpeg
from media_pipeline.programs.process import Limits, Progress, nobody, run
from media_pipeline.rendition import Rendition, finished
from media_pipeline.sound.command import SoundCommand, sound_command
from media_pipeline.sound.comparison import Known, recorded
from media_pipeline.sound.format import SoundFormat, formats_for
from media_pipeline.sound.waveform import taken_peaks, write_waveform

TRIES = 10  # a try is wrong only where the limiter has much to do


@dataclass(frozen=True, slots=True)
class Sound:
    """What was made, and how loud the MP3 came out."""

    renditions: tuple[Rendition, ...]
    loudness: Measurement

    @property
    def mp3(self) -> Rendition:
        """Plain: without tags."""
        return self.one(Kind.PLAIN_SOUND)

    def one(self, kind: Kind) -> Rendition:
        """The form of this kind. Only a film has a `STREAM_SOUND`."""
        return next(made for made in self.renditions if made.kind == kind)


def encode_sound(
    recording: Path,
    admission: Admission,
    folder: Path,
    *,
    on_progress: Progress | None = None,
) -> Sound:
    """Level and encode the sound of a recording, and verify what came out."""
    formats = formats_for(admission)
    known = recorded(admission)
    work = _Work(recording, admission, folder, on_progress or nobody, known)
    work.encode_until_right(dict.fromkeys(formats, plan_levelling(admission.loudness)))
    made = [_verified(form, folder) for form in formats]
    made.append(write_waveform(work.peaks, made[0].duration_seconds or 0.0, folder))
    return Sound(tuple(made), work.heard[Kind.PLAIN_SOUND])


def _verified(form: SoundFormat, folder: Path) -> Rendition:
    unfinished = form.unfinished(folder)
    seconds = form.checked_seconds(unfinished)
    return finished(
        form.kind,
        unfinished.replace(folder / form.filename),
        form.content_type,
        duration_seconds=seconds,
        bitrate=form.bitrate,
        codecs=form.codecs,
    )


@dataclass(slots=True)
class _Work:
    recording: Path
    admission: Admission
    folder: Path
    on_progress: Progress
    known: Known | None
    heard: dict[Kind, Measurement] = field(default_factory=dict)
    peaks: list[int] = field(default_factory=list)

    def encode_until_right(self, wanted: Mapping[SoundFormat, Levelling]) -> None:
        """Encode, listen to what came out, and encode again what missed the target."""
        tries: dict[SoundFormat, list[Try]] = {form: [] for form in wanted}
        for _ in range(TRIES):
            self._encode(wanted)
            for form, levelling in wanted.items():
                tries[form].append(Try(levelling, self.heard[form.kind]))
            wanted = {
                form: corrected(tries[form])
                for form in wanted
                if not self.heard[form.kind].meets(PODCAST)
            }
            if not wanted:
                return
        raise Refused(
            f"The sound cannot be brought to {PODCAST.loudness:g} LUFS: between its "
            "loudest moments there is nearly nothing. Please send a more even "
            "recording.",
            cause=f"after {TRIES} tries: {self.heard}",
        )

    def _encode(self, wanted: Mapping[SoundFormat, Levelling]) -> None:
        command = sound_command(self.recording, self.admission, self.folder, wanted)
        log = run(
            steadied([*command.args, *_meters(command)], self.admission.sound),
            limits=Limits.for_duration(self.admission.duration_seconds),
            on_progress=self.on_progress,
            reads=[self.recording],
            writes=self.folder,
        ).log
        self.peaks = taken_peaks(self.folder) or self.peaks
        for form, output in command.outputs.items():
            self.heard[form.kind] = self._heard(form, wanted[form].gain, output, log)

    def _heard(
        self, form: SoundFormat, gain: float, output: int, log: str
    ) -> Measurement:
        file = form.unfinished(self.folder)
        reading = reading_told(output, log) or read_file(file, seconds=form.seconds)
        if self.known and (
            found := self.known.compared(
                reading, channels=form.channels, gain=gain, target=PODCAST
            )
        ):
            return found
        loudness = loudness_of(file, seconds=form.seconds)
        self.known = Known(loudness, reading.energy(channels=form.channels), gain)
        return Measurement(loudness, reading.peak)


def _meters(command: SoundCommand) -> list[str]:
    if find_ffmpeg().version < LOOPBACK_SINCE:
        return []
    # A second core has little else to do.
    return loopback_meters(command.outputs.values())
