"""Who is to blame when a program ends with an error: itself, or this machine?

Refusing a recording means to delete it. So whatever looks like a fault of the machine
is taken for one: to be wrong costs another try.
"""

import re
import signal

from media_pipeline.errors import (
    CouldNotStart,
    DiskFull,
    Failed,
    ProgramFailed,
    ProgramKilled,
)
from media_pipeline.programs.launcher import NOT_STARTED

_STOPPED = "A media program stopped with an error."
_TOLD_LINES = 3  # of the log, the last ones

# Over a limit, the kernel sends other signals: then a program is to blame itself.
# Bubblewrap adds 128 to the signal.
_FROM_OTHERS = (signal.SIGKILL, signal.SIGTERM)
_KILLED = {
    *(-s for s in _FROM_OTHERS),
    *(128 + s for s in _FROM_OTHERS),
}
# So ends an ffmpeg that heard a signal, whichever it was, and some that heard none.
_HEARD_A_SIGNAL = 255
_SIGNAL = re.compile(r"^Exiting normally, received signal (\d+)", re.MULTILINE)
_HEARD_NONE = re.compile("(Operation not permitted|Input changed)$", re.MULTILINE)

# Whoever builds the wall speaks first, or never: nothing foreign was opened by then.
_BUILDERS = re.compile("(setpriv|prlimit|bwrap|landlock): ")
_NOT_LOADED = 127  # by the loader of programs: a library is missing
_NOT_INSTALLED = re.compile(r"^(ModuleNotFoundError|ImportError): .*\Z", re.MULTILINE)
_NO_ROOM = "No space left on device"


def failure_of(name: str, status: int, log: str, output: bytes) -> Failed:
    """What is raised for a program that ended with this status and these words."""
    said = log.strip()
    last = " / ".join(said.splitlines()[-_TOLD_LINES:])
    cause = f"{name} ended with {status}: {last}"
    if _did_not_begin(status, said):
        return CouldNotStart(NOT_STARTED, cause=cause)
    if _was_killed(status, said):
        return ProgramKilled(_STOPPED, cause=cause)
    if _NO_ROOM in last:
        return DiskFull("There is no room left on the disk.", cause=cause)
    failure = ProgramFailed(_STOPPED, cause=cause)
    failure.output, failure.log = output, log
    return failure


def _did_not_begin(status: int, said: str) -> bool:
    is_unloaded = status == _NOT_LOADED or _NOT_INSTALLED.search(said) is not None
    return is_unloaded or _BUILDERS.match(said) is not None


def _was_killed(status: int, said: str) -> bool:
    if status != _HEARD_A_SIGNAL:
        return status in _KILLED
    if heard := _SIGNAL.findall(said):
        return int(heard[-1]) in _FROM_OTHERS
    return _HEARD_NONE.search(said) is None  # where it tells errors only
