"""What became of a piece of evidence after it was put in?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Self, assert_never

from domain.candidacy import Candidacy, DossierFrozen, EvidenceSubmitted, check_competences
from domain.evidence_rules import Form, Scan
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


class EvidenceAlreadyReplaced(Refused):
    """A piece of evidence has one newer version at most: the next one replaces that one."""

    fr = "Une preuve n'a qu'une version plus récente : la suivante remplace celle-ci."


class Quarantined(Refused):
    """A piece of evidence in which a virus scanner found something is neither opened, filed nor used."""

    fr = "Une preuve dans laquelle un antivirus a trouvé quelque chose ne s'ouvre, ne se dépose ni ne sert."


class AlreadyScanned(Refused):
    """What a virus scanner found in a piece of evidence is noted once, until it finds otherwise."""

    fr = "Ce qu'un antivirus a trouvé dans une preuve se note une fois, tant qu'il ne trouve pas autre chose."


class FindingUnnamed(Refused):
    """A piece of evidence goes into quarantine under the name of what was found in it."""

    fr = "Une preuve est mise en quarantaine sous le nom de ce qui y a été trouvé."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Received:
    """A file as the store received it: detected type, size in bytes, SHA-256 in hexadecimal, name as given.

    And what it is, what a virus scanner said of it, and how many pages it has, where that was counted.
    """

    media_type: str
    size: int
    digest: str
    name: str
    form: Form = Form.FILE
    scan: Scan | None = None
    pages: int | None = None


@dataclass(frozen=True, kw_only=True)
class EvidenceRedirected(Fact):
    """The piece now serves other competences."""

    candidacy: CandidacyId
    competences: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class EvidenceWithdrawn(Fact):
    """The piece was taken back before it was filed; or a newer version of it, `replaced_by`, was put in."""

    candidacy: CandidacyId
    reason: Annotated[Personal[str], Retention.PAPERS] | None = None
    replaced_by: EvidenceId | None = None


@dataclass(frozen=True, kw_only=True)
class EvidenceCleared(Fact):
    """A virus scanner looked at the piece after it was put in, and found nothing.

    `scanner` is its version with that of its signatures.
    """

    candidacy: CandidacyId
    scanner: str


@dataclass(frozen=True, kw_only=True)
class EvidenceQuarantined(Fact):
    """A virus scanner found something in a file of `size` bytes: its `finding`, as the scanner names it.

    What was just being sent is no piece, and its content is gone; a piece that was put in before is in quarantine.
    """

    candidacy: CandidacyId
    sent_by: PersonId
    size: int
    finding: str
    scanner: str


EvidenceFact = EvidenceRedirected | EvidenceWithdrawn | EvidenceCleared | EvidenceQuarantined


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One piece of evidence (preuve); that it was put in stands on its candidacy, so that the set has an anchor."""

    id: EvidenceId
    version: int = 0
    withdrawn: bool = False
    serves: tuple[int, ...] | None = None
    replaced_by: EvidenceId | None = None
    cleared: bool = False
    quarantined: bool = False

    @property
    def out(self) -> bool:
        """Whether it is withdrawn or in quarantine: unless it was filed before, it counts for nothing."""
        return self.withdrawn or self.quarantined

    def submit(
        self,
        candidacy: Candidacy,
        competences: tuple[int, ...],
        file: Received,
        *,
        by: PersonId,
        of: Definition,
        replaces: EvidenceId | None = None,
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
            form=file.form,
            scan=file.scan,
            pages=file.pages,
            replaces=replaces,
        )

    def give_way(
        self, candidacy: Candidacy, proofs: frozenset[EvidenceId], newer: EvidenceId
    ) -> EvidenceWithdrawn | None:
        """Take the piece back for its newer version; one that is filed, or proves a block, stays as it was."""
        if self.id not in candidacy.evidence:
            raise NotFound(self.id)
        if candidacy.evidence[self.id].replaced_by:
            raise EvidenceAlreadyReplaced(self.id)
        if self.withdrawn:
            raise EvidenceAlreadyWithdrawn(self.id)
        if self.id in candidacy.frozen | proofs:
            return None
        return EvidenceWithdrawn(candidacy=candidacy.id, replaced_by=newer)

    def redirect(self, candidacy: Candidacy, competences: tuple[int, ...], of: Definition) -> EvidenceRedirected:
        """Let the piece serve other competences, while it is neither filed, withdrawn nor in quarantine."""
        self._changeable(candidacy)
        if self.quarantined:
            raise Quarantined(self.id)
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

    def clear(self, candidacy: Candidacy, scanner: str) -> EvidenceCleared:
        """Note that a scanner found nothing in the piece, which none had seen or which was in quarantine."""
        if self.id not in candidacy.evidence:
            raise NotFound(self.id)
        clean = self.cleared or candidacy.evidence[self.id].scan is Scan.CLEAN
        if clean and not self.quarantined:
            raise AlreadyScanned(self.id)
        return EvidenceCleared(candidacy=candidacy.id, scanner=scanner)

    def quarantine(
        self, candidacy: Candidacy, finding: str, scanner: str, *, sent_by: PersonId, size: int
    ) -> EvidenceQuarantined:
        """Note what a scanner found, in a piece that is there or in a file that is being sent (`sent_by`, `size`)."""
        if self.quarantined:
            raise AlreadyScanned(self.id)
        if not finding.strip():
            raise FindingUnnamed(self.id)
        piece = candidacy.evidence.get(self.id)
        return EvidenceQuarantined(
            candidacy=candidacy.id,
            sent_by=piece.submitted_by if piece else sent_by,
            size=piece.size if piece else size,
            finding=finding,
            scanner=scanner,
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
            case EvidenceWithdrawn(replaced_by=newer):
                return replace(self, withdrawn=True, replaced_by=newer)
            case EvidenceCleared():
                return replace(self, cleared=True, quarantined=False)
            case EvidenceQuarantined():
                return replace(self, quarantined=True)
            case _:
                assert_never(fact)


def withdrawn_of(pieces: Iterable[Evidence]) -> frozenset[EvidenceId]:
    """Which of these pieces were withdrawn, so that none of them is filed; refuses one that is in quarantine."""
    listed = tuple(pieces)
    for piece in listed:
        if piece.quarantined and not piece.withdrawn:
            raise Quarantined(piece.id)
    return frozenset(piece.id for piece in listed if piece.withdrawn)
