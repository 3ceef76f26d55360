"""The check of each kind of file: it is complete, readable, and has no visible active content."""

from __future__ import annotations

from typing import BinaryIO

from adapters.files.inspection import archive, found, image, media, office, older, pdf, text
from adapters.files.inspection.first_look import ENDINGS, LOOK, first_look
from adapters.files.inspection.found import DetectedType
from adapters.files.inspection.refusals import InvalidFile, TypeMismatch


def check(file: BinaryIO, media_type: str) -> DetectedType:
    """Return the finding for a file of this type; raises the refusal of the first rule that it breaks."""
    file.seek(0)
    head = file.read(LOOK)
    if not head:
        raise InvalidFile
    ending = next((each for each, of in ENDINGS.items() if of == media_type), "")
    if first_look(head, f"a.{ending}") != media_type:
        raise TypeMismatch
    file.seek(0)
    match media_type:
        case found.PDF:
            return pdf.check(file)
        case found.ZIP:
            return archive.check(file)
        case found.RTF:
            return older.check_rtf(file)
        case found.TEXT | found.CSV:
            return text.check(file, media_type)
    if media_type in found.IMAGES:
        return image.check(file, media_type)
    if media_type in found.MEDIA:
        return media.check(file, media_type)
    if media_type in found.OLDER:
        return older.check(file, media_type)
    return office.check(file, media_type)
