"""How playlists and captions can break the rules of HLS: each thing here breaks one."""

import re

from media_pipeline.hls.playlist import Span
from media_pipeline.hls.playlist_reader import read_media_playlist
from media_pipeline.mp4.track import read_track
from tests.media_pipeline.packages import Written

LISTS = ("180p.m3u8", "90p.m3u8", "audio.m3u8")


def the_small_one_first(package: Written) -> None:
    head, first, second, keys = package.split()
    package.master.write_text(head + second + first + keys)


def nothing_to_look_at(package: Written) -> None:
    head, *others = package.split()
    inf = "#EXT-X-STREAM-INF:BANDWIDTH=148000,AVERAGE-BANDWIDTH=146000,FRAME-RATE=25,"
    inf += 'CODECS="mp4a.40.2",RESOLUTION=1x1,AUDIO="sound",SUBTITLES="captions"\n'
    *variants, keys = others
    package.master.write_text("".join([head, *variants, inf, "audio.m3u8\n", keys]))


def a_sound_for_one_variant_alone(package: Written) -> None:
    head, first, second, keys = package.split()
    line = next(line for line in head.splitlines(True) if "TYPE=AUDIO" in line)
    other = line.replace('GROUP-ID="sound"', 'GROUP-ID="other"')
    second = second.replace('AUDIO="sound"', 'AUDIO="other"')
    package.master.write_text("".join([head, other, first, second, keys]))


def a_description_that_is_not_found(package: Written) -> None:
    described = 'CHARACTERISTICS="public.accessibility.describes-video"'
    package.edit("DEFAULT=YES,AUTOSELECT=YES", f"AUTOSELECT=NO,{described}")


def captions_without_a_map(package: Written) -> None:
    line = "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n"
    package.edit(line, "", captions_file(package))


def captions_from_another_time(package: Written) -> None:
    package.edit("MPEGTS:0", "MPEGTS:900000", captions_file(package))


def captions_from_no_time(package: Written) -> None:
    package.edit(",LOCAL:00:00:00.000", "", captions_file(package))


def captions_that_end_before_they_begin(package: Written) -> None:
    package.edit("00:02.000", "00:01.000", captions_file(package))


def captions_in_no_order(package: Written) -> None:
    package.edit("00:01.000", "00:00.500", captions_file(package))
    path = package.folder / captions_file(package)
    path.write_text(path.read_text() + "\n00:00.000 --> 00:01.000\nEarlier.\n")


def a_cue_that_is_none(package: Written) -> None:
    path = package.folder / captions_file(package)
    path.write_text(path.read_text() + "\n99:99 -> nonsense\nwords\n")


def captions_of_another_length(package: Written) -> None:
    package.edit("#EXTINF:14.", "#EXTINF:13.", captions_list(package))


def half_a_promise_to_the_deaf(package: Written) -> None:
    package.edit(",public.accessibility.describes-music-and-sound", "")


def captions_list(package: Written) -> str:
    """The name of their playlist."""
    return _only(package, "*.m3u8")


def captions_file(package: Written) -> str:
    """The name of the captions themselves."""
    return _only(package, "*.vtt")


def _only(package: Written, kind: str) -> str:
    (found,) = (p.name for p in package.folder.glob(kind) if len(p.stem) == 32)
    return found


def no_key_frames(package: Written) -> None:
    package.master.write_text("".join(package.split()[:3]))


def key_frames_that_do_not_say_so(package: Written) -> None:
    package.edit("#EXT-X-I-FRAMES-ONLY\n", "", "90p.keys.m3u8")


def key_frames_of_one_rung(package: Written) -> None:
    *others, keys = package.split()
    package.master.write_text("".join([*others, *keys.splitlines(True)[:1]]))


def a_key_frame_without_its_moof(package: Written) -> None:
    moof = read_track(package.folder / "90p.mp4").fragments[0].moof
    package.edit(f"@{moof}\n", f"@{moof + 8}\n", "90p.keys.m3u8")


def a_key_frame_and_more(package: Written) -> None:
    first, *_ = _spans(package, "90p.keys.m3u8")
    _move(package, "90p.keys.m3u8", first, Span(first.offset, first.size + 8))


def key_frames_without_codec(package: Written) -> None:
    _leave_out(package, ',CODECS="[^"]*"', of="I-FRAME-STREAM-INF")


def key_frames_without_size(package: Written) -> None:
    _leave_out(package, ",RESOLUTION=[0-9x]*", of="I-FRAME-STREAM-INF")


def no_average(package: Written) -> None:
    _leave_out(package, ",AVERAGE-BANDWIDTH=[0-9]*", of="#EXT-X-STREAM-INF")


def _leave_out(package: Written, attribute: str, of: str) -> None:
    lines = package.master.read_text().splitlines(keepends=True)
    bare = [re.sub(attribute, "", line) if of in line else line for line in lines]
    assert bare != lines
    package.master.write_text("".join(bare))


def a_key_frame_that_is_not_listed(package: Written) -> None:
    path = package.folder / "90p.keys.m3u8"
    begin, *parts = path.read_text().split("#EXTINF")
    del parts[3]
    path.write_text("#EXTINF".join([begin, *parts]))


def moments_that_are_not_true(package: Written) -> None:
    package.edit("#EXTINF:6.000000,", "#EXTINF:5.700000,", *LISTS[:2], count=1)
    package.edit("#EXTINF:6.000000,", "#EXTINF:6.300000,", *LISTS[:2], count=1)
    package.edit("#EXTINF:5.994667,", "#EXTINF:5.700000,", LISTS[2], count=1)
    package.edit("#EXTINF:5.994667,", "#EXTINF:6.289334,", LISTS[2], count=1)


def the_head_of_another_rung(package: Written) -> None:
    package.edit('URI="90p.mp4"', 'URI="180p.mp4"', "90p.m3u8")


def a_rung_alone(package: Written) -> None:
    head, _, second, keys = package.split()
    package.master.write_text(head + second + keys.splitlines(True)[1])


def a_rung_of_nothing(package: Written) -> None:
    path = package.folder / "90p.m3u8"
    begin, *_ = path.read_text().split("#EXTINF")
    path.write_text(f"{begin}#EXT-X-ENDLIST\n")


def a_segment_of_another_rung(package: Written) -> None:
    package.edit("\n90p.mp4\n#EXT-X-ENDLIST", "\n180p.mp4\n#EXT-X-ENDLIST", "90p.m3u8")


def a_segment_that_begins_inside_a_fragment(package: Written) -> None:
    one, two, _ = _spans(package, "90p.m3u8")
    _move(package, "90p.m3u8", one, Span(one.offset, one.size + 1000))
    _move(package, "90p.m3u8", two, Span(two.offset + 1000, two.size - 1000))


def an_end_that_is_not_played(package: Written) -> None:
    name = package.split()[2].splitlines()[1]  # not the first, for V9
    *_, last = _spans(package, name)
    _move(package, name, last, Span(last.offset, last.size - 3000))


def a_range_behind_the_end(package: Written) -> None:
    *_, last = _spans(package, "90p.m3u8")
    _move(package, "90p.m3u8", last, Span(last.offset, last.size + 1))


def _spans(package: Written, name: str) -> list[Span]:
    listed = read_media_playlist((package.folder / name).read_bytes())
    return [segment.span for segment in listed.segments if segment.span]


def _move(package: Written, name: str, old: Span, new: Span) -> None:
    package.edit(f"{old.size}@{old.offset}\n", f"{new.size}@{new.offset}\n", name)
