"""Of which kind is this file, and is it whole, inert and nothing else? Each kind has its own check."""

from __future__ import annotations

from functools import partial
from typing import BinaryIO, Final
from zipfile import ZipFile, ZipInfo

from adapters.files.inspection import archive_names, film, image, office, opendocument, pdf, sound, text
from adapters.files.inspection.archive import content, opened
from adapters.files.inspection.found import JPEG, PDF, PNG, WEBP, ZIP, Found
from adapters.files.inspection.refusals import ArchiveLimits, InvalidFile, TypeMismatch

LOOK: Final = 64
DEEPEST: Final = 2
"""How many archives may stand around an office file: a text in an archive has a table beneath its chart."""
PICTURES: Final = ((b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
LEFT_BY_SYSTEMS: Final = ((b"\x00\x05\x16\x07", "._"), (b"\x00\x00\x00\x01Bud1", ".DS_Store"))
"""What a Mac adds to every archive: beginning, and name."""
LARGEST_LEFT: Final = 1024 * 1024


def check(file: BinaryIO, inside: int = 0) -> Found:
    """What the file is, by its content; raises the refusal of the first rule that it breaks.

    `inside` is how many archives stand around it.
    """
    file.seek(0)
    start = file.read(LOOK)
    if not start:
        raise InvalidFile
    if start.startswith(b"%PDF-"):
        return pdf.check(file)
    for signature, media_type in PICTURES:
        if start.startswith(signature):
            return image.check(file, media_type)
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return image.check(file, WEBP)
    if start.startswith(b"PK\x03\x04"):
        return _archive(file, inside)
    if film.begins_like_one(start):
        return film.check(file)
    return sound.check(file) if sound.begins_like_one(start) else text.check(file)


def picture(file: BinaryIO, found: Found) -> bytes | None:
    """A small picture of a file that was checked, where its check made none."""
    return pdf.picture(file) if found.media_type == PDF else found.thumbnail


def _archive(file: BinaryIO, inside: int) -> Found:
    if inside > DEEPEST:
        raise ArchiveLimits
    with opened(file) as archive:
        names, nested = set(archive.namelist()), partial(check, inside=inside + 1)
        if office.CONTENT_TYPES in names:
            if not names.isdisjoint({opendocument.MIMETYPE, opendocument.MANIFEST}):
                raise TypeMismatch  # two office files at once, of which only one would be examined
            return office.check(archive, nested)
        if opendocument.MIMETYPE in names:
            return opendocument.check(archive, nested)
        if inside:
            raise ArchiveLimits
        archive_names.nothing_to_run(entry.filename for entry in archive.infolist() if not entry.is_dir())
        for entry in archive.infolist():
            _member(archive, entry)
        return Found(media_type=ZIP)


def _member(archive: ZipFile, entry: ZipInfo) -> None:
    """What an archive holds is of the list itself, and examined as if it had been sent alone."""
    if entry.is_dir() or not entry.file_size:
        return
    held = content(archive, entry)
    if not _left_by_a_system(entry, held.read(LOOK)):
        check(held, inside=1)


def _left_by_a_system(entry: ZipInfo, start: bytes) -> bool:
    name = entry.filename.rpartition("/")[2]
    return entry.file_size < LARGEST_LEFT and any(
        start.startswith(signature) and name.startswith(named) for signature, named in LEFT_BY_SYSTEMS
    )
