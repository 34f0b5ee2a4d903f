"""What a show must say about itself (Apple, and the Podcast Standards Project)."""

import re
from collections.abc import Iterator

from feeds.rules.categories import CATEGORIES
from feeds.rules.languages import LANGUAGES
from feeds.rules.problem import (
    ERROR,
    HINT,
    WARNING,
    Element,
    Finding,
    Sheet,
    channel_rule,
    each_rule,
    rule,
)
from feeds.rules.reading import attribute_of, children, tag, text_of

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WEB = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png)(?:[?#].*)?", re.IGNORECASE)
_SELF = "application/rss+xml"


@channel_rule("title-missing", ERROR, "Give the show its name.")
def title_missing(channel: Element) -> Iterator[str]:
    if not text_of(channel, "title"):
        yield "The show has no title."


@channel_rule("description-missing", ERROR, "Say in a few sentences what it is about.")
def description_missing(channel: Element) -> Iterator[str]:
    if not text_of(channel, "description"):
        yield "The show has no description."


@channel_rule("link-missing", ERROR, "Add <link> with the address of its page.")
def link_missing(channel: Element) -> Iterator[str]:
    if not _WEB.match(text_of(channel, "link")):
        yield "The show names no web page of its own."


@channel_rule(
    "self-link-missing", ERROR, f'Add <atom:link rel="self" type="{_SELF}" href="...">.'
)
def self_link_missing(channel: Element) -> Iterator[str]:
    own = [e for e in children(channel, "atom:link") if e.get("rel") == "self"]
    if not own or not own[0].get("href"):
        yield "The feed does not name its own address."
    elif own[0].get("type") != _SELF:
        yield "The link to itself does not say what it leads to."


@channel_rule("language-missing", ERROR, "Add <language>, such as en or sv.")
def language_missing(channel: Element) -> Iterator[str]:
    if not text_of(channel, "language"):
        yield "The show does not say its language."


@channel_rule(
    "language-unknown",
    ERROR,
    "Use two letters of ISO 639, and perhaps a region: en-gb.",
)
def language_unknown(channel: Element) -> Iterator[str]:
    code = text_of(channel, "language")
    known = re.fullmatch(r"([a-z]{2})(-[a-z]{4})?(-[a-z]{2}|-\d{3})?", code.lower())
    if code and (not known or known.group(1) not in LANGUAGES):
        yield f"No directory knows the language {code!r}."


@channel_rule("category-missing", ERROR, "Choose one of Apple's categories.")
def category_missing(channel: Element) -> Iterator[str]:
    if not attribute_of(channel, "itunes:category", "text"):
        yield "The show has no category."


@channel_rule("category-unknown", ERROR, "Write it exactly as Apple does.")
def category_unknown(channel: Element) -> Iterator[str]:
    for outer in children(channel, "itunes:category"):
        name = outer.get("text", "")
        if name and name not in CATEGORIES:
            yield f"Apple has no category {name!r}."
            continue
        for inner in children(outer, "itunes:category"):
            if inner.get("text") not in CATEGORIES.get(name, set()):
                yield f"Apple has no {inner.get('text')!r} in {name!r}."


@channel_rule("explicit-missing", ERROR, "Add <itunes:explicit>false</...>, or true.")
def explicit_missing(channel: Element) -> Iterator[str]:
    if not children(channel, "itunes:explicit"):
        yield "The show does not say whether it has explicit language."


@each_rule("explicit-value", ERROR, "Write true or false.")
def explicit_value(element: Element) -> Iterator[str]:
    for explicit in children(element, "itunes:explicit"):
        if (explicit.text or "").strip() not in {"true", "false"}:
            yield f"itunes:explicit says {explicit.text!r}."


@channel_rule("image-missing", ERROR, 'Add <itunes:image href="...">, a square.')
def image_missing(channel: Element) -> Iterator[str]:
    if not attribute_of(channel, "itunes:image", "href"):
        yield "The show has no artwork."


@each_rule("image-address", ERROR, "Give a web address that ends in .jpg or .png.")
def image_address(element: Element) -> Iterator[str]:
    for image in children(element, "itunes:image"):
        href = image.get("href", "").strip()
        if href and not (_WEB.match(href) and _PICTURE.search(href)):
            yield f"The artwork lies at {href!r}."


@channel_rule("rss-image-incomplete", WARNING, "Give it a url, a title and a link.")
def rss_image_incomplete(channel: Element) -> Iterator[str]:
    image = channel.find("image")
    parts = ("url", "title", "link")
    if image is not None and not all(text_of(image, part) for part in parts):
        yield "The plain <image> is not complete."


@channel_rule("author-missing", WARNING, "Add <itunes:author>.")
def author_missing(channel: Element) -> Iterator[str]:
    if not text_of(channel, "itunes:author"):
        yield "Nobody is named as the author."


@channel_rule("owner-email", ERROR, "Give a working address, or leave the owner out.")
def owner_email(channel: Element) -> Iterator[str]:
    owner = channel.find(tag("itunes:owner"))
    if owner is not None and not _EMAIL.fullmatch(text_of(owner, "itunes:email")):
        yield "The owner has no usable e-mail address."


@channel_rule("owner-public", HINT, "Leave it out, and prove ownership by podcast:txt.")
def owner_public(channel: Element) -> Iterator[str]:
    owner = channel.find(tag("itunes:owner"))
    if owner is not None and _EMAIL.fullmatch(text_of(owner, "itunes:email")):
        yield "An e-mail address in a feed attracts spam."


@channel_rule("type-value", ERROR, "Write episodic or serial.")
def type_value(channel: Element) -> Iterator[str]:
    for kind in children(channel, "itunes:type"):
        if (kind.text or "").strip() not in {"episodic", "serial"}:
            yield f"itunes:type says {kind.text!r}."


@rule("serial-number-missing", ERROR, "Number every episode, or make it episodic.")
def serial_number_missing(sheet: Sheet) -> Iterator[Finding]:
    if text_of(sheet.channel, "itunes:type") == "serial":
        for item in sheet.items:
            if not text_of(item, "itunes:episode"):
                yield item, "An episode of a serial has no number."


@channel_rule("copyright-sign", WARNING, "Write only the year and the name.")
def copyright_sign(channel: Element) -> Iterator[str]:
    if re.search(r"copyright|©", text_of(channel, "copyright"), re.IGNORECASE):
        yield "The copyright repeats the word or the sign."


@channel_rule("new-feed-url-elsewhere", WARNING, "Let it name the feed that it is in.")
def new_feed_url_elsewhere(channel: Element) -> Iterator[str]:
    new = text_of(channel, "itunes:new-feed-url")
    links = children(channel, "atom:link")
    own = [e.get("href") for e in links if e.get("rel") == "self"]
    if new and own and new not in own:
        yield "itunes:new-feed-url is not the feed's own address."


@each_rule("block-value", WARNING, "Write Yes, or leave it out.")
def block_value(element: Element) -> Iterator[str]:
    for name in ("itunes:block", "itunes:complete"):
        if any((e.text or "").strip() != "Yes" for e in children(element, name)):
            yield f"{name} does nothing unless it says Yes."


@channel_rule("feed-empty", WARNING, "Publish an episode before you submit the feed.")
def feed_empty(channel: Element) -> Iterator[str]:
    is_list = channel.find(tag("podcast:remoteItem")) is not None
    if channel.find("item") is None and not is_list:
        yield "There is no episode yet, and directories refuse an empty show."
