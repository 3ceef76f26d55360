"""The portfolio of a person: pieces of no candidacy, to be submitted to one or several (portfolio)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self, assert_never

from domain.evidence.evidence import (
    AlreadyChecked,
    AlreadyScanned,
    Quarantined,
    ReceivedFile,
    RefusedAtCheck,
    UnderCheck,
    check_named,
)
from domain.evidence.facts import (
    PieceCleared,
    PieceDescribed,
    PieceDiscarded,
    PieceKept,
    PieceQuarantined,
    PieceRejected,
    PortfolioFact,
    Serves,
)
from domain.fact import Personal
from domain.ports import PersonId, PieceId
from domain.refusal import NotFound, Refused
from domain.rulebook.evidence_rules import EvidenceAllowance, EvidenceCheck, PieceForm, Stock

MOST_PIECES: Final = 500
MOST_BYTES: Final = 5 * 1024**3


class PieceAlreadyKept(Refused):
    """A piece is kept once: another file is another piece."""

    fr = "Une pièce ne se garde qu'une fois : un autre fichier est une autre pièce."


class PortfolioFull(Refused):
    """A portfolio holds 500 pieces at most, of 5 GiB together: take out what is no longer needed."""

    fr = "Un portfolio contient 500 pièces au plus, de 5 Gio en tout : supprimez ce qui ne sert plus."
    kind = "forbidden"


@dataclass(frozen=True, kw_only=True)
class Description:
    """A person's description of a piece: title and day, where it was made, their reflection, what it serves."""

    title: str
    dated: date | None = None
    employer: str | None = None
    mission: str | None = None
    reflection: str | None = None
    serves: tuple[Serves, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PortfolioPiece:
    """One piece of a person's portfolio; `media_type` is the type found by its content.

    `sent_as` is the type given by its first bytes.
    """

    id: PieceId
    version: int = 0
    person: PersonId | None = None
    form: PieceForm = PieceForm.FILE
    sent_as: str | None = None
    media_type: str | None = None
    scanned: bool = False
    reason: str | None = None
    quarantined: bool = False
    discarded: bool = False

    @property
    def check(self) -> EvidenceCheck:
        """The state of its check."""
        if self.quarantined:
            return EvidenceCheck.QUARANTINED
        if self.reason is not None:
            return EvidenceCheck.REFUSED
        return (
            EvidenceCheck.CLEARED
            if self.media_type is not None or self.form is not PieceForm.FILE
            else EvidenceCheck.PENDING
        )

    @property
    def out(self) -> bool:
        """True if it was refused, is in quarantine, or was discarded, and so cannot be submitted."""
        return self.discarded or self.check in {EvidenceCheck.REFUSED, EvidenceCheck.QUARANTINED}

    def keep(self, file: ReceivedFile, said: Description, *, by: PersonId) -> PieceKept:
        """Keep a file, a link or a text in the portfolio of this person."""
        if self.version:
            raise PieceAlreadyKept(self.id)
        return PieceKept(
            person=by,
            media_type=file.media_type,
            size=file.size,
            name=Personal(file.name, by),
            digest=Personal(file.digest, by),
            title=Personal(said.title, by),
            form=file.form,
            dated=said.dated,
            employer=_of(said.employer, by),
            mission=_of(said.mission, by),
            reflection=_of(said.reflection, by),
            serves=_in_order(said.serves),
        )

    def describe(self, said: Description, *, by: PersonId) -> PieceDescribed:
        """Change the description of the piece, as its owner."""
        self.check_theirs(by)
        return PieceDescribed(
            title=Personal(said.title, by),
            dated=said.dated,
            employer=_of(said.employer, by),
            mission=_of(said.mission, by),
            reflection=_of(said.reflection, by),
            serves=_in_order(said.serves),
        )

    def discard(self, *, by: PersonId) -> PieceDiscarded:
        """Discard the piece, as its owner; submissions made from it stay."""
        self.check_theirs(by)
        return PieceDiscarded()

    def check_theirs(self, person: PersonId) -> None:
        """Raise NotFound unless the piece belongs to this person and was not discarded."""
        if self.person != person or self.discarded:
            raise NotFound(self.id)

    def check_usable(self, person: PersonId) -> None:
        """Refuse to submit to a candidacy of this person a piece that is not theirs, or was found unfit."""
        self.check_theirs(person)
        if self.quarantined:
            raise Quarantined(self.id)
        if self.reason is not None:
            raise RefusedAtCheck(self.id)

    def clear(self, scanner: str | None, media_type: str, pages: int | None) -> PieceCleared:
        """Record that the check found nothing against it, and its type: any type that evidence may have."""
        self._check_pending()
        EvidenceAllowance().check_type(self.form, media_type)
        return PieceCleared(scanner=scanner, media_type=media_type, pages=pages)

    def reject(self, reason: str) -> PieceRejected:
        """Record why the check refuses it."""
        self._check_pending()
        check_named(reason)
        return PieceRejected(reason=reason)

    def scan(self, scanner: str) -> PieceCleared:
        """Record that a scanner found nothing in a piece checked before, or in quarantine until then."""
        self._check_there()
        if self.reason is not None or (self.scanned and not self.quarantined):
            raise AlreadyScanned(self.id)
        if self.media_type is None and not self.quarantined:
            raise UnderCheck(self.id)
        return PieceCleared(scanner=scanner)

    def quarantine(self, finding: str, scanner: str) -> PieceQuarantined:
        """Record what a scanner found in it, or in a copy of it."""
        self._check_there()
        if self.quarantined:
            raise AlreadyScanned(self.id)
        check_named(finding)
        return PieceQuarantined(finding=finding, scanner=scanner)

    def _check_there(self) -> None:
        if self.person is None or self.discarded:
            raise NotFound(self.id)

    def _check_pending(self) -> None:
        self._check_there()
        if self.check is not EvidenceCheck.PENDING:
            raise AlreadyChecked(self.id)

    def evolve(self, fact: PortfolioFact) -> Self:
        match fact:
            case PieceKept(person=person, form=form, media_type=media_type):
                return replace(self, person=person, form=form, sent_as=media_type)
            case PieceDescribed():
                return self
            case PieceCleared(scanner=scanner, media_type=media_type):
                known = media_type or self.media_type
                return replace(self, media_type=known, scanned=scanner is not None, quarantined=False)
            case PieceRejected(reason=reason):
                return replace(self, reason=reason)
            case PieceQuarantined():
                return replace(self, quarantined=True, scanned=False)
            case PieceDiscarded():
                return replace(self, discarded=True)
            case _:
                assert_never(fact)


def check_room(there: Stock, size: int) -> None:
    """Refuse one more piece of this size, in bytes, if the portfolio has no room."""
    if there.pieces >= MOST_PIECES or there.size + size > MOST_BYTES:
        raise PortfolioFull


def _of(text: str | None, person: PersonId) -> Personal[str] | None:
    return Personal(text, person) if text else None


def _in_order(serves: tuple[Serves, ...]) -> tuple[Serves, ...]:
    """Return each certification once, with its competences sorted."""
    found: dict[str, set[int]] = {}
    for each in serves:
        found.setdefault(each.certification, set()).update(each.competences)
    return tuple(
        Serves(certification=code, competences=tuple(sorted(numbers))) for code, numbers in sorted(found.items())
    )
