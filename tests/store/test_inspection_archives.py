"""An archive says one thing to every reader: who goes by its directory, reads as it streams, or asks its end."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from adapters.files.inspection.found import DOCX, ZIP
from adapters.files.inspection.refusals import InvalidFile, TypeMismatch, UnsafeNames
from tests import specimens as made
from tests.store.test_inspection import look, refused

# its end, in the short form and in the long one

SHORT, LONG = 0xFFFF, 0xFFFFFFFF
LEFT_TO_THE_LONG_FORM: dict[str, dict[str, Any]] = {
    "all of it, volumes too, as yazl and Commons Compress do": {
        "volume": SHORT,
        "first": SHORT,
        "here": SHORT,
        "entries": SHORT,
        "size": LONG,
        "start": LONG,
    },
    "all of it but the volumes, as Go does": {"here": SHORT, "entries": SHORT, "size": LONG, "start": LONG},
    "where the directory is": {"start": LONG},
    "nothing, as Info-ZIP does of what is piped in": {},
    "nothing, and it counts no volume, as Windows does": {"volumes": 0},
}


@pytest.mark.parametrize("name", LEFT_TO_THE_LONG_FORM)
def test_an_archive_may_leave_to_the_long_form_what_its_end_says(name: str) -> None:
    assert look(made.long_ended(**LEFT_TO_THE_LONG_FORM[name])).media_type == ZIP


@pytest.mark.parametrize(
    "other",
    [
        {"start": 1},
        {"entries": 2},
        {"here": 2},
        {"size": 1},
        {"volume": 1},
        {"first": 1},
        {"volumes": 2},
        {"place": 1},
        {"long": {"start": 1}},
        {"long": {"volume": 1}},
        {"long": {"here": 2}},
        {"long": {"entries": 2}, "entries": SHORT, "here": SHORT},
        {"long": {"size": 1}, "size": LONG},
    ],
    ids=str,
)
def test_what_both_forms_of_an_archive_s_end_say_is_the_same_and_true(other: dict[str, Any]) -> None:
    assert refused(made.long_ended(**other)) is TypeMismatch


def test_an_archive_that_leaves_its_end_to_a_long_form_has_one() -> None:
    content = made.long_ended(start=LONG)
    assert refused(content[: content.index(b"PK\6\6")] + content[content.rindex(b"PK\5\6") :]) is not None


# what stands after an entry whose sizes were not known before


FORMS = {
    "as the standard library and Java write it": "<4sIII",
    "without its mark": "<III",
    "in the long form, as Excel and POI write it of any entry": "<4sIQQ",
    "in the long form, without its mark": "<IQQ",
}


@pytest.mark.parametrize("name", FORMS)
def test_what_follows_an_entry_says_again_what_the_directory_says(name: str) -> None:
    sound = made.with_descriptor(FORMS[name])
    assert look(sound).media_type == ZIP
    after, directory = sound.index(b"PK\1\2") - struct.calcsize(FORMS[name]), sound.index(b"PK\1\2")
    for place in range(after, directory):
        other = sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :]
        assert refused(other) is TypeMismatch


def test_an_entry_that_is_streamed_in_the_long_form_is_ordinary() -> None:
    for method in (ZIP_STORED, ZIP_DEFLATED):
        assert look(made.streamed(method, force_zip64=True)).media_type == ZIP


# what stands after what is packed


def with_hidden(data: bytes, hidden: bytes, name: str = "a.txt", *, stored: bool = False) -> tuple[str, bytes, bytes]:
    """An entry's name, and what is packed of it with something behind."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return name, data, (data if stored else packer.compress(data) + packer.flush()) + hidden


def raw(*entries: tuple[str, bytes, bytes], stored: bool = False, checksum: int = 0) -> bytes:
    """An archive with just these bytes as the packed ones, that is sound in all else."""
    method, out, directory = (0 if stored else 8), b"", b""
    for name, data, packed in entries:
        said = (20, 0, method, 0, 0x21, zlib.crc32(data) ^ checksum, len(packed), len(data), len(name))
        directory += struct.pack("<4sH", b"PK\1\2", 20) + struct.pack("<HHHHHIIIH", *said)
        directory += struct.pack("<HHHHII", 0, 0, 0, 0, 0, len(out)) + name.encode()
        out += b"PK\3\4" + struct.pack("<HHHHHIIIHH", *said, 0) + name.encode() + packed
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), len(out), 0)
    return out + directory + end


def test_nothing_stands_behind_what_is_packed() -> None:
    assert look(raw(with_hidden(b"a" * 100, b""))).media_type == ZIP
    assert refused(raw(with_hidden(b"a" * 100, b"x"))) is InvalidFile
    assert refused(raw(with_hidden(b"a" * 100, made.PROGRAM * 4000))) is InvalidFile
    assert refused(raw(with_hidden(b"", b"x"))) is InvalidFile
    stored = raw(with_hidden(b"a" * 100, b"", stored=True), stored=True)
    assert look(stored).media_type == ZIP
    assert refused(raw(with_hidden(b"a" * 100, b"x", stored=True), stored=True)) is InvalidFile


def test_nothing_stands_behind_a_picture_of_an_office_file_that_nothing_else_reads_to_its_end() -> None:
    with ZipFile(io.BytesIO(made.office())) as archive:
        parts = [with_hidden(archive.read(name), b"", name) for name in archive.namelist()]
    assert look(raw(*parts, with_hidden(made.picture(), b"", "word/media/a.png"))).media_type == DOCX
    assert refused(raw(*parts, with_hidden(made.picture(), made.HTML, "word/media/a.png"))) is InvalidFile


def test_what_is_packed_has_its_end_the_size_and_the_checksum_that_are_said() -> None:
    name, data, packed = with_hidden(b"a" * 100_000 + b"b", b"")
    assert refused(raw((name, data, packed[:-1]))) is InvalidFile
    assert refused(raw((name, data + b"b", packed))) is InvalidFile
    assert refused(raw((name, data[:-1], packed))) is InvalidFile
    assert refused(raw((name, data, packed), checksum=1)) is InvalidFile
    endless = zlib.compressobj(9, zlib.DEFLATED, -15)
    open_ended = endless.compress(data) + endless.flush(zlib.Z_SYNC_FLUSH)
    assert refused(raw((name, data, open_ended))) is InvalidFile


def test_an_empty_file_may_be_packed_into_nothing() -> None:
    """As writers do that pack only what they are given."""
    assert look(raw(("a.txt", b"", b""), with_hidden(b"b", b"", "b.txt"))).media_type == ZIP


def test_a_folder_holds_nothing() -> None:
    assert look(raw(with_hidden(b"", b"", "a/"), with_hidden(b"b", b"", "a/b.txt"))).media_type == ZIP
    assert refused(raw(with_hidden(b"abc", b"", "a/"), with_hidden(b"b", b"", "a/b.txt"))) is InvalidFile


# what an entry is


@pytest.mark.parametrize("system", [0, 2, 3, 5, 10, 16, 19, 30])
def test_a_link_is_refused_whichever_system_is_said_to_have_packed_it(system: int) -> None:
    """Info-ZIP makes one of what VMS (2), Atari (5), BeOS (16) or AtheOS (30) packed, as of what Unix (3) did."""
    link, text = made.info("a.txt", 0o120777), made.info("a.txt", 0o100644)
    link.create_system = text.create_system = system
    assert refused(made.zipped((link, b"/etc/passwd"))) is UnsafeNames
    assert look(made.zipped((text, b"words"))).media_type == ZIP


def test_a_link_is_refused_where_a_field_of_its_own_says_that_it_is_one() -> None:
    """Info-ZIP reads that field (ASi Unix) of an entry whose attributes say nothing."""

    def of_unix(mode: int) -> bytes:
        said = struct.pack("<HLHH", mode, 0, 0, 0)
        return struct.pack("<HHL", 0x756E, 4 + len(said), zlib.crc32(said)) + said

    name, link, text = b"a.txt", of_unix(0o120777), of_unix(0o100644)
    assert refused(made.named((name, link, link))) is UnsafeNames
    assert refused(made.named((name, link, b""))) is UnsafeNames
    assert refused(made.named((name, b"", link))) is UnsafeNames
    assert look(made.named((name, text, text))).media_type == ZIP
