"""Small files of every accepted and several refused types, all made here."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

import av
import pikepdf
import pillow_heif
from PIL import Image

from webapi.demonstration.paper import pdf

PDF = pdf("Preuve")
"""A page with one word."""


# PDF


def pdf_of(*more: bytes, catalog: bytes = b"", page: bytes = b"", trailer: bytes = b"") -> bytes:
    """Return a one-page PDF with this catalog, page and trailer, and more objects from number 5 on."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R" + page + b">>",
        b"<</Length 0>>\nstream\n\nendstream",
        *more,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, len(out))
    return out + head + table + tail


def pdf_with(data: bytes) -> bytes:
    """Return a one-page PDF that contains these bytes, uncompressed."""
    return pdf_of(b"<</Length %d>>\nstream\n%s\nendstream" % (len(data), data))


def pdf_stream(data: bytes, filters: bytes = b"/FlateDecode", more: bytes = b"") -> bytes:
    """Return a stream object with its encoded data."""
    return b"<</Filter %s/Length %d%s>>\nstream\n%s\nendstream" % (filters, len(data), more, data)


Packing = tuple[bytes, Callable[[bytes], bytes], bytes]
"""A compression of a stream: filters, encoder, further parameters."""
IN_FLATE: Packing = (b"/FlateDecode", zlib.compress, b"")


def pdf_with_hidden(
    thing: bytes, catalog: bytes = b"", *, page: bytes = b"", objects: Packing = IN_FLATE, table: Packing = IN_FLATE
) -> bytes:
    """Return a PDF whose object 9 is compressed in an object stream, found through a cross-reference stream."""

    def packed(data: bytes, so: Packing, more: bytes) -> bytes:
        filters, pack, said = so
        return pdf_stream(pack(data), filters, more + said)

    parts = {
        1: b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]" + page + b">>",
        4: packed(b"9 0 " + thing, objects, b"/Type/ObjStm/N 1/First 4"),
    }
    out, rows = b"%PDF-1.7\n", {0: (0, 0, 65535), 9: (2, 4, 0)}
    for number, content in parts.items():
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows[5] = (1, len(out), 0)
    listed = b"".join(struct.pack(">BIH", *rows[number]) for number in sorted(rows))
    more = b"/Type/XRef/Size 10/Root 1 0 R/W[1 4 2]/Index[0 6 9 1]"
    return out + b"5 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (packed(listed, table, more), len(out))


def flate_bomb(mebibytes: int) -> bytes:
    """Return this many mebibytes of zeros, compressed, without the checksum at the end, which no reader reaches."""
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(1024**2)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1024**2)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (mebibytes - 1)


def lzw(data: bytes, early: int = 1) -> bytes:
    """Return data packed as in PDF 1.0 (ISO 32000-2, 7.4.4.2); a code grows when the decoder expects it."""
    codes, known, string = [256], {bytes([letter]): letter for letter in range(256)}, b""
    for letter in data:
        longer = string + bytes([letter])
        if longer in known:
            string = longer
            continue
        codes.append(known[string])
        known[longer], string = len(known) + 2, longer[-1:]
        if len(known) > 4090:
            codes += [known[string], 256]
            known, string = {bytes([each]): each for each in range(256)}, b""
    return lzw_codes([*codes, *([known[string]] if string else []), 257], early)


def lzw_codes(codes: Iterable[int], early: int = 1) -> bytes:
    """Return these codes, one after another."""
    out, held, count, width, known = bytearray(), 0, 0, 9, 257
    for code in codes:
        held, count = held << width | code, count + width
        while count >= 8:
            count -= 8
            out.append(held >> count & 255)
        held &= (1 << count) - 1
        width, known = (9, 257) if code == 256 else (width, known + 1)
        width += width < 12 and known + early >= 1 << width
    return bytes(out) + bytes([held << (8 - count) & 255] if count else [])


def lzw_bomb(mebibytes: int, early: int = 1) -> bytes:
    """Return this many mebibytes of zeros: each code is one byte longer than the last, until the table is full."""
    once = [256, 0, *range(258, 4094)]
    length = sum(range(1, len(once)))
    return lzw_codes(once * (mebibytes * 1024**2 // length + 1), early)


# pictures


@cache
def picture(form: str = "PNG", size: tuple[int, int] = (640, 400)) -> bytes:
    target = io.BytesIO()
    ramp = Image.linear_gradient("L").resize(size).convert("RGB")
    ramp.save(target, form)
    return target.getvalue()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_says(width: int, height: int) -> bytes:
    """Return a PNG whose header announces a size for which it has almost no data."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + png_chunk(b"IDAT", zlib.compress(b""))
        + png_chunk(b"IEND", b"")
    )


# archives and office files


def zipped(*parts: tuple[str | ZipInfo, bytes], method: int = ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return target.getvalue()


def info(name: str, mode: int = 0o100644) -> ZipInfo:
    """Return an archive entry's description with a Unix mode."""
    entry = ZipInfo(name)
    entry.create_system, entry.external_attr = 3, mode << 16
    return entry


OOXML = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "word": OOXML + "wordprocessingml.document.main+xml",
    "xl": OOXML + "spreadsheetml.sheet.main+xml",
    "ppt": OOXML + "presentationml.presentation.main+xml",
}
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def relations(*given: tuple[str, str, bool]) -> bytes:
    """Return a part of relations: kind, target, whether external."""
    rows = "".join(
        f'<Relationship Id="r{number}" Type="{KINDS}{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if external else "/>")
        for number, (kind, target, external) in enumerate(given)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}">{rows}</Relationships>'.encode()


def office(
    *more: tuple[str | ZipInfo, bytes],
    family: str = "word",
    body: bytes = b"<w:body/>",
    types: str = "",
    main: str = "",
) -> bytes:
    """Return an OOXML file with more parts than it needs."""
    part = {"word": "word/document.xml", "xl": "xl/workbook.xml", "ppt": "ppt/presentation.xml"}[family]
    listed = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{main or MAIN[family]}"/>{types}</Types>'
    )
    document = b'<?xml version="1.0"?><w:document xmlns:w="%s">%s</w:document>' % (WORD.encode(), body)
    return zipped(
        ("[Content_Types].xml", listed.encode()),
        ("_rels/.rels", relations(("officeDocument", part, False))),
        (part, document),
        *more,
    )


DOCUMENT_TYPE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
ODF = "application/vnd.oasis.opendocument."
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"


def opendocument(
    *more: tuple[str, bytes], kind: str = "text", body: bytes = b"", manifest: bytes = b"", prolog: bytes = b""
) -> bytes:
    """Return an OpenDocument file with more parts than it needs."""
    first = ZipInfo("mimetype")
    first.compress_type = ZIP_STORED
    spaces = " ".join(
        f'xmlns:{name}="{OASIS}{name}:1.0"' for name in ("office", "text", "draw", "script", "presentation")
    )
    spaces += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    content = b'<?xml version="1.0"?>%s<office:document-content %s>%s</office:document-content>' % (
        prolog,
        spaces.encode(),
        body,
    )
    listed = b'<?xml version="1.0"?><m:manifest xmlns:m="%smanifest:1.0">%s</m:manifest>' % (OASIS.encode(), manifest)
    return zipped(
        (first, f"{ODF}{kind}".encode()), ("content.xml", content), ("META-INF/manifest.xml", listed), *more
    )


# sound and film


WHERE = "+48.8584+002.2945/"
"""A place as phones write it."""


@cache
def played(
    form: str = "mp4", film: str | None = "mpeg4", sound: str | None = "aac", *, turned: bool = False
) -> bytes:
    """Return a second of grey video (lighter at the upper left) and silence, with place and title, by PyAV."""
    target = io.BytesIO()
    with av.open(target, "w", format=form) as made:
        made.metadata.update({"title": "Secret", "location": WHERE, "com.apple.quicktime.location.ISO6709": WHERE})
        shown: Any = film and made.add_stream(film, rate=10)
        heard: Any = sound and made.add_stream(sound, rate=48_000)
        if shown:
            shown.width, shown.height, shown.pix_fmt = 64, 48, "yuv420p"
        if heard:
            heard.layout = "mono"
        if shown:
            _show(made, shown)
        if heard:
            _silence(made, heard)
    if not turned:
        return target.getvalue()
    film_s, track_s, rest = target.getvalue().split(UPRIGHT, 2)  # first the film's matrix, then each track's
    return film_s + UPRIGHT + track_s + ON_ITS_SIDE + rest


UPRIGHT = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
ON_ITS_SIDE = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 48 << 16, 0, 1 << 30)
"""The matrix of a film that was taken upright (ISO 14496-12, 8.3.2)."""


def _show(made: Any, stream: Any) -> None:
    for number in range(10):
        picture = Image.new("RGB", (64, 48), (10 * number, 90, 90))
        picture.paste((255, 255, 255), (0, 0, 24, 24))
        frame = av.VideoFrame.from_image(picture)
        frame.pts, frame.time_base = number, Fraction(1, 10)
        made.mux(stream.encode(frame))
    made.mux(stream.encode(None))


def _silence(made: Any, stream: Any) -> None:
    samples = stream.codec_context.frame_size or 1024
    for number in range(48_000 // samples):
        frame = av.AudioFrame(format=stream.format.name, layout="mono", samples=samples)
        frame.rate, frame.pts = 48_000, number * samples
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        made.mux(stream.encode(frame))
    made.mux(stream.encode(None))


def film() -> bytes:
    return played()


def sound() -> bytes:
    return played("mp3", None, "libmp3lame")


def box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I", 8 + len(inside)) + kind + inside


@cache
def photograph(size: tuple[int, int] = (160, 120)) -> bytes:
    """Return a HEIC as phones make it: rotated, with the place where it was taken."""
    target, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010E] = 6, WHERE
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)})
    ramp = Image.linear_gradient("L").resize(size).convert("RGB")
    pillow_heif.from_pillow(ramp).save(target, exif=exif.tobytes(), quality=60)
    return target.getvalue()


@cache
def scanned(pages: int = 2) -> bytes:
    """Return a scanner's PDF: images only."""
    target = io.BytesIO()
    page = Image.linear_gradient("L").resize((300, 400))
    page.save(target, "PDF", save_all=True, append_images=[page] * (pages - 1))
    return target.getvalue()


def with_attached(name: str, data: bytes) -> bytes:
    """Return a PDF/A-3 as Factur-X requires: an invoice as pages, and its data as an alternative."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as document:
        attached = pikepdf.AttachedFileSpec(
            document, data, filename=name, mime_type="text/xml", relationship=pikepdf.Name.Alternative
        )
        document.attachments[name] = attached
        document.Root.AF = pikepdf.Array([attached.obj])
        document.save(target)
    return target.getvalue()


ELF = b"\x7fELF\x02\x01\x01" + bytes(64)
PROGRAM = b"MZ\x90\x00" + bytes(64)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
LOCKED = pdf_of(trailer=b"/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/ID[(a)(a)]" % (b"o" * 32, b"u" * 32))
"""A PDF that requires a password: its check refuses it."""
