"""Computation of the read models' rows from a span of the log, the same for a small batch and for a whole rebuild.

Tables are named without a schema: the transaction's search_path selects the set of tables.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import StringIO
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from traceback import walk_tb
from types import NoneType
from typing import Any, cast
from uuid import UUID

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.log.codec import FACTS, told_on
from adapters.log.store import facts_of
from domain.fact import Fact
from projections.candidacy.dossier import LINKING
from projections.engine.before import Before
from projections.engine.case import DATED, FOLDED, READS, Case
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

HOUSE = Path(__file__).parents[2]
OURS = {"domain", "adapters", "projections"}
"""The project's packages, among whose frames `cause_of` looks for the last one of a traceback."""
FETCHED = 2_000  # lines fetched at once
DOSSIERS = 20  # whole dossiers fetched at once
TOGETHER = 100  # cases or streams whose rows are written at once
KEPT = 1_000  # cases cached between batches: some 20 kB each
EVERY_ID = 1 << 128

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
"""The separator between the facts of a dossier: no body holds it, since JSON escapes control characters."""


NO_FAULT_OF_THE_FACT = (psycopg2.Error, OSError, MemoryError)
"""Errors of the environment, such as a failing database, which say nothing about the fact being read."""


class PoisonFact(Exception):  # noqa: N818  (named after what happened)
    """A fact that cannot be read or does not follow from those before it: the projector stops, it never skips."""

    def __init__(self, position: int, type_name: str, cause: str) -> None:
        """Name the fact, and the cause."""
        super().__init__(position, type_name, cause)  # kept as arguments: it may be pickled from another process
        self.position = position
        self.type_name = type_name
        self.cause = cause

    def __str__(self) -> str:
        """Return which fact, and why."""
        return f"the fact at position {self.position} ({self.type_name}) cannot be applied: {self.cause}"


def cause_of(error: BaseException) -> str:
    """Return an error's class and the project's last line in its traceback; its message might hold personal data."""
    at = ""
    for frame, line in walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(HOUSE) and path.relative_to(HOUSE).parts[0] in OURS:
            at = f" at {path.relative_to(HOUSE)}:{line}"
    return f"{type(error).__name__}{at}"


class CaseCache:
    """A cache of cases folded up to one position, least recently used first to be evicted, and of publications."""

    def __init__(self, size: int = KEPT) -> None:
        """Cache up to `size` cases between batches."""
        self.published = Publications()
        self._size = size
        self._cases: OrderedDict[UUID, Case] = OrderedDict()
        self._awaited: dict[UUID, Case] = {}

    def await_those_of(self, candidacies: Iterable[UUID]) -> list[UUID]:
        """Return which of them are cached, and protect these from eviction: the batch reads only their new facts."""
        self._cases |= self._awaited
        self._awaited = {each: self._cases.pop(each) for each in candidacies if each in self._cases}
        return [*self._awaited]

    def take(self, candidacy: UUID) -> Case:
        """Return the awaited case, or a new one."""
        return self._awaited.pop(candidacy, None) or Case(candidacy, self.published)

    def keep(self, case: Case) -> None:
        """Cache a case; the least recently used one is evicted."""
        self._cases[case.candidacy] = case
        if len(self._cases) > self._size:
            self._cases.popitem(last=False)

    def forget(self) -> None:
        """Drop all cases, when their state was not committed or is not at the tables' position."""
        self._cases.clear()
        self._awaited.clear()


def unknown(sql: Cursor, after: int, upto: int) -> tuple[int, str] | None:
    """Return the position and type of the first fact of the span that this version does not know, or None."""
    sql.execute(UNKNOWN, {"after": after, "upto": upto, "known": KNOWN})
    found = sql.fetchall()
    return (found[0][0], found[0][1]) if found else None


@dataclass(frozen=True)
class CaseShare:
    """One of several equal parts of all dossiers, by their random ids; by default all of them."""

    number: int = 0
    of: int = 1

    @property
    def ids(self) -> dict[str, UUID]:
        """The first and the last id of the share."""
        first, after = (EVERY_ID * number // self.of for number in (self.number, self.number + 1))
        return {"first": UUID(int=first), "last": UUID(int=after - 1)}


WHOLE = CaseShare()


def advance(
    sql: Cursor,
    projections: Sequence[Projection],
    after: int,
    upto: int,
    kept: CaseCache,
    *,
    share: CaseShare = WHOLE,
) -> None:
    """Bring tables from position `after` to `upto`. A dossier table not among them must already be at `upto`.

    `share`: which dossiers to compute, for empty case tables from the beginning of the log.
    """
    kept.published.cursor, kept.published.upto = sql, upto
    given: dict[str, Any] = LINKING | {"after": after, "upto": upto}
    for projection in projections:  # the dossier comes first
        if isinstance(projection, InSql):
            sql.execute(statements(projection.name)["extend"], given)
    if per_case := [each for each in projections if isinstance(each, PerCase | CaseOverTime)]:
        _cases(sql, per_case, kept, {"after": after, "upto": upto} | share.ids)
    if per_stream := [each for each in projections if isinstance(each, PerStream | StreamOverTime)]:
        _streams(sql, per_stream, after, upto)
    for projection in projections:
        if isinstance(projection, Added):
            sql.execute(statements(projection.name)["extend"], {**given, **projection.given})


def _types(sql: Cursor, span: dict[str, Any]) -> set[str]:
    """Return the types of facts in a span: a small span changes no stream of most kinds."""
    sql.execute(TYPES, span)
    return {type_name for (type_name,) in sql.fetchall()}


def _types_of(kind: type[Any]) -> set[str]:
    return set(facts_of(cast("Any", kind)))  # its cache is typed for hashables


def _cases(sql: Cursor, projections: list[PerCase | CaseOverTime], kept: CaseCache, given: dict[str, Any]) -> None:
    asked = statements("dossier")
    standing = all(isinstance(each, PerCase) and each.of_standing for each in projections)
    given["reads"] = list(FOLDED if standing else READS)
    if after := given["after"]:
        sql.execute(asked["touched"], given)
        touched = [candidacy for (candidacy,) in sql.fetchall()]
        if not touched:
            return
        given["more"] = kept.await_those_of(touched)
        given["again"] = [*{*touched}.difference(given["more"])]
    with closing(_Ahead(sql, asked["some" if after else "all"], given)) as dossiers:
        moved = _moved([each for each in projections if isinstance(each, CaseOverTime)])
        folded = _folded(dossiers, kept, moved, Case.read_standing if standing else Case.read)
        while cases := list(islice(folded, TOGETHER)):
            ids = [case.candidacy for case in cases] if after else None
            dossiers.settle()
            _clear(sql, {projection.name: "candidacy" for projection in projections}, ids)
            for projection in projections:
                rows = (row for case in cases for row in _of_case(projection, case))
                _write(sql, projection.name, rows)


def _of_case(projection: PerCase | CaseOverTime, case: Case) -> Iterable[Row]:
    return case.histories.get(projection.name, ()) if isinstance(projection, CaseOverTime) else projection.rows(case)


Moved = dict[str, tuple[list[CaseOverTime], list[CaseOverTime]]]
"""By type of fact, the tables over time to update after it, and those only if its jury's results are known."""


def _moved(projections: list[CaseOverTime]) -> Moved:
    moved: Moved = {}
    for each in projections:
        for type_name in each.moved_by | each.once_known:
            moved.setdefault(type_name, ([], []))[type_name not in each.moved_by].append(each)
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
        """Wait until no fetch is under way: the driver would let another thread's statement interrupt a COPY."""
        wait([self._next])

    def close(self) -> None:
        """Stop the thread before the caller ends the transaction, which closes the server's cursor."""
        self._thread.shutdown()


def _folded(
    dossiers: Iterable[tuple[str, str]], kept: CaseCache, moved: Moved, read: Callable[[Case, Fact, str, int], None]
) -> Iterator[Case]:
    for candidacy, text in dossiers:
        case = kept.take(UUID(candidacy))
        for told in text.split(BETWEEN):
            since, position, stream, type_name, body = told.split(" ", 4)
            try:
                fact = lean(type_name, body)
                if type_name in moved or type_name in DATED:
                    case.on, case.since = told_on(body), int(since)
                read(case, fact, stream, int(position))
                if type_name in moved:
                    _note(case, fact, moved[type_name])
            except NO_FAULT_OF_THE_FACT:
                raise
            except Exception as error:
                raise PoisonFact(int(position), type_name, cause_of(error)) from error
        yield case
        kept.keep(case)


def _note(case: Case, fact: Fact, moved: tuple[list[CaseOverTime], list[CaseOverTime]]) -> None:
    """Update the rows that a fact just read by the case may have changed."""
    always, if_known = moved
    known = if_known and case.fold.knows(cast("Any", fact).session)
    for each in (*always, *if_known) if known else always:
        history = case.histories.get(each.name)
        if history is None:
            history = case.histories[each.name] = History(each.keys)
        history.note(each.rows(case), case.since, case.on)


def _streams(sql: Cursor, projections: list[PerStream | StreamOverTime], after: int, upto: int) -> None:
    """Read the streams of all kinds at once, so that the log is sorted only once."""
    of: dict[type[Any], list[PerStream | StreamOverTime]] = {}
    for each in projections:
        of.setdefault(each.kind, []).append(each)
    given: dict[str, Any] = {"after": after, "upto": upto}
    told = _types(sql, given) if after else set(KNOWN)
    kinds = {name: kind for kind in of if _types_of(kind) & told for name in _types_of(kind)}
    if not kinds:
        return
    lines = _lines(sql, MOVED if after else STREAMS, given | {"types": sorted(kinds)})
    before = Before(sql, upto)
    read = (
        _stream(UUID(stream), list(of_one), kinds, of, before) for stream, of_one in groupby(lines, itemgetter(0))
    )
    while found := list(islice(read, TOGETHER)):
        for kind in dict.fromkeys(type(aggregate) for aggregate, *_ in found):
            streams = [each for each in found if type(each[0]) is kind]
            ids = [aggregate.id for aggregate, *_ in streams] if after else None
            for projection in of[kind]:
                key = statements(projection.name)["table"].split("(", 1)[1].split()[0]
                _clear(sql, {projection.name: key}, ids)
                _write(sql, projection.name, (row for each in streams for row in _of_stream(projection, *each)))


def _of_stream(
    projection: PerStream | StreamOverTime, aggregate: Any, facts: Facts, histories: dict[str, History]
) -> Iterable[Row]:
    if isinstance(projection, StreamOverTime):
        return histories[projection.name]
    return projection.rows(aggregate, facts)


def _stream(
    stream: UUID,
    lines: list[Any],
    kinds: Mapping[str, type[Any]],
    of: Mapping[type[Any], list[PerStream | StreamOverTime]],
    before: Before,
) -> tuple[Any, Facts, dict[str, History]]:
    """Return the aggregate of a stream, whose kind any of its facts shows, with its facts and its histories."""
    kind, facts = kinds[lines[0][2]], []
    aggregate: Any = kind(id=stream)
    over_time = [each for each in of[kind] if isinstance(each, StreamOverTime)]
    histories = {each.name: History(each.keys) for each in over_time}
    for _, position, type_name, body in lines:
        try:
            fact = lean(type_name, body)
            aggregate = aggregate.evolve(fact)
            facts.append((fact, position))
            for each in over_time:
                if type_name in each.moved_by:
                    histories[each.name].note(each.rows(aggregate, facts, before), position, told_on(body))
        except NO_FAULT_OF_THE_FACT:
            raise
        except Exception as error:
            raise PoisonFact(position, type_name, cause_of(error)) from error
    return aggregate, facts, histories


def _lines(sql: Cursor, query: str, given: dict[str, Any]) -> Iterator[Any]:
    """Yield the lines of a query, through a server-side cursor: memory does not grow with the log."""
    sql.execute(f"declare lines no scroll cursor for {query}", given)
    with sql.connection.cursor() as fetching:
        while True:
            fetching.execute(f"fetch {FETCHED} from lines")
            if not fetching.rowcount:
                break
            yield from fetching.fetchall()
        fetching.execute("close lines")


def _clear(sql: Cursor, keys: Mapping[str, str], ids: list[UUID] | None) -> None:
    """Delete all rows of some ids from these tables, by the key of each; without `ids` the tables are empty."""
    if ids is not None and keys:
        each = [f"delete from {table} where {key} = any (%(ids)s::uuid[])" for table, key in keys.items()]  # noqa: S608  (constants only)
        sql.execute("; ".join(each), {"ids": ids})


def _write(sql: Cursor, table: str, rows: Iterable[Row]) -> None:
    """Write rows, if there are any, in one statement."""
    text = StringIO()
    for row in rows:
        text.write("\t".join([CELLS[type(value)](value) for value in row]))
        text.write("\n")
    if text.tell():
        text.seek(0)
        sql.copy_expert(f"copy {table} from stdin", text)


class _Cells(dict[type, Callable[[Any], str]]):
    """The functions that format a value of each type for COPY."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        """Use the function of a base class."""
        self[kind] = next((self[each] for each in kind.__mro__ if each in self), _no_column)
        return self[kind]


def _text(value: str) -> str:
    """Format a text; most are words without characters to escape."""
    return value if value.isidentifier() else value.translate(ESCAPES)


def _no_column(value: Any) -> str:
    raise TypeError(f"no column holds a {type(value).__name__}")


CELLS = _Cells(
    {
        NoneType: {None: "\\N"}.__getitem__,
        bool: {True: "t", False: "f"}.__getitem__,
        int: str,
        tuple: lambda value: f"{{{','.join(map(str, value))}}}",
        str: _text,
        UUID: lambda value: f"{value.int:032x}",
        date: lru_cache(maxsize=4096)(str),
    }
)
