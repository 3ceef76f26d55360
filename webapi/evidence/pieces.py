"""Which pieces of evidence does a dossier hold, for which competences, and what became of each?"""

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
"""What ends the name of a file that has only a title."""
OF_PIECES: Final = (EvidenceSubmitted, *get_args(EvidenceFact), ValidationFileSubmitted)
"""The facts that say what became of a piece."""


class NotScanned(Refused):
    """Under this rulebook a piece that no virus scanner saw is opened by its candidate only."""

    fr = "D'après ce règlement, une preuve qu'aucun antivirus n'a analysée n'est ouverte que par son candidat."
    kind = "forbidden"
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece of evidence, which is kept with its dossier: its words stay sealed, and are opened for one answer.

    `said` opens its `name` and its `digest`: None once erased, and the name where assessors are told none.
    `version` is that of its own stream, on which it is redirected, withdrawn or checked: 0 until then. `retention` is
    the class with which its file is erased: papers, but what its person keeps.
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
        """How its sender called it."""
        return self.said("name")

    @property
    def digest(self) -> str | None:
        """By which its file is known to be whole: opened when it is asked for, as a list of pieces does not."""
        return self.said("digest")

    @property
    def files(self) -> EvidenceStore:
        """Where its file is."""
        return acquis().portfolio if self.retention is Retention.PORTFOLIO else acquis().files

    @property
    def copies(self) -> ReadingCopies:
        """Where its reading copy is."""
        return acquis().portfolio_copies if self.retention is Retention.PORTFOLIO else acquis().copies

    @cached_property
    def free(self) -> bool:
        """Whether it can still be withdrawn or filed."""
        return not (self.withdrawn or self.filed or self.check in {EvidenceCheck.REFUSED, EvidenceCheck.QUARANTINED})

    @cached_property
    def check(self) -> EvidenceCheck:
        """Where its check stands: pending, cleared, refused for its `reason`, quarantined."""
        if self.quarantined:
            return EvidenceCheck.QUARANTINED
        if self.reason is not None:
            return EvidenceCheck.REFUSED
        return EvidenceCheck.CLEARED if self.inspected or self.form is not PieceForm.FILE else EvidenceCheck.PENDING

    @property
    def shows(self) -> bool:
        """Whether it shows its competences: it is free, or filed and no newer version took its place in the file."""
        return self.free or (self.filed and not self.given_way)

    @property
    def replaceable_until(self) -> date | None:
        """The last day on which it may be replaced in the file that was filed, where its check refused it since."""
        refused = self.check in {EvidenceCheck.REFUSED, EvidenceCheck.QUARANTINED}
        return self.replace_by if self.filed and refused and not self.given_way else None

    @property
    def replaceable(self) -> bool:
        """Whether a newer version may be put in: none was yet, or it may still be replaced in the file."""
        return not self.withdrawn and (self.replaced_by is None or self.replaceable_until is not None)

    @property
    def file_name(self) -> str:
        """The name under which its content is handed out: it ends as its type does, whatever its sender named it."""
        name = self.name or str(self.id)
        ending = ENDINGS.get(self.form)
        return name + ending if ending else ended(name, self.media_type)

    @property
    def state(self) -> str:
        """What became of it: free, filed or withdrawn."""
        return "withdrawn" if self.withdrawn else "filed" if self.filed else "free"


def pieces_of(seen: Sequence[DossierFact]) -> tuple[Piece, ...]:
    """The pieces of a dossier as the reader may see them, in the order in which they were put in."""
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
    """The pieces that the reader's list names: whoever judges is not told of what was refused and never filed."""
    judges = read.reader.role in JUDGES
    unfit = {EvidenceCheck.REFUSED, EvidenceCheck.QUARANTINED}
    return read.once(
        pieces_listed,
        lambda: tuple(
            piece for piece in pieces_of(read.seen) if piece.filed or not (judges and piece.check in unfit)
        ),
    )


def _changed(fact: Fact) -> dict[str, Any]:
    """What of a piece is otherwise since this fact of its own stream."""
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
    """What of a piece is otherwise since it passed its check."""
    after = {"scanned": fact.scanner is not None, "quarantined": False, "replace_by": None}
    if fact.media_type is None:  # a scanner alone looked
        return after
    return after | {"inspected": True, "media_type": fact.media_type, "pages": fact.pages}


def _put_in(told: DossierFact, fact: EvidenceSubmitted, number: int) -> dict[str, Any]:
    """What a `Piece` is as it was put in."""
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
        "scanned": fact.form is not PieceForm.FILE,  # what the server made itself needs none
        "replaces": fact.replaces,
        "filed": fact.filed,
    }


def piece_to_read(candidacy: UUID, evidence: UUID) -> Piece:
    """A piece whose file the reader may have; raises as `piece_to_show`, and Quarantined.

    Until it has passed its check it is its candidate's alone (UnderCheck, RefusedAtCheck).
    """
    piece = piece_to_show(candidacy, evidence)
    if piece.check is EvidenceCheck.QUARANTINED or actor().role is not Role.CANDIDATE:
        _refuse_unchecked(piece)
    return piece


def piece_to_show(candidacy: UUID, evidence: UUID) -> Piece:
    """A piece of which the reader may know what became of it; raises NotFound for another, or one kept from judges.

    To whoever judges it is shown once it has passed its check (UnderCheck, RefusedAtCheck, Quarantined); to others
    than the candidate, where the rulebook keeps what no scanner saw from them, once one did (NotScanned).
    """
    return shown_of(dossier(candidacy), evidence)


def shown_of(seen: Sequence[DossierFact], evidence: UUID) -> Piece:
    """The same, of a dossier that was read."""
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
    """Whether the candidacy's rulebook lets others than the candidate open what no scanner saw."""
    opened = next(told.fact for told in seen if isinstance(told.fact, CandidacyOpened))
    return reading().load(Rulebook, opened.rulebook).content.evidence.unscanned_opens
