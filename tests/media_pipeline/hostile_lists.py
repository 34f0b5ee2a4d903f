"""Files that say: read another file. None of them is a recording."""

import struct
from collections.abc import Callable
from pathlib import Path

from tests.media_pipeline.hostile_aids import Aids

Make = Callable[[Path, Aids], None]


def _hls(*lines: str) -> bytes:
    head = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:4"]
    return "\n".join([*head, *lines, "#EXT-X-ENDLIST", ""]).encode()


def _segment(address: str) -> bytes:
    return _hls("#EXTINF:4,", address)


def hls_of_a_file(path: Path, aids: Aids) -> None:
    path.write_bytes(_segment(f"file://{aids.canary}"))


def hls_of_a_neighbour(path: Path, aids: Aids) -> None:
    neighbour = path.with_name("neighbour.ts")
    neighbour.unlink(missing_ok=True)
    neighbour.hardlink_to(aids.canary)
    path.write_bytes(_segment("neighbour.ts"))


def hls_of_an_address(path: Path, aids: Aids) -> None:
    path.write_bytes(_segment(f"http://127.0.0.1:{aids.port}/a.ts"))


def hls_with_a_key_at_an_address(path: Path, aids: Aids) -> None:
    key = f'#EXT-X-KEY:METHOD=AES-128,URI="http://127.0.0.1:{aids.port}/key"'
    path.write_bytes(_hls(key, "#EXTINF:4,", f"file://{aids.canary}"))


def hls_of_a_text(path: Path, aids: Aids) -> None:
    stream = "#EXT-X-STREAM-INF:BANDWIDTH=1000"
    path.write_bytes(f"#EXTM3U\n{stream}\nfile://{aids.secret}\n".encode())


def hls_of_itself(path: Path, aids: Aids) -> None:
    stream = "#EXT-X-STREAM-INF:BANDWIDTH=1000"
    path.write_bytes(f"#EXTM3U\n{stream}\n{path.name}\n".encode())


def hls_joined_with_a_secret(path: Path, aids: Aids) -> None:
    joined = f"concat:http://127.0.0.1:{aids.port}/x|file://{aids.secret}"
    path.write_bytes(_hls("#EXTINF:4,", joined))


def concat_of_a_neighbour(path: Path, aids: Aids) -> None:
    hls_of_a_neighbour(path, aids)
    path.write_bytes(b"ffconcat version 1.0\nfile neighbour.ts\n")


def concat_of_a_file(path: Path, aids: Aids) -> None:
    path.write_bytes(f"ffconcat version 1.0\nfile '{aids.canary}'\n".encode())


def sdp(path: Path, aids: Aids) -> None:
    lines = [
        "v=0",
        "o=- 0 0 IN IP4 127.0.0.1",
        "s=x",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        f"m=audio {aids.port} RTP/AVP 0",
    ]
    path.write_bytes("\r\n".join([*lines, ""]).encode())


def dash(path: Path, aids: Aids) -> None:
    url = f"http://127.0.0.1:{aids.port}/a.mp4"
    path.write_text(
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" '
        'type="static" mediaPresentationDuration="PT4S" minBufferTime="PT1S">'
        '<Period><AdaptationSet mimeType="audio/mp4"><Representation id="a" '
        f'bandwidth="1000"><BaseURL>{url}</BaseURL><BaseURL>file://{aids.canary}'
        "</BaseURL></Representation></AdaptationSet></Period></MPD>"
    )


def avi_with_a_playlist_for_subtitles(path: Path, aids: Aids) -> None:
    listed = _segment(f"file://{aids.canary}")
    gab2 = b"GAB2\0" + struct.pack("<HI", 2, 2) + b"x\0"
    gab2 += struct.pack("<HI", 4, len(listed)) + listed
    header = struct.pack("<10I4I", 40000, 16000, 0, 16, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0)
    pcm = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    streams = _list(b"strl", _strh(b"auds", 16000) + _chunk(b"strf", pcm))
    streams += _list(b"strl", _strh(b"txts", 1) + _chunk(b"strf", b""))
    films = _chunk(b"01tx", gab2) + _chunk(b"00wb", bytes(32000))
    hdrl = _list(b"hdrl", _chunk(b"avih", header) + streams)
    path.write_bytes(_chunk(b"RIFF", b"AVI " + hdrl + _list(b"movi", films)))


def _strh(kind: bytes, rate: int) -> bytes:
    ours = struct.pack("<7I", 0, 0, 0, 1, rate, 0, 1)
    return _chunk(b"strh", kind + bytes(4) + ours + struct.pack("<3I", 0, 0, 2))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _list(name: bytes, content: bytes) -> bytes:
    return _chunk(b"LIST", name + content)


LISTS: dict[str, Make] = {
    made.__name__: made
    for made in (
        hls_of_a_file,
        hls_of_a_neighbour,
        hls_of_an_address,
        hls_with_a_key_at_an_address,
        hls_of_a_text,
        hls_of_itself,
        hls_joined_with_a_secret,
        concat_of_a_neighbour,
        concat_of_a_file,
        sdp,
        dash,
        avi_with_a_playlist_for_subtitles,
    )
}
NAMES = ("x.m3u8", "x.mp4", "x.mp3", "x")
