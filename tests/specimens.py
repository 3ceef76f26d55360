"""Small files of every kind that evidence may be, and of kinds that it may not: all made here, none copied."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

from PIL import Image

from webapi.demonstration.paper import pdf

PDF = pdf("Preuve")
"""A page with one word."""


# PDF


def pdf_of(*more: bytes, catalog: bytes = b"", page: bytes = b"", trailer: bytes = b"") -> bytes:
    """A one-page PDF whose catalog, page and trailer hold what is given, with more objects from number 5 on."""
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
    """A one-page PDF that carries these bytes along, in clear."""
    return pdf_of(b"<</Length %d>>\nstream\n%s\nendstream" % (len(data), data))


def pdf_stream(data: bytes, filters: bytes = b"/FlateDecode", more: bytes = b"") -> bytes:
    """A stream object, its data as it stands in the file."""
    return b"<</Filter %s/Length %d%s>>\nstream\n%s\nendstream" % (filters, len(data), more, data)


Packing = tuple[bytes, Callable[[bytes], bytes], bytes]
"""How a stream is packed: its filters, what packs so, and what else it says."""
IN_FLATE: Packing = (b"/FlateDecode", zlib.compress, b"")


def pdf_with_hidden(
    thing: bytes, catalog: bytes = b"", *, page: bytes = b"", objects: Packing = IN_FLATE, table: Packing = IN_FLATE
) -> bytes:
    """A PDF whose object 9 stands, packed, in an object stream, found through a table that is a stream as well."""

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
    """So many mebibytes of zeros, packed; the checksum at the end is left out, as nobody gets that far."""
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(1024**2)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1024**2)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (mebibytes - 1)


def lzw(data: bytes, early: int = 1) -> bytes:
    """Packed as PDF 1.0 did (ISO 32000-2, 7.4.4.2), each code as much wider as the one who unpacks it expects."""
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
    """These codes, one after another."""
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
    """So many mebibytes of zeros: each code stands for one more than the one before, until no more are known."""
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
    """A PNG whose header promises what hardly any byte holds."""
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


def long_ended(*, volumes: int = 1, place: int = 0, long: dict[str, int] | None = None, **short: int) -> bytes:
    """An archive of one file whose end stands in both forms: true in each, but for what is said here."""
    content = zipped(("a.txt", b"a"))
    start = content.index(b"PK\1\2")
    content = content[: content.rindex(b"PK\5\6")]
    true = {"volume": 0, "first": 0, "here": 1, "entries": 1, "size": len(content) - start, "start": start}
    numbers = (true | (long or {})).values()
    record = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, *numbers)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(content) + place, volumes)
    return content + record + locator + struct.pack("<4sHHHHIIH", b"PK\5\6", *(true | short).values(), 0)


class Streamed(io.RawIOBase):
    """Where one writes on and never goes back."""

    def __init__(self) -> None:
        self.written = b""

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.written += bytes(piece)
        return len(piece)


def streamed(method: int = ZIP_DEFLATED, **more: Any) -> bytes:
    target = Streamed()
    with zipfile.ZipFile(target, "w", method) as archive, archive.open("a.txt", "w", **more) as entry:
        entry.write(b"a" * 100)
    return target.written


def with_descriptor(form: str) -> bytes:
    """An archive as a stream is written, with the entry's checksum and sizes after it in this form."""
    content = streamed()
    at, directory = content.index(b"PK\7\x08"), content.index(b"PK\1\2")
    values = struct.unpack("<III", content[at + 4 : directory])
    told = struct.pack(form, *((b"PK\7\x08",) if "s" in form else ()), *values)
    start = at + len(told)
    end = content.rindex(b"PK\5\6")
    record = content[end : end + 16] + struct.pack("<IH", start, 0)
    return content[:at] + told + content[directory:end] + record


def unicode_path(raw: bytes, name: bytes) -> bytes:
    """The field that gives an entry its name in Unicode, whatever alphabet the headers write it in."""
    return struct.pack("<HHBI", 0x7075, 5 + len(name), 1, zlib.crc32(raw)) + name


def named(*entries: tuple[bytes, bytes, bytes], utf_8: bool = False) -> bytes:
    """An archive of small texts: each one's name as it stands, its fields in the directory and in its own header."""
    flags, out, directory, data = (0x800 if utf_8 else 0), b"", b"", b"text"
    for name, listed, own in entries:
        said = (20, flags, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), len(name))
        directory += struct.pack("<4sHHHHHHIIIHH", b"PK\1\2", 20, *said, len(listed))
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + name + listed
        out += struct.pack("<4sHHHHHIIIHH", b"PK\3\4", *said, len(own)) + name + own + data
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), len(out), 0)
    return out + directory + end


def info(name: str, mode: int = 0o100644) -> ZipInfo:
    """An entry's description with a Unix mode."""
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
    """A part of relations: kind, target, whether it is elsewhere."""
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
    """An office file of the OOXML family with more parts than it needs."""
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


DRAWN = b"""<xml xmlns:v="urn:schemas-microsoft-com:vml"
 xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
 <o:shapelayout v:ext="edit">
  <o:idmap v:ext="edit" data="1"/>
 </o:shapelayout><v:shapetype id="_x0000_t%s" coordsize="21600,21600" o:spt="%s"
  path="m,l,21600r21600,l21600,xe">
  <v:stroke joinstyle="miter"/>
  <v:path gradientshapeok="t" o:connecttype="rect"/>
 </v:shapetype><v:shape id="_x0000_s1025" type="#_x0000_t%s" style=\'position:absolute;
  margin-left:59.25pt;margin-top:1.5pt;width:108pt;height:59.25pt;z-index:1\' alt=""
 fillcolor="#ffffe1" o:insetmode="auto">
%s
 </v:shape></xml>"""
NOTE = DRAWN % (
    *(b"202",) * 3,
    b"""  <v:fill color2="#ffffe1"/>
  <v:shadow on="t" color="black" obscured="t"/>
  <v:path o:connecttype="none"/>
  <v:textbox style=\'mso-direction-alt:auto\'>
   <div style=\'text-align:left\'></div>
  </v:textbox>
  <x:ClientData ObjectType="Note">
   <x:MoveWithCells/>
   <x:SizeWithCells/>
   <x:Anchor>
    1, 15, 0, 2, 3, 31, 4, 1</x:Anchor>
   <x:AutoFill>False</x:AutoFill>
   <x:Row>0</x:Row>
   <x:Column>0</x:Column>
  </x:ClientData>""",
)
"""What Excel draws around the note of a cell."""
BUTTON = DRAWN % (
    *(b"201",) * 3,
    b"""  <v:fill color2="buttonFace [67]" o:detectmouseclick="t"/>
  <o:lock v:ext="edit" rotation="t"/>
  <v:textbox style=\'mso-direction-alt:auto\' o:singleclick="f">
   <div style=\'text-align:center\'><font face="Calibri" size="220" color="#000000">Go<br>
    there</font></div>
  </v:textbox>
  <x:ClientData ObjectType="Button">
   <x:Anchor>
    2, 0, 2, 0, 3, 0, 3, 0</x:Anchor>
   <x:PrintObject>False</x:PrintObject>
   <x:FmlaMacro>[0]!Go</x:FmlaMacro>
   <x:TextHAlign>Center</x:TextHAlign>
  </x:ClientData>""",
)
"""What it draws of a button on a sheet: the break between its lines is never ended."""
HEAD = DRAWN % (
    *(b"75",) * 3,
    b"""  <v:imagedata o:relid="rId1" o:title="logo"/>
  <o:lock v:ext="edit" rotation="t"/>""",
)
"""What it draws of a picture in the head of its pages."""
DOCUMENT_TYPE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


ODF = "application/vnd.oasis.opendocument."
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"


def opendocument(
    *more: tuple[str, bytes], kind: str = "text", body: bytes = b"", manifest: bytes = b"", prolog: bytes = b""
) -> bytes:
    """An office file of the OpenDocument family with more parts than it needs."""
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


def sound(frames: int = 4, tag: bytes = b"", after: bytes = b"") -> bytes:
    """So many silent frames of 417 bytes: MPEG 1 layer III, 128 kbit/s, 44,100 Hz."""
    return tag + (b"\xff\xfb\x90\x00" + bytes(413)) * frames + after


def box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I", 8 + len(inside)) + kind + inside


def film(*more: bytes, brand: bytes = b"isom") -> bytes:
    """The boxes of an MP4 without a picture in it."""
    moov = box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", box(b"tkhd", bytes(84))))
    return box(b"ftyp", brand, bytes(4), b"mp42") + moov + box(b"mdat", bytes(64)) + b"".join(more)


ELF = b"\x7fELF\x02\x01\x01" + bytes(64)
PROGRAM = b"MZ\x90\x00" + bytes(64)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
