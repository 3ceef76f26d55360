"""By which names does a PDF say that it acts, and does any stand in these bytes, whatever a reader makes of them?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

ACTIVE_KEYS: Final = frozenset(
    [
        "/JS",
        "/JavaScript",
        "/AA",
        "/EF",
        "/EmbeddedFiles",
        "/XFA",
        "/RichMediaContent",
        "/RichMediaSettings",
        "/OnInstantiate",
    ]
)
ACTIVE_VALUES: Final = frozenset(
    [
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/GoToE",
        "/RichMedia",
        "/RichMediaExecute",
        "/EmbeddedFile",
        "/FileAttachment",
    ]
)
SAID_BY: Final = ("/S", "/Type", "/Subtype")


def _any_of(names: Iterable[str]) -> bytes:
    """These names in any spelling: each of their letters may stand as its number."""
    spelt = (b"".join(b"(?:%c|#%02x|#%02X)" % (each, each, each) for each in name[1:].encode()) for name in names)
    return rb"/(?:" + b"|".join(spelt) + rb")"


NAMES: Final = sorted(ACTIVE_KEYS | ACTIVE_VALUES)
SHORTEST: Final = len("/GoToE")
"""Names of so many letters are looked for in every byte: shorter ones stand anywhere by chance."""
LONG: Final = re.compile(_any_of(name for name in NAMES if len(name) >= SHORTEST) + rb"[\x00\t\n\f\r ()<>\[\]{}/%]")
SHORT: Final = re.compile(
    _any_of(name for name in NAMES if len(name) < SHORTEST) + rb"(?:[\x00\s]*[(<\[%]|[\x00\s]+[0-9])"
)
"""A name, and what begins a value: in an address, another letter follows."""
OBJECTS: Final = "/ObjStm"
"""What a stream is that holds objects."""
HOLDS_OBJECTS: Final = re.compile(_any_of([OBJECTS]) + rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%])")
OPENS: Final = re.compile(_any_of(["/OpenAction"]) + rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%])")
"""What a document does as it is opened: its value follows."""
SAID: Final = re.compile(_any_of(SAID_BY) + rb"\Z")
BEFORE: Final = 32
"""How much of what stands before a name is looked at."""
DELIMITERS: Final = b"\0\t\n\f\r ()<>[]{}/%"


def anywhere(content: bytes) -> bool:
    """Whether a long one stands in any bytes."""
    return any(not _ends_an_address(content, found) for found in LONG.finditer(content))


def among_objects(content: bytes) -> bool:
    """Whether any stands where nothing but objects does."""
    return anywhere(content) or SHORT.search(content) is not None


def _ends_an_address(content: bytes, found: re.Match[bytes]) -> bool:
    """Whether it goes on from a letter, and leads to no value: `(https://example.org/docs/Web/JavaScript)`."""
    before = content[max(0, found.start() - BEFORE) : found.start()]
    goes_on = before[-1:] not in DELIMITERS and not SAID.search(before)
    return goes_on and found[0][-1:] in b")/"
