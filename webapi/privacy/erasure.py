"""Erasure of a person's data, from the order to the last file.

The steps are: record the fact; seal it and cover it by a signed checkpoint; note it in the erasure register, on a
disk of its own, with the proof that the log orders it; destroy the key; remove the files; remove the account. Each
step can be repeated. An erasure that waits for a checkpoint, or that a crash or a full disk interrupted, is finished
at the next start, with the next erasure, or by `acquis erasures settle`; it does not hold up other people's erasures.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import psycopg2
import structlog

from adapters.files.copies import ReadingCopies
from adapters.files.store import EvidenceErased, EvidenceMissing, EvidenceStore
from adapters.keys.erasure_evidence import latest, prove
from adapters.keys.lost_keys import missing_keys
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.note import Checkpoint
from adapters.log.store import PostgresAttempt
from adapters.operations.erasures import DeskErasures, Ordered, ordered_by
from domain.commands.people.erase_person import ErasePerson
from domain.execute import execute
from domain.fact import Retention
from domain.people.facts import ErasureGround, PersonErased
from domain.ports import OPERATOR, CandidacyId, EvidenceId, PersonId, Recorded, Request, StreamChanged
from domain.privacy.erasure import Fate, RetentionReason, circumstances
from projections.people.involvements import involvements, involvements_by, kept_before, pieces_before
from webapi.privacy.erasure_checkpoint import wait_for_checkpoint
from webapi.privacy.export_folder import sweep
from webapi.wiring import App

log = structlog.get_logger(__name__)

LAST: Final = 2**63 - 1
"""A position after all others."""
Pair = tuple[UUID, Retention]


@dataclass(frozen=True, kw_only=True)
class Erased:
    """The result of an erasure: what was recorded, and the fate of each class of data requested."""

    recorded: Recorded
    fates: tuple[Fate, ...]


@dataclass(frozen=True, kw_only=True)
class Settled:
    """How many unfinished erasures are now done, and which are not."""

    done: int
    left: tuple[Ordered, ...]


def stays(fate: Fate) -> bool:
    """Return whether there are data of this class that stay."""
    return fate.why not in {None, RetentionReason.NOTHING_THERE}


def pending(fates: Iterable[Fate]) -> bool:
    """Return whether an erasure is ordered and not yet done."""
    return any(fate.why is RetentionReason.BEING_CARRIED_OUT for fate in fates)


class Uncovered(Exception):  # noqa: N818  (it names what is not there yet)
    """No checkpoint covers the order of this erasure yet."""


@dataclass(frozen=True)
class _Alone:
    """The log, with the person's stream locked against new candidacies and seats.

    Opening a candidacy or giving a seat relies on that stream, so the command names all of them, or is attempted
    again.
    """

    acquis: App
    command: ErasePerson

    def repeated(self, request: Request) -> Recorded | None:
        """Return what this request has already written, or None."""
        return self.acquis.store.repeated(request)

    @contextmanager
    def attempt(self, request: Request, contended: frozenset[UUID]) -> Iterator[PostgresAttempt]:
        """Begin an attempt that locks the person's stream."""
        store, person = self.acquis.store, self.command.person
        with store.attempt(request, contended | {person}) as attempt:
            with closing(self.acquis.database.open()) as connection, connection.cursor() as cursor:
                now = involvements_by(cursor, person)  # the pool may have no second connection
            if (now.candidacies, now.seats) != (self.command.candidacies, self.command.seats):
                raise StreamChanged(person)
            yield attempt


def preview_erasure(
    acquis: App,
    person: PersonId,
    classes: Iterable[Retention],
    ground: ErasureGround,
    lost: Collection[Pair] | None = None,
) -> tuple[Fate, ...]:
    """Return what an erasure would remove and keep today, without changing anything; raises NotFound.

    `lost`: the missing keys, if the caller has already searched for them; the search reads the whole log.
    """
    return _plan(acquis, _command(acquis, person, classes, ground, lost))


def erase(
    acquis: App, person: PersonId, classes: Iterable[Retention], ground: ErasureGround, request: Request
) -> Erased:
    """Order an erasure and carry it out. A repeated request gets the first answer, and its steps are taken again.

    A failure after the order raises no error: the unfinished classes are reported as under way.
    """
    command = _command(acquis, person, classes, ground)
    before = _plan(acquis, command)
    recorded = execute(command, _Alone(acquis, command), request)
    gone = {fact.retention for fact in recorded.facts if isinstance(fact, PersonErased)}
    try:
        left = {each.retention for each in settle(acquis).left if each.person == person}
    except psycopg2.Error as error:  # the database stopped answering after it recorded the order
        log.critical("erasures wait", cause=type(error).__name__)
        left = gone
    fates = (_outcome(fate, gone, left) for fate in before)
    return Erased(recorded=recorded, fates=tuple(fates))


def _outcome(fate: Fate, gone: Collection[Retention], left: Collection[Retention]) -> Fate:
    if fate.retention in left:
        return Fate(retention=fate.retention, why=RetentionReason.BEING_CARRIED_OUT)
    return Fate(retention=fate.retention) if fate.retention in gone else fate


def due(acquis: App, persons: Iterable[PersonId]) -> Iterator[tuple[PersonId, tuple[Retention, ...]]]:
    """Yield those of these persons who have data due for erasure today, with the classes."""
    lost = missing_keys(acquis.database, acquis.vault)
    for person in persons:
        fates = _plan(acquis, _command(acquis, person, Retention, ErasureGround.PERIOD_OVER, lost))
        if classes := tuple(fate.retention for fate in fates if fate.goes):
            yield person, classes


def resume(acquis: App) -> None:
    """Repair the erasure register and finish pending erasures; every start calls this."""
    note_again(acquis)
    settle(acquis)


def settle(acquis: App) -> Settled:
    """Finish ordered erasures; one that fails is left for the next time.

    Accounts that belong to no person are removed too: no erasure reaches them, since no fact names their owner.
    """
    sweep(acquis.settings.data)
    pending = DeskErasures(acquis.database).pending()
    wait_for_checkpoint(acquis, [each for each in pending if not _noted(acquis, each)])
    settled = _each(pending, lambda ordered: _carry_out(acquis, ordered))
    _purge_nobodys(acquis)
    return settled


def note_again(acquis: App) -> Settled:
    """Note the log's erasures that the register lacks (for example when its disk was lost), and raise an alarm.

    They are noted as of their order: keys made after it stay, and a restored older key is destroyed.
    """
    register = acquis.vault.register
    lacking = [
        each
        for each in DeskErasures(acquis.database).carried_out()
        if register.noted(each.person, each.retention, each.order) is None
    ]
    wait_for_checkpoint(acquis, lacking)
    if lacking:
        log.critical("the erasure register lacks erasures of the log: they are noted again", erasures=len(lacking))
    return _each(lacking, lambda ordered: _destroy(acquis, ordered, lambda: ordered.order.at))


def erase_again(acquis: App) -> int:
    """Finish, after a restore, the erasures of the log and of the register; return how many the register holds.

    The restored log may lack an erasure, or the register may lack one. The keys are destroyed already; this removes
    files from before an erasure that cannot be decrypted, and accounts of people without an identity. Unfinished
    uploads end: no backup holds their bytes.
    """
    resume(acquis)
    acquis.uploads.end_all()
    register, desk = acquis.vault.register, DeskErasures(acquis.database)
    erased = {(each.person, each.retention) for each in register.entries()}
    for person, retention in erased:
        if retention is Retention.PAPERS:
            _remove_unreadable(acquis, PersonId(person))
            acquis.uploads.purge(person)
            acquis.drafts.forget(person)
            acquis.jobs.purge(person)
        if retention is Retention.PORTFOLIO:
            _remove_unreadable_kept(acquis, PersonId(person))
            acquis.uploads.purge(person, kept=True)
            acquis.jobs.purge(person, kept=True)
            acquis.private_links.purge(PersonId(person))
        if retention is Retention.IDENTITY:
            desk.purge(PersonId(person))
            acquis.post.forget(PersonId(person))
    return len(erased)


def being_erased(acquis: App, person: PersonId, retention: Retention) -> bool:
    """Return whether an ordered erasure is missing in the register: data sealed now would be erased with it."""
    with closing(acquis.database.open()) as connection, connection.cursor() as cursor:
        waiting = ordered_by(cursor, done=False, person=person)  # the pool may have no second connection
    noted = acquis.vault.register.noted
    return any(each.retention is retention and noted(person, retention, each.order) is None for each in waiting)


def _purge_nobodys(acquis: App) -> None:
    try:
        accounts = DeskErasures(acquis.database).purge_nobodys()
    except psycopg2.Error as error:  # the ordered erasures are done anyway
        log.warning("accounts of nobody wait", cause=type(error).__name__)
    else:
        if accounts:
            log.warning("accounts of nobody removed", accounts=accounts)


def _each(orders: Iterable[Ordered], act: Callable[[Ordered], None]) -> Settled:
    done, left = 0, []
    for ordered in orders:
        try:
            act(ordered)
        except Uncovered:
            log.info("an erasure waits for a checkpoint", position=ordered.order.position)
            left.append(ordered)
        except Exception as error:  # noqa: BLE001  (one person's failure must not stop other erasures)
            log.critical(
                "an erasure waits",
                position=ordered.order.position,
                retention=ordered.retention.value,
                cause=type(error).__name__,
            )
            left.append(ordered)
        else:
            done += 1
    return Settled(done=done, left=tuple(left))


def _carry_out(acquis: App, ordered: Ordered) -> None:
    desk, position = DeskErasures(acquis.database), ordered.order.position
    _destroy(acquis, ordered, lambda: acquis.vault.moment(ordered.person, ordered.retention))
    if ordered.retention is Retention.PAPERS:
        for evidence, _ in pieces_before(acquis.database, _candidacies(acquis, ordered.person), position):
            acquis.files.remove(evidence)
            acquis.copies.forget(evidence)
        acquis.uploads.purge(ordered.person)
        acquis.drafts.forget(ordered.person)
        acquis.jobs.purge(ordered.person)
        acquis.files.let_go_unreadable(ordered.person)
    if ordered.retention is Retention.PORTFOLIO:
        for piece, _ in kept_before(acquis.database, ordered.person, position):
            acquis.portfolio.remove(piece)
            acquis.portfolio_copies.forget(piece)
        acquis.uploads.purge(ordered.person, kept=True)
        acquis.jobs.purge(ordered.person, kept=True)
        acquis.portfolio.let_go_unreadable(ordered.person)
        acquis.private_links.purge(ordered.person)
    if ordered.retention is Retention.IDENTITY:
        desk.purge(ordered.person)
        acquis.post.forget(ordered.person)
    desk.done(position)
    log.info("erased", position=position, retention=ordered.retention.value)


def _destroy(acquis: App, ordered: Ordered, moment: Callable[[], datetime]) -> None:
    """Note the erasure in the register once, with its proof, then destroy the key of that time.

    Raises Uncovered while no checkpoint proves that the log orders it.
    """
    vault, person, retention = acquis.vault, ordered.person, ordered.retention
    noted = vault.register.noted(person, retention, ordered.order)
    if noted is None:
        evidence = prove(acquis.database, _checkpoints(acquis), ordered.order)
        if evidence is None:
            raise Uncovered
        limit, made = latest(Checkpoint.parse(evidence.note)), vault.made_at(person, retention)
        if made and made > limit:  # the key is newer than this checkpoint: wait for the next
            raise Uncovered
        noted = vault.register.note(
            person,
            retention,
            ordered.ground,
            order=ordered.order,
            evidence=evidence,
            moment=lambda: min(moment(), limit),
        )
    vault.destroy(person, retention, until=noted.at)


def _noted(acquis: App, ordered: Ordered) -> bool:
    return acquis.vault.register.noted(ordered.person, ordered.retention, ordered.order) is not None


def _checkpoints(acquis: App) -> CheckpointFolder:
    return CheckpointFolder(acquis.settings.checkpoint_folder)


def _remove_unreadable(acquis: App, person: PersonId) -> None:
    """Remove files from before the last erasure of the person's papers that cannot be decrypted.

    "Before" is by position if the register has it, and by date: this log's positions may differ from those of the
    lost one.
    """
    candidacies = _candidacies(acquis, person)
    _remove_erased(acquis.files, acquis.copies, person, lambda at: pieces_before(acquis.database, candidacies, at))
    acquis.files.let_go_unreadable(person)


def _remove_unreadable_kept(acquis: App, person: PersonId) -> None:
    """Remove such files of the portfolio, from before its last erasure."""
    kept = acquis.portfolio, acquis.portfolio_copies
    _remove_erased(*kept, person, lambda at: kept_before(acquis.database, person, at))
    acquis.portfolio.let_go_unreadable(person)


def _remove_erased(
    files: EvidenceStore,
    copies: ReadingCopies,
    person: PersonId,
    before: Callable[[int], Iterable[tuple[EvidenceId, datetime]]],
) -> None:
    erased = files.erased(person)
    for evidence, recorded in before(LAST if erased is None or erased.position is None else erased.position):
        if erased is None or recorded > erased.at:
            continue
        try:
            files.open(evidence, person, recorded).close()
        except EvidenceErased:
            files.remove(evidence)
            copies.forget(evidence)
        except EvidenceMissing:
            pass  # the page or route that shows the file raises the alarm


def _candidacies(acquis: App, person: PersonId) -> tuple[CandidacyId, ...]:
    return involvements(acquis.database, person).candidacies


def _plan(acquis: App, command: ErasePerson) -> tuple[Fate, ...]:
    with acquis.store.attempt(acquis.request_of(OPERATOR), frozenset()) as attempt:
        found = circumstances(attempt, command.person, command.candidacies, command.seats)
    return found.plan(command.classes, command.ground, acquis.clock.today(), command.there)


def _command(
    acquis: App,
    person: PersonId,
    classes: Iterable[Retention],
    ground: ErasureGround,
    lost: Collection[Pair] | None = None,
) -> ErasePerson:
    """Return the command with all that it must name.

    Data under a lost key count as present, because the key may be found. So do account, tokens and sessions, which
    belong to the identity: a token may have been made after its erasure.
    """
    wanted = tuple(dict.fromkeys(classes))
    now = involvements(acquis.database, person)
    there = acquis.vault.present((person, retention) for retention in wanted)
    if lost is None and len(there) < len(wanted):
        lost = missing_keys(acquis.database, acquis.vault, person)
    there |= {pair for pair in lost or () if pair[0] == person}
    if DeskErasures(acquis.database).holds(person):
        there |= {(person, Retention.IDENTITY)}
    return ErasePerson(
        person=person,
        classes=wanted,
        ground=ground,
        candidacies=now.candidacies,
        seats=now.seats,
        there=frozenset(retention for _, retention in there),
    )
