"""An office file's older drawings (VML) are read like its other parts, well-formed or as Excel writes them."""

from __future__ import annotations

import io

import pytest

from adapters.files.inspection import vml
from adapters.files.inspection.found import DOCX, XLSX
from adapters.files.inspection.kinds import check
from adapters.files.inspection.refusals import ActiveContent, InspectionLimits, InvalidFile
from domain.refusal import Refused
from tests import specimens as made

DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
ORDINARY = {
    "a note of a cell": made.NOTE,
    "a button of two lines, whose break has no end": made.BUTTON,
    "the same, whose break has one": made.BUTTON.replace(b"<br>", b"<br></br>"),
    "a button with a break that ends before it begins": made.BUTTON.replace(b"<br>", b"</br>"),
    "a picture of a page's head": made.HEAD,
    "a picture whose first address is noted": made.HEAD.replace(
        b'o:title="logo"', b'o:title="" o:href="https://example.org/logo.png"'
    ),
    "a picture that came by mail": made.HEAD.replace(
        b'o:relid="rId1"', b'o:href="cid:image001.png@01D8ABD2.F6271D30"'
    ),
    "a picture of cells": made.HEAD.replace(
        b"</v:shape>",
        b'<x:ClientData ObjectType="Pict"><x:FmlaPict>Notes!$B$2:$C$9</x:FmlaPict><x:Camera/></x:ClientData>'
        b"</v:shape>",
    ),
    "a shape that leads to a page when one clicks": made.NOTE.replace(
        b"<v:shape ", b'<v:shape href="https://example.org" ', 1
    ),
    "a shape with an attribute twice": made.NOTE.replace(b"<v:shape ", b'<v:shape o:insetmode="auto" ', 1),
    "one with attributes side by side": made.NOTE.replace(b'"\n fillcolor=', b'"fillcolor='),
    "one with what an older browser was told": made.BUTTON.replace(b"<v:textbox", b"<![if vml]><v:textbox", 1),
    "one with a declaration": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + made.BUTTON,
    "one in UTF-16": b"\xff\xfe" + made.NOTE.decode().encode("utf-16-le"),
    "one with old Windows' spaces": made.BUTTON.replace(b"Go", b"\xa0\xa0Go"),
    "the word of a function, in what is shown": made.BUTTON.replace(b"Go<", b"<").replace(
        b"<br>", b"DDE (2) WEBSERVICE(1)<br>"
    ),
}


def found(drawing: bytes, name: str = "xl/drawings/vmlDrawing1.vml", types: str = "") -> str | type[Refused]:
    types = types or f'<Default Extension="vml" ContentType="{DRAWING}"/>'
    try:
        return check(io.BytesIO(made.office((name, drawing), family="xl", types=types))).media_type
    except Refused as refusal:
        return type(refusal)


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_drawing_is_no_action(name: str) -> None:
    assert found(ORDINARY[name]) == XLSX


PICTURE = b'<v:imagedata o:relid="rId1" o:title="logo"/>'
ACTIVE = {
    "a picture from a page": made.HEAD.replace(PICTURE, b'<v:imagedata src="https://example.org/a.png"/>'),
    "a picture from another computer": made.HEAD.replace(PICTURE, b'<v:imagedata src="\\\\example.org\\a\\b.png"/>'),
    "one in the other slashes": made.HEAD.replace(PICTURE, b"<v:imagedata src='//example.org/b.png'/>"),
    "one from this computer": made.HEAD.replace(PICTURE, b'<v:imagedata src="file:///C:/a.png"/>'),
    "one known by its first address only": made.HEAD.replace(
        PICTURE, b'<v:imagedata o:href="https://example.org/a.png"/>'
    ),
    "one with its address in numbers": made.HEAD.replace(
        PICTURE, b'<v:imagedata src="&#104;ttps&#x3a;//example.org/a.png"/>'
    ),
    "one with its address in lines": made.HEAD.replace(PICTURE, b'<v:imagedata src=" ht&#10;tps://example.org/"/>'),
    "an image": made.HEAD.replace(PICTURE, b'<v:image src="https://example.org/a.png"/>'),
    "a filling": made.NOTE.replace(b"<v:fill ", b'<v:fill type="frame" src="https://example.org/a.png" '),
    "a line": made.NOTE.replace(b"<v:stroke ", b'<v:stroke filltype="tile" src="https://example.org/a.png" '),
    "another address of a line": made.NOTE.replace(
        b"<v:stroke ", b'<v:stroke o:althref="https://example.org/a.png" '
    ),
    "a picture of another program": made.HEAD.replace(
        b"</v:shape>",
        b'<x:ClientData ObjectType="Pict"><x:DDE/><x:FmlaPict>a|b!c</x:FmlaPict></x:ClientData></v:shape>',
    ),
    "a picture that a formula fetches": made.HEAD.replace(
        b"</v:shape>",
        b'<x:ClientData ObjectType="Pict"><x:FmlaPict>_xlfn.IMAGE("https://example.org")</x:FmlaPict>'
        b"</x:ClientData></v:shape>",
    ),
    "a list that a formula fetches": made.BUTTON.replace(
        b"<x:FmlaMacro>[0]!Go</x:FmlaMacro>", b"<x:FmlaRange>WEB<!-- -->SERVICE&#40;A1)</x:FmlaRange>"
    ).replace(b"<br>", b""),
}
BROKEN = b"<br>"
"""What makes a drawing one that no XML reader reads."""


@pytest.mark.parametrize("name", ACTIVE)
def test_a_drawing_that_fetches_or_asks_another_program_is_active(name: str) -> None:
    assert found(ACTIVE[name]) is ActiveContent


@pytest.mark.parametrize("name", [name for name in ACTIVE if name != "a list that a formula fetches"])
def test_one_that_is_not_well_formed_is_as_active(name: str) -> None:
    assert found(BROKEN + ACTIVE[name]) is ActiveContent
    assert found(ACTIVE[name].replace(b"</xml>", BROKEN + b"</xml>")) is ActiveContent
    assert found(ACTIVE[name].replace(b"=", b" = ").replace(b"</xml>", BROKEN + b"</xml>")) is ActiveContent


def test_of_an_attribute_that_stands_there_twice_each_value_is_looked_at() -> None:
    for twice in (b'src="a.png" src="https://example.org"', b"src='https://example.org'src='a.png'"):
        assert found(made.HEAD.replace(PICTURE, b"<v:imagedata %s/>" % twice)) is ActiveContent


UNREADABLE = {
    "cut": made.NOTE[:-30],
    "with half a tag": made.BUTTON.replace(b"<br>", b"<br"),
    "with an attribute in no quotes": made.BUTTON.replace(b"<br>", b"<br><v:imagedata src=a.png/>"),
    "with a tag in an attribute": made.BUTTON.replace(b"<br>", b'<br><v:fill o:title="<v:fill/>"/>'),
    "with a comment": made.BUTTON.replace(b"<br>", b"<br><!-- <v:imagedata src='https://example.org'/> -->"),
    "with what is no mark": made.BUTTON.replace(b"<br>", b"<br><![CDATA[<v:fill/>]]>"),
    "with a document type": made.DOCUMENT_TYPE + made.BUTTON,
    "with an order to another program": made.BUTTON.replace(b"<br>", b"<br><?php x ?>"),
    "in letters of its own": b'<?xml version="1.0" encoding="utf-7"?>' + made.BUTTON,
    "with a zero": made.BUTTON.replace(b"<br>", b"<br>\0"),
    "in UTF-16": b"\xff\xfe" + made.BUTTON.decode().encode("utf-16-le"),
    "no drawing": b"\x89PNG\r\n\x1a\n<",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_drawing_of_which_it_is_not_known_what_readers_see_is_refused(name: str) -> None:
    assert found(UNREADABLE[name]) is InvalidFile


def test_a_drawing_that_is_not_well_formed_has_a_reasonable_size() -> None:
    notes = made.NOTE * (vml.LARGEST // len(made.NOTE) + 1)
    assert found(b"<xml>" + notes.replace(b"<xml", b"<v:group").replace(b"</xml>", b"</v:group>") + b"</xml>") == XLSX
    assert found(notes) is InspectionLimits


def test_a_drawing_is_known_by_what_it_is_said_to_be_and_by_its_ending() -> None:
    active, png = ACTIVE["a picture from a page"], "image/png"
    as_drawing = f'<Override PartName="/xl/media/a.bin" ContentType="{DRAWING}"/>'
    as_picture = f'<Override PartName="/xl/drawings/vmlDrawing1.VML" ContentType="{png}"/>'
    assert found(active, "xl/media/a.bin", as_drawing) is ActiveContent
    assert found(active, "xl/drawings/vmlDrawing1.VML", as_picture) is ActiveContent


def test_a_drawing_in_a_text_fetches_its_picture_from_the_file_itself() -> None:
    def text(picture: bytes) -> str | type[Refused]:
        spaces = b' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="o" xmlns:r="r"'
        try:
            drawn = b"<w:pict%s><v:shape>%s</v:shape></w:pict>" % (spaces, picture)
            return check(io.BytesIO(made.office(body=drawn))).media_type
        except Refused as refusal:
            return type(refusal)

    assert text(b'<v:imagedata r:id="rId4" o:title="logo"/><v:fill r:id="rId5" type="frame"/>') == DOCX
    assert text(b'<v:imagedata r:id="rId4" o:href="https://example.org/a.png"/>') == DOCX
    assert text(b'<v:imagedata src="https://example.org/a.png"/>') is ActiveContent
    assert text(b'<v:fill src="\\\\example.org\\a.png"/>') is ActiveContent
