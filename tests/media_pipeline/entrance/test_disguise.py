from pathlib import Path

import pytest

from media_pipeline.entrance.disguise import refuse_what_is_no_recording
from media_pipeline.errors import UnreadableRecording


@pytest.mark.parametrize(
    ("beginning", "word"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff\xe0..", "picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "picture"),
        (b"\0\0\0\x18ftypheic\0\0", "picture"),
        (b"%PDF-1.7\n\xff", "document"),
        (b"PK\x03\x04\xff", "archive"),
        (b"\xef\xbb\xbf#EXTM3U\n", "playlist"),
        (b"\n#extm3u\n", "playlist"),
        (b"ffconcat version 1.0\n", "playlist"),
        (b"<?xml version='1.0'?><MPD>", "playlist"),
        ("Sæl og blessuð öll sömul".encode(), "text"),
    ],
)
def test_what_is_no_recording_is_called_by_its_name(
    tmp_path: Path, beginning: bytes, word: str
) -> None:
    (tmp_path / "talk.mp3").write_bytes(beginning)

    with pytest.raises(UnreadableRecording, match=word):
        refuse_what_is_no_recording(tmp_path / "talk.mp3")


@pytest.mark.parametrize(
    "beginning",
    [
        b"ID3\x04\0\0\0\0\0\0\xff\xfb",
        b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0",
        b"\0\0\0\x18ftypisom\0\0\2\0",
        b"fLaC\0\0\0\x22\x10\0",
        b"OggS\0\2\0\0\0\0",
        b"\x1aE\xdf\xa3\x01\0\0",
    ],
)
def test_recordings_pass(tmp_path: Path, beginning: bytes) -> None:
    (tmp_path / "talk").write_bytes(beginning)

    refuse_what_is_no_recording(tmp_path / "talk")
