"""The check of a PDF: qpdf reads every object, to find visible scripts, launch actions and programs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import pikepdf

from adapters.files.inspection.archive import nothing_to_run
from adapters.files.inspection.first_look import is_program
from adapters.files.inspection.found import PDF, DetectedType
from adapters.files.inspection.refusals import ActiveContent, InspectionLimits, InvalidFile, Unscannable, reading

MOST_PAGES: Final = 10_000
MOST_OBJECTS: Final = 500_000
DEEPEST: Final = 64
SUSPECT: Final = re.compile(rb"/(JavaScript|JS|Launch|SubmitForm|ImportData|RichMedia\w*|XFA|EF)\b")
"""Names in qpdf's spelling: an object without any of them is not examined further."""
STACKED: Final = re.compile(rb"/(Flate|LZW|RunLength)Decode\s*/(Flate|LZW|RunLength)Decode")
ACTIONS: Final = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/RichMediaExecute"})
SCRIPT: Final = re.compile(rb"<(\w+:)?(script|submit|execute)\b")
"""Active elements of an XFA form."""


def check(file: BinaryIO) -> DetectedType:
    """Refuse a PDF that is encrypted, damaged beyond repair or too large, or that has active content.

    Embedded data files, such as an invoice (Factur-X), are allowed.
    """
    try:
        with reading(), _opened(file) as document:
            if document.is_encrypted:
                raise Unscannable
            pages = len(document.pages)
            if not pages:
                raise InvalidFile
            if pages > MOST_PAGES or len(document.objects) > MOST_OBJECTS:
                raise InspectionLimits
            _inert(document)
    except RecursionError as error:
        raise InspectionLimits from error
    return DetectedType(media_type=PDF, pages=pages)


def _opened(file: BinaryIO) -> pikepdf.Pdf:
    try:
        return pikepdf.open(file, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Unscannable from error


def _inert(document: pikepdf.Pdf) -> None:
    for thing in itertools.chain((document.trailer,), document.objects):
        bare: Any = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
        if not isinstance(bare, pikepdf.Object):
            continue  # a number, or nothing
        said = bare.unparse(resolved=True)
        if STACKED.search(said):
            raise InspectionLimits
        if SUSPECT.search(said):
            if isinstance(bare, pikepdf.Name) and str(bare) in ACTIONS:
                raise ActiveContent  # the kind of an action, which may be in another object
            for each in _within(bare):
                _dictionary(each)


def _within(thing: Any, depth: int = 0) -> Iterator[pikepdf.Dictionary]:
    """Yield the dictionaries contained directly in this object."""
    if depth > DEEPEST:
        raise InspectionLimits
    if isinstance(thing, pikepdf.Dictionary):
        yield thing
        held = [thing.get(key) for key in thing.keys()]  # noqa: SIM118  (no mapping)
    elif isinstance(thing, pikepdf.Array):
        held = list(thing)
    else:
        return
    for each in held:
        if isinstance(each, (pikepdf.Dictionary, pikepdf.Array)) and not each.is_indirect:
            yield from _within(each, depth + 1)


def _dictionary(thing: pikepdf.Dictionary) -> None:
    """Refuse actions that run, send or fetch, active films, form scripts, and embedded programs."""
    if "/JS" in thing or str(thing.get("/S")) in ACTIONS or str(thing.get("/Subtype")) == "/RichMedia":
        raise ActiveContent
    if "/XFA" in thing and any(SCRIPT.search(each.read_bytes()) for each in _streams(thing["/XFA"])):
        raise ActiveContent
    if "/EF" in thing:
        nothing_to_run(str(thing[key]) for key in ("/F", "/UF") if key in thing)
        for key in thing["/EF"].keys():  # noqa: SIM118  (no mapping)
            for each in _streams(thing["/EF"][key]):
                if is_program(each.read_bytes()[:4096]):
                    raise ActiveContent


def _streams(thing: Any) -> Iterator[pikepdf.Stream]:
    for each in thing if isinstance(thing, pikepdf.Array) else (thing,):
        if isinstance(each, pikepdf.Stream):
            yield each
