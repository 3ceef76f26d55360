"""How is a piece put in, so that a recorded piece always has its file, and a refused one leaves none?"""

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
    """The log while the key is there for which the file was encrypted.

    It relies on the person, on whose stream an erasure is recorded: one ordered meanwhile has the attempt made again.
    A file that was `there` already, under this piece's name, may be too old for the reaper, which waits while the
    piece is locked, or has removed it. It was read to its end before: under the lock only another `mark` than it had
    then has it put back, or compared again, and so has None: whoever named it since may be refused, and drop it.
    Locked with the piece is what is recorded with it: two appends that take their locks in different orders wait for
    each other. Each attempt asks last whether its `claim` still stands.
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
        """Give what this request already wrote, if it did."""
        return self.store.repeated(request)

    @contextmanager
    def attempt(self, request: Request, contended: frozenset[UUID]) -> Iterator[Attempt]:
        """Begin an attempt; raises BeingErased."""
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
    """What is said of a file that is put in: its name, the competences it serves, what it is, what it replaces.

    `from_piece` is the piece of the portfolio of which it is a copy.
    """

    name: str
    competences: tuple[int, ...]
    form: PieceForm = PieceForm.FILE
    replaces: EvidenceId | None = None
    from_piece: PieceId | None = None


def body_of(incoming: Incoming, said: SubmissionDetails) -> bytes:
    """What stands for a request's body: the same when the same is sent again."""
    whole = [incoming.digest, said.name, sorted(set(said.competences))]
    later = [said.form, said.replaces] if said.replaces or said.form is not PieceForm.FILE else []
    copied = [said.from_piece] if said.from_piece else []
    return msgspec.json.encode([*whole, *later, *copied])


def evidence_id(request: Request) -> UUID:
    """Give the id of the piece of evidence that a request puts in, the same when it is sent again."""
    return stream_of("evidence", request.append_id)


def piece_id(request: Request) -> PieceId:
    """The same of the piece that a request keeps in a portfolio."""
    return PieceId(stream_of("piece", request.append_id))


def about_whom(candidacy: CandidacyId, log: Log | None = None) -> PersonId:
    """The candidate, for whom the file is encrypted from its first byte; raises NotFound before any is read.

    `log`: in which the candidacy was reached already, who may put in asked.
    """
    return reach(log or reading(), candidacy).terms.candidate


def put_in(
    candidacy: CandidacyId,
    incoming: Incoming,
    said: SubmissionDetails,
    intent: Intent,
    claim: Callable[[], None] = lambda: None,
) -> tuple[Recorded, EvidenceId]:
    """Keep the file, record the fact, then have it checked; raises Refused.

    `claim` is asked immediately before it is recorded, and raises Spoken where it is not to be any more.
    Where nobody knows whether the fact was recorded (Busy, a lost connection) the file stays: it may be a piece's.
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
    """The file as a command says it."""
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

    `beside` is what else the command writes to: it is locked with the piece, where a file is there already.
    """
    # a key for another file: nothing is noted of the piece that it put in
    already = None if asked.digest is None else acquis().store.repeated(asked)
    if already and acquis().vault.register.holds(incoming.person, files.retention):
        return already  # a piece put in before the erasure: its file does not come back
    mark = files.mark(evidence)  # before it is compared: another one there since has another
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
    # the same request, sent twice at once, kept it first; were it refused, it dropped the file
    if not kept and (mark is None or files.mark(evidence) != mark):
        files.keep(incoming, evidence)
    return recorded


def have_it_checked(evidence: EvidenceId, candidacy: CandidacyId | None, person: UUID) -> None:
    """Put in its check; where the database does not answer, the worker finds by itself what nobody put in."""
    try:
        acquis().jobs.put("check", evidence, candidacy, person)
    except psycopg2.Error as error:
        log.warning("a check waits to be looked for", evidence=str(evidence), kind=type(error).__name__)


def discard(files: EvidenceStore, incoming: Incoming, evidence: EvidenceId, asked: Request) -> None:
    """Drop the file of a refused piece, unless the same request sent twice was recorded the other time.

    First dropped, then asked: whichever of the two comes last puts the file back.
    """
    files.remove(evidence)
    try:
        recorded = acquis().store.repeated(asked) is not None
    except IdempotencyKeyReused:  # another body's: its own request puts its own file back
        recorded = False
    if recorded:
        files.keep(incoming, evidence)
