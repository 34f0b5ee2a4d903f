"""Pictures that are bombs, programs, or carry what is nobody's business."""

import struct
import zlib
from pathlib import Path

from PIL import Image

from tests.media_pipeline.hostile_aids import Aids
from tests.media_pipeline.hostile_lists import Make
from tests.media_pipeline.hostile_recordings import HTML

MEGABYTE = 1_000_000
SIDE = 1400


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + _crc(checked)


def _crc(content: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(content))


def _png(side: int, *chunks: bytes, rows: bytes = b"") -> bytes:
    """One bit for each pixel."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    body = [_chunk(b"IHDR", header), *chunks]
    body += [_chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def _rows(side: int) -> bytes:
    return bytes((side + 7) // 8 + 1) * side


def _squeezed(size: int) -> bytes:
    packer = zlib.compressobj(9)
    blocks = [packer.compress(bytes(MEGABYTE)) for _ in range(size // MEGABYTE)]
    return b"".join(blocks) + packer.flush()


def just_below_the_limit_of_pillow(path: Path, aids: Aids) -> None:
    path.write_bytes(_png(13_000, rows=_rows(13_000)))


def far_above_it(path: Path, aids: Aids) -> None:
    path.write_bytes(_png(20_000, rows=_rows(20_000)))


def a_header_and_nothing_else(path: Path, aids: Aids) -> None:
    path.write_bytes(_png(60_000))


def a_text_of_300_megabytes(path: Path, aids: Aids) -> None:
    text = _chunk(b"zTXt", b"a\0\0" + _squeezed(300 * MEGABYTE))
    path.write_bytes(_png(SIDE, text, rows=_rows(SIDE)))


def a_profile_of_300_megabytes(path: Path, aids: Aids) -> None:
    profile = _chunk(b"iCCP", b"a\0\0" + _squeezed(300 * MEGABYTE))
    path.write_bytes(_png(SIDE, profile, rows=_rows(SIDE)))


def more_rows_than_it_says(path: Path, aids: Aids) -> None:
    path.write_bytes(_png(SIDE, rows=_rows(SIDE) + bytes(300 * MEGABYTE)))


def a_program_in_postscript(path: Path, aids: Aids) -> None:
    run = f"(%pipe%curl http://127.0.0.1:{aids.port}/) (r) file"
    path.write_text(
        "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1400 1400\n%%EndComments\n"
        f"{run}\nshowpage\n%%EOF\n"
    )


def a_vector_picture(path: Path, aids: Aids) -> None:
    link = f"http://127.0.0.1:{aids.port}/a.png"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file://{aids.secret}">]>'
        f'<svg xmlns="http://www.w3.org/2000/svg">{HTML}<image href="{link}"/>&x;</svg>'
    )


def a_moving_picture(path: Path, aids: Aids) -> None:
    Image.new("RGB", (SIDE, SIDE)).save(path, "GIF")


def a_list_of_files(path: Path, aids: Aids) -> None:
    path.write_bytes(f"push graphic-context\nimage over 0,0 '{aids.secret}'".encode())


def a_photo_that_ends_early(path: Path, aids: Aids) -> None:
    Image.effect_noise((SIDE, SIDE), 80).save(path, "JPEG")
    path.write_bytes(path.read_bytes()[:5000])


def a_photo_that_tells_where_it_was(path: Path, aids: Aids) -> None:
    exif = Image.Exif()
    exif[0x010E] = exif[0x010F] = HTML  # description, maker
    Image.new("RGB", (SIDE, SIDE)).save(path, "JPEG", exif=exif, comment=HTML.encode())


def a_photo_that_is_a_page_too(path: Path, aids: Aids) -> None:
    Image.new("RGB", (SIDE, SIDE)).save(path, "JPEG")
    path.write_bytes(path.read_bytes() + f"<html>{HTML}</html>".encode())


def a_film_that_calls_itself_a_picture(path: Path, aids: Aids) -> None:
    frames = [Image.new("RGB", (SIDE, SIDE), (20 * n, 0, 0)) for n in range(12)]
    frames[0].save(path, "WEBP", save_all=True, append_images=frames[1:])


BAD_PICTURES: dict[str, Make] = {
    made.__name__: made
    for made in (
        just_below_the_limit_of_pillow,
        far_above_it,
        a_header_and_nothing_else,
        a_text_of_300_megabytes,
        a_profile_of_300_megabytes,
        a_program_in_postscript,
        a_vector_picture,
        a_moving_picture,
        a_list_of_files,
        a_photo_that_ends_early,
    )
}
TAMED_PICTURES: dict[str, Make] = {
    made.__name__: made
    for made in (
        a_photo_that_tells_where_it_was,
        a_photo_that_is_a_page_too,
        more_rows_than_it_says,
        a_film_that_calls_itself_a_picture,
    )
}
