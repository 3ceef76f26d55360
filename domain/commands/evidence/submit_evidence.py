from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.candidacy.facts import EvidenceSubmitted
from domain.deadlines.last_step import course
from domain.evidence.allowance import check_room
from domain.evidence.evidence import Evidence, ReceivedFile
from domain.evidence.facts import EvidenceWithdrawn
from domain.evidence.portfolio import PortfolioPiece
from domain.framework.framework import Framework
from domain.jury.access import reach
from domain.ports import CandidacyId, EvidenceId, Log, PieceId, Role
from domain.refusal import NotFound
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class SubmitEvidence:
    """Submit a piece of evidence, whose file is already stored, for some competences (déposer une preuve).

    Loads the candidacy, its framework and rulebook, and the new piece. Loads the other pieces if the rulebook's
    limits are near. For a newer version, loads the piece that it replaces, its credits as a proof, and the juries if
    it replaces a filed piece. For a copy, loads the piece of the candidate's portfolio from which it was made, which
    only the candidate submits.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (EvidenceSubmitted, EvidenceWithdrawn)
    candidacy: CandidacyId
    evidence: EvidenceId
    competences: tuple[int, ...]
    file: ReceivedFile
    replaces: EvidenceId | None = None
    from_piece: PieceId | None = None

    def execute(self, log: Log) -> None:
        """Record EvidenceSubmitted on the candidacy, after EvidenceWithdrawn on the piece that is replaced."""
        candidacy = reach(log, self.candidacy)
        framework = log.load(Framework, candidacy.terms.framework)
        piece = log.find(Evidence, self.evidence)
        if self.from_piece is not None:
            self._check_theirs(log, candidacy, self.from_piece)
        older, withdrawn, filed = self._replaced(log, candidacy)
        submitted = piece.submit(
            candidacy,
            self.competences,
            self.file,
            by=log.actor.who,
            of=framework.content,
            replaces=self.replaces,
            filed=filed,
            from_piece=self.from_piece,
        )
        rules = log.find(Rulebook, candidacy.terms.rulebook).content.evidence
        check_room(log.find_all, candidacy, rules, submitted, gone=self.replaces if withdrawn else None)
        if older and withdrawn:
            log.record(older, withdrawn)
        log.record(candidacy, submitted)

    def _check_theirs(self, log: Log, candidacy: Candidacy, piece: PieceId) -> None:
        """Refuse a piece that is not from the actor's own portfolio or candidacy, or was found unfit."""
        if log.actor.person != candidacy.terms.candidate:
            raise NotFound(piece)
        log.load(PortfolioPiece, piece).check_usable(log.actor.who)

    def _replaced(self, log: Log, candidacy: Candidacy) -> tuple[Evidence | None, EvidenceWithdrawn | None, bool]:
        """Return the piece that this one replaces, its withdrawal, and whether this one is filed in its place."""
        if self.replaces is None:
            return None, None, False
        older = log.find(Evidence, self.replaces)
        proofs = log.find(Credit, Credit.id_of(self.candidacy)).proofs
        withdrawn = older.give_way(candidacy, proofs, self.evidence)
        return older, withdrawn, older.gives_its_place(candidacy, lambda: course(log, candidacy), log.today)
