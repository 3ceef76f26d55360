"""Which pieces of evidence does a dossier hold, for which competences, and what became of each?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from adapters.files.copies import ReadingCopies
from adapters.files.store import EvidenceStore
from domain.candidacy.facts import CandidacyOpened, EvidenceSubmitted, ValidationFileSubmitted
from domain.evidence.evidence import Quarantined, RefusedAtCheck, UnderCheck
from domain.evidence.facts import (
    EvidenceCleared,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceRejected,
    EvidenceWithdrawn,
)
from domain.fact import Retention
from domain.ports import Role
from domain.refusal import NotFound, Refused
from domain.rulebook.evidence_rules import Check, Form
from domain.rulebook.rulebook import Rulebook
from projections.reading import DossierFact
from webapi.accounts.authentication import acquis, actor, reading
from webapi.evidence.file_extension import ended
from webapi.privacy.disclosure import dossier, personal

JUDGES: Final = (Role.ASSESSOR, Role.JUROR)
ENDINGS: Final = {Form.LINK: ".uri", Form.STATEMENT: ".txt"}
"""What ends the name of a file that has only a title."""


class NotScanned(Refused):
    """Under this rulebook a piece that no virus scanner saw is opened by its candidate only."""

    fr = "D'après ce règlement, une preuve qu'aucun antivirus n'a analysée n'est ouverte que par son candidat."
    kind = "forbidden"
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece of evidence; `name` and `digest` are None once erased, and the name where assessors are told none.

    `version` is that of its own stream, on which it is redirected, withdrawn or checked: 0 until then. `retention` is
    the class with which its file is erased: papers, but what its person keeps.
    """

    id: UUID
    person: UUID
    number: int
    name: str | None
    digest: str | None
    media_type: str
    size: int
    competences: tuple[int, ...]
    submitted_by: UUID
    submitted_on: date
    position: int
    recorded: datetime
    form: Form = Form.FILE
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

    @property
    def files(self) -> EvidenceStore:
        """Where its file is."""
        return acquis().portfolio if self.retention is Retention.PORTFOLIO else acquis().files

    @property
    def copies(self) -> ReadingCopies:
        """Where its reading copy is."""
        return acquis().portfolio_copies if self.retention is Retention.PORTFOLIO else acquis().copies

    @property
    def free(self) -> bool:
        """Whether it can still be withdrawn or filed."""
        return not (self.withdrawn or self.filed or self.check in {Check.REFUSED, Check.QUARANTINED})

    @property
    def check(self) -> Check:
        """Where its check stands: pending, cleared, refused for its `reason`, quarantined."""
        if self.quarantined:
            return Check.QUARANTINED
        if self.reason is not None:
            return Check.REFUSED
        return Check.CLEARED if self.inspected or self.form is not Form.FILE else Check.PENDING

    @property
    def shows(self) -> bool:
        """Whether it shows its competences: it is free, or filed and no newer version took its place in the file."""
        return self.free or (self.filed and not self.given_way)

    @property
    def replaceable_until(self) -> date | None:
        """The last day on which it may be replaced in the file that was filed, where its check refused it since."""
        refused = self.check in {Check.REFUSED, Check.QUARANTINED}
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
    found: dict[UUID, Piece] = {}
    for told in seen:
        of, version = told.stamp.stream, told.stamp.version
        match told.fact:
            case EvidenceSubmitted(evidence=evidence):
                found[evidence] = _put_in(told, told.fact, len(found) + 1)
                if (older := told.fact.replaces) in found:
                    gone = told.fact.filed
                    found[older] = replace(found[older], replaced_by=evidence, given_way=gone)
            case EvidenceRedirected(competences=competences):
                found[of] = replace(found[of], competences=competences, version=version)
            case EvidenceWithdrawn(replaced_by=newer):
                found[of] = replace(found[of], withdrawn=True, replaced_by=newer, version=version)
            case EvidenceCleared():
                found[of] = _cleared(found[of], told.fact, version)
            case EvidenceRejected(reason=reason, replace_by=by):
                found[of] = replace(found[of], reason=reason, replace_by=by, version=version)
            case EvidenceQuarantined(replace_by=by):
                found[of] = replace(found[of], quarantined=True, replace_by=by, version=version)
            case ValidationFileSubmitted(evidence=listed):
                found |= {piece: replace(found[piece], filed=True) for piece in listed}
            case _:
                pass
    return tuple(found.values())


def pieces_listed(seen: Sequence[DossierFact]) -> tuple[Piece, ...]:
    """The pieces that the reader's list names: whoever judges is not told of what was refused and never filed."""
    judges = actor().role in JUDGES
    unfit = {Check.REFUSED, Check.QUARANTINED}
    return tuple(piece for piece in pieces_of(seen) if piece.filed or not (judges and piece.check in unfit))


def _cleared(piece: Piece, fact: EvidenceCleared, version: int) -> Piece:
    scanned = fact.scanner is not None
    after = replace(piece, scanned=scanned, quarantined=False, replace_by=None, version=version)
    if fact.media_type is None:  # a scanner alone looked
        return after
    return replace(after, inspected=True, media_type=fact.media_type, pages=fact.pages)


def _put_in(told: DossierFact, fact: EvidenceSubmitted, number: int) -> Piece:
    opened = personal(told)
    return Piece(
        id=fact.evidence,
        person=fact.digest.person,
        number=number,
        name=opened.get("name"),
        digest=opened["digest"],
        media_type=fact.media_type,
        size=fact.size,
        competences=fact.competences,
        submitted_by=fact.submitted_by,
        submitted_on=told.stamp.on,
        position=told.stamp.position,
        recorded=told.stamp.at,
        form=fact.form,
        scanned=fact.form is not Form.FILE,  # what the server made itself needs none
        replaces=fact.replaces,
        filed=fact.filed,
    )


def piece_to_read(candidacy: UUID, evidence: UUID) -> Piece:
    """A piece whose file the reader may have; raises as `piece_to_show`, and Quarantined.

    Until it has passed its check it is its candidate's alone (UnderCheck, RefusedAtCheck).
    """
    piece = piece_to_show(candidacy, evidence)
    if piece.check is Check.QUARANTINED or actor().role is not Role.CANDIDATE:
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
    if piece.check is Check.CLEARED and not (own or _unscanned_opens(seen)):
        raise NotScanned(evidence)
    return piece


def _refuse_unchecked(piece: Piece) -> None:
    match piece.check:
        case Check.PENDING:
            raise UnderCheck(piece.id)
        case Check.REFUSED:
            raise RefusedAtCheck(piece.id)
        case Check.QUARANTINED:
            raise Quarantined(piece.id)
        case Check.CLEARED:
            pass


def _unscanned_opens(seen: Sequence[DossierFact]) -> bool:
    """Whether the candidacy's rulebook lets others than the candidate open what no scanner saw."""
    opened = next(told.fact for told in seen if isinstance(told.fact, CandidacyOpened))
    return reading().load(Rulebook, opened.rulebook).content.evidence.unscanned_opens
