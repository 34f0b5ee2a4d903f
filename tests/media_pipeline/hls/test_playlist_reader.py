import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from media_pipeline.hls.playlist_attributes import Malformed
from media_pipeline.hls.playlist_reader import read_master_playlist, read_media_playlist

MEDIA = b"""#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:6
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="a.mp4",BYTERANGE="700@0"
#EXTINF:6.0,
#EXT-X-BYTERANGE:100@700
a.mp4
#EXTINF:2,
#EXT-X-BYTERANGE:50
a.mp4
#EXT-X-ENDLIST
"""
MASTER = b"""#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="s",NAME="Original",DEFAULT=YES
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="s",NAME="Other"
#EXT-X-STREAM-INF:BANDWIDTH=1000,AUDIO="s"
a.m3u8
"""
LINES = sorted({*MEDIA.splitlines(), *MASTER.splitlines()})


def test_a_range_without_its_begin_follows_the_one_before() -> None:
    _, second = read_media_playlist(MEDIA).segments

    assert second.span
    assert (second.span.offset, second.span.size) == (800, 50)


def test_comments_and_empty_lines_mean_nothing() -> None:
    chatty = MASTER.replace(b"#EXT-X-STREAM", b"# a comment\n\n#EXT-X-STREAM")

    assert read_master_playlist(chatty) == read_master_playlist(MASTER)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"#EXTM3U", b"#EXTM4U"),
        (b"#EXTM3U", b"\xef\xbb\xbf#EXTM3U"),
        (b"a.mp4\n", b"\xff.mp4\n"),
        (b"#EXT-X-TARGETDURATION:6\n", b""),
        (b"DURATION:6", b"DURATION:6.5"),
        (b"DURATION:6", "DURATION:٦".encode()),
        (b"#EXT-X-VERSION:7", b"#EXT-X-VERSION:7\n#EXT-X-VERSION:7"),
        (b"TYPE:VOD", b"TYPE:vod"),
        (b"#EXTINF:2,\n", b""),
        (b"#EXTINF:2,", b"#EXTINF:2"),
        (b"#EXTINF:2,", b"#EXTINF:-2,"),
        (b"#EXTINF:2,", b"#EXTINF:2,\n#EXTINF:2,"),
        (b"100@700", b"100@"),
        (b"a.mp4\n#EXT-X-ENDLIST\n", b""),
        (b"#EXT-X-ENDLIST", b"#EXT-X-ENDLIST\n#EXTINF:2,\na.mp4"),
        (b"#EXT-X-ENDLIST", b"#EXT-X-ENDLIST:1"),
        (b"#EXT-X-ENDLIST\n", b"#EXT-X-ENDLIST"),
        (b"#EXT-X-ENDLIST", b"#EXT-X-STREAM-INF:BANDWIDTH=1"),
        (b'URI="a.mp4",', b""),
        (b'URI="a.mp4"', b"URI=a.mp4"),
        (b'"a.mp4",BYTE', b'"a.mp4" BYTE'),
        (b"700@0", b"700"),
    ],
)
def test_a_media_playlist_that_somebody_could_misread_is_not_read(
    good: bytes, bad: bytes
) -> None:
    assert good in MEDIA

    with pytest.raises(Malformed):
        read_media_playlist(MEDIA.replace(good, bad, 1))


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"a.m3u8\n", b""),
        (b"a.m3u8\n", b"a.m3u8\nb.m3u8\n"),
        (b"#EXT-X-STREAM", b"#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXT-X-STREAM"),
        (b"BANDWIDTH=1000,", b""),
        (b"BANDWIDTH=1000", b"BANDWIDTH=1000,BANDWIDTH=1000"),
        (b"BANDWIDTH=1000", b'BANDWIDTH="1000"'),
        (b"BANDWIDTH=1000", b"BANDWIDTH=1e3"),
        (b"1000,", b"1000,,"),
        (b"1000,", b"1000, "),
        (b'AUDIO="s"', b'AUDIO="t"'),
        (b'AUDIO="s"', b'AUDIO="s",'),
        (b'AUDIO="s"', b"AUDIO=s"),
        (b'AUDIO="s"', b'AUDIO="s'),
        (b'"Other"', b'"Original"'),
        (b'"Other"', b'"Other",DEFAULT=YES'),
        (b'"Other"', b'""'),
        (b"DEFAULT=YES", b"DEFAULT=YES,AUTOSELECT=NO"),
        (b"DEFAULT=YES", b"DEFAULT=MAYBE"),
        (b"#EXT-X-STREAM", b"#EXTINF:6,\n#EXT-X-STREAM"),
    ],
)
def test_a_master_that_somebody_could_misread_is_not_read(
    good: bytes, bad: bytes
) -> None:
    assert good in MASTER

    with pytest.raises(Malformed):
        read_master_playlist(MASTER.replace(good, bad, 1))


@given(st.binary() | st.lists(st.sampled_from(LINES) | st.binary()).map(b"\n".join))
@example(b"")
@example(b"#EXTM3U\n#EXT-X-MAP:\n")
def test_garbage_raises_nothing_but_our_error(data: bytes) -> None:
    for read in (read_master_playlist, read_media_playlist):
        with contextlib.suppress(Malformed):
            read(data)
