"""Show notes: Markdown from a host becomes HTML that is safe anywhere."""

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = set(
    ["p", "br", "a", "strong", "em", "ul", "ol", "li", "h3", "h4", "blockquote", "code"]
)
_SCHEMES = {"http", "https", "mailto"}

# Pictures would tell their host who reads the notes, so Markdown's are text here.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable("image")


def render_notes(markdown: str) -> str:
    """The same notes for the page and for the feed."""
    tokens = _MARKDOWN.parse(markdown)
    for token in tokens:
        _lower_heading(token)
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_whole_address,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    ).strip()


def _whole_address(tag: str, name: str, value: str) -> str | None:
    # In a feed, an address without a scheme leads nowhere.
    scheme, _, rest = value.partition(":")
    return value if name != "href" or (rest and scheme.lower() in _SCHEMES) else None


def _lower_heading(token: Token) -> None:
    # The page and the feed have headings of their own above the notes.
    if token.type in {"heading_open", "heading_close"}:
        token.tag = "h3" if token.tag in {"h1", "h2"} else "h4"
