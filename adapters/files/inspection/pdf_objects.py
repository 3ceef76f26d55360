"""What do a PDF's streams of objects hold, listed by a table or not, and does every reader find the same in them?

Readers differ in which of two values of a key counts, and in what is left of a dictionary that is broken: each stream
is written as every writer does it, or refused. Which of them counts, nobody knows who mends a table: all are read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import BinaryIO, Final

from pypdf import PdfReader
from pypdf._utils import read_non_whitespace
from pypdf.errors import LimitReachedError
from pypdf.generic import DictionaryObject, PdfObject, StreamObject, read_object

from adapters.files.inspection.pdf_names import OPENS, among_objects
from adapters.files.inspection.refusals import ActiveContent, InspectionLimits, reading

AT_ONCE: Final = frozenset({"/GoTo", "/Named"})
"""What a document may do as it is opened: turn to a place of its own."""
NEEDED: Final = frozenset({"/Type", "/S", "/D", "/SD", "/N"})
"""What it needs for that: whatever else it says is for another kind, which some readers may take it for."""
AROUND: Final = 2048
"""How far from its name the dictionary of such a stream begins and ends, at most."""
SPACE: Final = rb"[\x00\t\n\f\r ]"
NAME: Final = rb"/[^\x00\t\n\f\r ()<>\[\]{}/%]+"
VALUE: Final = (
    rb"(?:%(name)s|[0-9]+(?:%(space)s+[0-9]+%(space)s+R)?|null|\[[^\[\]()<>]*\]|\[?%(space)s*<<[^<>()]*>>%(space)s*\]?)"
    % {b"name": NAME, b"space": SPACE}
)
PAIR: Final = re.compile(
    rb"%(space)s*(%(name)s)%(space)s*%(value)s" % {b"space": SPACE, b"name": NAME, b"value": VALUE}
)
BEGINS: Final = re.compile(rb"obj%(space)s*(<<)" % {b"space": SPACE})
ENDS: Final = re.compile(rb"%(space)s*>>%(space)s*stream" % {b"space": SPACE})


def inert(file: BinaryIO, reader: PdfReader, holders: Iterable[int], openings: Iterable[int]) -> None:
    """Refuse one that holds what acts, and any opening of a document that leads out of it.

    `holders` and `openings` are the places at which any byte of the file says that there is one.
    """
    _stay_within(file, reader, openings)
    for place in holders:
        start = max(0, place - AROUND)
        file.seek(start)
        around = file.read(2 * AROUND)
        begins = [found.start(1) for found in BEGINS.finditer(around, 0, place - start)]
        if not begins:
            raise InspectionLimits
        _plain(around, begins[-1] + 2, place - start)
        file.seek(start + begins[-1])
        with reading(LimitReachedError):
            stream = read_object(file, reader)
            if not isinstance(stream, StreamObject):
                raise InspectionLimits
            objects = stream.get_data()
        if among_objects(objects):
            raise ActiveContent
        _stay_within(io.BytesIO(objects), reader, (found.end() for found in OPENS.finditer(objects)))


def turns_to_a_page(opening: object) -> None:
    """As it is opened, it leads nowhere else: to no address, to no other file."""
    if isinstance(opening, DictionaryObject) and (
        str(opening.get("/S", "/GoTo")) not in AT_ONCE or not NEEDED.issuperset(opening)
    ):
        raise ActiveContent


def _stay_within(content: BinaryIO, reader: PdfReader, places: Iterable[int]) -> None:
    """Whichever of two openings counts, it turns to a page."""
    for place in places:
        content.seek(place)
        with reading(LimitReachedError):
            read_non_whitespace(content)
            content.seek(-1, io.SEEK_CUR)
            opening = read_object(content, reader)
            if isinstance(opening, PdfObject):
                turns_to_a_page(opening.get_object())


def _plain(around: bytes, at: int, place: int) -> None:
    """Its dictionary is one, where each key is said once."""
    keys = []
    while pair := PAIR.match(around, at):
        keys.append(pair[1])
        at = pair.end()
    if at < place or not ENDS.match(around, at) or len(set(keys)) < len(keys) or any(b"#" in key for key in keys):
        raise InspectionLimits
