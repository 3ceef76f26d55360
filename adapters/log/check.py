"""Is the log what was recorded and signed, and does every decision follow from the facts before it?

Every line is hashed anew; leaves, nodes and kept notes are held against what was hashed (adapters/log/watch.py). Then
the rules are run again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg2.extensions import connection as Connection  # noqa: N812  (a class under a function's name)

from adapters.database.pool import PATIENT, Database
from adapters.log.checkpoint import CheckpointFolder, CheckpointUnreadable, origin_of
from adapters.log.codec import UNREADABLE, decode, envelope
from adapters.log.doubt import Finding, finding, unaccepted
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
"""  # noqa: S608  (our own words)
"""What is sealed, but for an append of which the last facts are not yet."""
LASTS: Final = "select append_id, max(n) from log.fact where n > 0 group by append_id"
EARLIER_RULES: Final = "select coalesce(max(until), 0) from log.earlier_rules"
BATCH: Final = 2000


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole log found.

    How many facts were read, what is not what was recorded or signed, what of that kind somebody accepted, which
    facts nobody can read, which nobody can judge here, since a rule asks for midnight in a time zone not known here
    (their positions), and which decisions are unlawful.
    """

    facts: int
    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    unreadable: tuple[int, ...]
    unjudged: tuple[int, ...]
    unlawful: tuple[Unlawful, ...]
    earlier_rules: int = 0
    """The last position that a version with other rules recorded: up to it no rule was run. 0 where all were."""

    @property
    def sound(self) -> bool:
        """All was looked at, and nothing wrong was found."""
        return not (self.findings or self.unreadable or self.unjudged or self.unlawful)


def check(database: Database, folder: CheckpointFolder | None = None) -> Verdict:
    """Hash every line anew, hold all that is kept against it, and run the rules again; as acquis_projector.

    Without a folder no note is compared.
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


def reread(database: Database, folder: CheckpointFolder | None) -> tuple[int, list[Finding]]:
    """Hash every sealed line anew and hold leaves, nodes, notes and guards against it, as acquis_projector.

    Gives how many lines it was and what was found, accepted or not. No rule is run.
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
    except CheckpointUnreadable:  # then no note is signed by anybody who is known
        return []


def _beyond(database: Database, folder: CheckpointFolder, keys: list[VerifierKey]) -> Iterator[Finding]:
    """What the newest note says of a log that is shorter, or another."""
    try:
        newest = folder.newest()
    except CheckpointUnreadable:
        return  # named with its size already
    if newest and newest.origin != origin_of(Tree(database)):
        yield finding("note-differs", f"note {newest.size}", newest.origin)
    else:
        yield from (each for each in newest_note(database, folder, keys) if each.slug == "log-shorter")


@dataclass
class FactReader:
    """Reads facts for the rules, and notes which cannot be read."""

    facts: int = 0
    unreadable: list[int] = field(default_factory=list)

    def read(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[RecordedFact]:
        """The facts that can be read."""
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
    """One transaction that sees the log as it is now to its end."""
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
    """The number of the last fact of each append that recorded several."""
    with connection.cursor() as cursor:
        cursor.execute(LASTS)
        return dict(cursor.fetchall())


def _sealed(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """All sealed facts, a batch at a time."""
    with connection.cursor(name=f"check_{uuid4().hex}") as cursor:
        cursor.itersize = BATCH
        cursor.execute(SEALED)
        yield from cursor
