"""Refusals of files: each in both languages, with the remedy, and without any text from the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.files.age import AnotherKey, Damaged
from domain.refusal import Refused


class TypeMismatch(Refused):
    """Evidence is a PDF, image, sound, film, office file, ZIP or text, named as what it is: save it as PDF."""

    fr = (
        "Une preuve est un PDF, une image, un son, un film, un fichier bureautique, un ZIP ou du texte, sous "
        "l'extension de ce qu'elle est : enregistrez celle-ci en PDF."
    )
    kind = "type_mismatch"


class ArchiveLimits(Refused):
    """An archive holds a reasonable number and size of files, and no archive: send its files one by one."""

    fr = (
        "Une archive contient un nombre et une taille raisonnables de fichiers, et aucune archive : envoyez ses "
        "fichiers un par un."
    )
    kind = "invalid"


class UnsafeNames(Refused):
    """The files of an archive have plain, distinct names in its folder: take out links, programs and pages."""

    fr = (
        "Les fichiers d'une archive ont des noms simples et distincts sous son dossier : ôtez-en les liens, les "
        "programmes et les pages."
    )
    kind = "invalid"


class ImageTooLarge(Refused):
    """An image has at most 100 million points, and at most 30,000 on one side: save it smaller."""

    fr = "Une image a au plus 100 millions de points, et au plus 30 000 de côté : enregistrez-la en plus petit."
    kind = "invalid"


class ActiveContent(Refused):
    """Evidence is read and does nothing: this holds a macro, a script or a program; save it, or print it, as PDF."""

    fr = (
        "Une preuve se lit et n'agit pas : ce fichier contient une macro, un script ou un programme ; enregistrez-le "
        "en PDF, ou imprimez-le vers un PDF."
    )
    kind = "invalid"


class Unscannable(Refused):
    """Evidence is neither encrypted nor protected by a password: remove the password and send it again."""

    fr = "Une preuve n'est ni chiffrée ni protégée par un mot de passe : ôtez le mot de passe et renvoyez-la."
    kind = "invalid"


class InvalidFile(Refused):
    """A file is whole and opens: this one is damaged; open it where it was made, save it anew and send that."""

    fr = (
        "Un fichier est entier et s'ouvre : celui-ci est abîmé ; enregistrez-le à nouveau là où il a été fait, et "
        "renvoyez-le."
    )
    kind = "invalid"


class InspectionLimits(Refused):
    """A file is examined within a reasonable time and memory: simplify this one, or save it as PDF."""

    fr = "Un fichier s'examine en un temps et une mémoire raisonnables : simplifiez-le ou enregistrez-le en PDF."
    kind = "invalid"


ALL = (
    TypeMismatch,
    ArchiveLimits,
    UnsafeNames,
    ImageTooLarge,
    ActiveContent,
    Unscannable,
    InvalidFile,
    InspectionLimits,
)
"""The refusals that an inspection may give."""


@contextmanager
def reading(*limits: type[Exception]) -> Iterator[None]:
    """Turn any exception of a library in the block into a refusal; `limits` are exceptions about exceeded limits."""
    try:
        yield
    except (Refused, Damaged, AnotherKey):
        raise
    except Exception as error:  # libraries raise any exception on malicious files
        raise (InspectionLimits if isinstance(error, (MemoryError, *limits)) else InvalidFile) from error
