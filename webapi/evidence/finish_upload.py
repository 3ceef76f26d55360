"""The end of an upload: a file received over several requests becomes one piece, however often a client asks.

The stretches of the upload are read as one file and follow the path of every file: received in a temporary place,
kept, recorded, and checked later. A refusal for the file's first bytes is final. After a refusal by another rule, or
when a service does not answer, the client may ask again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import msgspec
import psycopg2
import structlog

from adapters.files.age import Damaged
from adapters.files.inspection import first_look
from adapters.files.store import EvidenceErased, EvidenceMissing, Incoming
from adapters.operations.uploads import CHECKS, Upload
from domain.evidence.portfolio import Description
from domain.ports import CandidacyId, EvidenceId, Recorded
from domain.refusal import IdempotencyKeyReused, NotFound, Refused
from domain.rulebook.evidence_rules import PieceForm
from webapi.accounts.authentication import actor
from webapi.current import acquis
from webapi.evidence.portfolio import keep
from webapi.evidence.store_piece import SubmissionDetails, put_in
from webapi.evidence.tus import PUT_IN, becomes, files_of, forget_bytes, of_mine, stated
from webapi.intent import Intent
from webapi.problems import STATUS, Answered, Message

log = structlog.get_logger(__name__)

CHUNK: Final = 64 * 1024
SIGN_OF_LIFE: Final = 5.0
"""Seconds between two renewals of a claim."""
INCOMPLETE: Final = Message(
    "upload-incomplete",
    "Not all of this file has come yet: send the rest before it is put in.",
    "Ce fichier n'est pas encore arrivé en entier : envoyez la suite avant de le déposer.",
)
FOR_GOOD: Final = frozenset({413, 415, 422})
"""Statuses that refuse the file itself when its first bytes are inspected."""
FOR_ITS_TYPE: Final = "type-not-accepted"
"""Refusal of the file itself that comes later, when the rulebook is read."""


class UploadRefused(Refused):
    """This file was looked at and refused: it is not looked at again."""

    fr = "Ce fichier a été examiné et refusé : il n'est pas examiné de nouveau."


@dataclass(frozen=True, kw_only=True)
class AsEvidence:
    """A received file to add to a candidacy: the competences it serves, its digest, the piece it replaces."""

    candidacy: UUID
    competences: tuple[int, ...]
    digest: str | None = None
    replaces: EvidenceId | None = None

    def body(self, upload: UUID) -> bytes:
        """Return the bytes that identify the request's body; a repeated request gives the same."""
        older = [self.replaces] if self.replaces else []
        return msgspec.json.encode([str(upload), sorted(set(self.competences)), self.digest, *older])

    def record(self, incoming: Incoming, name: str, intent: Intent, claim: Callable[[], None]) -> Recorded:
        """Record the piece of evidence; raises as `put_in`."""
        said = SubmissionDetails(name=name, competences=self.competences, replaces=self.replaces)
        recorded, _ = put_in(CandidacyId(self.candidacy), incoming, said, intent, claim)
        return recorded


@dataclass(frozen=True, kw_only=True)
class AsKept:
    """A received file to keep in its sender's portfolio, with their description of it."""

    said: Description
    candidacy: None = None
    digest: None = None

    def body(self, upload: UUID) -> bytes:
        """Return the bytes that identify the request's body; a repeated request gives the same."""
        return msgspec.json.encode([str(upload), self.said])

    def record(self, incoming: Incoming, name: str, intent: Intent, claim: Callable[[], None]) -> Recorded:
        """Record the piece of the portfolio; raises as `keep`."""
        recorded, _ = keep(incoming, name, PieceForm.FILE, self.said, intent, claim=claim)
        return recorded


def finish(upload: UUID, wanted: AsEvidence | AsKept) -> tuple[Recorded, UUID]:
    """Make a piece of a received file and return its id; a repeated request gets the first answer.

    Raises NotFound, Refused (for the file's content or by a rule), or Answered with 409, 410, 423 or 460.
    """
    intent = Intent(actor=actor(), way=PUT_IN, key=str(upload), body=wanted.body(upload))
    asked = acquis().request(intent)
    piece = becomes(wanted.candidacy, asked)
    known = acquis().uploads.find(upload, actor().who)
    if known is not None and known.candidacy != wanted.candidacy:
        raise NotFound(upload)
    if already := acquis().store.repeated(asked):
        _note(upload, piece)
        return already, piece
    found = of_mine(upload)
    said = stated(found)
    name = said.name if said else "_"
    with _claimed(found) as claim, _received(found, name) as incoming:
        if wanted.digest is not None and wanted.digest != incoming.digest:
            raise Answered(460)
        claim.looked_at = True
        recorded = wanted.record(incoming, name, intent, claim.stands)
    _note(upload, piece)
    return recorded, piece


def _note(upload: UUID, piece: UUID) -> None:
    """Mark the upload as ready once the log holds its piece, and delete its segments."""
    found = acquis().uploads.find(upload, actor().who)
    if found and acquis().uploads.ready(upload, actor().who, piece):
        forget_bytes(found)


@dataclass(kw_only=True)
class _Claim:
    """One request's hold on an upload that it checks; the outcome is recorded at the end."""

    upload: Upload
    id: UUID
    looked_at: bool = False

    def stands(self) -> None:
        """Renew the claim; raises 410 if the upload was ended meanwhile, 423 if another request checks it.

        It is called immediately before the piece is recorded, so that nobody ends the upload during the append.
        """
        if acquis().uploads.check_on(self.upload.id, self.id):
            return
        now = of_mine(self.upload.id)
        if now.state != "ready":  # if another request recorded the piece, this one gets the same answer
            raise Answered(423 if now.open else 410)

    def refused(self, refusal: Refused) -> None:
        """Record a refusal of the file itself as final; for any other refusal, reopen the upload."""
        slug = refusal.slug()
        by_its_first_bytes = STATUS[refusal.kind] in FOR_GOOD and not self.looked_at
        if not (by_its_first_bytes or slug == FOR_ITS_TYPE):
            self.open_again()
            return
        acquis().uploads.checked(self.upload.id, self.id, "refused", reason=slug)
        forget_bytes(self.upload)

    def open_again(self) -> None:
        """Reopen the upload, so that the client may ask again."""
        acquis().uploads.checked(self.upload.id, self.id, "receiving")

    def lost(self) -> None:
        """End an upload whose segments are incomplete, for instance after a restore, which has no segments."""
        log.warning("upload lost", upload=str(self.upload.id))
        acquis().uploads.checked(self.upload.id, self.id, "ended")


@contextmanager
def _claimed(upload: Upload) -> Iterator[_Claim]:
    """Claim the upload while the block checks it; raises 409, 410, 423."""
    _may_be_checked(upload)
    claim = _Claim(upload=upload, id=uuid4())
    if not acquis().uploads.check(upload.id, upload.sender, claim.id):
        raise Answered(423)
    try:
        with _going_on(claim):
            yield claim
    except IdempotencyKeyReused:
        claim.open_again()
        raise
    except Refused as refusal:
        claim.refused(refusal)
        raise
    except (EvidenceErased, EvidenceMissing) as error:
        claim.lost()
        raise Answered(410) from error
    except BaseException:
        claim.open_again()
        raise


@contextmanager
def _going_on(claim: _Claim) -> Iterator[None]:
    """Renew the claim from a thread while the block runs; a killed process stops renewing, and its claim expires."""
    uploads, over = acquis().uploads, threading.Event()
    until = time.monotonic() + CHECKS

    def say() -> None:
        while not over.wait(SIGN_OF_LIFE) and time.monotonic() < until:
            with suppress(psycopg2.Error):  # the next turn tries again
                uploads.check_on(claim.upload.id, claim.id)

    threading.Thread(target=say, name="check", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _may_be_checked(upload: Upload) -> None:
    if upload.state == "refused":
        raise UploadRefused(upload.id)
    if not upload.open:
        raise Answered(410)
    if not upload.whole:
        raise Answered(409, INCOMPLETE)


def _received(upload: Upload, name: str) -> AbstractContextManager[Incoming]:
    """Return the context that receives the file, read from its stretches."""
    return files_of(upload).receive(Joined(upload), upload.candidate, typed=lambda head: first_look(head, name))


class Joined:
    """The stretches of an upload as one clear stream; of each stretch, the bytes that were confirmed."""

    def __init__(self, upload: Upload) -> None:
        """Prepare the stream; the stretches are read from the store on demand."""
        self._pieces = self._read(upload)

    def read(self, size: int, /) -> bytes:
        """Return at least one byte, or none at the end; `size` is ignored."""
        del size
        return next(self._pieces, b"")

    def _read(self, upload: Upload) -> Iterator[bytes]:
        for stretch, counts in acquis().uploads.stretches(upload.id):
            left = counts
            if not left:
                continue
            with files_of(upload).whole(stretch, upload.candidate) as content, suppress(Damaged):
                while left and (chunk := content.read(min(CHUNK, left))):
                    left -= len(chunk)
                    yield chunk
            if left:
                raise EvidenceMissing(upload.id)
