import json

from feeds.chapters_json import render
from feeds.document import Chapter


def test_chapters_are_in_the_order_of_time_and_say_only_what_is_known() -> None:
    chapters = (
        Chapter(30.5, "Why", "https://x.example/"),
        Chapter(0, "Wel\x00come"),
    )

    document = json.loads(render(chapters, "The first hour", "Trainee Talk"))

    assert document == {
        "version": "1.2.0",
        "title": "The first hour",
        "podcastName": "Trainee Talk",
        "chapters": [
            {"startTime": 0, "title": "Welcome"},
            {"startTime": 30.5, "title": "Why", "url": "https://x.example/"},
        ],
    }
