"""Inspection of evidence: it recognises each type by its content and refuses active, endless or damaged files."""

from __future__ import annotations

import base64
import io
import struct
import time
import zlib

import olefile
import pikepdf
import pytest

from adapters.files.inspection import first_look
from adapters.files.inspection.found import (
    AAC,
    ACCEPTED,
    CSV,
    DOC,
    DOCX,
    GIF,
    HEIC,
    JPEG,
    M4A,
    MOV,
    MP3,
    MP4,
    ODP,
    ODS,
    ODT,
    OGG,
    PDF,
    PNG,
    PPT,
    PPTX,
    RTF,
    TEXT,
    TIFF,
    WAV,
    WEBM,
    WEBP,
    XLS,
    XLSX,
    ZIP,
    DetectedType,
)
from adapters.files.inspection.kinds import check
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
from domain.rulebook.evidence_rules import LINKED, MEDIA_TYPES
from tests.given.files import specimens as made
from tests.given.files.crafted import ACTING, ACTIVE_OFFICE, BOMBS, DOCTYPE, FETCHING, HIDDEN, LAUGHS, TWO_AT_ONCE


def look(content: bytes, name: str = "") -> DetectedType:
    return check(io.BytesIO(content), first_look(content[:4096], name))


def refused(content: bytes, name: str = "") -> type[Refused] | None:
    try:
        look(content, name)
    except Refused as refusal:
        return type(refusal)
    return None


def older(part: str, start: bytes = b"", *more: str) -> bytes:
    """Return the smallest file of the older format (MS-CFB) with these parts, each of 4 KiB."""
    names = ["Root Entry", part, *more]
    fat = [
        0xFFFFFFFD,
        0xFFFFFFFE,
        *(n for k in range(len(names) - 1) for n in (*range(3 + 8 * k, 10 + 8 * k), 0xFFFFFFFE)),
    ]
    entries = b""
    for number, name in enumerate(names):
        raw = name.encode("utf-16-le")
        after = number + 1 if 0 < number < len(names) - 1 else 0xFFFFFFFF
        child = 1 if number == 0 else 0xFFFFFFFF
        kind, first, size = (5, 0xFFFFFFFE, 0) if number == 0 else (2, 2 + 8 * (number - 1), 4096)
        entries += struct.pack("<64sHBBIII", raw, len(raw) + 2, kind, 1, 0xFFFFFFFF, after, child)
        entries += bytes(36) + struct.pack("<IQ", first, size)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    head += struct.pack("<108I", *[0xFFFFFFFF] * 108)
    table = b"".join(struct.pack("<I", each) for each in fat).ljust(512, b"\xff")
    streams = start.ljust(4096, b"\0") + bytes(4096) * len(more)
    return head + table + entries.ljust(512, b"\0") + streams


SOUND_FILES = {
    "a.pdf": (made.PDF, PDF),
    "scan.pdf": (made.scanned(), PDF),
    "facture.pdf": (made.with_attached("factur-x.xml", b"<?xml version='1.0'?><Invoice/>"), PDF),
    "a.png": (made.picture("PNG"), PNG),
    "a.jpg": (made.picture("JPEG"), JPEG),
    "a.webp": (made.picture("WEBP"), WEBP),
    "a.gif": (made.picture("GIF"), GIF),
    "a.tiff": (made.picture("TIFF"), TIFF),
    "IMG_0001.HEIC": (made.photograph(), HEIC),
    "a.docx": (made.office(), DOCX),
    "a.xlsx": (made.office(family="xl"), XLSX),
    "a.pptx": (made.office(("ppt/slides/slide1.xml", b"<s/>"), family="ppt"), PPTX),
    "a.odt": (made.opendocument(), ODT),
    "a.ods": (made.opendocument(kind="spreadsheet"), ODS),
    "a.odp": (made.opendocument(kind="presentation", body=b"<draw:page/><draw:page/>"), ODP),
    "a.rtf": (b"{\\rtf1\\ansi Bonjour\\par}", RTF),
    "a.doc": (older("WordDocument", b"\xec\xa5"), DOC),
    "a.xls": (older("Workbook", b"\x09\x08\x10\x00"), XLS),
    "a.ppt": (older("PowerPoint Document", b"\x0f"), PPT),
    "a.mp3": (made.sound(), MP3),
    "a.m4a": (made.played("ipod", None), M4A),
    "a.aac": (made.played("adts", None), AAC),
    "a.wav": (made.played("wav", None, "pcm_s16le"), WAV),
    "a.ogg": (made.played("ogg", None, "libopus"), OGG),
    "a.mp4": (made.film(), MP4),
    "IMG_0002.MOV": (made.played("mov", "libx264"), MOV),
    "a.webm": (made.played("webm", "libvpx", "libopus"), WEBM),
    "a.txt": ("Réussi : je l'ai fait.\n".encode(), TEXT),
    "old.txt": ("Déjà vu, ça et là : 12 €.\r\n".encode("cp1252"), TEXT),
    "utf16.txt": (b"\xff\xfe" + "été".encode("utf-16-le"), TEXT),
    "long.txt": (b"a" + "é".encode() * 5000, TEXT),
    "free.txt": (b"I'm free, MZ.", TEXT),
    "MZ.txt": (b"MZ, le 3 mai", TEXT),
    "a.csv": (b"nom;note\r\nA;12\r\nB;14\r\n", CSV),
    "old.csv": ("prénom;note\r\nZoé;12\r\n".encode("cp1252"), CSV),
    "a.zip": (made.zipped(("a/cv.pdf", made.PDF), ("b.docx", made.office()), ("note.txt", b"oui")), ZIP),
    "mac.zip": (made.zipped(("cv.pdf", made.PDF), ("__MACOSX/._cv.pdf", b"\0\5\x16\7" + bytes(60))), ZIP),
    "folder.zip": (made.zipped(("a/", b""), ("a/empty.txt", b""), ("a/b.txt", b"b")), ZIP),
}


def test_a_sound_file_is_known_by_its_content_within_a_family_by_its_name() -> None:
    for name, (content, media_type) in SOUND_FILES.items():
        assert look(content, name).media_type == media_type, name
    assert {media_type for _, media_type in SOUND_FILES.values()} == ACCEPTED
    assert set(MEDIA_TYPES) - {LINKED} == ACCEPTED


def test_a_first_look_takes_a_millisecond() -> None:
    begun = time.process_time()
    for _ in range(10):
        for name, (content, _) in SOUND_FILES.items():
            first_look(content[:4096], name)
    assert time.process_time() - begun < 10 * len(SOUND_FILES) * 0.001


def test_pages_slides_and_frames_of_a_scan_are_counted() -> None:
    assert look(made.PDF).pages == 1
    assert look(made.scanned(3)).pages == 3
    assert look(SOUND_FILES["a.pptx"][0], "a.pptx").pages == 1
    assert look(SOUND_FILES["a.odp"][0]).pages == 2
    assert look(b"notes").pages is None


def test_inspection_finds_a_file_whose_name_contradicts_its_content() -> None:
    assert look(made.office(), "photo.png").media_type == DOCX
    assert refused(made.office(), "a.xlsx") is TypeMismatch
    assert refused(made.zipped(("a.txt", b"a")), "a.docx") is TypeMismatch
    assert refused(older("WordDocument"), "a.xls") is TypeMismatch
    assert refused(older("WordDocument"), "a.pdf") is TypeMismatch


# 5, 7, 8: wrong types


OTHERS = {
    "a program of Linux": made.ELF,
    "a program of Windows": made.PROGRAM,
    "a drawing with a script": made.SVG,
    "a page": made.HTML,
    "a page after blanks": b"\xef\xbb\xbf\r\n " + made.HTML,
    "a page in UTF-16": b"\xff\xfe" + made.HTML.decode().encode("utf-16-le"),
    "XML": b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>",
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "PostScript": b"%!PS-Adobe-3.0\n",
    "a photograph of another kind": made.box(b"ftyp", b"avif", bytes(4), b"mif1") + made.box(b"meta", bytes(40)),
    "noise": bytes(range(256)) * 8,
    "noise that begins like a film": b"\x01\x02\x03\x04free" + bytes(range(128, 256)),
    "mostly accents": "éèàùçôî".encode("cp1252") * 30,
    "another OpenDocument": made.opendocument(kind="graphics"),
}


def test_first_look_refuses_a_type_outside_the_list_under_any_name() -> None:
    for name, content in OTHERS.items():
        for called in ("a.pdf", "a.txt", "a.docx", "a.png"):
            with pytest.raises(TypeMismatch):
                pytest.fail(f"{name}: {first_look(content[:4096], called)}")


def test_inspection_refuses_a_text_that_turns_binary_further_on() -> None:
    assert refused(b"a" * 5000 + b"\0\1\2") is TypeMismatch


# 9 to 11: archives


def test_an_archive_that_unfolds_beyond_reason_is_refused_at_once() -> None:
    for name, content in BOMBS.items():
        begun = time.process_time()
        assert refused(content, "a.docx" if "office" in name else "") is ArchiveLimits, name
        assert time.process_time() - begun < 2, name


def test_a_damaged_archive_is_refused() -> None:
    content = made.zipped(("a.txt", b"a" * 100), ("b.txt", b"b"))
    assert refused(content[:-30]) is InvalidFile
    at = content.index(b"a.txt") + 6
    assert refused(content[:at] + b"\xff\xff" + content[at + 2 :]) is InvalidFile


NAMES = [
    "../a.txt",
    "/a.txt",
    "C:\\a.txt",
    "a/../../b.txt",
    "a\\..\\..\\b.txt",
    "a\0b.txt",
    "a//b",
    "./a",
    "a\nb",
    "\u202ea",
]


def test_a_name_that_leads_out_of_the_archive_or_hides_is_refused() -> None:
    for name in NAMES:
        entry = made.info("x")
        entry.filename = name
        content = made.zipped((entry, b"x"))
        assert refused(content) is UnsafeNames, name


def test_a_link_a_device_a_program_or_the_same_name_twice_in_an_archive_is_refused() -> None:
    for mode in (0o120777, 0o020644, 0o010644):
        assert refused(made.zipped((made.info("a.txt", mode), b"/etc/passwd"))) is UnsafeNames
    assert refused(made.zipped(("a.txt", b"a"), ("b.txt", b"b")).replace(b"b.txt", b"a.txt")) in {
        UnsafeNames,
        InvalidFile,
    }
    for name in ("a.vbs", "a/b.JS", "a.pdf.exe", "a.html", "a.lnk. ", "a.url"):
        assert refused(made.zipped((name, b"text"))) is UnsafeNames, name
    for program in (made.ELF, made.PROGRAM, b"#!/bin/sh\n"):
        assert refused(made.zipped(("cv.pdf", program))) is TypeMismatch


# 12: images


def test_an_image_that_promises_too_many_points_is_refused_from_its_header() -> None:
    begun = time.process_time()
    assert refused(made.png_that_says(60_000, 60_000)) is ImageTooLarge
    assert refused(made.png_that_says(30_001, 1)) is ImageTooLarge
    assert time.process_time() - begun < 1


def test_a_cut_image_film_or_sound_is_refused() -> None:
    for kind in ("PNG", "JPEG", "WEBP", "GIF"):
        content = made.picture(kind)
        assert refused(content[: len(content) * 2 // 3]) is InvalidFile, kind
    assert refused(made.photograph()[:-200]) is InvalidFile
    assert refused(made.png_that_says(10, 10)) is InvalidFile
    assert refused(made.film()[:300]) is InvalidFile
    assert refused(made.box(b"ftyp", b"isom", bytes(8)) + made.box(b"mdat", b"x")) is InvalidFile
    assert refused(b"ID3\x03\0\0\0\0\0\x0a" + bytes(200)) is InvalidFile


# 13, 14, 29: PDF


def test_a_pdf_that_plainly_acts_is_refused() -> None:
    for name, content in ACTING.items():
        assert refused(content) is ActiveContent, name


def test_data_that_stands_in_a_pdf_is_no_action_and_a_program_is() -> None:
    """Factur-X (PDF/A-3) is an invoice with its data."""
    assert look(SOUND_FILES["facture.pdf"][0]).media_type == PDF
    assert refused(made.with_attached("a.vbs", b"text")) is UnsafeNames


def test_a_link_a_bookmark_and_words_are_no_action() -> None:
    link = b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.org/S/JavaScript)>>>>]"
    assert look(made.pdf_of(catalog=b"/OpenAction[3 0 R/Fit]", page=link)).pages == 1
    assert look(made.pdf_of(b"<</Title(/S /Launch /JS)>>", page=link)).pages == 1
    assert look(made.pdf_of(b"<</Title<2f4a53>>>", catalog=b"/AcroForm<</Fields[]>>")).pages == 1


def test_a_stream_packed_twice_over_is_refused() -> None:
    twice = made.pdf_stream(zlib.compress(made.flate_bomb(40)), b"[/FlateDecode/FlateDecode]")
    assert refused(made.pdf_of(twice)) is InspectionLimits
    small = base64.a85encode(zlib.compress(b"BT ET")) + b"~>"
    assert look(made.pdf_of(made.pdf_stream(small, b"[/ASCII85Decode/FlateDecode]"))).pages == 1


def test_an_encrypted_pdf_is_refused_with_a_password_or_without() -> None:
    for password in ("", "secret"):
        target = io.BytesIO()
        with pikepdf.open(io.BytesIO(made.PDF)) as document:
            document.save(target, encryption=pikepdf.Encryption(owner="owner", user=password))
        assert refused(target.getvalue()) is Unscannable


def test_a_pdf_that_is_cut_or_has_no_page_is_refused() -> None:
    assert refused(made.PDF[:200]) is InvalidFile
    assert refused(made.PDF.replace(b"/Kids[3 0 R]/Count 1", b"/Kids[     ]/Count 0")) is InvalidFile


def test_inspection_of_a_file_that_exhausts_parsers_ends_within_the_limit() -> None:
    for name, content in (HIDDEN | TWO_AT_ONCE | FETCHING).items():
        begun = time.process_time()
        assert refused(content, name) in {None, *ALL}, name
        assert time.process_time() - begun < 2, name


# 15, 16, 29: office files


def test_an_office_file_that_plainly_acts_is_refused() -> None:
    for name, content in ACTIVE_OFFICE.items():
        assert refused(content, name) is ActiveContent, name


def test_a_link_a_chart_s_table_and_a_turn_of_a_slide_are_no_action() -> None:
    link = ("word/_rels/document.xml.rels", made.relations(("hyperlink", "https://example.org", True)))
    table = ("word/embeddings/a.xlsx", made.office(family="xl"))
    drawn = ("word/media/image1.svg", made.SVG)
    assert look(made.office(link, table, drawn)).media_type == DOCX
    turn = b'<presentation:event-listener presentation:action="next-page"/><text:a xlink:href="https://example.org"/>'
    assert look(made.opendocument(kind="presentation", body=turn)).media_type == ODP


def test_a_part_with_a_document_type_is_refused() -> None:
    for prolog in (DOCTYPE, LAUGHS, b"<!DOCTYPE x>"):
        assert refused(made.opendocument(prolog=prolog)) is InvalidFile
        assert refused(made.office(("word/styles.xml", prolog + b"<x/>"))) is InvalidFile
        utf16 = "\ufeff<?xml version='1.0' encoding='UTF-16'?>" + prolog.decode() + "<x/>"
        assert refused(made.office(("word/styles.xml", utf16.encode("utf-16-le")))) is InvalidFile


def test_inspection_refuses_encryption_in_an_archive_or_an_office_file() -> None:
    content = made.zipped(("a.txt", b"a"))
    locked = content.replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\1\0").replace(
        b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0"
    )
    assert refused(locked) is Unscannable
    entry = b"<m:file-entry><m:encryption-data/></m:file-entry>"
    assert refused(made.opendocument(manifest=entry)) is Unscannable
    assert refused(older("EncryptedPackage"), "a.docx") is Unscannable


def test_a_broken_office_file_is_refused() -> None:
    assert refused(made.office(("word/styles.xml", b"<x>"))) is InvalidFile
    assert refused(made.zipped(("mimetype", made.ODF.encode() + b"text"), ("content.xml", b"<x/>"))) is TypeMismatch
    assert refused(made.zipped(("[Content_Types].xml", b"<Types/>")), "a.docx") is TypeMismatch


def test_an_older_office_file_with_macros_a_program_or_a_password_is_refused() -> None:
    assert olefile.isOleFile(older("WordDocument"))
    for more in ("VBA", "Macros", "_VBA_PROJECT_CUR", "\1Ole10Native"):
        assert refused(older("WordDocument", b"\xec\xa5", more), "a.doc") is ActiveContent, more
    assert refused(older("WordDocument", b"\xec\xa5" + bytes(8) + b"\0\1"), "a.doc") is Unscannable
    assert refused(older("Workbook", b"\x09\x08\4\0\0\0\0\0\x2f\0\x36\0"), "a.xls") is Unscannable
    assert refused(older("WordDocument")[:600], "a.doc") in {InvalidFile, TypeMismatch}


def test_rich_text_with_a_program_or_without_its_end_is_refused() -> None:
    package = b"{\\rtf1{\\object\\objemb{\\*\\objclass Package}{\\*\\objdata 0105}}}"
    assert refused(package) is ActiveContent
    assert refused(b"{\\rtf1{\\object{\\*\\objdata 01054f6c6531304e6174697665}}}") is ActiveContent
    assert refused(b"{\\rtf1 cut") is InvalidFile


def test_every_refusal_is_a_sentence_in_both_languages() -> None:
    for refusal in ALL:
        for language in ("en", "fr"):
            assert refusal.sentence(language)[0].isupper()
            assert refusal.sentence(language).endswith(".")
            assert ":" in refusal.sentence(language)  # what to do follows the colon
        assert "fr" in vars(refusal)
    assert len({refusal.slug() for refusal in ALL}) == len(ALL)
