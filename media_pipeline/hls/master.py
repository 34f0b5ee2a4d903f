"""The master playlist: what a player chooses from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from media_pipeline.hls.bandwidth import NOTHING, Rate
from media_pipeline.hls.playlist import Attributes, MasterPlaylist, Variant, frozen
from media_pipeline.hls.subtitles import Captions
from media_pipeline.words.language import UNKNOWN, is_tag, own_name

SOUND_GROUP, CAPTIONS_GROUP = "sound", "captions"
# Apple: the first variant is what a player on Wi-Fi tries before it knows better.
FIRST_BITS = 2_000_000
# Apple: both, or the captions do not count as made for people who do not hear.
DESCRIBES_SOUNDS = (
    "public.accessibility.transcribes-spoken-dialog,"
    "public.accessibility.describes-music-and-sound"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One track as a master presents it."""

    uri: str
    codec: str
    rate: Rate
    width: int = 0
    height: int = 0
    frame_rate: Fraction = Fraction(0)
    channels: int = 0
    iframes_uri: str = ""
    iframes_rate: Rate = NOTHING


def master_of(rungs: Sequence[Offer], sound: Offer) -> MasterPlaylist:
    """The rungs in the order in which they are tried, each with the sound."""
    ordered = _in_order(rungs, sound)
    return MasterPlaylist(
        media=(_sound_attributes(sound),),
        variants=tuple(Variant(_attributes(r, sound), r.uri) for r in ordered),
        iframes=tuple(_iframes_attributes(r) for r in ordered if r.iframes_uri),
    )


def with_words(
    master: MasterPlaylist, language: str, captions: Captions | None = None
) -> MasterPlaylist:
    """The same in the language that is spoken, with these captions and no others."""
    told = language if is_tag(language) else UNKNOWN
    media = [
        frozen(**_names(attributes), LANGUAGE=told)
        for attributes in master.renditions("AUDIO")
    ]
    if captions:
        media.append(_captions_attributes(captions, told))
    group = {"SUBTITLES": CAPTIONS_GROUP} if captions else {}
    return replace(
        master,
        media=tuple(media),
        variants=tuple(
            Variant(frozen(**_names(variant.attributes), **group), variant.uri)
            for variant in master.variants
        ),
    )


def _in_order(rungs: Sequence[Offer], sound: Offer) -> list[Offer]:
    falling = sorted(rungs, key=lambda rung: -rung.rate.average)
    first = min(falling, key=lambda rung: _off((rung.rate + sound.rate).average))
    return [first, *(rung for rung in falling if rung is not first)]


def _off(bits: int) -> float:
    """How many times too much, or too little."""
    return max(bits / FIRST_BITS, FIRST_BITS / max(bits, 1))


def _sound_attributes(sound: Offer) -> Attributes:
    return frozen(
        TYPE="AUDIO",
        GROUP_ID=SOUND_GROUP,
        NAME="Original",
        DEFAULT="YES",
        AUTOSELECT="YES",
        CHANNELS=f"{sound.channels}",
        URI=sound.uri,
    )


def _attributes(rung: Offer, sound: Offer) -> Attributes:
    both = rung.rate + sound.rate
    return frozen(
        BANDWIDTH=f"{both.peak}",
        AVERAGE_BANDWIDTH=f"{both.average}",
        CODECS=f"{rung.codec},{sound.codec}",
        RESOLUTION=f"{rung.width}x{rung.height}",
        FRAME_RATE=f"{float(rung.frame_rate):.3f}",
        AUDIO=SOUND_GROUP,
    )


def _iframes_attributes(rung: Offer) -> Attributes:
    return frozen(
        BANDWIDTH=f"{rung.iframes_rate.peak}",
        AVERAGE_BANDWIDTH=f"{rung.iframes_rate.average}",
        CODECS=rung.codec,
        RESOLUTION=f"{rung.width}x{rung.height}",
        URI=rung.iframes_uri,
    )


def _captions_attributes(captions: Captions, language: str) -> Attributes:
    sounds = {"CHARACTERISTICS": DESCRIBES_SOUNDS} if captions.describes_sounds else {}
    return frozen(
        TYPE="SUBTITLES",
        GROUP_ID=CAPTIONS_GROUP,
        NAME="Captions" if language == UNKNOWN else own_name(language),
        LANGUAGE=language,
        DEFAULT="NO",
        AUTOSELECT="YES",
        FORCED="NO",
        **sounds,
        URI=captions.playlist.filename,
    )


def _names(attributes: Attributes) -> dict[str, str]:
    return {k: v for k, v in attributes.items() if k not in {"LANGUAGE", "SUBTITLES"}}
