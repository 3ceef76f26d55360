"""Is this a PDF that only shows pages, and what does its first one look like?

Two libraries read it (pypdf, and the one of Chromium): what one of them would not see, the other may.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

import pypdfium2
from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.filters import ASCII85Decode, ASCIIHexDecode
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject, StreamObject

from adapters.files.inspection import pdf_objects
from adapters.files.inspection.found import PDF, Found
from adapters.files.inspection.image import SMALL, small
from adapters.files.inspection.pdf_names import (
    ACTIVE_KEYS,
    ACTIVE_VALUES,
    HOLDS_OBJECTS,
    OBJECTS,
    OPENS,
    SAID_BY,
    anywhere,
)
from adapters.files.inspection.polyglot import only_itself
from adapters.files.inspection.refusals import (
    ActiveContent,
    InspectionLimits,
    InvalidFile,
    TypeMismatch,
    Unscannable,
    reading,
)
from adapters.files.inspection.unpacking import inflated, lzw, run_lengths

CHUNK: Final = 64 * 1024
TAIL: Final = 2048
HEADER: Final = re.compile(rb"%PDF-[12]\.[0-9]")
FLATE: Final = frozenset({"/FlateDecode", "/Fl"})
LZW: Final = frozenset({"/LZWDecode", "/LZW"})
RUN_LENGTHS: Final = frozenset({"/RunLengthDecode", "/RL"})
PACKERS: Final = FLATE | LZW | RUN_LENGTHS
SPELT: Final[dict[str, type[ASCIIHexDecode | ASCII85Decode]]] = {
    "/ASCIIHexDecode": ASCIIHexDecode,
    "/AHx": ASCIIHexDecode,
    "/ASCII85Decode": ASCII85Decode,
    "/A85": ASCII85Decode,
}
"""What spells bytes in letters: what is packed may stand within."""
TABLE: Final = "/XRef"
"""Streams that hold a document's objects, and say where they are."""
LAID_OPEN: Final = FLATE | SPELT.keys()
"""How these may be packed: as every writer does since there are any, and every reader unpacks alike."""
MOST_FILTERS: Final = 3
MOST_OBJECTS: Final = 250_000
MOST_PAGES: Final = 10_000
LARGEST_WHOLE: Final = 2 * 1024**3
DEEPEST: Final = 64
REMEMBERED: Final = 2000
"""Objects that are kept at most while all are read: streams come with their bytes."""
XFA_FORMS: Final = frozenset({2, 3})


def check(file: BinaryIO) -> Found:
    """Refuse what is encrypted, acts, unfolds without end, or is something else as well."""
    _framed(file)
    holders, openings = _nothing_named(file)
    file.seek(0)
    with reading(LimitReachedError):
        reader = _Reader(file, strict=False)
        encrypted = reader.is_encrypted
    if encrypted:
        raise Unscannable
    _trailer_and_objects(reader)
    pdf_objects.inert(file, reader, holders, openings)
    return Found(media_type=PDF, pages=_second_opinion(file))


def picture(file: BinaryIO) -> bytes:
    """The first page, small."""
    with reading(), pypdfium2.PdfDocument(file) as document:
        page = document[0]
        width, height = page.get_size()
        if not (0 < width < float("inf") and 0 < height < float("inf")):
            raise InvalidFile
        return small(page.render(scale=max(SMALL) / max(width, height)).to_pil())


def _framed(file: BinaryIO) -> None:
    """It begins at its beginning and ends at its end."""
    file.seek(0)
    if not HEADER.match(file.read(8)):
        raise TypeMismatch
    only_itself(file)
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - TAIL))
    _, marker, rest = file.read().rpartition(b"%%EOF")
    if not marker:
        raise InvalidFile
    if rest.strip(b"\0\t\n\f\r "):
        raise TypeMismatch


def _nothing_named(file: BinaryIO) -> tuple[list[int], list[int]]:
    """Nothing that acts, by its name in any byte; gives where streams of objects are named, and after what opens."""
    file.seek(0)
    before, at, holders, openings = b"", 0, set[int](), set[int]()
    while chunk := file.read(CHUNK):
        content = before + chunk
        if anywhere(content):
            raise ActiveContent
        holders.update(at + found.start() for found in HOLDS_OBJECTS.finditer(content))
        openings.update(at + found.end() for found in OPENS.finditer(content))
        if len(holders) + len(openings) > MOST_OBJECTS:
            raise InspectionLimits
        before = chunk[-64:]
        at += len(content) - len(before)
    return sorted(holders), sorted(openings)


class _Reader(PdfReader):
    """Remembers the streams that it read to find out where the objects stand: no table need list these."""

    def __init__(self, file: BinaryIO, *, strict: bool) -> None:
        self.first: list[StreamObject] | None = []
        super().__init__(file, strict=strict)
        self.read_first, self.first = self.first, None

    def cache_indirect_object(self, generation: int, idnum: int, obj: PdfObject | None) -> PdfObject | None:
        if self.first is not None and isinstance(obj, StreamObject):
            self.first.append(obj)
        return super().cache_indirect_object(generation, idnum, obj)


def _trailer_and_objects(reader: _Reader) -> None:
    left = LARGEST_WHOLE
    _laid_open(reader)
    _inert(reader.trailer)
    for thing in _objects(reader):
        _inert(thing)
        if isinstance(thing, NameObject) and thing in ACTIVE_VALUES:
            raise ActiveContent  # named from elsewhere, by what may not be read as it is by others
        if isinstance(thing, StreamObject):
            left -= _unfolded(thing)
            if left < 0:
                raise InspectionLimits


def _laid_open(reader: _Reader) -> None:
    """Whoever opens it finds the same objects: no table or stream of objects is packed as few programs unpack it."""
    with reading(LimitReachedError):
        holders = {number for number, _ in reader.xref_objStm.values()}
    if len(holders) > MOST_OBJECTS:
        raise InspectionLimits
    tables = (stream for stream in reader.read_first if _type(stream) == TABLE)
    for holder in itertools.chain(tables, (_resolved(reader, number, 0) for number in holders)):
        if isinstance(holder, StreamObject) and not (
            _type(holder) in {TABLE, OBJECTS} and LAID_OPEN.issuperset(_filters(holder))
        ):
            raise InspectionLimits


def _type(stream: StreamObject) -> str:
    with reading(LimitReachedError):
        return str(stream["/Type"]) if "/Type" in stream else ""


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object that the tables list, whether or not a page leads to it."""
    with reading(LimitReachedError):
        listed = [(number, generation) for generation, numbers in reader.xref.items() for number in numbers]
        listed += [(number, 0) for number in reader.xref_objStm]
    if len(listed) > MOST_OBJECTS:
        raise InspectionLimits
    for number, generation in listed:
        yield _resolved(reader, number, generation)


def _resolved(reader: PdfReader, number: int, generation: int) -> Any:
    with reading(LimitReachedError):
        found = _object(reader, number, generation)
    if len(reader.resolved_objects) > REMEMBERED:
        reader.resolved_objects.clear()
    return found


def _object(reader: PdfReader, number: int, generation: int) -> Any:
    """One object; None where a table lists what is not there, as many writers' do: no page leads to it."""
    try:
        return reader.get_object(IndirectObject(number, generation, reader))
    except (LimitReachedError, MemoryError):
        raise
    except Exception:  # noqa: BLE001  (it raises what it likes; what cannot be read cannot be shown)
        return None


def _inert(thing: Any, depth: int = 0) -> None:
    """Refuse what acts, here or in what stands directly within it."""
    if depth > DEEPEST:
        raise InspectionLimits
    within: Iterable[Any] = ()
    if isinstance(thing, DictionaryObject):
        if not ACTIVE_KEYS.isdisjoint(thing):
            raise ActiveContent
        with reading(LimitReachedError):
            says = [str(thing[key]) for key in SAID_BY if key in thing]
        if not ACTIVE_VALUES.isdisjoint(says):
            raise ActiveContent
        if "/OpenAction" in thing:
            with reading():
                pdf_objects.turns_to_a_page(thing["/OpenAction"])
        within = [thing.raw_get(key) for key in thing]
    elif isinstance(thing, ArrayObject):
        within = list.__iter__(thing)
    for each in within:
        if isinstance(each, DictionaryObject | ArrayObject):
            _inert(each, depth + 1)


def _filters(stream: StreamObject) -> list[str]:
    with reading(LimitReachedError):
        said = stream.get("/Filter", ArrayObject()).get_object()  # it may stand elsewhere
        return [str(each) for each in said] if isinstance(said, ArrayObject) else [str(said)] if said else []


def _unfolded(stream: StreamObject) -> int:
    """How large a stream becomes; refuses one packed twice over, or one without a reasonable end."""
    filters = _filters(stream)
    if len(filters) > MOST_FILTERS or sum(each in PACKERS for each in filters) > 1:
        raise InspectionLimits
    with reading(LimitReachedError):
        data, place = stream._data, 0  # noqa: SLF001  (as it stands in the file; the public way unfolds it)
        while place < len(filters) and filters[place] in SPELT:
            data = SPELT[filters[place]].decode(data)
            place += 1
    packed = filters[place] if place < len(filters) else ""
    if packed in FLATE:
        return inflated(data)
    if packed in LZW:
        return lzw(data, _early(stream, place))
    return run_lengths(data) if packed in RUN_LENGTHS else len(data)


def _early(stream: StreamObject, place: int) -> int:
    """How many codes early the filter at this place has wider ones: one, unless it says none."""
    with reading(LimitReachedError):
        said: Any = stream.get("/DecodeParms", ArrayObject()).get_object()
        if isinstance(said, ArrayObject):
            said = said[place].get_object() if place < len(said) else None
        early = said["/EarlyChange"] if isinstance(said, DictionaryObject) and "/EarlyChange" in said else 1
        return 0 if early == 0 else 1


def _second_opinion(file: BinaryIO) -> int:
    """How many pages there are, by the library that browsers show it with; refuses what that one sees acting."""
    try:
        with pypdfium2.PdfDocument(file) as document:
            scripts = pypdfium2.raw.FPDFDoc_GetJavaScriptActionCount(document)
            attached = pypdfium2.raw.FPDFDoc_GetAttachmentCount(document)
            acts = scripts > 0 or attached > 0 or document.get_formtype() in XFA_FORMS
            pages = len(document)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in {pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY}
        raise (Unscannable if locked else InvalidFile) from error
    if acts:
        raise ActiveContent
    if pages > MOST_PAGES:
        raise InspectionLimits
    if not pages:
        raise InvalidFile
    return pages
