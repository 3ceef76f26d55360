"""How is the scan of signed minutes kept, which is no piece of a candidacy? What it may be is asked in the request.

Of a registrar's file only, and of one at a time in a process: no more than one of its threads is held, for as long as
the child that looks may take.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import IO, Final, cast
from uuid import UUID

import structlog

from adapters.files.clamd import MalwareDetected
from adapters.files.inspection import inspect
from adapters.files.sandbox.asking import InspectionUnavailable
from adapters.files.store import Incoming
from domain.commands.jury.transcribe_minutes import TranscribeMinutes
from domain.evidence.evidence import ReceivedFile
from domain.execute import execute
from domain.ports import EvidenceId, Recorded, Request, SessionId
from domain.refusal import Busy, Refused
from webapi.accounts.authentication import actor
from webapi.current import acquis
from webapi.evidence.allowance import room_in_the_house
from webapi.evidence.store_piece import SubmissionDetails, body_of, discard, evidence_id
from webapi.evidence.upload_stream import MultipartUpload
from webapi.wiring import App

log = structlog.get_logger(__name__)

TURN: Final = Lock()


def refuse_unfit(acquis: App, incoming: Incoming) -> None:
    """Refuse a file for what it is, or for what a scanner finds in it.

    Raises what inspections refuse, MalwareDetected, BeyondScanner, ScannerUnavailable; InspectionUnavailable while
    another is looked at.
    """
    if not TURN.acquire(blocking=False):
        raise InspectionUnavailable
    try:
        inspect(incoming.path, incoming.secret, incoming.media_type)
        if acquis.scanner is not None:
            with incoming.opened() as content:
                finding = acquis.scanner.scan(content, incoming.size)
            if finding is not None:
                log.warning("malware refused", finding=finding)
                raise MalwareDetected
    finally:
        TURN.release()


Fields = dict[str, list[str]]


def put_in(
    session: UUID,
    begin: Callable[[], MultipartUpload],
    reason_of: Callable[[Fields], str | None],
    asked_of: Callable[[bytes, Fields], Request],
) -> Recorded:
    """Keep the file of an upload as the scan of a session's signed minutes, and record it; it is encrypted.

    `begin` begins to read it; `reason_of` reads, in the fields around the file, why it replaces another; `asked_of`
    makes the request, of the body and those. Raises what the file is refused for, and what the command raises: then
    the file is gone.
    """
    check = room_in_the_house()  # before any of the file is read
    upload = begin()
    with acquis().files.receive(cast("IO[bytes]", upload), session, check, upload.type_of) as incoming:
        fields = upload.fields()
        reason = reason_of(fields)
        body = body_of(incoming, SubmissionDetails(name=upload.name, competences=())) + (reason or "").encode()
        asked = asked_of(body, fields)
        scan = EvidenceId(evidence_id(asked))
        refuse_unfit(acquis(), incoming)
        kept = acquis().files.keep(incoming, scan)
        file = ReceivedFile(
            media_type=incoming.media_type, size=incoming.size, digest=incoming.digest, name=upload.name
        )
        command = TranscribeMinutes(session=SessionId(session), scan=scan, file=file, reason=reason)
        try:
            recorded = execute(command, acquis().store.about(command), asked)
        except Busy:
            raise
        except Refused:
            if kept:
                discard(acquis().files, incoming, scan, asked)
            raise
        if not kept:  # kept by the same request, sent before: were it refused or reaped since, the file is back
            with acquis().store.attempt(acquis().request_of(actor()), frozenset({scan})):  # no reaper is at it
                acquis().files.keep(incoming, scan)
    return recorded
