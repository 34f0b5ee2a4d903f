"""Each broken feed breaks exactly one rule, and is told so by its name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feeds.document import Channel, Item
from feeds.rss import render
from feeds.rules import RULES, check, report
from feeds.xml import OLD_PODCAST, PODCAST
from tests.feeds.samples import NOON, conversation, show_feed, talk

LATER = NOON + timedelta(days=1)
SOUND = replace(show_feed(), owner_email="")
VALID = render(SOUND).decode()
STREAM = conversation().alternates[0].url
ENCLOSURE = (
    f'<enclosure url="{talk().enclosure.url}" length="1120800" type="audio/mpeg"/>'
)

# The rule, what a valid feed says, and what is put in its place once.
BROKEN = [
    ("title-missing", "<title>Trainee Talk</title>", "<title/>"),
    (
        "description-missing",
        "<description>Conversations about learning to be a "
        "therapist.\n\nEvery week.</description>",
        "",
    ),
    ("link-missing", "<link>https://cast.example/shows/trainee-talk</link>", "<link/>"),
    ("self-link-missing", 'rel="self"', 'rel="next"'),
    ("self-link-missing", 'rel="self" type="application/rss+xml"', 'rel="self"'),
    ("language-missing", "<language>en-gb</language>", ""),
    ("language-unknown", "<language>en-gb</language>", "<language>english</language>"),
    ("language-unknown", "<language>en-gb</language>", "<language>xx</language>"),
    ("category-unknown", 'text="Education"', 'text="Edukation"'),
    ("category-unknown", 'text="Mental Health"', 'text="Mind"'),
    ("explicit-missing", "<itunes:explicit>false</itunes:explicit>", ""),
    ("explicit-value", ">false</itunes:explicit>", ">clean</itunes:explicit>"),
    ("explicit-value", ">true</itunes:explicit>", ">yes</itunes:explicit>"),
    ("image-address", '1/5f5f.jpg"/>', '1/5f5f.webp"/>'),
    (
        "rss-image-incomplete",
        "<link>https://cast.example/shows/trainee-talk</link>\n    </image>",
        "</image>",
    ),
    ("author-missing", "<itunes:author>#TherapistsConnect</itunes:author>", ""),
    ("type-value", ">episodic<", ">weekly<"),
    ("copyright-sign", "<copyright>", "<copyright>Copyright "),
    ("block-value", "<itunes:type>", "<itunes:block>no</itunes:block><itunes:type>"),
    ("item-title-missing", "<title>The first hour &lt;3</title>", ""),
    ("item-title-number", "<title>The first", "<title>Episode 12: The first"),
    ("item-title-repeats-show", "<title>The first", "<title>Trainee Talk: The first"),
    ("guid-missing", f'<guid isPermaLink="false">{conversation().guid}</guid>', ""),
    ("guid-permalink", '<guid isPermaLink="false">4b', "<guid>4b"),
    (
        "item-link-missing",
        "<link>https://cast.example/episodes/the-first-hour",
        "<link>x",
    ),
    ("date-missing", "<pubDate>Fri, 13 Nov 2026 06:30:00 +0000</pubDate>", ""),
    ("date-format", "Fri, 13 Nov 2026 06:30:00 +0000", "2026-11-13T06:30:00Z"),
    (
        "date-format",
        "Fri, 13 Nov 2026 06:30:00 +0000",
        "Fri, 31 Feb 2026 06:30:00 +0000",
    ),
    ("date-zone", "13 Nov 2026 06:30:00 +0000", "13 Nov 2026 06:30:00 GMT"),
    ("date-weekday", "Fri, 13 Nov", "Mon, 13 Nov"),
    ("date-future", "Fri, 13 Nov 2026", "Sat, 13 Nov 2027"),
    ("duration-missing", "<itunes:duration>93</itunes:duration>", ""),
    ("duration-value", ">93<", ">1:33<"),
    ("item-explicit-missing", "<itunes:explicit>true</itunes:explicit>", ""),
    ("number-value", "<itunes:season>1<", "<itunes:season>0<"),
    ("episode-type-value", ">full<", ">whole<"),
    ("enclosure-length", '.mp3" length="1120800" type', '.mp3" length="0" type'),
    ("enclosure-type", 'type="audio/mpeg"/>', 'type="audio/ogg"/>'),
    ("enclosure-ending", 'type="audio/mpeg"/>', 'type="audio/x-m4a"/>'),
    ("podcast-tag-unknown", "<podcast:medium>", "<podcast:follow/><podcast:medium>"),
    (
        "podcast-tag-misplaced",
        "<podcast:medium>",
        "<podcast:season>1</podcast:season><podcast:medium>",
    ),
    (
        "podcast-tag-repeated",
        "<podcast:medium>",
        "<podcast:locked>no</podcast:locked><podcast:medium>",
    ),
    (
        "podcast-attribute-missing",
        '<podcast:integrity type="sri"',
        "<podcast:integrity",
    ),
    ("podcast-attribute-unknown", 'codecs="avc1', 'codec="avc1'),
    ("podcast-attribute-value", 'type="text/plain"', 'type="text/doc"'),
    ("podcast-text", ">podcast</podcast:medium>", ">radio</podcast:medium>"),
    (
        "podcast-guid-missing",
        "<podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid>",
        "",
    ),
    ("podcast-locked-missing", "<podcast:locked>yes</podcast:locked>", ""),
    ("integrity-value", 'value="sha384-oqVuA', 'value="md5-oqVuA'),
    (
        "license-url-missing",
        'url="https://creativecommons.org/licenses/by-nc/4.0/">CC',
        ">Our",
    ),
    ("social-uri-missing", 'protocol="disabled"', 'protocol="activitypub"'),
    ("person-role-unknown", 'role="guest"', 'role="celebrity"'),
    ("person-host-missing", 'role="host" group="cast" href=', 'role="guest" href='),
    ("captions-untimed", 'type="text/plain"', 'type="text/plain" rel="captions"'),
    ("alternate-length-missing", 'x-mpegURL" length="0"', 'x-mpegURL"'),
    ("alternate-default", 'x-mpegURL" ', 'x-mpegURL" default="true" '),
    ("medium-list-items", ">podcast</podcast:medium>", ">podcastL</podcast:medium>"),
    ("podroll-empty", "<podcast:medium>", "<podcast:podroll/><podcast:medium>"),
    ("publisher-remote", "<podcast:medium>", "<podcast:publisher/><podcast:medium>"),
    ("timestamps-few", "<p>On supervision", "<p>01:02 On supervision"),
    ("description-tag", "<p>On supervision", "<table/><p>On supervision"),
    ("text-blanks", "<title>The first", "<title> The first"),
    ("text-escaped-twice", "<title>The first", "<title>You &amp;amp; me: the first"),
    ("not-https", '<itunes:image href="https:', '<itunes:image href="http:'),
    ("alternate-source-missing", f'<podcast:source uri="{STREAM}"/>', ""),
    (
        "description-not-cdata",
        "<![CDATA[<p>On supervision, sleep &amp; saying no.</p>]]>",
        "&lt;p&gt;On supervision&lt;/p&gt;",
    ),
    ("description-too-long", "<p>On supervision", "<p>" + "On supervision " * 300),
    ("enclosure-missing", ENCLOSURE, ""),
    ("enclosure-multiple", ENCLOSURE, ENCLOSURE + ENCLOSURE),
    ("podcast-text-too-long", ">Bo Sample<", f">{'Bo ' * 60}<"),
    (
        "soundbite-duration",
        "<podcast:chapters",
        '<podcast:soundbite startTime="3" duration="600"/><podcast:chapters',
    ),
    ("text-too-long", "<title>The first", f"<title>{'The first ' * 40}"),
]


def unnumbered() -> Item:
    return replace(talk(), number=None)


def named_by_its_file() -> Item:
    return replace(talk(), guid=talk().enclosure.url)


def file_at(url: str) -> Item:
    return replace(talk(), enclosure=replace(talk().enclosure, url=url))


# The rule, and a feed that was made wrongly.
MISMADE = [
    ("category-missing", replace(SOUND, categories=())),
    ("image-missing", replace(SOUND, image_url="")),
    ("owner-email", replace(SOUND, owner_email="nobody")),
    ("owner-public", show_feed()),
    ("new-feed-url-elsewhere", replace(SOUND, new_feed_url="https://new.example/")),
    ("feed-empty", replace(SOUND, items=())),
    ("serial-number-missing", replace(SOUND, is_serial=True, items=(unnumbered(),))),
    ("item-description-missing", replace(SOUND, items=(replace(talk(), summary=""),))),
    (
        "guid-duplicate",
        replace(SOUND, items=(talk(), replace(conversation(), guid=talk().guid))),
    ),
    ("guid-is-enclosure", replace(SOUND, items=(named_by_its_file(),))),
    ("enclosure-duplicate", replace(SOUND, items=(talk(), replace(talk(), guid="2")))),
    (
        "enclosure-name",
        replace(SOUND, items=(file_at("https://x.example/f\u00fcr.mp3"),)),
    ),
    ("enclosure-url", replace(SOUND, items=(file_at("ftp://x.example/a.mp3"),))),
]


@pytest.mark.parametrize(("rule", "right", "wrong"), BROKEN)
def test_a_broken_feed_breaks_exactly_one_rule(
    rule: str, right: str, wrong: str
) -> None:
    assert right in VALID
    problems = check(VALID.replace(right, wrong, 1).encode(), LATER)

    assert {problem.rule for problem in problems} == {rule}
    for problem in problems:
        assert problem.severity == RULES[rule].severity
        assert len(problem.message) > len("x is y.")
        assert problem.cure.endswith(".")


@pytest.mark.parametrize(("rule", "channel"), MISMADE)
def test_a_mismade_feed_breaks_exactly_one_rule(rule: str, channel: Channel) -> None:
    problems = check(render(channel), LATER)

    assert {problem.rule for problem in problems} == {rule}


def test_every_rule_has_a_feed_that_breaks_it() -> None:
    assert {rule for rule, *_ in [*BROKEN, *MISMADE]} == set(RULES)


@pytest.mark.parametrize(
    ("rule", "feed"),
    [
        ("xml-malformed", b""),
        ("xml-malformed", VALID.encode()[:-20]),
        ("xml-malformed", VALID.replace("</item>", "&nbsp;</item>", 1).encode()),
        ("xml-doctype", b"<!DOCTYPE rss><rss version='2.0'><channel/></rss>"),
        ("rss-version", b"<feed xmlns='http://www.w3.org/2005/Atom'/>"),
        ("rss-version", b"<rss version='0.91'><channel/></rss>"),
        ("rss-version", b"<rss version='2.0'/>"),
        ("xml-encoding", VALID.replace("UTF-8", "ISO-8859-1").encode()),
        ("namespace-missing", VALID.replace("atom", "a").encode()),
    ],
)
def test_what_is_wrong_with_the_xml_itself_is_told_first(
    rule: str, feed: bytes
) -> None:
    assert check(feed, LATER)[0].rule == rule


def test_the_address_of_a_namespace_minds_its_case() -> None:
    odd = VALID.replace("dtds/podcast-1.0.dtd", "DTDs/Podcast-1.0.dtd")

    assert check(odd.encode(), LATER)[0].rule == "namespace-address"


def test_the_old_address_of_the_podcast_namespace_is_the_same() -> None:
    old = VALID.replace(PODCAST, OLD_PODCAST)

    assert check(old.encode(), LATER) == []


def test_entities_are_not_read_from_this_machine() -> None:
    feed = (
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        b'<rss version="2.0"><channel><title>&x;</title></channel></rss>'
    )

    assert [problem.rule for problem in check(feed, LATER)] == ["xml-doctype"]


def test_entities_that_grow_without_end_are_refused() -> None:
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    feed = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{levels}]><rss a="&l9;"/>'

    rules = [problem.rule for problem in check(feed.encode(), LATER)]

    assert rules in (["xml-malformed"], ["xml-doctype"])


def test_a_problem_says_where_it_is_what_it_is_and_what_to_do() -> None:
    problem = check(VALID.replace(">93<", ">1:33<").encode(), LATER)[0]

    assert str(problem) == (
        "warning: item 2 (Who looks after the listener?): itunes:duration says "
        "'1:33'. Write whole seconds: 1801. [duration-value]"
    )


def test_a_report_begins_with_the_worst() -> None:
    odd = VALID.replace(">93<", ">1:33<").replace("<guid", "<old", 1)

    told = report(check(odd.replace("</guid>", "</old>", 1).encode(), LATER))

    assert [line.split(":")[0] for line in told.splitlines()] == ["error", "warning"]


def test_a_report_on_a_good_feed_says_so() -> None:
    assert report(check(VALID.encode(), LATER)) == "Nothing to complain about."
