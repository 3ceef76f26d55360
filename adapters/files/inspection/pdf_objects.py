"""What do a PDF's streams of objects hold, listed by a table or not, and does every reader find the same in them?

Readers differ in which of two values of a key counts, and in what is left of a dictionary that is broken: each stream
is written as every writer does it, or refused. Which of them counts, nobody knows who mends a table: all are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import BinaryIO, Final

from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.generic import StreamObject, read_object

from adapters.files.inspection.pdf_names import among_objects
from adapters.files.inspection.refusals import ActiveContent, InspectionLimits, reading

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


def inert(file: BinaryIO, reader: PdfReader, places: Iterable[int]) -> None:
    """Refuse one that holds what acts; `places` are those at which any byte of the file says that there is one."""
    for place in places:
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


def _plain(around: bytes, at: int, place: int) -> None:
    """Its dictionary is one, where each key is said once."""
    keys = []
    while pair := PAIR.match(around, at):
        keys.append(pair[1])
        at = pair.end()
    if at < place or not ENDS.match(around, at) or len(set(keys)) < len(keys) or any(b"#" in key for key in keys):
        raise InspectionLimits
