"""What is checked: a piece of a candidacy, or one that its person keeps? Its file, and what notes what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from adapters.files.copies import ReadingCopies
from adapters.files.store import EvidenceStore
from domain.candidacy.candidacy import Candidacy
from domain.commands.evidence.clear_evidence import ClearEvidence
from domain.commands.evidence.clear_piece import ClearPiece
from domain.commands.evidence.note_piece_scan import NotePieceScan
from domain.commands.evidence.note_scan import NoteScan
from domain.commands.evidence.reject_evidence import RejectEvidence
from domain.commands.evidence.reject_piece import RejectPiece
from domain.evidence.evidence import Evidence
from domain.evidence.portfolio import PortfolioPiece
from domain.ports import SYSTEM, CandidacyId, Command, EvidenceId, PieceId
from domain.refusal import NotFound
from webapi.wiring import App


class CheckResult(Protocol):
    """What a check has found so far."""

    @property
    def out(self) -> bool: ...
    @property
    def media_type(self) -> str | None: ...


class CheckedFile(Protocol):
    """A file that is checked: its store, its copies, what is known of it, and what notes what was found."""

    @property
    def files(self) -> EvidenceStore: ...
    @property
    def copies(self) -> ReadingCopies: ...

    def pending(self) -> str | None:
        """The type of its first bytes, while it is to be checked; None once it was, or where there is none."""
        ...

    def found(self) -> CheckResult:
        """What was found."""
        ...

    def clear(self, scanner: str | None, media_type: str, pages: int | None) -> Command: ...
    def reject(self, reason: str) -> Command: ...
    def scanned(self, scanner: str, finding: str | None) -> Command: ...


def checked_file(acquis: App, evidence: EvidenceId, candidacy: CandidacyId | None) -> CheckedFile:
    """The piece of this candidacy; without one, that of a portfolio."""
    return PortfolioFile(acquis, PieceId(evidence)) if candidacy is None else PutIn(acquis, evidence, candidacy)


@dataclass(frozen=True)
class PutIn:
    """A piece of a candidacy."""

    acquis: App
    evidence: EvidenceId
    candidacy: CandidacyId

    @property
    def files(self) -> EvidenceStore:
        """Where evidence is."""
        return self.acquis.files

    @property
    def copies(self) -> ReadingCopies:
        """Where its reading copies are."""
        return self.acquis.copies

    def pending(self) -> str | None:
        """The type of its first bytes, while it is to be checked."""
        with self.acquis.store.attempt(self.acquis.request_of(SYSTEM), frozenset()) as attempt:
            try:
                submitted = attempt.load(Candidacy, self.candidacy).evidence.get(self.evidence)
            except NotFound:
                return None
            known = attempt.find(Evidence, self.evidence)
        return None if submitted is None or known.rejected or known.inspected else submitted.media_type

    def found(self) -> Evidence:
        """What was found."""
        with self.acquis.store.attempt(self.acquis.request_of(SYSTEM), frozenset()) as attempt:
            return attempt.find(Evidence, self.evidence)

    def clear(self, scanner: str | None, media_type: str, pages: int | None) -> ClearEvidence:
        """Note that nothing was found against it."""
        return ClearEvidence(
            candidacy=self.candidacy, evidence=self.evidence, scanner=scanner, media_type=media_type, pages=pages
        )

    def reject(self, reason: str) -> RejectEvidence:
        """Note why it is refused."""
        return RejectEvidence(candidacy=self.candidacy, evidence=self.evidence, reason=reason)

    def scanned(self, scanner: str, finding: str | None) -> NoteScan:
        """Note what a scanner found."""
        return NoteScan(candidacy=self.candidacy, evidence=self.evidence, scanner=scanner, finding=finding)


@dataclass(frozen=True)
class PortfolioFile:
    """A piece of a portfolio."""

    acquis: App
    piece: PieceId

    @property
    def files(self) -> EvidenceStore:
        """Where pieces of portfolios are."""
        return self.acquis.portfolio

    @property
    def copies(self) -> ReadingCopies:
        """Where their reading copies are."""
        return self.acquis.portfolio_copies

    def pending(self) -> str | None:
        """The type of its first bytes, while it is to be checked."""
        known = self.found()
        return None if known.discarded or known.reason is not None or known.media_type is not None else known.sent_as

    def found(self) -> PortfolioPiece:
        """What was found."""
        with self.acquis.store.attempt(self.acquis.request_of(SYSTEM), frozenset()) as attempt:
            return attempt.find(PortfolioPiece, self.piece)

    def clear(self, scanner: str | None, media_type: str, pages: int | None) -> ClearPiece:
        """Note that nothing was found against it."""
        return ClearPiece(piece=self.piece, scanner=scanner, media_type=media_type, pages=pages)

    def reject(self, reason: str) -> RejectPiece:
        """Note why it is refused."""
        return RejectPiece(piece=self.piece, reason=reason)

    def scanned(self, scanner: str, finding: str | None) -> NotePieceScan:
        """Note what a scanner found."""
        return NotePieceScan(piece=self.piece, scanner=scanner, finding=finding)
