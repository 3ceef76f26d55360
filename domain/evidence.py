"""What became of a piece of evidence after it was put in?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Self, assert_never

from domain.candidacy import Candidacy, DossierFrozen, EvidenceSubmitted, check_competences
from domain.fact import Fact, Personal, Retention
from domain.framework import Definition
from domain.ports import CandidacyId, EvidenceId, PersonId
from domain.refusal import NotFound, Refused


class EvidenceAlreadySubmitted(Refused):
    """A piece of evidence is put in once: another file, or other competences, are another piece."""

    fr = "Une preuve ne se dépose qu'une fois : un autre fichier ou d'autres compétences sont une autre preuve."


class EvidenceAlreadyWithdrawn(Refused):
    """A withdrawn piece of evidence no longer counts for anything."""

    fr = "Une preuve retirée ne compte plus."


@dataclass(frozen=True, kw_only=True)
class Received:
    """A file as the store received it: detected type, size in bytes, SHA-256 in hexadecimal, name as given."""

    media_type: str
    size: int
    digest: str
    name: str


@dataclass(frozen=True, kw_only=True)
class EvidenceRedirected(Fact):
    """The piece now serves other competences."""

    candidacy: CandidacyId
    competences: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class EvidenceWithdrawn(Fact):
    """The piece was taken back before it was filed."""

    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.PAPERS] | None = None


EvidenceFact = EvidenceRedirected | EvidenceWithdrawn


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One piece of evidence (preuve); that it was put in stands on its candidacy, so that the set has an anchor."""

    id: EvidenceId
    version: int = 0
    withdrawn: bool = False
    serves: tuple[int, ...] | None = None

    def submit(
        self, candidacy: Candidacy, competences: tuple[int, ...], file: Received, *, by: PersonId, of: Definition
    ) -> EvidenceSubmitted:
        """Put in this piece for competences of the candidacy's framework, once: else a frozen one could change."""
        if self.version or self.id in candidacy.evidence:
            raise EvidenceAlreadySubmitted(self.id)
        check_competences(competences, of)
        candidate = candidacy.terms.candidate
        return EvidenceSubmitted(
            evidence=self.id,
            submitted_by=by,
            competences=tuple(sorted(set(competences))),
            media_type=file.media_type,
            size=file.size,
            name=Personal(file.name, candidate),
            digest=Personal(file.digest, candidate),
        )

    def redirect(self, candidacy: Candidacy, competences: tuple[int, ...], of: Definition) -> EvidenceRedirected:
        """Let the piece serve other competences, while it is neither filed nor withdrawn."""
        self._changeable(candidacy)
        check_competences(competences, of)
        return EvidenceRedirected(candidacy=candidacy.id, competences=tuple(sorted(set(competences))))

    def withdraw(
        self, candidacy: Candidacy, reason: str | None, proofs: frozenset[EvidenceId] = frozenset()
    ) -> EvidenceWithdrawn:
        """Take the piece back, while it is not filed, nor among the `proofs` on which a block rests."""
        self._changeable(candidacy)
        if self.id in proofs:
            raise DossierFrozen(self.id)
        return EvidenceWithdrawn(
            candidacy=candidacy.id, reason=Personal(reason, candidacy.terms.candidate) if reason else None
        )

    def _changeable(self, candidacy: Candidacy) -> None:
        if self.id not in candidacy.evidence:
            raise NotFound(self.id)
        if self.id in candidacy.frozen:
            raise DossierFrozen(self.id)
        if self.withdrawn:
            raise EvidenceAlreadyWithdrawn(self.id)

    def evolve(self, fact: EvidenceFact) -> Self:
        match fact:
            case EvidenceRedirected(competences=competences):
                return replace(self, serves=competences)
            case EvidenceWithdrawn():
                return replace(self, withdrawn=True)
            case _:
                assert_never(fact)
