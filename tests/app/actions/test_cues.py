import pytest

from app.actions.cues import Line, Order, Typed, changed
from app.errors import BadRequest

LINES = [
    Line(0, 2000, "", "Welcome to the session."),
    Line(2000, 4000, "", "Thank you."),
    Line(4000, 9000, "Bo", "How are you?"),
]


def after(typed: dict[int, Typed] | None = None, **pressed: object) -> list[Line]:
    return changed(LINES, Order(typed or {}, **pressed))  # type: ignore[arg-type]


def test_what_was_typed_takes_the_place_of_what_was_there() -> None:
    lines = after({1: Typed(" Ada  Example", "Thank\r\nyou  so much.\u200b")})

    assert lines == [
        LINES[0],
        Line(2000, 4000, "Ada Example", "Thank you so much."),
        LINES[2],
    ]


def test_an_empty_line_cuts_a_text_and_its_time() -> None:
    lines = after({2: Typed("Bo", "How are\n \r\nyou to day?")})

    assert lines[2:] == [
        Line(4000, 5944, "Bo", "How are"),
        Line(5944, 9000, "Bo", "you to day?"),
    ]


def test_a_text_that_is_emptied_goes_away() -> None:
    assert after({0: Typed("", " \n ")}) == LINES[1:]


def test_chosen_lines_become_one() -> None:
    assert after(chosen={1, 2}, action="join") == [
        LINES[0],
        Line(2000, 9000, "Bo", "Thank you. How are you?"),
    ]


def test_lines_that_are_apart_are_not_joined() -> None:
    with pytest.raises(BadRequest, match="follow each other"):
        after(chosen={0, 2}, action="join")


def test_chosen_lines_are_deleted() -> None:
    assert after(chosen={0, 2}, action="delete") == [LINES[1]]


def test_a_run_of_lines_is_given_to_somebody() -> None:
    lines = after(chosen={0, 1}, action="name", name="Ada")

    assert [line.speaker for line in lines] == ["Ada", "Ada", "Bo"]


def test_names_are_filled_in_from_above() -> None:
    lines = after({0: Typed("Ada", LINES[0].text)}, action="fill")

    assert [line.speaker for line in lines] == ["Ada", "Ada", "Bo"]


def test_what_was_typed_counts_also_when_another_button_was_pressed() -> None:
    lines = after({0: Typed("Ada", "Hello.")}, chosen={1}, action="delete")

    assert lines == [Line(0, 2000, "Ada", "Hello."), LINES[2]]


@pytest.mark.parametrize("action", ["join", "delete", "name"])
@pytest.mark.parametrize("chosen", [set(), {17}])
def test_without_a_choice_nothing_is_done(action: str, chosen: set[int]) -> None:
    with pytest.raises(BadRequest, match="choose some lines"):
        after(action=action, chosen=chosen)


def test_nobody_has_a_name_of_any_length() -> None:
    with pytest.raises(BadRequest, match="under 100"):
        after({0: Typed("a" * 101, "Hello.")})
