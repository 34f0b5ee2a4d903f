"""A film that already is what we would make of it: its pictures are kept, not encoded.

Nothing gets worse, and it can be watched at once.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from media_pipeline.entrance.admission import Admission
from media_pipeline.errors import WrongOutput
from media_pipeline.film.inspection import check_rung
from media_pipeline.film.plan import FilmPlan, Rung
from media_pipeline.film.video import MOVFLAGS
from media_pipeline.mp4.track import Track, read_track
from media_pipeline.programs.ffmpeg_program import find_ffmpeg, hostile_input
from media_pipeline.programs.process import Limits, nobody, run
from media_pipeline.recording.key_frames import PictureScan, scan_pictures
from media_pipeline.recording.picture import COMMON_COLOURS, Picture

PROFILES = {66, 77, 100}  # Baseline, Main, High
HIGHEST_LEVEL = 41
LONGEST_GROUP_SECONDS = 4.0
MOST_OVER_CAP = 1.5  # for the hardest stretch
LONGEST_HELD_SECONDS = 1.0  # after the last picture, while the sound goes on
STRETCH_SECONDS = 3
LOOKS = 200  # how many key frames of a copy are decoded, all over a film
_INEXACT_SECONDS = 0.02  # HLS: sound and pictures end within a block of sound
_CONTAINERS = {"mov", "matroska"}
_NO_WORDS = "6|7|8|9|12"  # SEI, what the head has already, and padding


def is_worth_a_look(admission: Admission, rung: Rung) -> bool:
    """Whether the headers allow a copy, before all packets are read."""
    names = set(admission.probe.container.split(","))
    picture = admission.picture
    return (
        picture is not None and bool(names & _CONTAINERS) and _has_form(picture, rung)
    )


def may_be_copied(found: PictureScan, rung: Rung, seconds: float) -> bool:
    """Whether pictures of the right form can be this rung as they are."""
    rate = rung.frame_rate
    held = seconds - found.count / rate
    ends = [*found.key_places[1:], found.count]
    groups = zip(found.key_places, ends, strict=True)
    average = 8 * sum(found.group_sizes) * rate / max(1, found.count)
    return (
        found.is_steady
        and found.is_closed
        and found.is_whole
        and found.profile in PROFILES
        and found.level <= HIGHEST_LEVEL
        and found.key_places[:1] == (0,)
        and -_INEXACT_SECONDS <= held <= LONGEST_HELD_SECONDS
        and all(end - key <= LONGEST_GROUP_SECONDS * rate for key, end in groups)
        and average <= rung.most_bits
        and all(size <= _most(rung, length) for length, size in _stretches(found, rung))
    )


def copy_pictures(
    recording: Path, picture: Picture, plan: FilmPlan, file: Path
) -> None:
    """Write the pictures of a recording as a rung. Raises `WrongOutput`.

    Every picture gets its exact place in time, which a recorder's clock only nearly
    has, so that all rungs are cut at the same moments.
    """
    if file.exists():
        return
    rung, part = plan.rungs[0], file.with_suffix(".part.mp4")
    frame, clock = rung.frame_rate.denominator, rung.frame_rate.numerator
    last = plan.frames(rung) - 1
    held = int(plan.seconds * rung.frame_rate) - last
    timed = (
        f"setts=time_base=1/{clock}:prescale=1"
        f":pts=round(PTS/{frame})*{frame}:dts=(N-{plan.copied_delay})*{frame}"
        f":duration=if(eq(N\\,{last})\\,{held}\\,1)*{frame}"
    )
    copied = hostile_input(recording)[str(picture.index)].output(
        f"file:{part.absolute()}",
        **{
            "c": "copy",
            "map_metadata": -1,
            "map_chapters": -1,
            "fflags": "+bitexact",
            "bsf:v": f"filter_units=remove_types={_NO_WORDS},{timed}",
            "movflags": MOVFLAGS,
            "format": "mp4",
        },
    )
    run(
        find_ffmpeg().command(copied),
        limits=Limits.for_duration(float(plan.seconds)),
        on_progress=nobody,
        reads=[recording],
        writes=file.parent,
    )
    _insist_on_places(part, rung, plan)
    part.replace(file)


def _has_form(picture: Picture, rung: Rung) -> bool:
    return (
        picture.codec == "h264"
        and picture.is_plain
        and picture.rotation == 0
        and not picture.is_mirrored
        and {picture.matrix, picture.primaries} <= COMMON_COLOURS
        and not picture.is_interlaced
        and (picture.width, picture.height) == (rung.width, rung.height)
    )


def _most(rung: Rung, length: Fraction) -> float:
    return MOST_OVER_CAP * rung.most_bits * float(length) / 8


def _stretches(found: PictureScan, rung: Rung) -> Iterator[tuple[Fraction, int]]:
    """How long some groups are together, a few seconds, and how many bytes."""
    length, size = Fraction(0), 0
    ends = [*found.key_places[1:], found.count]
    for begin, end, bytes_ in zip(
        found.key_places, ends, found.group_sizes, strict=True
    ):
        length += (end - begin) / rung.frame_rate
        size += bytes_
        if length >= STRETCH_SECONDS:
            yield length, size
            length, size = Fraction(0), 0


def _insist_on_places(file: Path, rung: Rung, plan: FilmPlan) -> None:
    seconds = float(plan.seconds)
    track = read_track(file)
    check_rung(file, track, rung, plan, seconds)
    every = seconds / LOOKS
    found = scan_pictures(file, 0, rung.frame_rate, seconds=seconds, look_seconds=every)
    times = int(rung.frame_rate / plan.frame_rate)
    is_right = (
        found.is_steady
        and found.is_closed
        and found.is_seen
        and not _is_cropped(file, track)
        and found.key_places == tuple(key * times for key in plan.keys)
    )
    if not is_right:
        raise WrongOutput("The copy did not come out right.", cause=file.name)


def _is_cropped(file: Path, track: Track) -> bool:
    # Some players would crop this rung, and none of the others.
    with file.open("rb") as opened:
        return b"clap" in opened.read(track.head_size)
