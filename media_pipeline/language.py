"""Names of languages: in three letters (ISO 639-2), as ID3 and MP4 insist, in full."""

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
