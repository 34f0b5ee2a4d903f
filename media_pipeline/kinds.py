"""The kinds of files that we make, and whether anybody may read them."""

from enum import StrEnum


class Kind(StrEnum):
    """What a rendition is for."""

    PLAIN_SOUND = "plain-sound"  # the MP3 before its tags, so that tags are cheap
    SOUND = "sound"  # the tagged MP3: the enclosure
    FILM = "film"  # the faststart MP4: enclosure of the video feed
    HLS_MASTER = "hls-master"
    HLS_PLAYLIST = "hls-playlist"  # one for each rung, and one for the sound
    HLS_MEDIA = "hls-media"  # the fragmented MP4 that a playlist names
    POSTER = "poster"
    ARTWORK = "artwork"
    CAPTIONS = "captions"  # WebVTT
    LOW_SOUND = "low-sound"  # Opus, for people with little data
    STREAM_SOUND = "stream-sound"  # the AAC of a film before it is cut
    CHUNK = "chunk"  # a few segments of one rung, until they are joined: "720p-0003"
    HLS_IFRAMES = "hls-iframes"  # the playlist of a rung's key frames
    HLS_SUBTITLES = "hls-subtitles"  # the playlist of the captions
    WAVEFORM = "waveform"  # peaks, as JSON
    STORYBOARD = "storyboard"  # small pictures of the film in one large one
    STORYBOARD_MAP = "storyboard-map"  # WebVTT: which of them belongs to which time
    CHAPTER_IMAGE = "chapter-image"  # the film where a chapter begins: "1"


# They lie under private/, all others under public/.
PRIVATE = {Kind.PLAIN_SOUND, Kind.STREAM_SOUND, Kind.CHUNK}
