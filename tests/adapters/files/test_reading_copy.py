"""Reading copies for assessors: pictures, text, or re-encoded sound and film, without active content."""

from __future__ import annotations

import ctypes
import io
import json
import re
import shutil
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import av
import pypdfium2
import pytest
from PIL import Image
from pypdfium2 import raw

from adapters.files.age import encrypt
from adapters.files.blobs import StorageUnavailable
from adapters.files.copy_archive import CopyArchive
from adapters.files.inspection import first_look
from adapters.files.inspection.found import DOC, MP4, PDF
from adapters.files.inspection.kinds import check
from adapters.files.reading_copy import (
    MEDIA,
    REASONS,
    Copied,
    CopyPart,
    NoCopy,
    believed,
    contents,
    converting,
    make_copy,
    make_film_copy,
    read_part,
)
from adapters.files.reading_copy.making import copied
from adapters.files.reading_copy.packing import CONTENTS, LONGEST_TEXT, Packing, no_copy
from adapters.files.seeking import Seekable
from domain.refusal import Refused
from tests.given.files import crafted
from tests.given.files import specimens as made

SECRET = bytes(range(32))
REAL = Path(__file__).with_name("made_elsewhere")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
needs_converter = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")


class Copies:
    """Maker of reading copies that runs the real child process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = iter(range(1_000_000))

    def __call__(self, content: bytes, name: str) -> tuple[Copied, Seekable]:
        path = self._folder / str(next(self._numbers))
        with path.open("wb") as target:
            encrypt(io.BytesIO(content), target, SECRET)
        media_type = first_look(content[:4096], name)
        make = make_film_copy if media_type in MEDIA else make_copy
        copied = make(path, SECRET, media_type, path.with_suffix(".copy"))
        return copied, Seekable(path.with_suffix(".copy").open("rb"), SECRET)

    def served(self, content: bytes, name: str) -> dict[str, Any]:
        """Return what a reader receives of a file, each part decoded: picture, text, or container of a film."""
        copied, opened = self(content, name)
        with opened:
            said = contents(opened)
            assert (copied.kind, copied.reason) == (said["kind"], said["reason"])
            assert said["note"] in {None, *REASONS}
            parts = dict(decoded(opened, said))
            with ZipFile(opened) as archive:
                assert {*archive.namelist()} == {CONTENTS, *parts}
                assert not any(entry.compress_type for entry in archive.infolist())
            return said | {"parts": parts, "raw": Seekable.readall(_again(opened))}


def _again(opened: Seekable) -> Seekable:
    opened.seek(0)
    return opened


def decoded(opened: Any, said: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Decode each part; fail if it is of another type or carries metadata."""
    named = [page[key] for page in said["pages"] for key in ("picture", "small", "text")] + [
        said["text"],
        said["media"],
    ]
    for name in filter(None, named):
        data = read_part(opened, name)
        match name.rpartition(".")[2]:
            case "webp":
                with Image.open(io.BytesIO(data)) as picture:
                    picture.load()
                    assert (picture.format, max(picture.size) <= 3000) == ("WEBP", True)
                    assert not picture.getexif()
                    assert {"icc_profile", "exif", "xmp"}.isdisjoint(picture.info)
                    yield name, picture.convert("RGB")
            case "txt":
                assert not CONTROL.search(data.decode())
                yield name, data.decode()
            case "webm":
                with av.open(io.BytesIO(data), "r") as container:
                    assert {stream.codec_context.name for stream in container.streams} <= {"vp8", "opus", "libopus"}
                    assert {"title", "location"}.isdisjoint(key.lower() for key in container.metadata)
                    assert not any("location" in key.lower() for each in container.streams for key in each.metadata)
                    frames = [frame for frame in container.decode() if isinstance(frame, av.VideoFrame)]
                    yield name, frames
            case other:
                pytest.fail(other)


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copies:
    """Return a maker of copies without LibreOffice."""
    monkeypatch.setenv("PATH", "")
    return Copies(tmp_path)


def test_reading_copy_of_every_crafted_file_has_pictures_text_or_media_only(copies: Copies) -> None:
    """Check files that the inspection admits and those it refuses: active content reaches no reader."""

    def served(name: str, content: bytes) -> str:
        try:
            return str(copies.served(content, name)["kind"])
        except Refused:
            return "refused"
        except Exception as error:
            raise AssertionError(name) from error

    everything = crafted.each()
    with ThreadPoolExecutor(2) as pool:
        kinds = list(pool.map(served, everything, everything.values()))
    assert set(kinds) <= {"pages", "text", "media", "none", "refused"}
    assert kinds.count("pages") > 30
    assert kinds.count("none") < 10


def in_pdfium(content: bytes) -> int:
    """Return the action of the page's first link according to PDFium."""
    with pypdfium2.PdfDocument(content) as document:
        place, link = ctypes.c_int(0), raw.FPDF_LINK()
        assert raw.FPDFLink_Enumerate(document[0].raw, ctypes.byref(place), ctypes.byref(link))
        return int(raw.FPDFAction_GetType(raw.FPDFLink_GetAction(link)))


def test_a_launch_that_one_reader_sees_and_another_does_not_is_a_picture_in_the_copy(copies: Copies) -> None:
    for name, content in crafted.BLANKS.items():
        assert in_pdfium(content) == raw.PDFACTION_LAUNCH
        said = copies.served(content, "a.pdf")
        assert [*said["parts"]] == ["page-0001.webp"], name
        assert b"Launch" not in said["raw"]


def test_a_photograph_of_a_telephone_is_upright_and_says_nothing_of_where_it_was_taken(copies: Copies) -> None:
    assert made.WHERE.encode() in made.photograph()
    said = copies.served(made.photograph(), "IMG_0001.HEIC")
    assert (said["pages"][0]["width"], said["pages"][0]["height"]) == (120, 160)
    assert said["parts"]["page-0001.webp"].size == (120, 160)
    assert made.WHERE.encode() not in said["raw"]
    target, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010E] = 6, made.WHERE
    Image.new("RGB", (40, 20), "teal").save(target, "JPEG", exif=exif, icc_profile=b"profile of a screen" * 9)
    said = copies.served(target.getvalue(), "a.jpg")
    assert said["parts"]["page-0001.webp"].size == (20, 40)
    assert b"profile" not in said["raw"]


def test_a_film_of_a_telephone_is_upright_and_says_nothing_of_where_it_was_taken(copies: Copies) -> None:
    content = made.played("mov", "libx264", turned=True)
    assert made.WHERE.encode() in content
    said = copies.served(content, "IMG_0002.MOV")
    assert (said["media_type"], said["seconds"]) == ("video/webm", 1.0)
    assert {(frame.width, frame.height) for frame in said["parts"]["media.webm"]} == {(48, 64)}
    assert 8 <= len(said["parts"]["media.webm"]) <= 12
    picture = said["parts"]["media.webm"][0].to_image().convert("L")
    assert (picture.getpixel((42, 5)) > 200, picture.getpixel((5, 5)) < 150) == (True, True)
    assert made.WHERE.encode() not in said["raw"]
    assert b"Secret" not in said["raw"]


def test_every_sound_is_made_anew(copies: Copies) -> None:
    for name, content in {
        "a.mp3": made.sound(),
        "a.m4a": made.played("ipod", None),
        "a.wav": made.played("wav", None, "pcm_s16le"),
        "a.ogg": made.played("ogg", None, "libopus"),
        "a.aac": made.played("adts", None),
    }.items():
        said = copies.served(content, name)
        assert (said["kind"], said["media_type"]) == ("media", "audio/webm"), name
        assert b"Secret" not in said["raw"], name


def test_the_first_job_says_of_a_film_that_its_copy_is_made_apart(tmp_path: Path) -> None:
    with (tmp_path / "film").open("wb") as target:
        encrypt(io.BytesIO(made.film()), target, SECRET)
    assert make_copy(tmp_path / "film", SECRET, "video/mp4", tmp_path / "copy").reason == "copy-comes-apart"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "I", "F"])
def test_an_image_of_any_kind_of_points_is_shown(copies: Copies, mode: str) -> None:
    ramp = Image.linear_gradient("L").resize((40, 30))
    points = ramp.point(lambda value: value * 257, "I") if mode.startswith("I") else ramp
    target = io.BytesIO()
    points.convert(mode).save(target, "TIFF")
    picture = copies.served(target.getvalue(), "a.tif")["parts"]["page-0001.webp"]
    low, high = picture.convert("L").getextrema()
    assert (low < 60, high > 190) == (True, True)


def test_reading_copy_shows_transparency_on_white_and_scales_large_images_down(copies: Copies) -> None:
    target = io.BytesIO()
    Image.new("RGBA", (4000, 1000), (0, 0, 0, 0)).save(target, "PNG")
    picture = copies.served(target.getvalue(), "a.png")["parts"]["page-0001.webp"]
    assert (picture.size, picture.getpixel((9, 9))) == ((3000, 750), (255, 255, 255))


def test_pages_of_a_scan_and_frames_of_a_moving_image_are_pages(copies: Copies) -> None:
    target = io.BytesIO()
    first, *others = [Image.new("L", (30, 20 + number)) for number in range(3)]
    first.save(target, "TIFF", save_all=True, append_images=others)
    assert [page["height"] for page in copies.served(target.getvalue(), "a.tiff")["pages"]] == [20, 21, 22]
    said = copies.served(crafted.many_frames(), "a.gif")
    assert (len(said["pages"]), said["of"], said["note"]) == (50, 120, "first-pages")
    said = copies.served(made.scanned(2), "scan.pdf")
    assert len(said["pages"]) == 2
    for page in said["pages"]:
        small, whole = said["parts"][page["small"]], said["parts"][page["picture"]]
        assert max(small.width / 168, small.height / 240) <= 1 < whole.width / small.width, "known by its look"
    assert copies.served(made.scanned(1), "scan.pdf")["pages"][0]["small"] is None, "alone, it is read at once"


def test_a_page_comes_with_its_words_and_a_form_as_it_was_filled_in(copies: Copies) -> None:
    said = copies.served(made.PDF, "a.pdf")
    assert said["parts"]["page-0001.txt"].strip() == "Preuve"
    assert said["pages"][0]["picture"] == "page-0001.webp"
    drawn = b"<</Type/XObject/Subtype/Form/BBox[0 0 99 99]/Length 15>>\nstream\n0 0 99 99 re f \nendstream"
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(x)/F 4/Rect[0 0 99 99]/AP<</N 5 0 R>>>>"
    filled = made.pdf_of(drawn, field, catalog=b"/AcroForm<</Fields[6 0 R]>>", page=b"/Annots[6 0 R]")
    assert min(copies.served(filled, "a.pdf")["parts"]["page-0001.webp"].convert("L").getextrema()) < 50


def test_reading_copy_of_a_long_document_shows_its_first_pages(copies: Copies) -> None:
    kids = b" ".join(b"3 0 R" for _ in range(310))
    content = (
        made.pdf_of().replace(b"/Kids[3 0 R]/Count 1", b"/Kids[%s]/Count 310" % kids).replace(b"200 200", b"9 9")
    )
    said = copies.served(content, "a.pdf")
    assert (len(said["pages"]), said["of"], said["note"]) == (300, 310, "first-pages")


def test_text_is_shown_as_text_in_one_alphabet(copies: Copies) -> None:
    for content in ("Déjà\r\nvu\f1".encode(), "Déjà\r\nvu1".encode("cp1252"), "\ufeffDéjà\rvu1".encode("utf-16-le")):
        assert copies.served(content, "a.txt")["parts"]["text.txt"].lstrip("\ufeff") == "Déjà\nvu1"
    assert copies.served(b"a;b\n=cmd|'/C calc'!A0;1\n", "a.csv")["parts"]["text.txt"].startswith("a;b\n=cmd")


def test_an_archive_is_shown_as_the_list_of_its_files(copies: Copies) -> None:
    said = copies.served(made.zipped(("a/cv.pdf", made.PDF), ("note.txt", b"oui")), "a.zip")
    assert said["parts"]["text.txt"] == f"a/cv.pdf\t{len(made.PDF)}\nnote.txt\t3"
    assert said["note"] == "list-only"


WORDS = {
    "dossier.docx": "Animation d'une communauté",
    "dossier.odt": "Animation d'une communauté",
    "tableau.xlsx": "janvier",
    "tableau.ods": "janvier",
    "diapos.pptx": "Ligne éditoriale",
    "diapos.odp": "Ligne éditoriale",
}


def test_where_nothing_draws_office_files_their_text_is_shown_and_said_to_be_all(copies: Copies) -> None:
    for name, words in WORDS.items():
        said = copies.served((REAL / name).read_bytes(), name)
        assert said["note"] == "text-only"
        assert words.lower() in said["parts"]["text.txt"].lower(), (name, said["parts"]["text.txt"])
    assert copies.served(b"{\\rtf1 Bonjour}", "a.rtf")["reason"] == "copy-needs-converter"


@needs_converter
def test_where_libreoffice_is_office_files_are_drawn(tmp_path: Path) -> None:
    fetched = b'{\\field{\\*\\fldinst INCLUDETEXT "/etc/passwd"}{\\fldrslt here}}'
    said = Copies(tmp_path).served(b"{\\rtf1\\ansi Bonjour " + fetched + b"\\par}", "a.rtf")
    assert (said["kind"], said["note"]) == ("pages", None)
    assert "Bonjour" in said["parts"]["page-0001.txt"]
    assert "root" not in said["parts"]["page-0001.txt"]


@needs_converter
def test_a_letter_of_an_older_program_is_checked_and_drawn(tmp_path: Path) -> None:
    """LibreOffice saves the letter in the format of Word 97."""
    with (tmp_path / "docx").open("wb") as target:
        encrypt(io.BytesIO((REAL / "dossier.docx").read_bytes()), target, SECRET)
    with Seekable((tmp_path / "docx").open("rb"), SECRET) as content:
        saved = converting.in_a_room(converting.SCRIPT.replace("pdf", "doc"), "docx", content)
    assert saved is not None
    assert check(io.BytesIO(saved), DOC).media_type == DOC
    said = Copies(tmp_path).served(saved, "dossier.doc")
    assert (said["kind"], len(said["pages"])) == ("pages", 1)
    assert "communauté" in said["parts"]["page-0001.txt"]


@needs_converter
def test_the_room_of_libreoffice_has_no_network_and_nothing_of_ours(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    tries = f"cat {tmp_path}/secret /etc/passwd /proc/1/environ; ls / /tmp; echo .; cat /proc/net/dev | wc -l"
    said = converting.in_a_room(tries)
    assert said is not None
    listed, _, network = said.decode().rpartition(".\n")
    assert {"secret", "root", "home", "work", "etc"} & set(listed.split()) <= {"etc"}
    assert network.strip() == "3"  # its own network, which has no route outside


def test_a_file_that_does_not_open_as_it_was_written_is_the_store_s_trouble(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as target:
        encrypt(io.BytesIO(made.PDF), target, SECRET)
    changed = bytearray((tmp_path / "a").read_bytes())
    changed[-1] ^= 1
    (tmp_path / "a").write_bytes(changed)
    with pytest.raises(StorageUnavailable):
        make_copy(tmp_path / "a", SECRET, PDF, tmp_path / "copy")


# stored copies are validated


def packed(said: Any, *parts: tuple[str, bytes], method: int = 0) -> io.BytesIO:
    return io.BytesIO(made.zipped((CONTENTS, json.dumps(said).encode()), *parts, method=method))


PAGE = {"picture": "page-0001.webp", "width": 1, "height": 1, "text": None}
ONE_PAGE = {"kind": "pages", "media_type": None, "pages": [PAGE], "text": None, "media": None, "note": None}


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        {"kind": "program", "pages": []},
        ONE_PAGE | {"pages": [PAGE | {"picture": "../page-0001.webp"}]},
        ONE_PAGE | {"pages": [PAGE | {"picture": "page-0002.webp"}]},
        ONE_PAGE | {"pages": [PAGE | {"width": "<svg>"}]},
        ONE_PAGE | {"media_type": "text/html"},
        ONE_PAGE | {"note": "<script>"},
        ONE_PAGE | {"text": "copy.json"},
        ONE_PAGE | {"text": ["copy.json"]},
    ],
)
def test_malformed_description_of_a_copy_is_refused(said: Any) -> None:
    with pytest.raises(NoCopy):
        contents(packed(said, ("page-0001.webp", b"RIFF")))


def test_copy_with_a_packed_or_broken_description_is_refused() -> None:
    """Fuzzing found it: a changed byte in the list's header declared the list as packed."""
    data = bytearray(Packing().of_text("Réussi").data)
    directory = data.rindex(b"PK\x01\x02", 0, data.rindex(CONTENTS.encode()))
    data[directory + 10], data[8] = ZIP_DEFLATED, ZIP_DEFLATED
    for broken in (data, data[:40]):
        with pytest.raises(NoCopy):
            contents(io.BytesIO(bytes(broken)))


def test_a_child_that_was_cut_off_or_lies_has_made_no_copy() -> None:
    data = Packing().of_text("Réussi").data
    line = {"kind": "text", "pages": None, "reason": None, "size": len(data)}
    assert believed(json.dumps(line).encode() + b"\n" + data).kind == "text"
    for said, rest in (
        (line, data[:-1]),
        (line | {"kind": "pages"}, data),
        (line | {"kind": "html"}, data),
        (line | {"pages": -1}, data),
        (line | {"reason": "<b>"}, data),
        (line | {"size": 4}, b"text"),
    ):
        assert believed(json.dumps(said).encode() + b"\n" + rest).reason == "copy-limits"
    for cut in (b"", b"{", b"[]\n" + data, b"\xff\n"):
        assert believed(cut).reason == "copy-limits"
    assert believed(b'{"refused": "invalid-file"}\n').reason == "copy-unreadable"


def test_a_film_that_takes_longer_than_it_may_has_no_copy() -> None:
    assert copied(io.BytesIO(made.film()), MP4, 0, play=True).reason == "copy-too-long"
    assert copied(io.BytesIO(made.film()), MP4, 60, play=True).kind == "media"


def test_a_document_that_takes_longer_than_it_may_shows_its_first_pages() -> None:
    said = contents(io.BytesIO(copied(io.BytesIO(made.scanned(3)), PDF, 0).data))
    assert (len(said["pages"]) < 3, said["of"], said["note"]) == (True, 3, "first-pages")


def test_a_part_is_read_from_any_place_and_none_but_a_copy_s() -> None:
    opened = io.BytesIO(Packing().of_text("Réussi").data)
    part = CopyPart(opened, "text.txt")
    assert (part.size, part.seek(-2, io.SEEK_END), part.read()) == (7, 5, b"si")
    assert (part.seek(0), part.read(3), part.tell(), part.read(99), part.read(1)) == (
        0,
        b"R\xc3\xa9",
        3,
        b"ussi",
        b"",
    )
    for name in (CONTENTS, "../text.txt", "page-0001.webp", "text.html"):
        with pytest.raises(NoCopy):
            read_part(opened, name)
    for data, method in ((made.HTML, 0), (made.picture("WEBP"), ZIP_DEFLATED)):
        with pytest.raises(NoCopy):
            read_part(packed(ONE_PAGE, ("page-0001.webp", data), method=method), "page-0001.webp")
    with pytest.raises(NoCopy):
        contents(io.BytesIO(zlib.compress(b"no archive")))


class Counting(io.BytesIO):
    """A copy that counts the bytes read from it."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


def test_a_copy_of_many_pages_is_read_once_however_many_they_are() -> None:
    packing = Packing()
    for _ in range(300):
        packing.page(None, 9, 9, "mot " * 200)
    opened = Counting(packing.of_pages().data)
    CopyArchive(opened).check()
    assert opened.count < 3 * len(opened.getvalue())


def test_a_copy_holds_no_more_text_than_whoever_shows_it_holds_in_memory() -> None:
    packing = Packing()
    for letter in "éabc":
        packing.page(None, 9, 9, letter * (LONGEST_TEXT // 3))
    archive = CopyArchive(io.BytesIO(packing.of_pages().data))
    texts = [archive.text(page.text) for page in archive.listing.pages]
    assert (len(texts[0]), texts[1][:1], texts[2:]) == (LONGEST_TEXT // 3, "a", ["b", ""])
    assert sum(len(text.encode()) for text in texts) <= LONGEST_TEXT


def test_every_reason_and_note_is_a_sentence_in_both_languages() -> None:
    for slug, sentences in REASONS.items():
        assert contents(io.BytesIO(no_copy(slug).data))["reason"] == slug
        for sentence in sentences:
            assert sentence[0].isupper()
            assert sentence.endswith(".")
