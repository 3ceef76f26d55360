"""Streaming XML reader for the parts of office files: no document type, no entity, nothing external.

The standard library's parser reports a document type at once, and the file is refused. Therefore no entity is
expanded, and nothing external is fetched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Final
from xml.parsers import expat

from adapters.files.inspection.refusals import InvalidFile

CHUNK: Final = 64 * 1024
SEPARATOR: Final = "\x1f"

Given = dict[str, list[str]]
"""An element's attributes by local name; several values if attributes of different namespaces share a name."""
Element = Callable[[str, Given], None]
Words = Callable[[str], None]
Ended = Callable[[str], None]
YES: Final = frozenset({"1", "true", "on"})


def read(
    part: IO[bytes], element: Element | None = None, words: Words | None = None, ended: Ended | None = None
) -> None:
    """Call back for each element (local name, attributes), text and element end; raises InvalidFile."""
    parser = expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_document_type
    if element:
        parser.StartElementHandler = lambda name, given: element(local(name), _by_local_name(given))
    if words:
        parser.CharacterDataHandler = words
    if ended:
        parser.EndElementHandler = lambda name: ended(local(name))
    try:
        while chunk := part.read(CHUNK):
            parser.Parse(chunk, False)  # noqa: FBT003  (positional only)
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise InvalidFile from error


def local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition(SEPARATOR)[2]


def yes(given: Given, name: str) -> bool:
    """Return whether any attribute of this name is true."""
    return any(value.strip() in YES for value in given.get(name, ()))


def _by_local_name(given: dict[str, str]) -> Given:
    values: Given = {}
    for name, value in given.items():
        values.setdefault(local(name), []).append(value)
    return values


def _no_document_type(*_: object) -> None:
    raise InvalidFile
