import pytest

from media_pipeline import recipes
from media_pipeline.kinds import Kind
from media_pipeline.recipes import FORM_OF, MAKES, NEEDED, RECIPES, Form

BRIEF = {Kind.ARTWORK, Kind.CHUNK, Kind.STREAM_SOUND}  # given, or gone when joined


def made(recipe: int, *kinds: Kind) -> list[tuple[Kind, dict[str, int]]]:
    return [(kind, {"recipe": recipe}) for kind in kinds]


def test_every_kind_has_a_recipe() -> None:
    assert set(RECIPES) == set(Kind)


def test_whatever_stays_can_be_made_anew() -> None:
    assert set(FORM_OF) == set(Kind) - BRIEF


@pytest.mark.parametrize("form", Form)
def test_a_form_makes_what_it_must_have(form: Form) -> None:
    assert NEEDED[form] <= MAKES[form]
    assert all(kind in MAKES[form] for kind, its in FORM_OF.items() if its == form)


def test_a_new_ladder_brings_everything_that_is_cut_from_it() -> None:
    cut = MAKES[Form.FILM_TAGS] | MAKES[Form.POSTER] | MAKES[Form.STORYBOARD]

    assert cut | MAKES[Form.CAPTIONS] | MAKES[Form.CHAPTER_IMAGES] <= MAKES[Form.FILM]


def test_what_the_newest_recipe_made_is_left_alone() -> None:
    newest = made(RECIPES[Kind.POSTER], Kind.POSTER)

    assert not recipes.form_is_outdated(Form.POSTER, newest)


def test_what_an_older_recipe_made_is_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    before = made(RECIPES[Kind.POSTER], Kind.POSTER, Kind.WAVEFORM)
    monkeypatch.setitem(RECIPES, Kind.POSTER, RECIPES[Kind.POSTER] + 1)

    assert recipes.form_is_outdated(Form.POSTER, before)
    assert not recipes.form_is_outdated(Form.WAVEFORM, before)


def test_what_was_made_before_there_were_recipes_is_outdated() -> None:
    assert recipes.form_is_outdated(Form.TAGS, [(Kind.SOUND, {})])


def test_what_nobody_made_yet_is_outdated() -> None:
    assert recipes.form_is_outdated(Form.LOW_SOUND, made(1, Kind.SOUND))
    assert not recipes.form_is_outdated(Form.CHAPTER_IMAGES, made(1, Kind.SOUND))
