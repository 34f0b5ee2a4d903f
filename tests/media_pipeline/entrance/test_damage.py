import pytest

from media_pipeline.entrance.damage import damage_in, merged
from media_pipeline.errors import UnreadableRecording
from media_pipeline.recording.packets import Scan, Spot


def said(scan: Scan, *, ends_abruptly: bool = False) -> tuple[str, ...]:
    return damage_in(scan, ends_abruptly=ends_abruptly)


def blocks(at: float, number: int, seconds: float = 0.02) -> tuple[Spot, ...]:
    return tuple(Spot(at + seconds * each, seconds) for each in range(number))


def test_a_whole_recording_needs_no_words() -> None:
    assert said(Scan(seconds=60, promised_seconds=60.3)) == ()


def test_broken_sound_is_told_with_its_time() -> None:
    scan = Scan(seconds=3600, broken=blocks(724, 150))

    assert said(scan) == (
        "Listen before you publish: about 3 seconds of sound at 12:04 "
        "cannot be played.",
    )


def test_a_gap_is_told_and_never_refused() -> None:
    scan = Scan(seconds=60, gaps=(Spot(10, 40),))

    assert said(scan) == (
        "Listen before you publish: about 40 seconds of sound is missing in the "
        "file at 0:10.",
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.2, "a second"),
        (89, "89 seconds"),
        (90, "1:30 minutes"),
        (3700, "1:01:40 hours"),
    ],
)
def test_how_much_is_told_as_people_say_it(seconds: float, told: str) -> None:
    scan = Scan(seconds=9000, gaps=(Spot(10, seconds),))

    assert f"about {told} of sound is missing" in said(scan)[0]


def test_damage_in_the_picture_is_told() -> None:
    scan = Scan(seconds=3600, torn=(Spot(65, 0.04),), torn_looks=0.01)

    assert "a second of the picture at 1:05" in said(scan)[0]


def test_a_missing_end_is_told_although_it_is_short() -> None:
    scan = Scan(seconds=3550, promised_seconds=3600)

    assert "should play 1:00:00, but 50 seconds of it is missing" in said(scan)[0]


def test_what_was_thrown_away_around_broken_sound_is_told() -> None:
    scan = Scan(seconds=58.8, promised_seconds=59, broken=blocks(10, 1))

    assert len(said(scan)) == 2
    assert "a second of it is lost" not in said(scan)[0]


def test_a_file_that_breaks_off_is_told() -> None:
    assert "breaks off at 1:00" in said(Scan(seconds=60), ends_abruptly=True)[0]


def test_many_places_are_counted() -> None:
    scan = Scan(seconds=3600, gaps=tuple(Spot(60.0 * at, 1) for at in range(20)))

    assert len(said(scan)) == 5
    assert "16 more places" in said(scan)[-1]


@pytest.mark.parametrize(
    ("scan", "sentence"),
    [
        (Scan(seconds=60, broken=blocks(20, 10, 1.0)), "17% of its sound .* from 0:20"),
        (
            Scan(seconds=60, torn=blocks(5, 200, 0.04)),
            "13% of its picture .* from 0:05",
        ),
        (Scan(seconds=3600, torn=blocks(0, 1), torn_looks=0.3), "30% of its picture"),
    ],
)
def test_much_damage_is_refused(scan: Scan, sentence: str) -> None:
    with pytest.raises(UnreadableRecording, match=sentence):
        said(scan)


def test_spots_that_lie_together_are_one() -> None:
    spots = [Spot(12, 0.5), Spot(10, 0.5), Spot(30, 1)]

    assert merged(spots) == [Spot(10, 2.5), Spot(30, 1)]
