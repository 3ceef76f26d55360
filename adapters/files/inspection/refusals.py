"""Why is a file not taken in? Each rule once, in both languages, without a word of the file's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.files.age import AnotherKey, Damaged
from domain.refusal import Refused


class TypeMismatch(Refused):
    """Evidence is a PDF, an image (PNG, JPEG, WebP), a sound or a film (MP3, MP4), an office or ZIP file, or text."""

    fr = (
        "Une preuve est un PDF, une image (PNG, JPEG, WebP), un son ou un film (MP3, MP4), un fichier bureautique ou "
        "ZIP, ou du texte."
    )
    kind = "type_mismatch"


class ArchiveLimits(Refused):
    """An archive holds a reasonable number of files of a reasonable size, once unpacked, and no other archive."""

    fr = (
        "Une archive contient, une fois ouverte, un nombre et une taille raisonnables de fichiers, et aucune archive."
    )
    kind = "invalid"


class UnsafeNames(Refused):
    """The files of an archive have plain names below its folder, each its own: no links, programs or pages."""

    fr = "Une archive a des fichiers aux noms simples, distincts, sous son dossier : ni lien, ni programme, ni page."
    kind = "invalid"


class ImageTooLarge(Refused):
    """An image has at most 100 million points, and at most 30,000 on one side."""

    fr = "Une image a au plus 100 millions de points, et au plus 30 000 de côté."
    kind = "invalid"


class ActiveContent(Refused):
    """Evidence is read and does nothing: no macro, script, attached file, linked template or started program."""

    fr = "Une preuve se lit et n'agit pas : ni macro, script, fichier joint, modèle lié ou programme lancé."
    kind = "invalid"


class Unscannable(Refused):
    """Evidence is neither encrypted nor protected by a password: what cannot be examined is not kept."""

    fr = "Une preuve n'est ni chiffrée ni protégée par mot de passe : ce qui ne s'examine pas n'est pas conservé."
    kind = "invalid"


class InvalidFile(Refused):
    """A file is whole, and made as its kind prescribes: this one is damaged, or holds what does not belong there."""

    fr = "Un fichier est entier et fait comme son type le prescrit : celui-ci est abîmé ou contient autre chose."
    kind = "invalid"


class InspectionLimits(Refused):
    """A file can be examined within a reasonable time and memory: simplify this one, or save it in another form."""

    fr = "Un fichier s'examine en un temps et une mémoire raisonnables : simplifiez-le ou enregistrez-le autrement."
    kind = "invalid"


class InspectionUnavailable(Refused):
    """Files cannot be examined at this moment: nothing was recorded, send it again in a few seconds."""

    fr = "Les fichiers ne peuvent être examinés en ce moment : rien n'est enregistré, renvoyez-le dans un instant."
    kind = "busy"


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
"""What an inspection may say of a file."""


@contextmanager
def reading(*limits: type[Exception]) -> Iterator[None]:
    """Whatever a library says of a file that it cannot read is a refusal; `limits` are those that say: too much."""
    try:
        yield
    except (Refused, Damaged, AnotherKey):
        raise
    except Exception as error:  # libraries raise what they like on what was made to break them
        raise (InspectionLimits if isinstance(error, (MemoryError, *limits)) else InvalidFile) from error
