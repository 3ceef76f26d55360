"""Is a file that is no piece of a candidacy, signed minutes say, what it may be, and does a scanner find nothing?

Asked in the request, of a registrar's file only, and of one at a time in a process: no more than one of its threads
is held, for as long as the child that looks may take.
"""

from __future__ import annotations

from threading import Lock
from typing import Final

import structlog

from adapters.files.clamd import MalwareDetected
from adapters.files.inspection import inspect
from adapters.files.sandbox.asking import InspectionUnavailable
from adapters.files.store import Incoming
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
