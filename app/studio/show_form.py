"""The form of a show: what was typed, and what of it cannot be used."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import FormData

from app.actions.shows import show_description, show_language, show_line
from app.errors import BadRequest
from app.models import Show
from app.models.identity import clean_line
from app.studio.episode_form import Words
from app.studio.posting import text
from feeds.rules.categories import CATEGORIES

_FIELDS = ("title", "description", "category", "language", "author", "email")
_EMAIL = re.compile(r"[^\s@<>\",;]+@[^\s@<>\",;]+\.[^\s@<>\",;.]+")


@dataclass(slots=True)
class Facts(Words):
    """What stands in the fields of a show."""


def facts_of(show: Show) -> Facts:
    """The fields as a show fills them."""
    facts = {name: getattr(show, name) for name in _FIELDS}
    if show.subcategory:
        facts["category"] = f"{show.category} > {show.subcategory}"
    return Facts(facts)


def facts_in(form: FormData) -> Facts:
    """The fields as they were sent."""
    return Facts({name: text(form, name) for name in _FIELDS})


def keep(show: Show, facts: Facts) -> None:
    """Write everything down, and say beside the fields what cannot be."""
    said = facts.values
    changes: dict[str, Callable[[], object]] = {
        "title": lambda: setattr(show, "title", show_line(said["title"], "a title")),
        "description": lambda: setattr(
            show, "description", show_description(said["description"])
        ),
        "category": lambda: _set_category(show, said["category"]),
        "language": lambda: setattr(show, "language", show_language(said["language"])),
        "author": lambda: setattr(
            show, "author", show_line(said["author"], "an author")
        ),
        "email": lambda: setattr(show, "email", _email(said["email"])),
    }
    for name, change in changes.items():
        with facts.beside(name):
            change()
    show.touch()


def _set_category(show: Show, chosen: str) -> None:
    category, _, subcategory = (part.strip() for part in chosen.partition(">"))
    if subcategory not in CATEGORIES.get(category, set()) | {""}:
        raise BadRequest("Please choose one of these.")
    if category not in CATEGORIES:
        raise BadRequest("Please choose one of these.")
    show.category, show.subcategory = category, subcategory


def _email(typed: str) -> str:
    address = clean_line(typed)
    if address and not (_EMAIL.fullmatch(address) and len(address) <= 254):
        raise BadRequest("This is not an e-mail address.")
    return address
