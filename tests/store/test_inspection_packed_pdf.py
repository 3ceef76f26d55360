"""What a PDF packs in the older ways (LZW, run lengths) is measured like the rest; its objects are packed in none."""

from __future__ import annotations

import base64
import io
import time
import zlib

import pytest
from pypdf._codecs._codecs import LzwCodec

from adapters.files.inspection.found import PDF
from adapters.files.inspection.kinds import check
from adapters.files.inspection.refusals import InspectionLimits, InvalidFile
from adapters.files.inspection.unpacking import inflated, lzw, run_lengths
from domain.refusal import Refused
from tests import specimens as made

MIB = 1024**2


def found(content: bytes) -> str | type[Refused]:
    try:
        return check(io.BytesIO(content)).media_type
    except Refused as refusal:
        return type(refusal)


def of_stream(data: bytes, filters: bytes, more: bytes = b"") -> str | type[Refused]:
    return found(made.pdf_of(made.pdf_stream(data, filters, more)))


def in_runs(data: bytes) -> bytes:
    """Packed by run lengths, as it stands: no byte repeated."""
    pieces = [data[at : at + 128] for at in range(0, len(data), 128)]
    return b"".join(bytes([len(piece) - 1]) + piece for piece in pieces) + b"\x80"


TEXTS = {
    "nothing": b"",
    "a letter": b"a",
    "a line": b"BT /F1 12 Tf (Bonjour) Tj ET\n",
    "a picture of one colour": bytes(100_000),
    "a ramp": bytes(range(256)) * 200,
    "a text": b"".join(b"%d %d l\n" % (number * 7 % 613, number * 11 % 797) for number in range(4_000)),
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_packed_is_as_long_as_what_comes_of_it(name: str) -> None:
    text = TEXTS[name]
    assert lzw(LzwCodec().encode(text)) == len(text)
    assert lzw(made.lzw(text)) == len(text)
    assert lzw(made.lzw(text, early=0), early=0) == len(text)
    assert run_lengths(in_runs(text)) == len(text)
    assert inflated(zlib.compress(text)) == len(text)


def test_what_is_cut_or_damaged_is_as_long_as_what_comes_of_it_before() -> None:
    packed = made.lzw(TEXTS["a text"])
    assert 0 < lzw(packed[: len(packed) // 2]) < len(TEXTS["a text"])
    assert lzw(b"\x80\x0b\x60\x50") > 0  # no end
    assert lzw(b"\xff" * 9) == 0  # a string before there was any
    assert run_lengths(b"\x05abc") == 3
    assert run_lengths(b"\xff") == 0
    assert run_lengths(b"\xffab") == 2  # a run, and a length without its bytes


def test_an_old_pdf_with_pictures_and_pages_in_lzw_or_run_lengths_is_ordinary() -> None:
    page = b"BT ET\n" * 400
    picture = b"/Type/XObject/Subtype/Image/Width 640/Height 400/BitsPerComponent 8/ColorSpace/DeviceGray"
    spelt = base64.a85encode(made.lzw(bytes(256_000))) + b"~>"
    for data, filters in (
        (made.lzw(page), b"/LZWDecode"),
        (made.lzw(page), b"/LZW"),
        (in_runs(page), b"[/RunLengthDecode]"),
        (spelt, b"[/ASCII85Decode/LZWDecode]"),
    ):
        assert of_stream(data, filters, picture) == PDF
    assert of_stream(made.lzw(page, early=0), b"/LZWDecode", b"/DecodeParms<</EarlyChange 0>>") == PDF


def test_a_stream_in_lzw_or_run_lengths_without_a_reasonable_end_is_refused() -> None:
    begun = time.process_time()
    bomb, runs = made.lzw_bomb(257), b"\x81\0" * (257 * MIB // 128)
    assert of_stream(bomb, b"/LZWDecode") is InspectionLimits
    assert of_stream(bomb, b"[/LZWDecode/DCTDecode]") is InspectionLimits
    assert of_stream(base64.a85encode(bomb) + b"~>", b"[/A85/LZW]") is InspectionLimits
    assert of_stream(runs, b"/RunLengthDecode") is InspectionLimits
    assert of_stream(runs.hex().encode() + b">", b"[/ASCIIHexDecode/RL]") is InspectionLimits
    assert time.process_time() - begun < 10


def test_a_bomb_that_only_one_way_of_counting_its_codes_shows_is_refused() -> None:
    bomb = made.lzw_bomb(257, early=0)
    said = (b"<</EarlyChange 0>>", b"[<</EarlyChange 0>>]", b"6 0 R", b"[6 0 R]", b"<</EarlyChange 7 0 R>>")
    for parameters in said:
        stream = made.pdf_stream(bomb, b"[/LZWDecode]", b"/DecodeParms " + parameters)
        content = made.pdf_of(stream, b"<</EarlyChange 0>>", b"0")
        assert found(content) is InspectionLimits


ACTION = b"<</AA<<>>>>"


OTHERWISE: dict[str, made.Packing] = {
    "LZW": (b"/LZWDecode", made.lzw, b""),
    "LZW counted late": (b"/LZWDecode", lambda data: made.lzw(data, early=0), b"/DecodeParms<</EarlyChange 0>>"),
    "run lengths": (b"/RunLengthDecode", in_runs, b""),
    "Brotli": (b"/BrotliDecode", bytes, b""),
    "a picture": (b"/DCTDecode", bytes, b""),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_the_objects_and_the_table_of_a_pdf_are_packed_as_every_reader_unpacks_them(name: str) -> None:
    assert found(made.pdf_with_hidden(b"<</Kids[]>>", b"")) == PDF
    for thing in (ACTION, b"<</Kids[]>>"):
        assert found(made.pdf_with_hidden(thing, b"", objects=OTHERWISE[name])) is InspectionLimits
        assert found(made.pdf_with_hidden(thing, b"", table=OTHERWISE[name])) in {InspectionLimits, InvalidFile}


def test_what_a_stream_is_said_to_be_may_stand_elsewhere() -> None:
    table = made.pdf_with_hidden(ACTION, b"", table=OTHERWISE["LZW"]).replace(b"/Type/XRef", b"/Type 8 0 R", 1)
    assert found(table) in {InspectionLimits, InvalidFile}
    itself = made.pdf_of(made.pdf_stream(made.flate_bomb(257), more=b"/Type 5 0 R"))
    assert found(itself) is InspectionLimits


def test_objects_are_packed_in_what_is_said_to_hold_them() -> None:
    """Some readers take the stream's word for it, and others the table's."""
    content = made.pdf_with_hidden(ACTION, b"").replace(b"/Type/ObjStm", b"/Type/Other_")
    assert found(content) is InspectionLimits
