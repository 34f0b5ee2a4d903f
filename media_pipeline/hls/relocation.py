"""A playlist whose files lie elsewhere."""

from dataclasses import replace

from media_pipeline.hls.playlist import write_media_playlist
from media_pipeline.hls.playlist_reader import read_media_playlist

ENDING = ".m3u8"

_MASTER_ONLY = b"\n#EXT-X-STREAM-INF:"


def with_media_in(folder: str, written: bytes) -> bytes:
    """The same playlist, naming its files by their addresses in `folder`.

    Other playlists keep their names: whoever gave this one gives them too.
    """
    if _MASTER_ONLY in written:
        return written
    playlist = read_media_playlist(written)
    head = playlist.head
    moved = replace(
        playlist,
        head=head and replace(head, uri=f"{folder}/{head.uri}"),
        segments=tuple(
            replace(segment, uri=f"{folder}/{segment.uri}")
            for segment in playlist.segments
        ),
    )
    return write_media_playlist(moved).encode()
