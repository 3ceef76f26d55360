"""How do the facts of one span of the log become rows? The same way in a small batch and in a whole rebuild.

Tables are named without a schema: the transaction's search_path says which set they belong to.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import date
from io import StringIO
from itertools import groupby, islice
from operator import itemgetter
from types import NoneType
from typing import Any, cast
from uuid import UUID

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)

from adapters.log.codec import FACTS, told_on
from adapters.log.store import facts_of
from domain.fact import Fact
from projections.candidacy.dossier import LINKING
from projections.engine.case import READS, Case
from projections.engine.history import History
from projections.engine.lean import lean
from projections.engine.projection import (
    Added,
    CaseOverTime,
    Facts,
    InSql,
    PerCase,
    PerStream,
    Projection,
    Row,
    StreamOverTime,
)
from projections.engine.published import Publications
from projections.engine.statements import statements

FETCHED = 2_000  # lines asked for at once
DOSSIERS = 20  # whole dossiers asked for at once
TOGETHER = 100  # cases or streams whose rows are written at once
KEPT = 1_000  # cases kept between batches: some 20 kB each

UNKNOWN = """
select position, type from log.fact
 where position > %(after)s and position <= %(upto)s and type <> all (%(known)s) order by position limit 1
"""
STREAMS = """
select stream::text, position, type, body from log.fact
 where type = any (%(types)s) and position <= %(upto)s order by stream, version
"""
MOVED = """
select e.stream::text, e.position, e.type, e.body from log.fact e
 where e.position <= %(upto)s and e.stream in
       (select stream from log.fact where position > %(after)s and position <= %(upto)s and type = any (%(types)s))
 order by e.stream, e.version
"""
TYPES = "select distinct type from log.fact where position > %(after)s and position <= %(upto)s"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
KNOWN = sorted(FACTS)

BETWEEN = "\x1e"
"""What stands between the facts of a dossier: no body holds it, since JSON escapes control characters."""


NO_FAULT_OF_THE_FACT = (psycopg2.Error, OSError, MemoryError)
"""What keeps anybody from reading on for the moment: a database that ended says nothing of a fact."""


class PoisonFact(Exception):  # noqa: N818  (it names what was met)
    """A fact that cannot be read or does not follow from those before it: the projector stops, it never skips."""

    def __init__(self, position: int, type_name: str) -> None:
        """Name the fact."""
        super().__init__(f"the fact at position {position} ({type_name}) cannot be applied")
        self.position = position


class Kept:
    """The cases folded up to one position, least recently used first to go, and the publications met."""

    def __init__(self, size: int = KEPT) -> None:
        """Keep up to `size` cases between batches."""
        self.published = Publications()
        self._size = size
        self._cases: OrderedDict[UUID, Case] = OrderedDict()

    def __contains__(self, candidacy: UUID) -> bool:
        return candidacy in self._cases

    def take(self, candidacy: UUID) -> Case:
        """The case as kept, else a new one."""
        return self._cases.pop(candidacy, None) or Case(candidacy, self.published)

    def keep(self, case: Case) -> None:
        """Keep a case; the one unused for longest goes."""
        self._cases[case.candidacy] = case
        if len(self._cases) > self._size:
            self._cases.popitem(last=False)

    def forget(self) -> None:
        """Forget all cases: what they were folded to did not commit, or is not where the tables are."""
        self._cases.clear()


def unknown(sql: Cursor, after: int, upto: int) -> tuple[int, str] | None:
    """The first fact of the span that this version does not know: its position and type."""
    sql.execute(UNKNOWN, {"after": after, "upto": upto, "known": KNOWN})
    found = sql.fetchall()
    return (found[0][0], found[0][1]) if found else None


def advance(sql: Cursor, projections: Sequence[Projection], after: int, upto: int, kept: Kept) -> None:
    """Bring tables that stand at `after` to `upto`. A dossier not among them must already stand at `upto`."""
    kept.published.cursor = sql
    given: dict[str, Any] = LINKING | {"after": after, "upto": upto}
    for projection in projections:  # the dossier comes first
        if isinstance(projection, InSql):
            sql.execute(statements(projection.name)["extend"], given)
    if per_case := [each for each in projections if isinstance(each, PerCase | CaseOverTime)]:
        _cases(sql, per_case, after, upto, kept)
    per_stream = [each for each in projections if isinstance(each, PerStream | StreamOverTime)]
    told = _types(sql, given) if after else set(KNOWN)
    for kind in dict.fromkeys(each.kind for each in per_stream):
        if _types_of(kind) & told:
            _streams(sql, kind, [each for each in per_stream if each.kind is kind], after, upto)
    for projection in projections:
        if isinstance(projection, Added):
            sql.execute(statements(projection.name)["extend"], {**given, **projection.given})


def _types(sql: Cursor, span: dict[str, Any]) -> set[str]:
    """Which types of facts a span holds: of most kinds of streams a small one moves none."""
    sql.execute(TYPES, span)
    return {type_name for (type_name,) in sql.fetchall()}


def _types_of(kind: type[Any]) -> set[str]:
    return set(facts_of(cast("Any", kind)))  # its cache is typed for hashables


def _cases(sql: Cursor, projections: list[PerCase | CaseOverTime], after: int, upto: int, kept: Kept) -> None:
    asked = statements("dossier")
    given: dict[str, Any] = {"after": after, "upto": upto, "reads": list(READS)}
    if after:
        sql.execute(asked["touched"], given)
        touched = [candidacy for (candidacy,) in sql.fetchall()]
        if not touched:
            return
        given["more"] = [candidacy for candidacy in touched if candidacy in kept]
        given["again"] = [candidacy for candidacy in touched if candidacy not in kept]
    with closing(_Ahead(sql, asked["some" if after else "all"], given)) as dossiers:
        folded = _folded(dossiers, kept, _moved([each for each in projections if isinstance(each, CaseOverTime)]))
        while cases := list(islice(folded, TOGETHER)):
            ids = [case.candidacy for case in cases] if after else None
            dossiers.settle()
            for projection in projections:
                rows = (row for case in cases for row in _of_case(projection, case))
                _write(sql, projection.name, "candidacy", ids, rows)


def _of_case(projection: PerCase | CaseOverTime, case: Case) -> Iterable[Row]:
    return case.histories[projection.name] if isinstance(projection, CaseOverTime) else projection.rows(case)


Moved = dict[str, list[tuple[CaseOverTime, bool]]]
"""By type of fact, the tables over time to look at after it, and whether only where its jury's results are known."""


def _moved(projections: list[CaseOverTime]) -> Moved:
    moved: Moved = {}
    for each in projections:
        for type_name in each.moved_by | each.once_known:
            moved.setdefault(type_name, []).append((each, type_name not in each.moved_by))
    return moved


class _Ahead:
    """The dossiers of a query, through a server-side cursor: the next ones are fetched while some are folded."""

    def __init__(self, sql: Cursor, query: str, given: dict[str, Any]) -> None:
        sql.execute(f"declare dossiers no scroll cursor for {query}", given)
        self._sql = sql
        self._thread = ThreadPoolExecutor(1)
        self._next = self._thread.submit(self._fetched)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        while dossiers := self._next.result():
            self._next = self._thread.submit(self._fetched)
            yield from dossiers
        self._sql.execute("close dossiers")

    def _fetched(self) -> list[tuple[str, str]]:
        with self._sql.connection.cursor() as fetching:
            fetching.execute(f"fetch {DOSSIERS} from dossiers")
            return fetching.fetchall()

    def settle(self) -> None:
        """Wait until nothing is being fetched: the driver lets a statement of another thread break into a COPY."""
        wait([self._next])

    def close(self) -> None:
        """Let the thread end before whoever asked ends the transaction, which closes the server's cursor."""
        self._thread.shutdown()


def _folded(dossiers: Iterable[tuple[str, str]], kept: Kept, moved: Moved) -> Iterator[Case]:
    for candidacy, text in dossiers:
        case = kept.take(UUID(candidacy))
        read = case.read
        for told in text.split(BETWEEN):
            since, position, stream, type_name, body = told.split(" ", 4)
            try:
                fact = lean(type_name, body)
                read(fact, stream, int(position))
                if type_name in moved:
                    _note(case, fact, moved[type_name], int(since), body)
            except NO_FAULT_OF_THE_FACT:
                raise
            except Exception as error:
                raise PoisonFact(int(position), type_name) from error
        yield case
        kept.keep(case)


def _note(case: Case, fact: Fact, moved: list[tuple[CaseOverTime, bool]], since: int, body: str) -> None:
    """Look at the rows that a fact may have changed, in a dossier that it belongs to since a position."""
    for each, if_known in moved:
        if not if_known or case.fold.knows(cast("Any", fact).session):
            history = case.histories.setdefault(each.name, History(each.keys))
            history.note(each.rows(case), since, told_on(body))


def _streams(
    sql: Cursor, kind: type[Any], projections: list[PerStream | StreamOverTime], after: int, upto: int
) -> None:
    types = sorted(_types_of(kind))
    lines = _lines(sql, MOVED if after else STREAMS, {"after": after, "upto": upto, "types": types})
    streams = groupby(lines, itemgetter(0))
    over_time = [each for each in projections if isinstance(each, StreamOverTime)]
    read = (_aggregate(kind, UUID(stream), of_one, over_time) for stream, of_one in streams)
    while found := list(islice(read, TOGETHER)):
        ids = [aggregate.id for aggregate, *_ in found] if after else None
        for projection in projections:
            key = statements(projection.name)["table"].split("(", 1)[1].split()[0]
            rows = (
                row
                for aggregate, facts, histories in found
                for row in (
                    histories[projection.name]
                    if isinstance(projection, StreamOverTime)
                    else projection.rows(aggregate, facts)
                )
            )
            _write(sql, projection.name, key, ids, rows)


def _aggregate(
    kind: type[Any], stream: UUID, lines: Iterable[Any], over_time: list[StreamOverTime]
) -> tuple[Any, Facts, dict[str, History]]:
    aggregate, facts = kind(id=stream), []
    histories = {each.name: History(each.keys) for each in over_time}
    for _, position, type_name, body in lines:
        try:
            fact = lean(type_name, body)
            aggregate = aggregate.evolve(fact)
            facts.append((fact, position))
            for each in over_time:
                histories[each.name].note(each.rows(aggregate, facts), position, told_on(body))
        except NO_FAULT_OF_THE_FACT:
            raise
        except Exception as error:
            raise PoisonFact(position, type_name) from error
    return aggregate, facts, histories


def _lines(sql: Cursor, query: str, given: dict[str, Any]) -> Iterator[Any]:
    """The lines of a query, through a server-side cursor: memory does not grow with the log."""
    sql.execute(f"declare lines no scroll cursor for {query}", given)
    with sql.connection.cursor() as fetching:
        while True:
            fetching.execute(f"fetch {FETCHED} from lines")
            if not fetching.rowcount:
                break
            yield from fetching.fetchall()
        fetching.execute("close lines")


def _write(sql: Cursor, table: str, key: str, ids: list[UUID] | None, rows: Iterable[Row]) -> None:
    """Write all rows of some ids again, in two statements; without `ids`, the table holds none of them yet."""
    text = StringIO()
    for row in rows:
        text.write("\t".join([CELLS[type(value)](value) for value in row]))
        text.write("\n")
    if ids is not None:
        sql.execute(f"delete from {table} where {key} = any (%s::uuid[])", (ids,))  # noqa: S608  (our own names)
    text.seek(0)
    sql.copy_expert(f"copy {table} from stdin", text)


class _Cells(dict[type, Callable[[Any], str]]):
    """How a value of each kind is written as COPY reads it."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        """As the class it is made from."""
        self[kind] = next((self[each] for each in kind.__mro__ if each in self), _no_column)
        return self[kind]


def _no_column(value: Any) -> str:
    raise TypeError(f"no column holds a {type(value).__name__}")


CELLS = _Cells(
    {
        NoneType: lambda _: "\\N",
        bool: lambda value: "t" if value else "f",
        int: str,
        tuple: lambda value: f"{{{','.join(map(str, value))}}}",
        str: lambda value: value.translate(ESCAPES),
        UUID: str,
        date: str,
    }
)
