"""Making of the reading copy of each kind of file, in the child process."""

from __future__ import annotations

from typing import BinaryIO, Final

from adapters.files.inspection import found
from adapters.files.inspection.first_look import decoded
from adapters.files.reading_copy import extracting, pictures, playing
from adapters.files.reading_copy.packing import FinishedCopy, Packing, no_copy

COMES_APART: Final = "copy-comes-apart"
NO_CONVERTER: Final = "copy-needs-converter"


def copied(file: BinaryIO, media_type: str, processor: int, *, play: bool = False) -> FinishedCopy:
    """Return a file's reading copy, made within `processor` seconds; with `play`, also for sound and film."""
    file.seek(0)
    if media_type == found.PDF:
        return pictures.of_pdf(file, processor)
    if media_type in found.IMAGES:
        return pictures.of_image(file, media_type)
    if media_type in {found.TEXT, found.CSV}:
        return Packing().of_text(decoded(file.read()))
    if media_type == found.ZIP:
        return Packing().of_text(extracting.listed(file), note=extracting.LIST_ONLY)
    if media_type in found.MEDIA:
        return playing.played(file, media_type, processor) if play else no_copy(COMES_APART)
    if media_type in found.OOXML | found.OPENDOCUMENT:
        return Packing().of_text(extracting.words(file, media_type), note=extracting.TEXT_ONLY)
    return no_copy(NO_CONVERTER)
