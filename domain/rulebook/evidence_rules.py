"""Rules on evidence: accepted types, limits, and access to pieces that no scanner saw (règlement : preuves)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from domain.fact import Term
from domain.refusal import Refused, Violation

MEDIA_TYPES: Final = (
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/heic",
    "image/gif",
    "image/tiff",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/rtf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "audio/mpeg",
    "audio/mp4",
    "audio/aac",
    "audio/wav",
    "audio/ogg",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "text/plain",
    "text/csv",
    "text/uri-list",
    "application/zip",
)
"""The media types possible for a piece, detected from its content; a link is a `text/uri-list`, a statement
`text/plain`.
"""
NO_WORD: Final = (
    "the forms of evidence; the rulebook says nothing of types",
    "les formes de preuve ; le règlement ne dit rien des types",
)
LINKED: Final = "text/uri-list"
WRITTEN: Final = "text/plain"
REPLACEMENT_DAYS: Final = 15
"""Default number of days within which a filed piece that the check refused may be replaced."""


class PieceForm(Term):
    """The form of a piece: a file, a web address, or a text that the candidate writes."""

    FILE = "file", "Une preuve a été déposée", "A piece of evidence was put in"
    LINK = "link", "Un lien a été déposé comme preuve", "A link was put in as evidence"
    STATEMENT = "statement", "Un texte a été déposé comme preuve", "A written statement was put in as evidence"

    def is_of(self, media_type: str) -> bool:
        """Return whether a piece of this form may have that media type; no file is detected as a web address."""
        match self:
            case PieceForm.LINK:
                return media_type == LINKED
            case PieceForm.STATEMENT:
                return media_type == WRITTEN
            case PieceForm.FILE:
                return media_type in MEDIA_TYPES and media_type != LINKED


class EvidenceCheck(StrEnum):
    """The state of a piece's check: pending, cleared, refused because of the kind of file, or quarantined.

    A link or a statement, which the server creates itself, needs no check.
    """

    PENDING = "pending"
    CLEARED = "cleared"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


class TooLarge(Refused):
    """What was sent is larger than what is accepted."""

    fr = "L'envoi dépasse la taille acceptée."
    kind = "too_large"


class QuotaExceeded(Refused):
    """A candidacy holds no more pieces of evidence, and no more bytes of them, than the rulebook says."""

    fr = "Une candidature ne contient pas plus de preuves, ni de plus volumineuses, que le règlement ne le dit."
    kind = "forbidden"
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


class TypeNotAccepted(Refused):
    """A piece of evidence is of a type that the rulebook accepts."""

    fr = "Une preuve est d'un type que le règlement accepte."
    kind = "type_mismatch"
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


@dataclass(frozen=True, kw_only=True)
class Stock:
    """A number of pieces and their total size in bytes."""

    pieces: int
    size: int


@dataclass(frozen=True, kw_only=True)
class EvidenceAllowance:
    """What may still be submitted: bytes of one piece, pieces, total bytes (None: no limit), and types.

    Without `types`, all of MEDIA_TYPES are accepted. `source` is the text that says so.
    """

    largest: int | None = None
    pieces: int | None = None
    size: int | None = None
    types: tuple[str, ...] = ()
    source: str = ""

    def holds(self, size: int) -> bool:
        """Return whether one more piece of this size, in bytes, fits."""
        return (self.pieces is None or self.pieces > 0) and (self.size is None or self.size >= size)

    def check_size(self, size: int) -> None:
        """Refuse a piece of this size in bytes: TooLarge by itself, or QuotaExceeded with what is there."""
        if self.largest is not None and size > self.largest:
            raise TooLarge(self.largest, violations=(self._largest(self.largest),))
        if not self.holds(size):
            raise QuotaExceeded(size, violations=tuple(self._left()))

    def check_type(self, form: PieceForm, media_type: str) -> None:
        """Refuse a piece whose type is not accepted for its form; the refusal lists the accepted types."""
        accepted = tuple(each for each in self.types or MEDIA_TYPES if form.is_of(each))
        if media_type not in accepted:
            named = ", ".join(accepted or self.types)
            source, source_fr = (self.source, "") if self.types else NO_WORD
            said = Violation("accepted-types", f"Accepted: {named}.", f"Acceptés : {named}.", source, source_fr)
            raise TypeNotAccepted(media_type, violations=(said,))

    def _largest(self, most: int) -> Violation:
        return Violation("largest-piece", f"{most} bytes at most.", f"{most} octets au plus.", self.source)

    def _left(self) -> list[Violation]:
        """Return violations that state how much more may be submitted, for each limit."""
        said = []
        if self.pieces is not None:
            en, fr = f"Pieces that may still be put in: {self.pieces}.", f"Preuves encore possibles : {self.pieces}."
            said.append(Violation("pieces-left", en, fr, self.source))
        if self.size is not None:
            en, fr = f"Bytes that may still be put in: {self.size}.", f"Octets encore possibles : {self.size}."
            said.append(Violation("bytes-left", en, fr, self.source))
        return said


@dataclass(frozen=True, kw_only=True)
class EvidenceRules:
    """Limits of the evidence in one candidacy: bytes of one piece, pieces, total bytes, accepted media types.

    `unscanned_opens` says whether others than the candidate may open a piece that no virus scanner saw.
    `replacement_days` is the number of days within which a filed piece that the check refused may be replaced. The
    defaults are the rules of a silent rulebook: only the store's own limits, unscanned pieces open, and fifteen days.
    """

    largest: int | None = None
    pieces: int | None = None
    size: int | None = None
    types: tuple[str, ...] = ()
    unscanned_opens: bool = True
    replacement_days: int = REPLACEMENT_DAYS
    source: str = ""

    def replace_by(self, found_on: date) -> date:
        """Return the last day on which a filed piece, found unfit on a day, may be replaced."""
        return found_on + timedelta(days=self.replacement_days)

    @property
    def counts(self) -> bool:
        """True if a candidacy's pieces are counted at all."""
        return self.pieces is not None or self.size is not None

    def left(self, there: Stock) -> EvidenceAllowance:
        """Return the allowance that remains in addition to the existing stock."""
        return EvidenceAllowance(
            largest=self.largest,
            pieces=None if self.pieces is None else max(0, self.pieces - there.pieces),
            size=None if self.size is None else max(0, self.size - there.size),
            types=self.types,
            source=self.source,
        )


NO_WORD_OF_EVIDENCE: Final = EvidenceRules()
"""The rules of a rulebook that is silent on this."""
