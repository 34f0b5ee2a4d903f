import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.errors import UnusableText
from media_pipeline.words.captions import (
    Cue,
    Script,
    read_transcript,
    write_json,
    write_srt,
    write_text,
    write_vtt,
)
from media_pipeline.words.plain_text import one_line

HELLO = Cue(0.0, 2.5, "Hello & welcome.", "Ines")
THANKS = Cue(2.5, 4.0, "Thank you.", "Bo")
TALK = Script((HELLO, THANKS))

VTT = """WEBVTT

00:00:00.000 --> 00:00:02.500
<v Ines>Hello &amp; welcome.

00:00:02.500 --> 00:00:04.000
<v Bo>Thank you.
"""
SRT = """1
00:00:00,000 --> 00:00:02,500
Ines: Hello & welcome.

2
00:00:02,500 --> 00:00:04,000
Bo: Thank you.
"""


def read(text: str, filename: str = "talk.vtt") -> Script:
    return read_transcript(text.encode(), filename)


words = st.text(min_size=1).map(one_line).filter(bool)
moments = st.integers(0, 12 * 3_600_000)
cues = st.builds(
    lambda start, length, text, speaker: Cue(
        start / 1000, (start + length) / 1000, text, speaker
    ),
    moments,
    st.integers(1, 60_000),
    words,
    st.just("") | words.filter(lambda name: len(name) <= 100),
)
scripts = st.lists(cues, min_size=1, max_size=8).map(
    lambda found: Script(tuple(sorted(found, key=lambda cue: cue.start_seconds)))
)


@pytest.mark.parametrize("text", [VTT, SRT, VTT.replace("\n", "\r\n"), "\ufeff" + VTT])
def test_a_transcript_with_times_is_read(text: str) -> None:
    assert read(text) == TALK


def test_podcast_json_and_whisper_json_are_read() -> None:
    whisper = [
        {"start": 0, "end": 2.5, "text": " Hello & welcome.", "speaker": "Ines"},
        {"start": 2.5, "end": 4, "text": " Thank you.", "speaker": "Bo"},
    ]

    assert read(write_json(TALK)) == TALK
    assert read(json.dumps({"segments": whisper})) == TALK


def test_speakers_of_a_meeting_are_found_in_its_text() -> None:
    of_a_meeting = VTT.replace("<v Ines>", "Ines: ").replace("<v Bo>", "Bo: ")

    assert read(of_a_meeting) == TALK


def test_where_voices_are_marked_nobody_is_guessed() -> None:
    script = read(VTT.replace("Thank you", "Note: thank you").replace("<v Bo>", ""))

    assert script.cues[1] == Cue(2.5, 4.0, "Note: thank you.")


ROLLING = """WEBVTT
Kind: captions

00:00:00.160 --> 00:00:02.470 align:start
~
hello<00:00:00.480><c> everyone</c>

00:00:02.470 --> 00:00:02.480 align:start
hello everyone
~

00:00:02.480 --> 00:00:04.000 align:start
hello everyone
welcome<00:00:03.480><c> back</c>

00:00:04.000 --> 00:00:04.010 align:start
welcome back
~

00:00:04.010 --> 00:00:05.000 align:start
welcome back
welcome<00:00:04.480><c> back</c>
""".replace("~", " ")  # where the next line will stand


def test_a_line_that_rolls_on_was_said_once() -> None:
    script = read(ROLLING)

    assert script.cues == (
        Cue(0.16, 2.47, "hello everyone"),
        Cue(2.48, 4.0, "welcome back"),
        Cue(4.01, 5.0, "welcome back"),
    )


def test_where_nothing_rolls_a_line_may_be_said_twice() -> None:
    twice = VTT.replace("<v Ines>", "").replace("<v Bo>", "")
    twice = twice.replace("Thank you.", "Hello &amp; welcome.")

    assert len(read(twice).cues) == 2


def test_a_line_with_nothing_but_a_space_ends_no_cue() -> None:
    assert read(VTT.replace("<v Bo>", " \n<v Bo>")) == TALK


def test_captions_without_blank_lines_are_read() -> None:
    assert read(SRT.replace("\n\n", "\n")) == TALK


def test_a_plain_text_has_paragraphs_and_no_times() -> None:
    script = read("Ines: Hello\nthere.\n\n\nAnd then he said: no.\n", "talk.txt")

    paragraphs = (Cue(0, 0, "Hello there.", "Ines"), Cue(0, 0, "And then he said: no."))
    assert script == Script(paragraphs, timed=False)


def test_a_text_without_times_makes_no_captions() -> None:
    with pytest.raises(UnusableText, match="no times"):
        write_vtt(Script((Cue(0, 0, "Hello."),), timed=False))


def test_two_voices_in_one_cue_become_two_cues() -> None:
    script = read("WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>Yes?</v> <v.loud B C>No!")

    assert script.cues == (Cue(1, 2, "Yes?", "A"), Cue(1, 2, "No!", "B C"))


def test_styles_notes_names_and_settings_are_left_behind() -> None:
    script = read(
        "WEBVTT - title\nX-TIMESTAMP-MAP=LOCAL:0\n\n"
        "STYLE\n::cue { background: url(https://evil.example/) }\n\n"
        "NOTE nobody reads this\n\n"
        "intro\n00:01.000 --> 00:02.000 line:0 align:start\n"
        "<c.red>Hi</c> <00:00:01.500><ruby>you<rt>x</rt></ruby>"
    )

    assert script.cues == (Cue(1, 2, "Hi youx"),)


def test_markup_of_subrip_is_left_behind_and_a_lesser_sign_is_kept() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>2 < 3</i> <font color=red>so"

    assert read(text).cues == (Cue(1, 2, "2 < 3 so"),)


def test_a_script_never_reaches_a_player_as_markup() -> None:
    text = "00:00:01.000 --> 00:00:02.000\n<script>alert(1)</script> --> x"

    written = write_vtt(read(text, "talk.srt"))

    assert "<script" not in written
    assert "&lt;script&gt;" in written
    assert written.count("-->") == 1


@pytest.mark.parametrize(
    "times", ["NaN --> 00:01.000", "-1:00 --> 00:01", "999999:00:00 --> 1:00", " --> "]
)
def test_a_cue_at_an_impossible_time_is_left_out(times: str) -> None:
    assert read(f"{VTT}\n{times}\nnever said\n") == TALK


def test_cues_out_of_order_are_put_in_order() -> None:
    first, second = VTT.split("\n\n", 1)[1].split("\n\n")

    assert read(f"WEBVTT\n\n{second}\n{first}") == TALK


def test_a_cue_that_ends_before_it_starts_is_shown_for_a_second() -> None:
    script = read("WEBVTT\n\n00:05.000 --> 00:01.000\nStill said.")

    assert script.cues == (Cue(5, 6, "Still said."),)


@pytest.mark.parametrize("text", ["", "  \n\n ", "WEBVTT", "{}", "{oops", "\u200b"])
def test_a_file_without_words_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UnusableText) as refusal:
        read(text)

    assert refusal.value.sentence.endswith(".")


def test_lines_are_as_short_as_apps_want_them() -> None:
    script = Script((Cue(0, 9, "word " * 60, "Ines"),))

    assert max(map(len, write_vtt(script).splitlines())) <= 65 + len("<v Ines>")
    assert max(map(len, write_srt(script).splitlines())) <= 32


def test_subrip_names_a_speaker_at_every_change() -> None:
    script = Script((HELLO, Cue(2.5, 3, "Sit down.", "Ines"), THANKS))

    said = [line for line in write_srt(script).splitlines() if "." in line]
    assert said == ["Ines: Hello & welcome.", "Sit down.", "Bo: Thank you."]


def test_the_text_has_one_paragraph_for_each_turn() -> None:
    script = Script((HELLO, Cue(2.5, 3, "Sit down.", "Ines"), THANKS))

    assert write_text(script) == (
        "Ines: Hello & welcome. Sit down.\n\nBo: Thank you.\n"
    )


@given(scripts)
def test_what_is_written_as_webvtt_reads_the_same(script: Script) -> None:
    assert read(write_vtt(script)) == script


@given(scripts)
def test_what_is_written_as_json_reads_the_same(script: Script) -> None:
    assert read(write_json(script)) == script


@given(st.lists(cues.map(lambda c: Cue(c.start_seconds, c.end_seconds, "x y"))))
def test_what_is_written_as_subrip_keeps_its_times(found: list[Cue]) -> None:
    script = Script((HELLO, *sorted(found, key=lambda cue: cue.start_seconds)))

    assert read(write_srt(script)) == script


@given(st.binary())
def test_no_bytes_break_the_reading(data: bytes) -> None:
    with contextlib.suppress(UnusableText):
        assert read_transcript(data, "talk").cues


@given(
    st.sampled_from(["WEBVTT\n\n", '{"segments": [', "1\n"]),
    st.text(alphabet='<>v&;-:.,0123456789\n"{}[]/ ax\u2028'),
)
def test_no_half_written_transcript_breaks_the_reading(start: str, rest: str) -> None:
    try:
        script = read(start + "00:00.000 --> 00:01.000\n" + rest)
    except UnusableText:
        return
    assert not script.timed or read(write_vtt(script)) == script
