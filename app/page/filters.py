"""How pages write times, dates and sizes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal


def duration(seconds: float | None) -> str:
    """How long it takes, as people say it: `32 min`, `1 h 5 min`, `45 s`."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, minutes = divmod(round(whole / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def timestamp(seconds: float) -> str:
    """A moment in a recording: `1:02:03`, `2:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def iso_duration(seconds: float | None) -> str:
    """ISO 8601: `PT93S`."""
    return f"PT{round(seconds or 0)}S"


def date(moment: datetime | None, language: str = "en") -> str:
    """A day in the reader's language."""
    return format_date(moment, format="long", locale=language) if moment else ""


def filesize(size: int) -> str:
    """Bytes as people say them: `4.2 MB`."""
    units = ["B", "kB", "MB", "GB"]
    value = float(size)
    while value >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{format_decimal(round(value, 1), locale='en')} {units[0]}"


ALL: dict[str, Callable[..., Any]] = {
    "duration": duration,
    "timestamp": timestamp,
    "iso_duration": iso_duration,
    "date": date,
    "filesize": filesize,
}
