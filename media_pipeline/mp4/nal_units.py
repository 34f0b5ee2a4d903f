"""The pieces of an H.264 or HEVC picture in a container that tells their lengths.

A stretch of zeros in a file goes unnoticed by everything that reads only headers; but
a piece of length 0, or one that is longer than the packet, is never right.
"""

_AVC_HEAD, _HEVC_HEAD = 5, 22  # bytes of a decoder configuration that we look at


def length_size(codec: str, configuration: bytes) -> int:
    """How many bytes tell a length; 0 when pieces are marked in another way."""
    is_iso = configuration[:1] == b"\x01"
    if codec == "h264" and is_iso and len(configuration) >= _AVC_HEAD:
        return int(configuration[_AVC_HEAD - 1] & 3) + 1
    if codec == "hevc" and is_iso and len(configuration) >= _HEVC_HEAD:
        return int(configuration[_HEVC_HEAD - 1] & 3) + 1
    return 0


def are_whole(packet: memoryview, size: int) -> bool:
    """Whether the pieces fill a packet exactly; `size` bytes tell each length."""
    at, end = 0, len(packet)
    while at + size <= end:
        length = int.from_bytes(packet[at : at + size])
        if length == 0:
            return False
        at += size + length
    return at == end
