"""Check of the whole log: the facts are as recorded and signed, and the rules allow each decision.

Every line is hashed again and compared with the leaves, nodes and signed notes (adapters/log/watch.py). Then the
rules are run again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg2.extensions import connection as Connection  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.database.pool import PATIENT, Database
from adapters.log.checkpoint import CheckpointFolder, CheckpointUnreadable, origin_of
from adapters.log.codec import UNREADABLE, decode, envelope
from adapters.log.doubt import LogFinding, finding, unaccepted
from adapters.log.guards import guards
from adapters.log.line import COLUMNS
from adapters.log.note import VerifierKey
from adapters.log.signing import trusted
from adapters.log.tree import Tree
from adapters.log.watch import Passage, ghosts, newest_note, notes_between, read_on
from domain.fact import RecordedFact, Stamp
from domain.replay.judge import Unchecked, Unlawful, replay_in_part

SNAPSHOT: Final = "set transaction isolation level repeatable read"
SEALED: Final = f"""
select {COLUMNS} from log.fact e
 where e.position <= (select sealed from log.head)
   and e.append_id not in (select append_id from log.fact where position > (select sealed from log.head))
 order by e.position
"""  # noqa: S608  (constants only)
"""The sealed facts, without those of an append whose last facts are not sealed yet."""
LASTS: Final = "select append_id, max(n) from log.fact where n > 0 group by append_id"
EARLIER_RULES: Final = "select coalesce(max(until), 0) from log.earlier_rules"
BATCH: Final = 2000


@dataclass(frozen=True)
class Verdict:
    """Result of a check of the whole log.

    The number of facts read; the open findings; the accepted findings; the positions of unreadable facts; the
    positions of facts that cannot be judged here, since a rule needs a time zone that this machine lacks; the
    unlawful decisions.
    """

    facts: int
    findings: tuple[LogFinding, ...]
    accepted: tuple[LogFinding, ...]
    unreadable: tuple[int, ...]
    unjudged: tuple[int, ...]
    unlawful: tuple[Unlawful, ...]
    earlier_rules: int = 0
    """The last position recorded by a version with other rules; the rules were not run up to it. 0: all were run."""

    @property
    def sound(self) -> bool:
        """True if everything was checked and nothing wrong was found."""
        return not (self.findings or self.unreadable or self.unjudged or self.unlawful)


def check(database: Database, folder: CheckpointFolder | None = None) -> Verdict:
    """Hash every line again, compare everything stored with the hashes, and run the rules again.

    Needs a role that reads the whole log, such as acquis_projector. Without a folder no note is compared.
    """
    _, found = reread(database, folder)
    doubted = unaccepted(database, found)
    reader = FactReader()
    with _snapshot(database) as snapshot:
        earlier = earlier_rules(snapshot)
        facts = reader.read(_sealed(snapshot))
        judged = list(replay_in_part(facts, None, _lasts(snapshot), earlier_rules=earlier))
    return Verdict(
        facts=reader.facts,
        findings=tuple(doubted),
        accepted=tuple(each for each in found if each not in doubted),
        unreadable=tuple(reader.unreadable),
        unjudged=tuple(each.position for each in judged if isinstance(each, Unchecked)),
        unlawful=tuple(each for each in judged if isinstance(each, Unlawful)),
        earlier_rules=earlier,
    )


def earlier_rules(connection: Connection) -> int:
    """Return the last position that an earlier version recorded under its rules, or 0."""
    with connection.cursor() as cursor:
        cursor.execute(EARLIER_RULES)
        return int(cursor.fetchall()[0][0])


def reread(database: Database, folder: CheckpointFolder | None) -> tuple[int, list[LogFinding]]:
    """Hash every sealed line again, compare leaves, nodes and notes with the hashes, and check the catalogue.

    Needs a role that reads the whole log, such as acquis_projector. Returns the number of lines and the findings,
    accepted or not. No rule is run.
    """
    keys = _keys(database, folder) if folder else []
    passage, found = Passage(), []
    while True:
        after, differs = read_on(database, passage, BATCH)
        found += differs
        if after.size == passage.size:
            break
        if folder:
            found += notes_between(database, folder, keys, passage, after)
        passage = after
    if folder:
        found += _beyond(database, folder, keys)
    found += [*ghosts(database), *guards(database)]
    return passage.size, list(dict.fromkeys(found))


def _keys(database: Database, folder: CheckpointFolder) -> list[VerifierKey]:
    try:
        return trusted(database, folder, None)
    except CheckpointUnreadable:  # no key is known: all notes then count as unsigned
        return []


def _beyond(database: Database, folder: CheckpointFolder, keys: list[VerifierKey]) -> Iterator[LogFinding]:
    """Yield the findings about the newest note: it belongs to another log, or the log is shorter than it."""
    try:
        newest = folder.newest()
    except CheckpointUnreadable:
        return  # already reported with its size
    if newest and newest.origin != origin_of(Tree(database)):
        yield finding("note-differs", f"note {newest.size}", newest.origin)
    else:
        yield from (each for each in newest_note(database, folder, keys) if each.slug == "log-shorter")


@dataclass
class FactReader:
    """Reader of facts for the rules, which collects the positions of those that cannot be read."""

    facts: int = 0
    unreadable: list[int] = field(default_factory=list)

    def read(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[RecordedFact]:
        """Yield the facts that can be read."""
        for position, stream, version, name, body, append_id, n, at in rows:
            self.facts += 1
            try:
                head = envelope(body)
                stamp = Stamp(
                    stream=stream,
                    version=version,
                    position=position,
                    by=head.by,
                    role=head.role,
                    on=head.on,
                    at=at,
                    append_id=append_id,
                    n=n,
                )
                yield RecordedFact(fact=decode(name, body), stamp=stamp)
            except UNREADABLE:
                self.unreadable.append(position)


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """Open one transaction on a snapshot of the whole log."""
    with database.connection() as connection:
        connection.autocommit = False
        try:
            with connection.cursor() as cursor:
                cursor.execute(SNAPSHOT)
                cursor.execute(PATIENT)
            yield connection
        finally:
            connection.rollback()
            connection.autocommit = True


def _lasts(connection: Connection) -> dict[UUID, int]:
    """Return the number of the last fact of each append that recorded several facts."""
    with connection.cursor() as cursor:
        cursor.execute(LASTS)
        return dict(cursor.fetchall())


def _sealed(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """Yield all sealed facts, fetched in batches."""
    with connection.cursor(name=f"check_{uuid4().hex}") as cursor:
        cursor.itersize = BATCH
        cursor.execute(SEALED)
        yield from cursor
