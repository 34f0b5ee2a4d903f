"""Find an episode, or a sentence that somebody said."""

from fastapi import Request
from fastapi.responses import Response

from app.actions import search as searching
from app.page.rendering import render
from app.page.request import Reading
from app.page.routing import Reader

router = Reader()


@router.at("/search")
def search(request: Request, session: Reading, q: str = "") -> Response:
    """What matches, each with the line that does."""
    words = searching.words_of(q)
    return render(
        request,
        "public/search.html",
        query=" ".join(words),
        hits=searching.find(session, words),
    )
