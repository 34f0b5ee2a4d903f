"""Times as people and files write them: 1:02:03, 02:03.450, 00:02:03,450."""

import re

LONGEST_SECONDS = 100 * 3600.0 - 0.001  # the format of subtitles ends here

_TIME = re.compile(
    r"(?:(?P<hours>\d{1,4}):)?(?P<minutes>\d{1,2}):(?P<seconds>\d{1,2})"
    r"(?:[.,](?P<fraction>\d{1,9}))?",
    re.ASCII,
)


def read_time(written: str) -> float | None:
    """Seconds, to the millisecond; None when this is no time."""
    found = _TIME.fullmatch(written.strip())
    if not found or int(found["seconds"]) > 59 or int(found["minutes"]) > 59:
        return None
    whole = (int(found["hours"] or 0) * 3600 + int(found["minutes"]) * 60) + int(
        found["seconds"]
    )
    return bounded(whole + float(f"0.{found['fraction'] or 0}"))


def read_number(value: object) -> float | None:
    """The same of a value in JSON that should be a number of seconds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return bounded(value)


def bounded(seconds: float) -> float | None:
    """A number of seconds that can be a time in a recording, or None."""
    if not 0 <= seconds <= LONGEST_SECONDS:  # NaN is not between anything
        return None
    return round(seconds, 3)


def write_time(seconds: float, point: str = ".") -> str:
    """00:02:03.450, as WebVTT and SRT write it (SRT with a comma)."""
    thousandths = round(seconds * 1000)
    minutes, thousandths = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    whole, rest = divmod(thousandths, 1000)
    return f"{hours:02}:{minutes:02}:{whole:02}{point}{rest:03}"


def clock(seconds: float) -> str:
    """A time as people write it: 4:05, or 1:04:05."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
