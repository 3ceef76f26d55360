"""Upload of the scan of signed minutes, which belongs to no candidacy and is checked within the request.

Only a registrar's file is checked this way, and one at a time in a process: at most one of its threads waits for the
child process that inspects the file.
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
from webapi.evidence.allowance import room_outside_candidacies
from webapi.evidence.store_piece import SubmissionDetails, body_of, discard, evidence_id
from webapi.evidence.upload_stream import MultipartUpload
from webapi.wiring import App

log = structlog.get_logger(__name__)

TURN: Final = Lock()


def refuse_unfit(acquis: App, incoming: Incoming) -> None:
    """Raise a refusal if the file fails inspection or a scanner finds malware in it.

    Raises the refusals of inspection, MalwareDetected, BeyondScanner, ScannerUnavailable; InspectionUnavailable while
    another file is being inspected.
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
    """Encrypt and keep an uploaded file as the scan of a session's signed minutes, and record it.

    If the file or the command is refused, the file is deleted and the refusal raised.

    Args:
        session: The session of the minutes.
        begin: Starts to read the upload.
        reason_of: Reads, from the other fields, why this scan replaces another.
        asked_of: Makes the request from the bytes that identify its body and from the other fields.
    """
    check = room_outside_candidacies()  # before any of the file is read
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
        if not kept:  # an earlier copy of this request kept it; if it was deleted since, it is restored
            with acquis().store.attempt(acquis().request_of(actor()), frozenset({scan})):  # the lock stops the reaper
                acquis().files.keep(incoming, scan)
    return recorded
