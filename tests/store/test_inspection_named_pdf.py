"""What acts in a PDF is found by its name where readers differ: in broken objects, in keys that are said twice."""

from __future__ import annotations

import ctypes

import pypdfium2
import pytest
from pypdfium2 import raw

from adapters.files.inspection.found import PDF
from adapters.files.inspection.refusals import ActiveContent
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
