"""Files that are no recordings, whatever their names say."""

import codecs
from pathlib import Path

from media_pipeline.errors import UnreadableRecording

_LOOKED_AT = 4096  # bytes

_PICTURE = "This is a picture, not a recording. Please send sound or a film."
_DOCUMENT = "This is a document, not a recording. Please send sound or a film."
_ARCHIVE = "This is an archive. Please unpack it, and send the recording inside."
_PLAYLIST = (
    "This is a playlist: a list of other files, not a recording. "
    "Please send the recording itself."
)
_TEXT = "This is a text, not a recording. Please send sound or a film."

_BEGINNINGS = {
    b"\xff\xd8\xff": _PICTURE,
    b"\x89PNG": _PICTURE,
    b"GIF8": _PICTURE,
    b"BM": _PICTURE,
    b"II*\0": _PICTURE,
    b"MM\0*": _PICTURE,
    b"%PDF": _DOCUMENT,
    b"%!PS": _DOCUMENT,
    b"\xd0\xcf\x11\xe0": _DOCUMENT,
    b"PK\3\4": _ARCHIVE,
    b"Rar!": _ARCHIVE,
    b"7z\xbc\xaf": _ARCHIVE,
    b"\x1f\x8b": _ARCHIVE,
    b"#EXTM3U": _PLAYLIST,
    b"ffconcat": _PLAYLIST,
    b"[playlist]": _PLAYLIST,
    b"<asx": _PLAYLIST,
    b"<smil": _PLAYLIST,
}
_HEIF = {b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis"}


def refuse_what_is_no_recording(recording: Path) -> None:
    """Say what a file is instead, when a glance can tell."""
    with recording.open("rb") as file:
        beginning = file.read(_LOOKED_AT)
    if not beginning:
        raise UnreadableRecording("This file is empty. Please send it again.")
    if sentence := _what_it_is(beginning):
        raise UnreadableRecording(sentence)


def _what_it_is(beginning: bytes) -> str:
    start = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, sentence in _BEGINNINGS.items():
        if start.lower().startswith(mark.lower()):
            return sentence
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return _PICTURE
    if start[4:8] == b"ftyp" and start[8:12] in _HEIF:
        return _PICTURE
    if b"<MPD" in start[:1024]:
        return _PLAYLIST
    return _TEXT if _reads_as_text(beginning) else ""


def _reads_as_text(beginning: bytes) -> bool:
    try:
        # All at once would stumble over a last character that is cut in half.
        letters = codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter in "\t\r\n\f" for letter in letters)
