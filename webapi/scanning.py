"""What does the virus scanner say of a file that is being put in, and what is noted when it finds something?"""

from __future__ import annotations

import structlog

from adapters.files.clamd import Clamd, MalwareDetected
from adapters.files.store import Incoming
from domain.commands.note_scan import NoteScan
from domain.evidence_rules import Scan
from domain.ports import SYSTEM, CandidacyId, EvidenceId, Request
from webapi.wiring import House, Intent, evidence_id

log = structlog.get_logger(__name__)


def passed(house: House, incoming: Incoming, candidacy: CandidacyId, asked: Request) -> Scan:
    """What the scanner says of a piece's file: clean, or unscanned where no scanner is set.

    What it finds is noted before it is refused, once however often the same request is sent: by whom it was sent, its
    size, the finding; nothing of what it holds. Raises MalwareDetected, BeyondScanner, ScannerUnavailable.
    """
    if house.scanner is None:
        return Scan.UNSCANNED
    finding = _finding(house.scanner, incoming)
    if finding is None:
        return Scan.CLEAN
    command = NoteScan(
        candidacy=candidacy,
        evidence=EvidenceId(evidence_id(asked)),
        scanner=house.scanner.version(),
        finding=finding,
        sent_by=asked.actor.who,
        size=incoming.size,
    )
    key = f"{asked.append_id}/{incoming.digest}"
    house.execute(command, house.request(Intent(actor=SYSTEM, way="scan", key=key)))
    log.warning("malware refused", candidacy=str(candidacy), finding=finding)
    raise MalwareDetected


def refuse_findings(house: House, incoming: Incoming) -> None:
    """Refuse a file that is no piece of a candidacy, signed minutes say, when something is found in it."""
    if house.scanner is not None and (finding := _finding(house.scanner, incoming)):
        log.warning("malware refused", finding=finding)
        raise MalwareDetected


def _finding(scanner: Clamd, incoming: Incoming) -> str | None:
    with incoming.opened() as content:
        return scanner.scan(content, incoming.size)
