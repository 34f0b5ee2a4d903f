"""How we make each thing: its version, and what must be made anew together.

Whoever changes what a rendition is, adds one to its recipe. `commoncast media redo`
then finds those that were made by an older one.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from media_pipeline.kinds import Kind

RECIPE = "recipe"  # its name in the details of a rendition

RECIPES: dict[Kind, int] = dict.fromkeys(Kind, 1) | {
    Kind.HLS_MEDIA: 2,
    Kind.STORYBOARD: 2,
    Kind.STORYBOARD_MAP: 2,
}


class Form(StrEnum):
    """What can be made anew by itself."""

    SOUND = "sound"  # levelled and encoded, then labelled
    TAGS = "tags"  # the words in the MP3
    LOW_SOUND = "low-sound"
    WAVEFORM = "waveform"
    FILM = "film"  # everything one needs to watch
    FILM_TAGS = "film-tags"  # the words in the MP4
    CAPTIONS = "captions"  # and the playlists that name them
    POSTER = "poster"
    STORYBOARD = "storyboard"
    CHAPTER_IMAGES = "chapter-images"


MAKES: dict[Form, frozenset[Kind]] = {
    Form.SOUND: frozenset({Kind.PLAIN_SOUND, Kind.SOUND}),
    Form.TAGS: frozenset({Kind.SOUND}),
    Form.LOW_SOUND: frozenset({Kind.LOW_SOUND}),
    Form.WAVEFORM: frozenset({Kind.WAVEFORM}),
    # The files of a ladder name one another: a new rung needs a new master, the MP4
    # and the key frames are cut from a rung, and pictures are taken from one.
    Form.FILM: frozenset(
        {
            Kind.HLS_MEDIA,
            Kind.HLS_PLAYLIST,
            Kind.HLS_IFRAMES,
            Kind.HLS_SUBTITLES,
            Kind.HLS_MASTER,
            Kind.CAPTIONS,
            Kind.FILM,
            Kind.POSTER,
            Kind.STORYBOARD,
            Kind.STORYBOARD_MAP,
            Kind.CHAPTER_IMAGE,
        }
    ),
    Form.FILM_TAGS: frozenset({Kind.FILM}),
    Form.CAPTIONS: frozenset({Kind.CAPTIONS, Kind.HLS_SUBTITLES, Kind.HLS_MASTER}),
    Form.POSTER: frozenset({Kind.POSTER}),
    Form.STORYBOARD: frozenset({Kind.STORYBOARD, Kind.STORYBOARD_MAP}),
    Form.CHAPTER_IMAGES: frozenset({Kind.CHAPTER_IMAGE}),
}

# What an outdated rendition needs: the smallest form in which it is made anew.
FORM_OF: dict[Kind, Form] = {
    Kind.PLAIN_SOUND: Form.SOUND,
    Kind.SOUND: Form.TAGS,
    Kind.LOW_SOUND: Form.LOW_SOUND,
    Kind.WAVEFORM: Form.WAVEFORM,
    Kind.HLS_MEDIA: Form.FILM,
    Kind.HLS_PLAYLIST: Form.FILM,
    Kind.HLS_IFRAMES: Form.FILM,
    Kind.HLS_MASTER: Form.CAPTIONS,
    Kind.HLS_SUBTITLES: Form.CAPTIONS,
    Kind.CAPTIONS: Form.CAPTIONS,
    Kind.FILM: Form.FILM_TAGS,
    Kind.POSTER: Form.POSTER,
    Kind.STORYBOARD: Form.STORYBOARD,
    Kind.STORYBOARD_MAP: Form.STORYBOARD,
    Kind.CHAPTER_IMAGE: Form.CHAPTER_IMAGES,
}

# Where one of these is missing, the form is outdated as well: it was made before we
# knew such a thing.
NEEDED: dict[Form, frozenset[Kind]] = {
    Form.SOUND: frozenset({Kind.PLAIN_SOUND}),
    Form.TAGS: frozenset({Kind.SOUND}),
    Form.LOW_SOUND: frozenset({Kind.LOW_SOUND}),
    Form.WAVEFORM: frozenset({Kind.WAVEFORM}),
    Form.FILM: frozenset({Kind.HLS_MEDIA, Kind.HLS_PLAYLIST, Kind.HLS_IFRAMES}),
    Form.FILM_TAGS: frozenset({Kind.FILM}),
    Form.CAPTIONS: frozenset({Kind.HLS_MASTER}),
    Form.POSTER: frozenset({Kind.POSTER}),
    Form.STORYBOARD: frozenset({Kind.STORYBOARD, Kind.STORYBOARD_MAP}),
    Form.CHAPTER_IMAGES: frozenset(),  # not every film has chapters
}
HEARD = {Form.SOUND, Form.TAGS, Form.LOW_SOUND, Form.WAVEFORM}  # the rest is film


def recipe_of(details: Mapping[str, Any]) -> int:
    """By which recipe a rendition was made; 0 before there were any."""
    return int(details.get(RECIPE, 0))


def is_outdated(kind: Kind, details: Mapping[str, Any]) -> bool:
    """Whether we make such a thing differently now."""
    return recipe_of(details) < RECIPES[kind]


def form_is_outdated(
    form: Form, made: Iterable[tuple[Kind, Mapping[str, Any]]]
) -> bool:
    """Whether a form should be made anew; `made` are the renditions of an episode."""
    its = [(kind, details) for kind, details in made if FORM_OF.get(kind) == form]
    is_old = any(is_outdated(kind, details) for kind, details in its)
    return is_old or bool(NEEDED[form] - {kind for kind, _ in its})
