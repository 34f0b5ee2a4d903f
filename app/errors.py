"""What can go wrong, with two faces: a cause for the log, a sentence for the person."""


class CommoncastError(Exception):
    """Anything we refuse or cannot do. `sentence` is shown to the person."""

    def __init__(self, sentence: str, *, cause: str = "") -> None:
        super().__init__(cause or sentence)
        self.sentence = sentence
        self.cause = cause or sentence


class NotFound(CommoncastError):
    """It does not exist, or this person may not know that it does."""


class Gone(CommoncastError):
    """It was public once and has been withdrawn."""


class NotAllowed(CommoncastError):
    """The person is known, and may not do this."""


class SignInNeeded(NotAllowed):
    """Nobody is signed in."""


class BadRequest(CommoncastError):
    """What was sent cannot be used as it is; the person can mend it."""


class TooLarge(BadRequest):
    """More bytes than this platform takes."""


class Conflict(CommoncastError):
    """Somebody or something else was faster."""


class NotReady(CommoncastError):
    """It will work later, or once a named thing has been done."""


class NoRoom(NotReady):
    """The disk is too full to take this in now."""


class BadSetting(CommoncastError):
    """The keeper must change a setting before we can start."""
