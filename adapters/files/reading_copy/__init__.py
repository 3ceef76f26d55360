"""The reading copy of a file: pictures, text, or re-encoded sound and film, without active content.

A child process with limits makes the copy, which is stored as one encrypted, uncompressed ZIP and can be made again.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from adapters.files.age import AnotherKey, Damaged, encrypt
from adapters.files.blobs import StorageUnavailable, on_disk
from adapters.files.inspection.found import MEDIA, OFFICE, PDF
from adapters.files.reading_copy import converting
from adapters.files.reading_copy.packing import KINDS, CopyPart, FinishedCopy, NoCopy, contents, no_copy, read_part
from adapters.files.sandbox.asking import INSPECTORS, answered, is_count
from adapters.files.sandbox.terms import COPY, PLAY, Task

__all__ = ["MEDIA", "REASONS", "Copied", "CopyPart", "NoCopy", "contents", "make_copy", "make_film_copy", "read_part"]

LIMITS: Final = "copy-limits"
UNREADABLE: Final = "copy-unreadable"
NEEDS_CONVERTER: Final = "copy-needs-converter"
REASONS: Final = {
    LIMITS: (
        "No reading copy: it would take too much time or memory. A simpler file, a PDF, would have one.",
        "Copie indisponible : elle prendrait trop de temps ou de mémoire. Un fichier plus simple, un PDF, se lirait.",
    ),
    UNREADABLE: (
        "No reading copy: this file could not be drawn. Saved anew, as PDF, it may be.",
        "Copie indisponible : ce fichier n'a pas pu être affiché. Enregistré de nouveau, en PDF, il pourrait l'être.",
    ),
    NEEDS_CONVERTER: (
        "No reading copy: this server has nothing that draws older office files. Saved as PDF, it would have one.",
        "Copie indisponible : ce serveur n'affiche pas les anciens fichiers bureautiques. Un PDF se lirait.",
    ),
    "copy-too-long": (
        "No reading copy: this sound or film is too long. A shorter one would have one.",
        "Copie indisponible : ce son ou ce film est trop long. Un extrait plus court se lirait.",
    ),
    "copy-comes-apart": (
        "The reading copy of this sound or film is being made.",
        "La copie de lecture de ce son ou de ce film est en préparation.",
    ),
    "first-pages": (
        "Only the first pages are shown here; the file has more.",
        "Seules les premières pages sont montrées ici ; le fichier en a davantage.",
    ),
    "text-only": (
        "Only the text of this file is shown, without its layout and pictures.",
        "Seul le texte de ce fichier est montré, sans sa mise en page ni ses images.",
    ),
    "list-only": (
        "This is the list of the files that the archive holds.",
        "Voici la liste des fichiers que l'archive contient.",
    ),
}
"""The sentence of each slug in English and French: a reason for the lack of a copy, or a remark about it."""


@dataclass(frozen=True)
class Copied:
    """Result of making a reading copy: its kind, its number of pages, or the reason for its lack."""

    kind: str
    pages: int | None
    reason: str | None


def make_copy(ciphertext: Path, secret: bytes, media_type: str, target: Path) -> Copied:
    """Write the reading copy of an encrypted file of this type to a new path, encrypted with the same secret.

    For sound and film it makes no copy, and returns that `make_film_copy` must make it. Raises InspectionUnavailable
    or StorageUnavailable.
    """
    with ciphertext.open("rb") as file:
        converts = media_type in OFFICE and converting.can_convert()
        drawn = _drawn(file, secret, media_type) if converts else None
        if drawn is not None:
            with drawn:
                made = _made(COPY, drawn, secret, PDF)
        else:
            file.seek(0)  # the conversion has moved the descriptor's position
            made = _made(COPY, file, secret, media_type)
    if converts and made.reason == NEEDS_CONVERTER:
        made = no_copy(UNREADABLE)
    return _written(made, secret, target)


def make_film_copy(ciphertext: Path, secret: bytes, media_type: str, target: Path) -> Copied:
    """Write the re-encoded copy of a sound or film, in up to half its duration; raises as `make_copy` does."""
    with ciphertext.open("rb") as file:
        return _written(_made(PLAY, file, secret, media_type), secret, target)


def _drawn(file: BinaryIO, secret: bytes, media_type: str) -> BinaryIO | None:
    """Return an office file as PDF, encrypted, in memory; None if the conversion fails."""
    try:
        drawn = converting.converted(io.FileIO(os.dup(file.fileno())), secret, media_type)
    except (Damaged, AnotherKey) as error:
        raise StorageUnavailable from error
    if not drawn:
        return None
    memory = os.fdopen(os.memfd_create("drawn"), "w+b", buffering=0)
    encrypt(io.BytesIO(drawn), memory, secret)
    memory.seek(0)
    return memory


def _made(task: Task, file: BinaryIO, secret: bytes, media_type: str) -> FinishedCopy:
    return believed(INSPECTORS.ask(task, file, secret, media_type))


def believed(answer: bytes) -> FinishedCopy:
    """Return a child's copy if it is a valid archive of the declared size, or else an empty copy with the reason.

    Raises StorageUnavailable if the file could not be decrypted.
    """
    said, data = answered(answer)
    if "refused" in said:
        return no_copy(UNREADABLE)
    kind, pages, reason = said.get("kind"), said.get("pages"), said.get("reason")
    if kind not in KINDS or not is_count(pages) or len(data) != said.get("size"):
        return no_copy(LIMITS)
    try:
        held = contents(io.BytesIO(data))
    except NoCopy:
        return no_copy(LIMITS)
    if held["kind"] != kind or held["reason"] != reason or (reason is not None and reason not in REASONS):
        return no_copy(LIMITS)
    return FinishedCopy(kind=kind, pages=pages, reason=reason, data=data)


def _written(made: FinishedCopy, secret: bytes, target: Path) -> Copied:
    with on_disk(), target.open("xb") as file:
        encrypt(io.BytesIO(made.data), file, secret)
    return Copied(made.kind, made.pages, made.reason)
