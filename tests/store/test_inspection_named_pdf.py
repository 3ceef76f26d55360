"""What acts in a PDF is found by its name where readers differ: in broken objects, in keys that are said twice."""

from __future__ import annotations

import ctypes
import struct
import zlib

import pypdfium2
import pytest
from pypdfium2 import raw

from adapters.files.inspection.found import PDF
from adapters.files.inspection.refusals import ActiveContent, InspectionLimits
from tests import specimens as made
from tests.store.test_inspection import look, refused

LINKED = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 99 99]/A 9 0 R>>]"
ADDRESS = b"(https://example.org/Web/JavaScript)"


def hidden(action: bytes) -> bytes:
    """A page with a link that does what stands, packed, in object 9."""
    return made.pdf_with_hidden(action, page=LINKED)


def in_a_browser(content: bytes) -> int:
    """What the page's first link does to the library that a browser shows it with."""
    with pypdfium2.PdfDocument(content) as document:
        place, link = ctypes.c_int(0), raw.FPDF_LINK()
        assert raw.FPDFLink_Enumerate(document[0].raw, ctypes.byref(place), ctypes.byref(link))
        return int(raw.FPDFAction_GetType(raw.FPDFLink_GetAction(link)))


READ_OTHERWISE = {
    "with half a reference": b"<</S/Launch/F(cmd.exe)/K 1 R>>",
    "with a kind that is said twice": b"<</S/URI/S/Launch/F(cmd.exe)>>",
    "with a kind that is said twice, and spelt": b"<</S/URI/URI(x)/S/L#61unch/F(cmd.exe)>>",
}


@pytest.mark.parametrize("name", READ_OTHERWISE)
def test_a_packed_object_that_acts_to_some_readers_is_refused(name: str) -> None:
    content = hidden(READ_OTHERWISE[name])
    assert in_a_browser(content) == raw.PDFACTION_LAUNCH
    assert refused(content) is ActiveContent


def test_a_packed_object_that_only_some_readers_read_is_looked_through_for_short_names_too() -> None:
    for key in (b"/AA<<>>", b"/AA 7 0 R", b"/EF %of it\n<<>>", b"/J#53(x)", b"/XFA[(a)]"):
        assert refused(hidden(b"<<%s/K 1 R>>" % key)) is ActiveContent


@pytest.mark.parametrize("kind", [b"SubmitForm", b"ImportData", b"GoToE", b"FileAttachment", b"RichMediaExecute"])
def test_what_acts_is_refused_wherever_its_name_stands(kind: bytes) -> None:
    """As one of two kinds, in an object that no table lists, or by itself, where a broken object names it."""
    assert refused(made.pdf_of(page=b"/A<</S/URI/S/%s>>" % kind)) is ActiveContent
    unlisted = made.pdf_of().replace(b"xref\n0", b"99 0 obj\n<</S/%s>>\nendobj\nxref\n0" % kind)
    assert refused(unlisted) is ActiveContent
    assert refused(hidden(b"/" + kind)) is ActiveContent


def test_the_script_of_a_body_in_three_dimensions_is_a_script() -> None:
    """ISO 32000-1, table 300: it is run whenever the body is shown."""
    assert refused(made.pdf_of(b"<</Type/3D/Subtype/U3D/OnInstantiate 4 0 R>>")) is ActiveContent


def test_an_address_that_ends_like_what_acts_is_an_address() -> None:
    link = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI%s>>>>]"
    for address in (ADDRESS, ADDRESS.replace(b")", b"/Reference)"), b"(https://example.org/AA/EF/JS/XFA)"):
        assert look(made.pdf_of(page=link % address)).media_type == PDF
        assert look(hidden(b"<</S/URI/URI%s>>" % address)).media_type == PDF
    assert look(hidden(b"<</Title(HTML/CSS/JavaScript)/Dest[3 0 R/Fit]>>")).media_type == PDF


def with_its_holder(written: bytes, otherwise: bytes) -> bytes:
    """The same, a program to start in it, where the stream of objects is written otherwise."""
    launch = zlib.compress(b"9 0 <</S/Launch/F(cmd.exe)>>")
    holder = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>" % len(launch)
    assert written in holder
    holder = holder.replace(written, otherwise, 1) + b"\nstream\n" + launch + b"\nendstream"
    parts = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]%s>>" % LINKED,
        4: holder,
    }
    out, rows = b"%PDF-1.7\n", {0: (0, 0, 0), 9: (2, 4, 0)}
    for number, part in parts.items():
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    rows[5] = (1, len(out), 0)
    listed = b"".join(struct.pack(">BIH", *rows[number]) for number in sorted(rows))
    table = made.pdf_stream(zlib.compress(listed), more=b"/Type/XRef/Size 10/Root 1 0 R/W[1 4 2]/Index[0 6 9 1]")
    return out + b"5 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(out))


HOLDERS = {
    "whose packing is said twice": (b"/Filter", b"/Filter[]/Filter"),
    "of two kinds": (b"/Type", b"/Type/Other/Type"),
    "of two kinds, one spelt": (b"/Type", b"/Type/Other/#54ype"),
    "that is broken": (b"<</Type", b"<</K @x/Type"),
    "with half a reference": (b"<</Type", b"<</K 1 R/Type"),
    "with a brace": (b"/First", b"}/First"),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_a_stream_of_objects_is_written_as_all_readers_read_it(name: str) -> None:
    content = with_its_holder(*HOLDERS[name])
    assert in_a_browser(content) == raw.PDFACTION_LAUNCH
    assert refused(content) is InspectionLimits
    whose_table_is_lost = content.replace(b"startxref\n", b"startxref\n1")
    assert refused(whose_table_is_lost) is InspectionLimits


WRITERS = {
    "pdfTeX": b"<<\n/Type /ObjStm\n/N 1\n/First 4\n/Length %d      \n/Filter /FlateDecode\n>>",
    "Word": b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>",
    "Acrobat": b"<</Filter/FlateDecode/First 4/Length %d/N 1/Type/ObjStm>>",
    "Cairo": b"<< /Type /ObjStm\n   /Length %d\n   /N 1\n   /First 4\n   /Filter /FlateDecode\n>>",
    "one that follows another, with parameters": b"<</Extends 4 0 R/Type/ObjStm/N 1/First 4/Length %d"
    b"/DecodeParms[<</Predictor 1>>]/Filter[/FlateDecode]>>",
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_stream_of_objects_of_any_writer_is_ordinary(name: str) -> None:
    packed = zlib.compress(b"9 0 <</Kids[]>>")
    assert (
        look(made.pdf_of(WRITERS[name] % len(packed) + b"\nstream\r\n" + packed + b"\nendstream")).media_type == PDF
    )
    packed = zlib.compress(b"9 0 <</AA<<>>/K 1 R>>")
    content = made.pdf_of(WRITERS[name] % len(packed) + b"\nstream\r\n" + packed + b"\nendstream")
    assert refused(content) is ActiveContent


def test_a_stream_of_objects_that_no_table_lists_is_read_too() -> None:
    launch = made.pdf_stream(zlib.compress(b"9 0 <</S/Launch/F(cmd.exe)>>"), more=b"/Type/ObjStm/N 1/First 4")
    content = made.pdf_of(page=LINKED)
    unlisted = b"7 0 obj\n%s\nendobj\n" % launch
    moved = content.replace(b"xref\n0", unlisted + b"xref\n0", 1)
    at = content.index(b"xref\n0")
    whole = moved.replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + len(unlisted)))
    assert refused(whole) is ActiveContent


def test_of_two_openings_of_a_document_neither_leads_out_of_it() -> None:
    within, outside = b"/OpenAction[3 0 R/Fit]", b"/OpenAction<</S/URI/URI(http://x)>>"
    for both in (within + outside, outside + within, within + outside.replace(b"<<", b" %x\n<<", 1)):
        assert refused(made.pdf_of(catalog=both)) is ActiveContent
        assert refused(hidden(b"<<%s>>" % both)) is ActiveContent
        assert refused(hidden(b"<<%s/K 1 R>>" % both)) is ActiveContent
    assert refused(made.pdf_of(catalog=b"/OpenAction<</S/GoTo/D[3 0 R/Fit]/S/URI/URI(http://x)>>")) is ActiveContent
    elsewhere = made.pdf_of(b"<</S/URI/URI(http://x)>>", catalog=within + b"/Open#41ction 5 0 R")
    assert refused(elsewhere) is ActiveContent
    assert look(made.pdf_of(catalog=within + b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>")).media_type == PDF
    assert look(hidden(b"<<%s>>" % within)).media_type == PDF
