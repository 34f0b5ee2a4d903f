"""What ffmpeg may open of a recording from outside, and how much of it.

Alone in its file: the children that read recordings need nothing else of ffmpeg.
"""

from typing import Any

# A playlist by another name makes ffmpeg read other files: only these formats open.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mp3,wav,flac,ogg,aac,aiff,mpegts,avi,"
    "amr,au,caf,w64"
)
DECODERS = (
    "h264,hevc,vp8,vp9,av1,libdav1d,mpeg4,mpeg2video,mjpeg,png,prores,dvvideo,"
    # What editors and archives keep, and what old telephones and sites have made.
    "dnxhd,cfhd,qtrle,ffv1,huffyuv,ffvhuff,rawvideo,mpeg1video,h263,theora,"
    "aac,mp2,mp2float,mp3,mp3float,flac,opus,vorbis,alac,ac3,eac3,amrnb,amrwb,"
    "pcm_u8,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_f64le,"
    "pcm_s16be,pcm_s24be,pcm_s32be,pcm_f32be,pcm_mulaw,pcm_alaw,"
    # What dictaphones, telephone systems, old Macs and broadcasts write.
    "pcm_s8,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,g722,aac_latm"
)
MAX_STREAMS = 64  # a disc has 32 sounds and as many subtitles
MAX_PIXELS = 40_000_000
PROBED = 5_000_000  # bytes, and microseconds

HOSTILE_OPTIONS: dict[str, str | int] = {
    "protocol_whitelist": "file",
    "format_whitelist": FORMATS,
    "codec_whitelist": DECODERS,
    "max_streams": MAX_STREAMS,
    "max_pixels": MAX_PIXELS,
    "probesize": PROBED,
    "analyzeduration": PROBED,
}


def open_hostile(path: str) -> Any:
    """In a child: a file from outside, opened by PyAV within these bounds.

    The prefix matters: a file can be called "concat:/etc/passwd".
    """
    import av  # only children need it

    options = {name: str(value) for name, value in HOSTILE_OPTIONS.items()}
    return av.open(f"file:{path}", options=options, metadata_errors="replace")
