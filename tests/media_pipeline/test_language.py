import pytest

from media_pipeline.language import three_letters


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
