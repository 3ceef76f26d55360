"""How is an erasure carried out, from the order to the last trace, whatever stops in between?

The fact first; then the erasure register, on a disk of its own; then the key; then the files; then the account. Each
step can be repeated, and what a crash left half way is finished at the next start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from adapters.desk.erasures import DeskErasures, Ordered
from adapters.files.folder import EvidenceErased, EvidenceMissing
from adapters.log.store import PostgresAttempt
from domain.commands.erase_person import ErasePerson
from domain.erasure import Fate, Why, circumstances
from domain.execute import execute
from domain.fact import Retention
from domain.person import ErasureGround, PersonErased
from domain.ports import OPERATOR, Moved, PersonId, Recorded, Request
from projections.involvements import involvements, involvements_by, pieces_before
from webapi.wiring import House

log = structlog.get_logger(__name__)

LAST: Final = 2**63 - 1
"""A position after every other."""
CLOCKS_APART: Final = timedelta(minutes=1)
"""How far the clocks of the database and of the web host may differ; `doctor` alarms above five seconds."""


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What an erasure came to: what was recorded, and what became of each class asked for."""

    recorded: Recorded
    fates: tuple[Fate, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing that is there stays."""
        return not any(stays(fate) for fate in self.fates)


def stays(fate: Fate) -> bool:
    """Whether something of this class is there and stays."""
    return fate.why not in {None, Why.NOTHING_THERE}


@dataclass(frozen=True)
class _Alone:
    """The log while nobody opens a candidacy for one person or gives them a seat: either relies on their stream.

    So what the command names is all there is, or the attempt is made again.
    """

    house: House
    command: ErasePerson

    def repeated(self, request: Request) -> Recorded | None:
        """Give what this request already wrote, if it did."""
        return self.house.store.repeated(request)

    @contextmanager
    def attempt(self, request: Request, contended: frozenset[UUID]) -> Iterator[PostgresAttempt]:
        """Begin an attempt under the lock of the person's stream."""
        store, person = self.house.store, self.command.person
        with store.attempt(request, contended | {person}) as attempt:
            with closing(self.house.database.open()) as connection, connection.cursor() as cursor:
                now = involvements_by(cursor, person)  # the pool may have no second connection to lend
            if (now.candidacies, now.seats) != (self.command.candidacies, self.command.seats):
                raise Moved(person)
            yield attempt


def look(house: House, person: PersonId, classes: Iterable[Retention], ground: ErasureGround) -> tuple[Fate, ...]:
    """What would go and what would stay today; changes nothing. Raises NotFound."""
    command = _command(house, person, classes, ground)
    with house.store.attempt(house.request_of(OPERATOR), frozenset()) as attempt:
        found = circumstances(attempt, person, command.candidacies, command.seats)
    return found.plan(command.classes, ground, house.clock.today(), command.there)


def erase(
    house: House, person: PersonId, classes: Iterable[Retention], ground: ErasureGround, request: Request
) -> Erased:
    """Order an erasure and carry it out; a repeated request is answered as the first, its steps taken again."""
    wanted = tuple(dict.fromkeys(classes))
    before = look(house, person, wanted, ground)
    command = _command(house, person, wanted, ground)
    recorded = execute(command, _Alone(house, command), request)
    settle(house)
    gone = {fact.retention for fact in recorded.facts if isinstance(fact, PersonErased)}
    fates = (Fate(retention=fate.retention) if fate.retention in gone else fate for fate in before)
    return Erased(recorded=recorded, fates=tuple(fates))


def due(house: House, persons: Iterable[PersonId]) -> Iterator[tuple[PersonId, tuple[Retention, ...]]]:
    """Of these persons, those of whom something is due today, and which classes."""
    for person in persons:
        fates = look(house, person, Retention, ErasureGround.PERIOD_OVER)
        if classes := tuple(fate.retention for fate in fates if fate.goes):
            yield person, classes


def settle(house: House) -> int:
    """Carry out what was ordered and is not done to the end; gives how many erasures it was."""
    desk = DeskErasures(house.database)
    pending = desk.pending()
    for ordered in pending:
        _destroy(house, ordered)
        if ordered.retention is Retention.PAPERS:
            _remove_files(house, ordered)
        if ordered.retention is Retention.IDENTITY:
            desk.purge(ordered.person)
        desk.done(ordered.position)
        log.info("erased", position=ordered.position, retention=ordered.retention.value)
    return len(pending)


def erase_again(house: House) -> int:
    """After a restore: finish what the log orders, and all else that the register knows; gives how many it was.

    The log that came back may not know of an erasure. Its key is destroyed by then; files that open for nobody and
    accounts of people without an identity go here.
    """
    settle(house)
    entries = house.vault.register.entries()
    desk = DeskErasures(house.database)
    for person in {each.person for each in entries if each.retention is Retention.PAPERS}:
        _remove_unreadable(house, PersonId(person))
    for person in {each.person for each in entries if each.retention is Retention.IDENTITY}:
        desk.purge(PersonId(person))
    return len({(each.person, each.retention) for each in entries})


def _remove_unreadable(house: House, person: PersonId) -> None:
    for evidence in pieces_before(house.database, involvements(house.database, person).candidacies, LAST):
        try:
            house.files.open(evidence, person).close()
        except EvidenceErased:
            house.files.remove(evidence)
        except EvidenceMissing:
            pass  # the way in that shows it raises the alarm


def _destroy(house: House, ordered: Ordered) -> None:
    """Note the erasure in the register, once, then destroy the key that there was when it was noted."""
    register = house.vault.register
    noted = register.newest(ordered.person, ordered.retention)
    if noted is None or noted < ordered.at - CLOCKS_APART:
        noted = register.note(ordered.person, ordered.retention, ordered.ground).at
    house.vault.destroy(ordered.person, ordered.retention, until=noted)


def _remove_files(house: House, ordered: Ordered) -> None:
    candidacies = involvements(house.database, ordered.person).candidacies
    for evidence in pieces_before(house.database, candidacies, ordered.position):
        house.files.remove(evidence)


def _command(house: House, person: PersonId, classes: Iterable[Retention], ground: ErasureGround) -> ErasePerson:
    wanted = tuple(dict.fromkeys(classes))
    now = involvements(house.database, person)
    there = house.vault.present((person, retention) for retention in wanted)
    return ErasePerson(
        person=person,
        classes=wanted,
        ground=ground,
        candidacies=now.candidacies,
        seats=now.seats,
        there=frozenset(retention for _, retention in there),
    )
