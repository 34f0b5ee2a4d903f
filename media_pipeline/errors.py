"""What can go wrong with a recording, drawn as a tree.

Refused is not failed: a refusal is about the recording, the host can act on it,
and trying again would change nothing. A failure is about us, and is tried again.
"""


class MediaError(Exception):
    """Anything that ends the making of an episode. `sentence` is for the host."""

    def __init__(self, sentence: str, *, cause: str = "") -> None:
        super().__init__(cause or sentence)
        self.sentence = sentence
        self.cause = cause or sentence

    def __reduce__(self) -> tuple[object, ...]:
        # Durable jobs keep errors across processes: both faces must survive that.
        return (_rebuild, (type(self), self.sentence, self.cause))


def _rebuild(kind: type[MediaError], sentence: str, cause: str) -> MediaError:
    return kind(sentence, cause=cause)


class Refused(MediaError):
    """The recording cannot be used as it is. Never tried again."""


class UnreadableRecording(Refused):
    """Nothing in it can be decoded."""


class TruncatedRecording(Refused):
    """It ends before it should."""


class SilentRecording(Refused):
    """There is sound, but none of it is above the noise floor."""


class UnusableArtwork(Refused):
    """The picture cannot become artwork."""


class UnusableText(Refused):
    """Chapters or a transcript that cannot be read."""


class Failed(MediaError):
    """Something of ours went wrong. Worth another try."""


class ProgramFailed(Failed):
    """A program ended with an error of its own: perhaps of what it was reading."""

    # What it had written and said by then; other processes are not told.
    output = b""
    log = ""


class MachineFailed(Failed):
    """This machine stood in a program's way: what it was reading is not to blame."""


class CouldNotStart(MachineFailed):
    """A program did not even begin."""


class ProgramKilled(MachineFailed):
    """Somebody ended a program."""


class DiskFull(MachineFailed):
    """What a program wrote did not fit on the disk."""


class ProgramStalled(Failed):
    """A program made no progress for too long, or took too long in all."""


class WrongOutput(Failed):
    """A program said that all was well, and its file says otherwise."""


class StorageFailed(Failed):
    """The storage did not take or give what we asked."""


class NoFfmpeg(Failed):
    """No usable ffmpeg on this machine."""


class NoSandbox(Failed):
    """Nothing here can keep a program from what is none of its business."""
