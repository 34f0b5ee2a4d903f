import pytest

from media_pipeline.words.language import is_tag, own_name, three_letters


@pytest.mark.parametrize(
    "tag",
    [
        *("en", "en-GB", "en-gb", "und", "yue", "zh-Hans", "zh-yue-HK", "es-419"),
        *("sr-Latn-RS", "de-CH-1996", "sl-rozaj-biske", "en-u-hc-h12", "en-x-ours"),
    ],
)
def test_a_tag_of_a_language_is_known_by_its_form(tag: str) -> None:
    assert is_tag(tag)


@pytest.mark.parametrize(
    "text",
    ["", "e", "a-language", "en_GB", "en-", "en-12", "en-u", "en GB", "d\u017f"],
)
def test_other_words_are_no_tag(text: str) -> None:
    assert not is_tag(text)


@pytest.mark.parametrize(
    ("tag", "letters"),
    [
        ("en", "eng"),
        ("en-GB", "eng"),
        ("da_DK", "dan"),
        ("ms", "msa"),
        ("swe", "swe"),
        ("", "und"),
        ("xx", "und"),
        ("ø-1", "und"),
    ],
)
def test_languages_have_three_letters(tag: str, letters: str) -> None:
    assert three_letters(tag) == letters


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("de", "Deutsch"),
        ("zh-Hans", "中文 (简体)"),
        ("nl", "Nederlands"),
        ("und", "und"),  # which babel takes for English
        ("tlh", "tlh"),
        ("no language", "no language"),
        ("", ""),
    ],
)
def test_a_language_is_named_as_its_speakers_name_it(tag: str, name: str) -> None:
    assert own_name(tag) == name
