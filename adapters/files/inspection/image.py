"""Is this a picture, whole and nothing more, and what does it look like, small?"""

from __future__ import annotations

import io
import re
import zlib
from typing import BinaryIO, Final

from PIL import Image, ImageOps

from adapters.files.inspection.found import JPEG, PNG, WEBP, Found
from adapters.files.inspection.polyglot import no_archive, no_markup, only_itself
from adapters.files.inspection.refusals import ImageTooLarge, InvalidFile, TypeMismatch, reading

MOST_POINTS: Final = 100_000_000
LONGEST_SIDE: Final = 30_000
SMALL: Final = (320, 320)
FORMATS: Final = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP"}
PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
CHUNK: Final = 64 * 1024
AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
MARKER: Final = 0xFF
END_OF_IMAGE: Final = 0xD9
START_OF_SCAN: Final = 0xDA
ALONE: Final = frozenset([0x01, *range(0xD0, 0xD8)])
"""Markers of a JPEG that have no length."""

Image.MAX_IMAGE_PIXELS = None  # what is too large is said here, before anything is decoded


def check(file: BinaryIO, media_type: str) -> Found:
    """Refuse what is too large, cut, or goes on after the picture's end."""
    only_itself(file)
    file.seek(0)
    with reading():
        picture = Image.open(file, formats=[FORMATS[media_type]])
    width, height = picture.size
    if width * height > MOST_POINTS or max(width, height) > LONGEST_SIDE:
        raise ImageTooLarge
    ENDS[media_type](file)
    with reading():
        picture.draft("RGB", SMALL)  # a photograph is decoded small: its points are all read
        picture.load()
        return Found(media_type=media_type, thumbnail=small(picture))


def small(picture: Image.Image) -> bytes:
    """A picture of at most 320 points on a side, made anew: nothing that stood beside its points comes along."""
    kind = "RGBA" if "A" in picture.mode or "transparency" in picture.info else "RGB"
    picture.thumbnail(SMALL)
    reduced = ImageOps.exif_transpose(picture).convert(kind)
    bare = Image.frombytes(kind, reduced.size, reduced.tobytes())
    target = io.BytesIO()
    bare.save(target, "WEBP", quality=70, method=2)
    return target.getvalue()


def _png_ends(file: BinaryIO) -> None:
    """Every chunk is as its checksum says, and nothing follows the last."""
    file.seek(len(PNG_SIGNATURE))
    kind = b""
    while kind != b"IEND":
        head = file.read(8)
        length, kind = int.from_bytes(head[:4]), head[4:]
        checksum, left = zlib.crc32(kind), length
        while left and (piece := file.read(min(left, CHUNK))):
            checksum, left = zlib.crc32(piece, checksum), left - len(piece)
        if left or len(kind) < 4 or file.read(4) != checksum.to_bytes(4):  # noqa: PLR2004  (a kind has four letters)
            raise InvalidFile
    if file.read(1):
        raise TypeMismatch


def _webp_ends(file: BinaryIO) -> None:
    """The file is as long as it says."""
    file.seek(4)
    said = int.from_bytes(file.read(4), "little")
    if file.seek(0, io.SEEK_END) != 8 + said + said % 2:
        raise TypeMismatch


def _jpeg_ends(file: BinaryIO) -> None:
    """After the picture stands only what telephones put there: more pictures, a short film, their own record."""
    file.seek(0)
    data = file.read()
    at = _jpeg_end(data, 0)
    while data[at : at + 3] == b"\xff\xd8\xff":
        at = _jpeg_end(data, at)
    rest = data[at:].strip(b"\0")
    if rest and b"ftyp" not in rest[:8] and not rest.endswith(b"SEFT"):
        raise TypeMismatch
    no_markup(rest)
    no_archive(file)


def _jpeg_end(data: bytes, at: int) -> int:
    """Where the JPEG that begins here ends: segments are skipped by their lengths, points up to the next marker."""
    at += 2
    while at + 1 < len(data):
        if data[at] != MARKER:
            raise InvalidFile
        marker = data[at + 1]
        if marker == END_OF_IMAGE:
            return at + 2
        if marker == MARKER:  # filling
            at += 1
        elif marker in ALONE:
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4]))
            if marker == START_OF_SCAN and (found := AFTER_SCAN.search(data, at)):  # points follow
                at = found.start()
    raise InvalidFile


ENDS: Final = {PNG: _png_ends, JPEG: _jpeg_ends, WEBP: _webp_ends}
