import pytest

from media_pipeline.language import own_name, three_letters


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
