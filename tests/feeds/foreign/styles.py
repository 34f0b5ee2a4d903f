"""Small feeds in the manner of the programs that shows move in from."""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" %s><channel>"""
_TAIL = "</channel></rss>"


def feed(inside: str, namespaces: str = "") -> bytes:
    """A channel with this inside it."""
    return (_HEAD % namespaces + inside + _TAIL).encode()


CASTOPOD = feed(
    """
    <atom:link href="https://pod.example/@talks/feed.xml" rel="self"
      type="application/rss+xml"/>
    <title>Talks &amp; Tea</title><link>https://pod.example/@talks</link>
    <description><![CDATA[<p>Two people talk.</p><p>There is tea.</p>]]></description>
    <language>en</language>
    <itunes:image href="https://pod.example/media/cover.jpg"/>
    <itunes:category text="Health &amp; Fitness">
      <itunes:category text="Mental Health"/></itunes:category>
    <itunes:explicit>false</itunes:explicit><itunes:type>serial</itunes:type>
    <itunes:owner><itunes:name>Ann</itunes:name>
      <itunes:email>ann@pod.example</itunes:email></itunes:owner>
    <podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid>
    <podcast:locked owner="ann@pod.example">yes</podcast:locked>
    <podcast:funding url="https://give.example/ann">Buy us tea</podcast:funding>
    <podcast:person role="Host" group="Cast" href="https://pod.example/ann">Ann</podcast:person>
    <item>
      <title>Grief, the long way</title>
      <guid isPermaLink="false">https://pod.example/@talks/episodes/grief</guid>
      <pubDate>Sat, 07 Mar 2026 09:30:00 +0000</pubDate>
      <enclosure url="https://pod.example/audio/abc/grief.mp3?_from=feed"
        length="1234567" type="audio/mpeg"/>
      <itunes:duration>1834</itunes:duration>
      <description><![CDATA[<p>What <b>nobody</b> says.</p>]]></description>
      <itunes:season>2</itunes:season><itunes:episode>5</itunes:episode>
      <podcast:season name="The long year">2</podcast:season>
      <podcast:episode>5</podcast:episode>
      <podcast:transcript url="/transcripts/grief.srt" type="application/x-subrip"
        language="en" rel="captions"/>
      <podcast:chapters url="https://pod.example/chapters/grief.json"
        type="application/json+chapters"/>
      <podcast:person role="guest" group="cast">Bo</podcast:person>
      <podcast:soundbite startTime="73.0" duration="60.0">On waiting</podcast:soundbite>
      <podcast:funding url="https://give.example/grief">Help out</podcast:funding>
      <podcast:license url="https://l.example/by">CC-BY-4.0</podcast:license>
    </item>
    """,
    'xmlns:podcast="https://podcastindex.org/namespace/1.0"',
)

PEERTUBE = feed(
    """
    <title>Evening films</title><link>https://tube.example</link>
    <description>Films of the evening</description>
    <podcast:medium>video</podcast:medium>
    <item>
      <title><![CDATA[A film]]></title>
      <guid>https://tube.example/w/aaaa</guid>
      <pubDate>Wed, 04 Feb 2026 10:00:00 GMT</pubDate>
      <description><![CDATA[Seen by many]]></description>
      <media:group>
        <media:content url="https://tube.example/f/720.mp4" fileSize="900"
          type="video/mp4" height="720" isDefault="true"/>
        <media:content url="https://tube.example/f/360.mp4" fileSize="300"
          type="video/mp4" height="360"/>
      </media:group>
      <media:thumbnail url="https://tube.example/t/a.jpg" height="122" width="223"/>
      <itunes:duration>00:12:30</itunes:duration>
      <podcast:alternateEnclosure type="application/x-mpegURL" lang="en">
        <podcast:source uri="https://tube.example/hls/master.m3u8"/>
      </podcast:alternateEnclosure>
    </item>
    """,
    'xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0"',
)

PODLOVE = feed(
    """
    <title>Sprechstunde</title><link>https://s.example</link><language>de-DE</language>
    <atom:link rel="next" href="https://s.example/feed/mp3/?paged=2"/>
    <itunes:summary>Vom H&ouml;ren</itunes:summary>
    <item>
      <title>S01 Anfang</title><itunes:title>Anfang</itunes:title>
      <guid isPermaLink="false">podlove-2026-01-02t10:00:00+00:00-f00</guid>
      <pubDate>Fri, 02 Jan 2026 11:00:00 +0100</pubDate>
      <enclosure url="https://s.example/podlove/file/1/s/feed/c/mp3/s01.mp3"
        length="100" type="audio/mpeg"/>
      <itunes:duration>01:02:03.500</itunes:duration>
      <psc:chapters version="1.2">
        <psc:chapter start="00:10:00.500" title="Danach" href="https://x.example"/>
        <psc:chapter start="00:00:00.000" title="Zuerst"/>
      </psc:chapters>
      <content:encoded><![CDATA[<p>Notizen&nbsp;hier</p>]]></content:encoded>
    </item>
    """,
    'xmlns:psc="http://podlove.org/simple-chapters"',
)

ANCHOR = feed(
    """
    <title><![CDATA[Night Shift]]></title>
    <description><![CDATA[After hours]]></description>
    <link>https://anchor.example/night</link>
    <image><url>https://cdn.example/n.jpg</url><title>Night</title></image>
    <itunes:author>Nia</itunes:author>
    <item>
      <title><![CDATA[One]]></title>
      <description><![CDATA[<p>First</p>]]></description>
      <guid isPermaLink="false">0b3c1f0e-aaaa</guid>
      <dc:creator><![CDATA[Nia]]></dc:creator>
      <pubDate>Sun, 1 Feb 2026 08:00:00 GMT</pubDate>
      <enclosure url="https://anchor.example/s/1/podcast/play/2/https%3A%2F%2Fc.example%2Fa.m4a"
        length="4" type="audio/x-m4a"/>
      <itunes:explicit>No</itunes:explicit><itunes:duration>00:31:05</itunes:duration>
      <itunes:episodeType>trailer</itunes:episodeType>
    </item>
    """,
    'xmlns:dc="http://purl.org/dc/elements/1.1/"',
)

BUZZSPROUT = feed(
    """
    <title>Plain words</title>
    <itunes:new-feed-url>https://b.example/new.rss</itunes:new-feed-url>
    <podcast:locked>no</podcast:locked>
    <item>
      <itunes:title>Rest</itunes:title><title>Rest</title>
      <itunes:summary><![CDATA[<p>On rest.<br/>And sleep.</p>]]></itunes:summary>
      <guid isPermaLink="false">Buzzsprout-123</guid>
      <pubDate>Mon, 05 Jan 2026 00:00:00 -0500</pubDate>
      <enclosure url="https://www.b.example/1/123-rest.mp3"
        length="55" type="audio/mpeg"/>
      <podcast:transcript url="https://www.b.example/1/123/transcript"
        type="text/html"/>
      <podcast:chapters url="https://www.b.example/1/123/chapters.json"
        type="application/json"/>
      <itunes:duration>62:03</itunes:duration><itunes:explicit>clean</itunes:explicit>
    </item>
    """,
    'xmlns:podcast="https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"',
)

LIBSYN = b"""<?xml version="1.0" encoding="iso-8859-1"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/DTDs/Podcast-1.0.dtd"><channel>
<title>Caf\xe9 & cake</title><itunes:explicit>yes</itunes:explicit>
<item><title>Ping & pong</title>
<pubDate>Tue, 10 Feb 2026 07:00:00 EST</pubDate>
<guid isPermaLink="false"><![CDATA[d41d8cd9]]></guid>
<enclosure length="77" type="audio/mpeg"
  url="https://traffic.libsyn.example/x/a.mp3?dest-id=9" />
<itunes:duration>not known</itunes:duration>
<itunes:image href="http://static.example/p.jpg" />
</item></channel></rss>"""
