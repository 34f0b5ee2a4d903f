"""What people read can be said in any language."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from jinja2 import Environment

from app.page.rendering import LOCALES, ROOT, environment

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Names and signs that are the same in every language.
UNTRANSLATED = {"RSS", "VTT", "SRT", "UTC", "HTML", "JSON"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_word_of_a_template_is_beyond_translation(path: Path) -> None:
    words = set(re.findall(r"[^\W\d_]{2,}", _bare_text(path)))

    assert words <= UNTRANSLATED, f"{path}: write {{{{ _(...) }}}} around {words}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_translators_get_every_sentence(path: Path) -> None:
    with (LOCALES / "messages.pot").open("rb") as file:
        known = {_first(message.id) for message in read_po(file)}

    found = extract_from_file(
        "jinja2", path, options={"extensions": "jinja2.ext.i18n", "silent": "false"}
    )

    missing = {_first(message) for _, message, *_ in found} - known
    assert not missing, f"run `make words`: {missing}"


def test_a_number_is_said_in_the_right_form() -> None:
    template = environment("en").from_string(
        '{{ ngettext("%(num)d episode", "%(num)d episodes", many) }}'
    )

    assert template.render(many=1) == "1 episode"
    assert template.render(many=2) == "2 episodes"


def _bare_text(path: Path) -> str:
    tokens = Environment().lex(path.read_text())  # noqa: S701 (only read)
    data = "".join(value if kind == "data" else "\0" for _, kind, value in tokens)
    without_comments = re.sub(r"<!--.*?-->", " ", data, flags=re.DOTALL)
    without_code = re.sub(
        r"<(script|style|code)\b.*?</\1>", " ", without_comments, flags=re.DOTALL
    )
    # An attribute may also stand in a macro, without its tag.
    return re.sub(r"<[^>]*>|&\w+;|[\w-]+=\"[^\"]*\"", " ", without_code)


def _first(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]
