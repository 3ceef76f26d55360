"""Which pieces of evidence does a dossier hold, for which competences, and what became of each?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from domain.candidacy import CandidacyOpened, EvidenceSubmitted, ValidationFileSubmitted
from domain.evidence import (
    EvidenceCleared,
    EvidenceQuarantined,
    EvidenceRedirected,
    EvidenceWithdrawn,
    Quarantined,
)
from domain.evidence_rules import Form, Scan
from domain.ports import Role
from domain.refusal import NotFound, Refused
from domain.rulebook import Rulebook
from projections.reading import DossierFact
from webapi.auth import actor, house
from webapi.endings import ended
from webapi.reading import dossier, personal

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
    """One piece of evidence; `name` and `digest` are None once erased.

    `version` is that of its own stream, on which it is redirected, withdrawn or scanned: 0 until then.
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
    scanned: bool = False
    pages: int | None = None
    replaces: UUID | None = None
    replaced_by: UUID | None = None
    quarantined: bool = False
    withdrawn: bool = False
    filed: bool = False
    version: int = 0

    @property
    def free(self) -> bool:
        """Whether it can still be withdrawn or filed."""
        return not (self.withdrawn or self.filed or self.quarantined)

    @property
    def scan(self) -> str:
        """What a virus scanner said of it: clean, quarantined, or unscanned where none saw it (non analysé)."""
        return "quarantined" if self.quarantined else "clean" if self.scanned else "unscanned"

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
                    found[older] = replace(found[older], replaced_by=evidence)
            case EvidenceRedirected(competences=competences):
                found[of] = replace(found[of], competences=competences, version=version)
            case EvidenceWithdrawn(replaced_by=newer):
                found[of] = replace(found[of], withdrawn=True, replaced_by=newer, version=version)
            case EvidenceCleared():
                found[of] = replace(found[of], scanned=True, quarantined=False, version=version)
            case EvidenceQuarantined() if of in found:  # else it never became a piece
                found[of] = replace(found[of], quarantined=True, version=version)
            case ValidationFileSubmitted(evidence=listed):
                found |= {piece: replace(found[piece], filed=True) for piece in listed}
            case _:
                pass
    return tuple(found.values())


def _put_in(told: DossierFact, fact: EvidenceSubmitted, number: int) -> Piece:
    opened = personal(told)
    return Piece(
        id=fact.evidence,
        person=fact.digest.person,
        number=number,
        name=opened["name"],
        digest=opened["digest"],
        media_type=fact.media_type,
        size=fact.size,
        competences=fact.competences,
        submitted_by=fact.submitted_by,
        submitted_on=told.stamp.on,
        position=told.stamp.position,
        recorded=told.stamp.at,
        form=fact.form,
        scanned=fact.scan is Scan.CLEAN or fact.form is not Form.FILE,  # what the server made itself needs none
        pages=fact.pages,
        replaces=fact.replaces,
    )


def piece_to_read(candidacy: UUID, evidence: UUID) -> Piece:
    """A piece whose content the reader may have; raises NotFound for another, or one kept from whoever judges.

    Raises Quarantined, and NotScanned where the rulebook keeps what no scanner saw from others than the candidate.
    """
    seen = dossier(candidacy)
    piece = next((piece for piece in pieces_of(seen) if piece.id == evidence), None)
    if piece is None or (piece.withdrawn and actor().role in {Role.ASSESSOR, Role.JUROR}):
        raise NotFound(evidence)
    if piece.quarantined:
        raise Quarantined(evidence)
    if not (piece.scanned or actor().role is Role.CANDIDATE or _unscanned_opens(seen)):
        raise NotScanned(evidence)
    return piece


def _unscanned_opens(seen: Sequence[DossierFact]) -> bool:
    """Whether the candidacy's rulebook lets others than the candidate open what no scanner saw."""
    opened = next(told.fact for told in seen if isinstance(told.fact, CandidacyOpened))
    with house().store.attempt(house().request_of(actor()), frozenset()) as attempt:
        return attempt.load(Rulebook, opened.rulebook).content.evidence.unscanned_opens
