"""Submission of a piece: a recorded piece always has its file, and a refused one leaves none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import msgspec
import psycopg2
import structlog

from adapters.files.store import EvidenceStore, Incoming
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.evidence.evidence import ReceivedFile
from domain.execute import execute
from domain.fact import stream_of
from domain.jury.access import reach
from domain.people.person import Person
from domain.ports import Attempt, CandidacyId, Command, EvidenceId, Log, PersonId, PieceId, Recorded, Request, Store
from domain.refusal import Busy, IdempotencyKeyReused, Refused
from domain.rulebook.evidence_rules import PieceForm
from webapi.accounts.authentication import reading
from webapi.current import acquis
from webapi.intent import Intent
from webapi.privacy.erasure import being_erased
from webapi.problems import Answered
from webapi.wiring import App

log = structlog.get_logger(__name__)


class BeingErased(Refused):
    """The papers of this person are being erased at this moment: send the piece again in a few seconds."""

    fr = "Les pièces de cette personne sont en cours d'effacement : renvoyez la preuve dans quelques secondes."
    kind = "busy"


@dataclass(frozen=True)
class _Unerased:
    """The log, used only while the key that encrypted the file exists.

    Each attempt depends on the person's stream, which records erasures: a concurrent erasure makes it run again.

    A file may be `there` already under this piece's name. It may be old enough for the reaper to delete it; the
    reaper waits while the piece is locked. The file was compared in full before the lock. Under the lock it is
    written or compared again if its `mark` changed since, or is None, because a request that wrote it meanwhile may
    be refused and delete it.

    The other stream of the command (`beside`) is locked together with the piece, so that two appends cannot deadlock
    by locking in different orders. Each attempt calls `claim` last.
    """

    store: Store
    acquis: App
    files: EvidenceStore
    incoming: Incoming
    beside: UUID | None
    there: EvidenceId | None
    mark: str | None = None
    claim: Callable[[], None] = lambda: None

    def repeated(self, request: Request) -> Recorded | None:
        """Return what this request already recorded, or None."""
        return self.store.repeated(request)

    @contextmanager
    def attempt(self, request: Request, contended: frozenset[UUID]) -> Iterator[Attempt]:
        """Begin an attempt; raises BeingErased if the key is gone."""
        person = PersonId(self.incoming.person)
        held = frozenset(filter(None, (self.there, self.beside, person))) if self.there else frozenset[UUID]()
        with self.store.attempt(request, contended | held) as attempt:
            ordered = self.files.retention in attempt.load(Person, person).erased
            if ordered and being_erased(self.acquis, person, self.files.retention):
                raise BeingErased(person)
            if not self.files.opens(self.incoming):
                raise BeingErased(person)
            if self.there and (self.mark is None or self.files.mark(self.there) != self.mark):
                self.files.keep(self.incoming, self.there)
            self.claim()
            yield attempt


@dataclass(frozen=True, kw_only=True)
class SubmissionDetails:
    """The details of a submitted file: its name, the competences it serves, its form, the piece it replaces.

    `from_piece` is the piece of the portfolio that it copies.
    """

    name: str
    competences: tuple[int, ...]
    form: PieceForm = PieceForm.FILE
    replaces: EvidenceId | None = None
    from_piece: PieceId | None = None


def body_of(incoming: Incoming, said: SubmissionDetails) -> bytes:
    """Return the bytes that identify a request's body; a repeated request gives the same."""
    whole = [incoming.digest, said.name, sorted(set(said.competences))]
    later = [said.form, said.replaces] if said.replaces or said.form is not PieceForm.FILE else []
    copied = [said.from_piece] if said.from_piece else []
    return msgspec.json.encode([*whole, *later, *copied])


def evidence_id(request: Request) -> UUID:
    """Return the id of the piece of evidence that a request submits; a repeated request gives the same."""
    return stream_of("evidence", request.append_id)


def piece_id(request: Request) -> PieceId:
    """Return the id of the piece that a request keeps in a portfolio; a repeated request gives the same."""
    return PieceId(stream_of("piece", request.append_id))


def about_whom(candidacy: CandidacyId, log: Log | None = None) -> PersonId:
    """Return the candidate, for whom the file is encrypted from its first byte; raises NotFound.

    `log` is an attempt that has already loaded the candidacy and checked the caller's access, if there is one.
    """
    return reach(log or reading(), candidacy).terms.candidate


def put_in(
    candidacy: CandidacyId,
    incoming: Incoming,
    said: SubmissionDetails,
    intent: Intent,
    claim: Callable[[], None] = lambda: None,
) -> tuple[Recorded, EvidenceId]:
    """Keep the file, record the fact, then queue its check; raises Refused.

    `claim` is called immediately before the append, and raises Answered to stop it. When it is unknown whether the
    fact was recorded (Busy, a lost connection), the file stays, because a recorded piece may need it.
    """
    asked = acquis().request(intent)
    evidence = EvidenceId(evidence_id(asked))
    command = SubmitEvidence(
        candidacy=candidacy,
        evidence=evidence,
        competences=said.competences,
        file=received_as(incoming, said.name, said.form),
        replaces=said.replaces,
        from_piece=said.from_piece,
    )
    recorded = record(command, acquis().files, incoming, evidence, asked, beside=candidacy, claim=claim)
    if said.form is PieceForm.FILE:
        have_it_checked(evidence, candidacy, incoming.person)
    return recorded, evidence


def received_as(incoming: Incoming, name: str, form: PieceForm) -> ReceivedFile:
    """Return the file as commands describe it."""
    return ReceivedFile(
        media_type=incoming.media_type, size=incoming.size, digest=incoming.digest, name=name, form=form
    )


def record(
    command: Command,
    files: EvidenceStore,
    incoming: Incoming,
    evidence: EvidenceId,
    asked: Request,
    *,
    beside: UUID | None = None,
    claim: Callable[[], None] = lambda: None,
) -> Recorded:
    """Keep the file under this id, then record the command that names it; raises as `put_in`.

    `beside` is the other stream that the command writes to: it is locked with the piece if a file is there already.
    """
    # raises IdempotencyKeyReused for a key of another file, before the file of its piece is touched
    already = None if asked.digest is None else acquis().store.repeated(asked)
    if already and acquis().vault.register.holds(incoming.person, files.retention):
        return already  # a piece submitted before an erasure: its file is not written again
    mark = files.mark(evidence)  # taken before the comparison, so that a later file has another mark
    kept = files.keep(incoming, evidence)
    there = None if kept else evidence
    store = acquis().store.about(command, incoming.person)
    unerased = _Unerased(store, acquis(), files, incoming, beside, there, mark, claim)
    try:
        recorded = execute(command, unerased, asked)
    except Busy:
        raise
    except (Refused, Answered):
        if kept:
            discard(files, incoming, evidence, asked)
        raise
    # a concurrent copy of this request kept the file first, and dropped it if it was refused
    if not kept and (mark is None or files.mark(evidence) != mark):
        files.keep(incoming, evidence)
    return recorded


def have_it_checked(evidence: EvidenceId, candidacy: CandidacyId | None, person: UUID) -> None:
    """Queue its check; if the database does not answer, the worker finds the unchecked piece later."""
    try:
        acquis().jobs.put("check", evidence, candidacy, person)
    except psycopg2.Error as error:
        log.warning("a check waits to be looked for", evidence=str(evidence), kind=type(error).__name__)


def discard(files: EvidenceStore, incoming: Incoming, evidence: EvidenceId, asked: Request) -> None:
    """Delete the file of a refused piece, unless a copy of the same request was recorded.

    The file is deleted before the log is read, so that the later of two copies restores it.
    """
    files.remove(evidence)
    try:
        recorded = acquis().store.repeated(asked) is not None
    except IdempotencyKeyReused:  # a request with another body restores its own file
        recorded = False
    if recorded:
        files.keep(incoming, evidence)
