"""An entry of an archive has one name, or the same in two alphabets: whatever shows it, shows what was checked."""

from __future__ import annotations

import io

import pytest

from adapters.files.inspection.found import DOCX, TEXT, ZIP
from adapters.files.inspection.kinds import check
from adapters.files.inspection.refusals import InvalidFile, UnsafeNames
from domain.refusal import Refused
from tests import specimens as made
from tests.specimens import named, unicode_path


def found(content: bytes) -> str | type[Refused]:
    try:
        return check(io.BytesIO(content)).media_type
    except Refused as refusal:
        return type(refusal)


def both(raw: bytes, name: str, *, utf_8: bool = False) -> bytes:
    """An archive of one file whose name stands in its headers, and in the field for Unicode of both."""
    field = unicode_path(raw, name.encode())
    return named((raw, field, field), utf_8=utf_8)


SAME = {
    "in plain letters": (b"a/cv.txt", "a/cv.txt"),
    "as Windows in France packs it": ("été/reçu.txt".encode("cp850"), "été/reçu.txt"),
    "in UTF-8 that does not say so, as on a Unix": ("été/reçu.txt".encode(), "été/reçu.txt"),
    "with accents apart, as on a Mac": ("reçu.txt".encode("cp850"), "rec\u0327u.txt"),
    "with question marks for what the alphabet lacks": (b"??????/c?ur.txt", "Справка/cœur.txt"),
    "with underscores for it": (b"l_uvre.txt", "l’œuvre.txt"),
    "with numbers for it, as Info-ZIP does": (b"c#U0153ur.txt", "cœur.txt"),
}


@pytest.mark.parametrize("name", SAME)
def test_a_name_may_stand_in_the_alphabet_of_its_writer_and_in_unicode(name: str) -> None:
    assert found(both(*SAME[name])) == ZIP


def test_a_name_in_utf_8_may_be_said_twice() -> None:
    assert found(both("reçu.txt".encode(), "reçu.txt", utf_8=True)) == ZIP
    assert found(both("reçu.txt".encode(), "recu.txt", utf_8=True)) is UnsafeNames


ANOTHER = {
    "another name": (b"cv.txt", "no.txt"),
    "another ending": (b"cv.txt", "cv.exe"),
    "another ending behind an accent": (b"cv?.txt", "cvé.exe"),
    "another folder": (b"a/cv?.txt", "b/cvé.txt"),
    "a folder more": (b"a?cv.txt", "a/cv.txt"),
    "an ending more": (b"r??eu.txt", "reçu.txt.exe"),
    "a letter in place of a sign": (b"cv_.txt", "cva.txt"),
    "a shorter one": (b"cv_.txt", "cv.txt"),
    "one that leads out": (b"??/cv.txt", "../cv.txt"),
    "one that leads out behind an accent": (b"?/../cv.txt", "é/../cv.txt"),
    "one that hides its direction": (b"cv?fdp.exe", "cv\u202efdp.exe"),
    "one with a zero": (b"cv?.txt", "cv\0.txt"),
    "the name of what a Mac leaves": (b"._cv.txt", "é._cv.txt"),
    "none": (b"cv.txt", ""),
}


@pytest.mark.parametrize("name", ANOTHER)
def test_a_name_in_unicode_that_is_another_one_is_refused(name: str) -> None:
    assert found(both(*ANOTHER[name])) is UnsafeNames


def test_the_same_name_in_unicode_twice_is_refused() -> None:
    one, two = (unicode_path(raw, "é.txt".encode()) for raw in (b"?.txt", b"_.txt"))
    assert found(named((b"?.txt", one, one), (b"_.txt", two, two))) is UnsafeNames


NAME, REAL = b"re?u.txt", "reçu.txt".encode()
FIELD = unicode_path(NAME, REAL)
BROKEN = {
    "of another version": FIELD[:4] + b"\2" + FIELD[5:],
    "of a name that it had before": FIELD[:5] + bytes([FIELD[5] ^ 1]) + FIELD[6:],
    "with what is no UTF-8": unicode_path(NAME, "reçu.txt".encode("cp1252")),
    "cut within its checksum": b"\x75\x70\3\0" + FIELD[4:7],
    "twice": FIELD + FIELD,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_name_in_unicode_that_is_badly_said_is_refused_wherever_it_stands(name: str) -> None:
    for directory, header in ((BROKEN[name], FIELD), (FIELD, BROKEN[name]), (b"", BROKEN[name])):
        assert found(named((NAME, directory, header))) is InvalidFile


def test_a_name_in_unicode_is_the_same_in_the_directory_and_in_the_entry_s_own_header() -> None:
    other = unicode_path(NAME, "reéu.txt".encode())
    assert found(named((NAME, FIELD, FIELD))) == ZIP
    assert found(named((NAME, FIELD, b""))) == ZIP
    assert found(named((NAME, FIELD, other))) is UnsafeNames
    assert found(named((NAME, b"", FIELD))) is UnsafeNames


def test_a_name_in_unicode_stands_among_other_fields() -> None:
    """Beside the times that Info-ZIP notes, and the room that Office leaves for a part to grow."""
    times, room = b"UT\x05\0\3abcd", b"\x20\xa2\x14\0\x28\xa0\2\0" + bytes(16)
    assert found(named((NAME, times + FIELD, times + room + FIELD))) == ZIP
    other = unicode_path(NAME, b"another.txt")
    assert found(named((NAME, times + other, times + room))) is UnsafeNames
    assert found(named((NAME, b"", times + room + other))) is UnsafeNames
    assert found(named((NAME, b"", times + b"x"))) == ZIP  # less than a field


def test_a_part_of_an_office_file_has_no_other_name_in_unicode() -> None:
    parts = [made.info("word/media/a.bin"), made.info("word/media/a.bin")]
    for part, name in zip(parts, (b"word/media/a.bin", b"word/vbaProject.bin"), strict=True):
        part.extra = unicode_path(b"word/media/a.bin", name)
    same, other = (made.office((part, b"x")) for part in parts)
    assert (found(same), found(other)) == (DOCX, UnsafeNames)


TO_RUN = (
    "cv.pdf.vbs",
    "a/b/LETTER.JS",
    "page.html",
    "picture.svg",
    "x.hta",
    "x.vbs. ",
    "x.cmd::$DATA",
    "to.url",
    "x.slk",
)


@pytest.mark.parametrize("name", TO_RUN)
def test_a_name_by_which_a_text_would_be_a_program_or_a_page_is_refused(name: str) -> None:
    """By itself such a text is handed out as one: `cv.pdf.vbs.txt`. Unpacked, it has the name that it has here."""
    text = b"Hello <script>alert(1)</script>"
    assert found(text) == TEXT
    assert found(made.zipped((name, text))) is UnsafeNames
    page = b'<x:svg xmlns:x="http://www.w3.org/2000/svg"><x:script>alert(1)</x:script></x:svg>'
    assert found(made.zipped((name, page))) is UnsafeNames


def test_a_name_that_only_resembles_such_a_one_is_ordinary() -> None:
    for name in ("js", "a.js/notes.txt", "program.py", "query.sql", "10:30 vbs.txt", "x.vbs.txt", "reçu.md"):
        assert found(made.zipped((name, b"text"))) == ZIP
    assert found(made.zipped(("a.js/", b""), ("a.js/notes.txt", b"text"))) == ZIP
