"""Names of languages: in three letters (ISO 639-2), as ID3 and MP4 insist, in full."""

import re

from babel import Locale, UnknownLocaleError

UNKNOWN = "und"

_TWO_AND_THREE = """
af:afr am:amh ar:ara bg:bul bn:ben bs:bos ca:cat cs:ces cy:cym da:dan de:deu el:ell
en:eng es:spa et:est eu:eus fa:fas fi:fin fo:fao fr:fra ga:gle gl:glg gu:guj he:heb
hi:hin hr:hrv hu:hun hy:hye id:ind is:isl it:ita ja:jpn ka:kat kn:kan ko:kor lt:lit
lv:lav mk:mkd ml:mal mr:mar ms:msa mt:mlt nb:nob ne:nep nl:nld nn:nno no:nor pa:pan
pl:pol pt:por ro:ron ru:rus sk:slk sl:slv so:som sq:sqi sr:srp sv:swe sw:swa ta:tam
te:tel th:tha tl:tgl tr:tur uk:ukr ur:urd vi:vie yi:yid zh:zho
"""
_THREE_LETTERS = dict(pair.split(":") for pair in _TWO_AND_THREE.split())

# RFC 5646, 2.1, without its list of old names, and without names of one's own.
_TAG = re.compile(
    r"""(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})
    (?:-[a-z]{4})?  # script
    (?:-(?:[a-z]{2}|[0-9]{3}))?  # region
    (?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*  # variants
    (?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*  # extensions
    (?:-x(?:-[a-z0-9]{1,8})+)?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def is_tag(text: str) -> bool:
    """Whether this has the form of a language tag, such as `en` or `sr-Latn-RS`."""
    return bool(_TAG.fullmatch(text))


def three_letters(tag: str) -> str:
    """`eng` for `en-gb`; `und` when nobody knows."""
    language = tag.replace("_", "-").partition("-")[0].lower()
    if len(language) == 3 and language.isascii() and language.isalpha():
        return language
    return _THREE_LETTERS.get(language, UNKNOWN)


def own_name(tag: str) -> str:
    """`Deutsch` for `de`: what its speakers look for in a menu; else the tag itself."""
    if tag == UNKNOWN:  # which is a language to babel
        return tag
    try:
        return Locale.parse(tag, sep="-").get_display_name() or tag
    except (UnknownLocaleError, ValueError):
        return tag
