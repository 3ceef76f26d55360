"""Files that the worker checks, of a candidacy or of a portfolio, and the commands that record the result."""

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
    """The result of a file's check so far."""

    @property
    def out(self) -> bool: ...
    @property
    def media_type(self) -> str | None: ...


class CheckedFile(Protocol):
    """A file to check: its stores, its current result, and the commands that record a new result."""

    @property
    def files(self) -> EvidenceStore: ...
    @property
    def copies(self) -> ReadingCopies: ...

    def pending(self) -> str | None:
        """Return the type guessed from the first bytes; None if the file was checked or does not exist."""
        ...

    def found(self) -> CheckResult:
        """Return the result so far."""
        ...

    def clear(self, scanner: str | None, media_type: str, pages: int | None) -> Command: ...
    def reject(self, reason: str) -> Command: ...
    def scanned(self, scanner: str, finding: str | None) -> Command: ...


def checked_file(acquis: App, evidence: EvidenceId, candidacy: CandidacyId | None) -> CheckedFile:
    """Return the file of a candidacy's piece, or of a portfolio's piece without a `candidacy`."""
    return PortfolioFile(acquis, PieceId(evidence)) if candidacy is None else PutIn(acquis, evidence, candidacy)


@dataclass(frozen=True)
class PutIn:
    """The file of a candidacy's piece."""

    acquis: App
    evidence: EvidenceId
    candidacy: CandidacyId

    @property
    def files(self) -> EvidenceStore:
        """The store of evidence."""
        return self.acquis.files

    @property
    def copies(self) -> ReadingCopies:
        """The store of evidence's reading copies."""
        return self.acquis.copies

    def pending(self) -> str | None:
        """Return the type guessed from the first bytes, or None when there is nothing to check."""
        with self.acquis.store.attempt(self.acquis.request_of(SYSTEM), frozenset()) as attempt:
            try:
                submitted = attempt.load(Candidacy, self.candidacy).evidence.get(self.evidence)
            except NotFound:
                return None
            known = attempt.find(Evidence, self.evidence)
        return None if submitted is None or known.rejected or known.inspected else submitted.media_type

    def found(self) -> Evidence:
        """Return the result so far."""
        with self.acquis.store.attempt(self.acquis.request_of(SYSTEM), frozenset()) as attempt:
            return attempt.find(Evidence, self.evidence)

    def clear(self, scanner: str | None, media_type: str, pages: int | None) -> ClearEvidence:
        """Return the command that records a passed check."""
        return ClearEvidence(
            candidacy=self.candidacy, evidence=self.evidence, scanner=scanner, media_type=media_type, pages=pages
        )

    def reject(self, reason: str) -> RejectEvidence:
        """Return the command that records a refusal and its reason."""
        return RejectEvidence(candidacy=self.candidacy, evidence=self.evidence, reason=reason)

    def scanned(self, scanner: str, finding: str | None) -> NoteScan:
        """Return the command that records a scan; a clean file has no `finding`."""
        return NoteScan(candidacy=self.candidacy, evidence=self.evidence, scanner=scanner, finding=finding)


@dataclass(frozen=True)
class PortfolioFile:
    """The file of a portfolio's piece."""

    acquis: App
    piece: PieceId

    @property
    def files(self) -> EvidenceStore:
        """The store of portfolios' files."""
        return self.acquis.portfolio

    @property
    def copies(self) -> ReadingCopies:
        """The store of portfolios' reading copies."""
        return self.acquis.portfolio_copies

    def pending(self) -> str | None:
        """Return the type guessed from the first bytes, or None when there is nothing to check."""
        known = self.found()
        return None if known.discarded or known.reason is not None or known.media_type is not None else known.sent_as

    def found(self) -> PortfolioPiece:
        """Return the result so far."""
        with self.acquis.store.attempt(self.acquis.request_of(SYSTEM), frozenset()) as attempt:
            return attempt.find(PortfolioPiece, self.piece)

    def clear(self, scanner: str | None, media_type: str, pages: int | None) -> ClearPiece:
        """Return the command that records a passed check."""
        return ClearPiece(piece=self.piece, scanner=scanner, media_type=media_type, pages=pages)

    def reject(self, reason: str) -> RejectPiece:
        """Return the command that records a refusal and its reason."""
        return RejectPiece(piece=self.piece, reason=reason)

    def scanned(self, scanner: str, finding: str | None) -> NotePieceScan:
        """Return the command that records a scan; a clean file has no `finding`."""
        return NotePieceScan(piece=self.piece, scanner=scanner, finding=finding)
