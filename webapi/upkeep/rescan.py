"""Repeated virus scan of the recorded pieces, at the operator's command."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog

from adapters.files.age import Damaged
from adapters.files.blobs import StorageUnavailable
from adapters.files.clamd import BeyondScanner, Clamd, ScannerUnavailable
from adapters.files.copies_of_pieces import head
from adapters.files.store import EvidenceErased, EvidenceMissing
from adapters.files.to_scan import ToScan, how_many_to_scan, to_scan
from domain.evidence.evidence import AlreadyScanned
from domain.ports import OPERATOR
from domain.refusal import Busy, Refused
from webapi.evidence.checked_file import CheckedFile, checked_file
from webapi.evidence.refusal_letter import tell_of_unfit
from webapi.evidence.same_file import spread
from webapi.wiring import App

log = structlog.get_logger(__name__)

DOWN: Final = 3
"""Unanswered files in a row after which the scanner counts as down; each may take minutes."""


class NoScanner(Refused):
    """Pieces are scanned where a virus scanner is set: ACQUIS_CLAMD_URL says where it listens."""

    fr = "Les preuves s'analysent là où un antivirus est indiqué : ACQUIS_CLAMD_URL dit où il écoute."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class RescanFinding:
    """A finding in a piece; `new` if the piece was not in quarantine before."""

    evidence: str
    finding: str
    new: bool


@dataclass(kw_only=True)
class Rescanned:
    """The result of a rescan: the numbers of files by outcome, and the findings.

    `beyond` counts the files too large for the scanner. `unanswered` counts those that the next scan repeats, because
    the scanner gave no answer, or the dossier was locked when there was a result to record.
    """

    pieces: int = 0
    clean: int = 0
    beyond: int = 0
    erased: int = 0
    unreadable: int = 0
    unanswered: int = 0
    findings: list[RescanFinding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Return whether every file was scanned and no new finding was made."""
        return not (self.unreadable or self.unanswered) and not any(each.new for each in self.findings)


def rescan(acquis: App, *, every: bool = False, step: Callable[[int], object] = lambda _: None) -> Rescanned:
    """Scan the files that were checked without a scanner, or `every` file, quarantined ones included.

    Each changed result is recorded as one fact; `step` is called after each file. Raises NoScanner, and
    ScannerUnavailable after `DOWN` unanswered files in a row; the facts recorded until then stay.
    """
    if acquis.scanner is None:
        raise NoScanner
    version, found, silent = acquis.scanner.version(), Rescanned(), 0
    before = head(acquis.database)
    for piece in to_scan(acquis.database, every=every):
        found.pieces += 1
        try:
            _scan(acquis, acquis.scanner, piece, version, found)
            silent = 0
        except (ScannerUnavailable, Busy) as refusal:
            log.error("piece not scanned", evidence=str(piece.evidence), rule=refusal.slug())  # noqa: TRY400  (no traceback)
            found.unanswered += 1
            silent += isinstance(refusal, ScannerUnavailable)
            if silent == DOWN:
                raise
        step(1)
    spread(acquis, before)
    return found


def pieces(acquis: App, *, every: bool) -> int:
    """Return the number of files to scan."""
    return how_many_to_scan(acquis.database, every=every)


def _scan(acquis: App, scanner: Clamd, piece: ToScan, version: str, found: Rescanned) -> None:
    file = checked_file(acquis, piece.evidence, piece.candidacy)
    try:
        with file.files.open(piece.evidence, piece.person, piece.recorded) as content:
            finding = scanner.scan(content, piece.size)
    except BeyondScanner:
        found.beyond += 1
    except EvidenceErased:
        found.erased += 1
    except (EvidenceMissing, Damaged, StorageUnavailable):
        log.critical("evidence unreadable", evidence=str(piece.evidence))
        found.unreadable += 1
    else:
        if not (piece.quarantined if finding else piece.clean):
            _record(acquis, file, piece, version, finding)
        if finding is None:
            found.clean += 1
        else:
            new = not piece.quarantined
            found.findings.append(RescanFinding(evidence=str(piece.evidence), finding=finding, new=new))


def _record(acquis: App, file: CheckedFile, piece: ToScan, version: str, finding: str | None) -> None:
    with suppress(AlreadyScanned):  # a concurrent scan was first
        acquis.do(file.scanned(version, finding), OPERATOR)
    if finding is not None:
        file.copies.remove(piece.evidence)
        tell_of_unfit(acquis, piece.candidacy, piece.evidence, piece.person)
    elif piece.quarantined:  # only the scanner had checked it
        acquis.jobs.put("check", piece.evidence, piece.candidacy, piece.person)
