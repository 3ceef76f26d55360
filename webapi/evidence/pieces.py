"""The pieces of evidence of a dossier: the competences they serve, their check and their state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any, Final, get_args
from uuid import UUID

from adapters.files.copies import ReadingCopies
from adapters.files.store import EvidenceStore
from domain.candidacy.facts import CandidacyOpened, EvidenceSubmitted, ValidationFileSubmitted
from domain.evidence.evidence import Quarantined, RefusedAtCheck, UnderCheck
from domain.evidence.facts import (
    EvidenceCleared,
    EvidenceFact,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceRejected,
    EvidenceWithdrawn,
)
from domain.fact import Fact, Retention
from domain.ports import Role
from domain.refusal import NotFound, Refused
from domain.rulebook.evidence_rules import EvidenceCheck, PieceForm
from domain.rulebook.rulebook import Rulebook
from projections.reading import DossierFact
from webapi.accounts.authentication import actor, reading
from webapi.current import acquis
from webapi.evidence.file_extension import ended
from webapi.privacy.disclosure import DisclosedDossier, Written, dossier, word

JUDGES: Final = (Role.ASSESSOR, Role.JUROR)
ENDINGS: Final = {PieceForm.LINK: ".uri", PieceForm.STATEMENT: ".txt"}
"""The extensions of the forms whose name is only a title."""
OF_PIECES: Final = (EvidenceSubmitted, *get_args(EvidenceFact), ValidationFileSubmitted)
"""The facts that create or change a piece."""


class NotScanned(Refused):
    """Under this rulebook a piece that no virus scanner saw is opened by its candidate only."""

    fr = "D'après ce règlement, une preuve qu'aucun antivirus n'a analysée n'est ouverte que par son candidat."
    kind = "forbidden"
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece of evidence. It is cached with its dossier: its texts stay sealed and are opened for one response.

    `said` opens its `name` and its `digest`: None once erased; the name is also None when assessors may not see it.
    `version` is the version of its own stream, which records redirection, withdrawal and checks: 0 before those.
    `retention` is the class under which its file is erased: papers, or the portfolio.
    """

    id: UUID
    person: UUID
    number: int
    said: Callable[[str], str | None] = field(compare=False, repr=False)
    media_type: str
    size: int
    competences: tuple[int, ...]
    submitted_by: UUID
    submitted_on: date
    position: int
    recorded: datetime
    form: PieceForm = PieceForm.FILE
    inspected: bool = False
    scanned: bool = False
    pages: int | None = None
    replaces: UUID | None = None
    replaced_by: UUID | None = None
    quarantined: bool = False
    reason: str | None = None
    replace_by: date | None = None
    withdrawn: bool = False
    filed: bool = False
    given_way: bool = False
    version: int = 0
    retention: Retention = Retention.PAPERS
    written: Written = field(init=False, default_factory=dict, compare=False, repr=False)

    @property
    def name(self) -> str | None:
        """The name that its sender gave it."""
        return self.said("name")

    @property
    def digest(self) -> str | None:
        """The recorded digest of its file; a list of pieces never opens it."""
        return self.said("digest")

    @property
    def files(self) -> EvidenceStore:
        """The store of its file."""
        return acquis().portfolio if self.retention is Retention.PORTFOLIO else acquis().files

    @property
    def copies(self) -> ReadingCopies:
        """The store of its reading copy."""
        return acquis().portfolio_copies if self.retention is Retention.PORTFOLIO else acquis().copies

    @cached_property
    def free(self) -> bool:
        """Return whether it can still be withdrawn or filed."""
        return not (self.withdrawn or self.filed or self.check in {EvidenceCheck.REFUSED, EvidenceCheck.QUARANTINED})

    @cached_property
    def check(self) -> EvidenceCheck:
        """Return the state of its check: pending, cleared, refused (for its `reason`) or quarantined."""
        if self.quarantined:
            return EvidenceCheck.QUARANTINED
        if self.reason is not None:
            return EvidenceCheck.REFUSED
        return EvidenceCheck.CLEARED if self.inspected or self.form is not PieceForm.FILE else EvidenceCheck.PENDING

    @property
    def shows(self) -> bool:
        """Return whether it counts for its competences: free, or filed and not replaced in the file."""
        return self.free or (self.filed and not self.given_way)

    @property
    def replaceable_until(self) -> date | None:
        """The last day to replace it in the filed file, if the check refused it after filing; else None."""
        refused = self.check in {EvidenceCheck.REFUSED, EvidenceCheck.QUARANTINED}
        return self.replace_by if self.filed and refused and not self.given_way else None

    @property
    def replaceable(self) -> bool:
        """Return whether a newer version may be submitted: there was no newer one, or the filed file takes one."""
        return not self.withdrawn and (self.replaced_by is None or self.replaceable_until is not None)

    @property
    def file_name(self) -> str:
        """The name of its download, whose extension follows the type, whatever name the sender gave."""
        name = self.name or str(self.id)
        ending = ENDINGS.get(self.form)
        return name + ending if ending else ended(name, self.media_type)

    @property
    def state(self) -> str:
        """Return the state: free, filed or withdrawn."""
        return "withdrawn" if self.withdrawn else "filed" if self.filed else "free"


def pieces_of(seen: Sequence[DossierFact]) -> tuple[Piece, ...]:
    """Return the pieces of a dossier as the reader may see them, in the order of submission."""
    found: dict[UUID, dict[str, Any]] = {}
    for told in (each for each in seen if isinstance(each.fact, OF_PIECES)):
        match told.fact:
            case EvidenceSubmitted(evidence=evidence):
                found[evidence] = _put_in(told, told.fact, len(found) + 1)
                if (older := told.fact.replaces) in found:
                    found[older] |= {"replaced_by": evidence, "given_way": told.fact.filed}
            case ValidationFileSubmitted(evidence=listed):
                for piece in listed:
                    found[piece]["filed"] = True
            case fact:
                found[told.stamp.stream] |= _changed(fact) | {"version": told.stamp.version}
    return tuple(Piece(**each) for each in found.values())


def pieces_listed(read: DisclosedDossier) -> tuple[Piece, ...]:
    """Return the pieces in the reader's list; judges do not see a piece that was refused and never filed."""
    judges = read.reader.role in JUDGES
    unfit = {EvidenceCheck.REFUSED, EvidenceCheck.QUARANTINED}
    return read.once(
        pieces_listed,
        lambda: tuple(
            piece for piece in pieces_of(read.seen) if piece.filed or not (judges and piece.check in unfit)
        ),
    )


def _changed(fact: Fact) -> dict[str, Any]:
    """Return the fields of a piece that this fact of its stream changes."""
    match fact:
        case EvidenceRedirected(competences=competences):
            return {"competences": competences}
        case EvidenceWithdrawn(replaced_by=newer):
            return {"withdrawn": True, "replaced_by": newer}
        case EvidenceCleared():
            return _cleared(fact)
        case EvidenceRejected(reason=reason, replace_by=by):
            return {"reason": reason, "replace_by": by}
        case EvidenceQuarantined(replace_by=by):
            return {"quarantined": True, "replace_by": by}
        case _:
            return {}


def _cleared(fact: EvidenceCleared) -> dict[str, Any]:
    """Return the fields of a piece that a passed check changes."""
    after = {"scanned": fact.scanner is not None, "quarantined": False, "replace_by": None}
    if fact.media_type is None:  # only a scanner checked it
        return after
    return after | {"inspected": True, "media_type": fact.media_type, "pages": fact.pages}


def _put_in(told: DossierFact, fact: EvidenceSubmitted, number: int) -> dict[str, Any]:
    """Return the fields of a `Piece` at its submission."""
    return {
        "id": fact.evidence,
        "person": fact.digest.person,
        "number": number,
        "said": partial(word, told),
        "media_type": fact.media_type,
        "size": fact.size,
        "competences": fact.competences,
        "submitted_by": fact.submitted_by,
        "submitted_on": told.stamp.on,
        "position": told.stamp.position,
        "recorded": told.stamp.at,
        "form": fact.form,
        "scanned": fact.form is not PieceForm.FILE,  # a file that the server wrote needs no scan
        "replaces": fact.replaces,
        "filed": fact.filed,
    }


def piece_to_read(candidacy: UUID, evidence: UUID) -> Piece:
    """Return a piece whose file the reader may download; raises as `piece_to_show`, and Quarantined.

    Before a piece passes its check only its candidate may have it (UnderCheck, RefusedAtCheck).
    """
    piece = piece_to_show(candidacy, evidence)
    if piece.check is EvidenceCheck.QUARANTINED or actor().role is not Role.CANDIDATE:
        _refuse_unchecked(piece)
    return piece


def piece_to_show(candidacy: UUID, evidence: UUID) -> Piece:
    """Return a piece whose state the reader may see.

    Raises:
        NotFound: There is no such piece, or judges may not see it.
        UnderCheck, RefusedAtCheck, Quarantined: The reader is a judge, and the piece has not passed its check.
        NotScanned: The rulebook reserves unscanned pieces for the candidate, and the reader is someone else.
    """
    return shown_of(dossier(candidacy), evidence)


def shown_of(seen: Sequence[DossierFact], evidence: UUID) -> Piece:
    """Return the piece from the facts of a dossier; raises as `piece_to_show`."""
    judges = actor().role in JUDGES
    piece = next((piece for piece in pieces_of(seen) if piece.id == evidence), None)
    if piece is None or (piece.withdrawn and judges):
        raise NotFound(evidence)
    if judges:
        _refuse_unchecked(piece)
    own = piece.scanned or actor().role is Role.CANDIDATE
    if piece.check is EvidenceCheck.CLEARED and not (own or _unscanned_opens(seen)):
        raise NotScanned(evidence)
    return piece


def _refuse_unchecked(piece: Piece) -> None:
    match piece.check:
        case EvidenceCheck.PENDING:
            raise UnderCheck(piece.id)
        case EvidenceCheck.REFUSED:
            raise RefusedAtCheck(piece.id)
        case EvidenceCheck.QUARANTINED:
            raise Quarantined(piece.id)
        case EvidenceCheck.CLEARED:
            pass


def _unscanned_opens(seen: Sequence[DossierFact]) -> bool:
    """Return whether the rulebook allows readers other than the candidate to open an unscanned piece."""
    opened = next(told.fact for told in seen if isinstance(told.fact, CandidacyOpened))
    return reading().load(Rulebook, opened.rulebook).content.evidence.unscanned_opens
