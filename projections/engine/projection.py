"""How does a question get its table? From dossiers linked in SQL, from cases folded, or from whole streams.

As it is now, or, for reports, as it was at each position and on each day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from domain.fact import Fact
from projections.engine.before import Before
from projections.engine.case import Case
from projections.engine.statements import FILES, statements

Row = tuple[Any, ...]
Facts = list[tuple[Fact, int]]
"""The facts of one stream with their positions, in order."""

MADE_BY = (
    "case.py",
    "case_duties.py",
    "case_evidence.py",
    "published.py",
    "case_time.py",
    "advance.py",
    "before.py",
    "history.py",
    "lean.py",
    "dossier.sql",
)
"""What every table's content depends on beside its own two files and the domain."""
DECIDES = frozenset({"commands", "replay"})
"""What of the domain decides: no row depends on it."""


@dataclass(frozen=True)
class InSql:
    """Rows made of the log by the statement `extend` of its file: added, or written again whole."""

    name: str


@dataclass(frozen=True)
class PerCase:
    """Rows of one candidacy, written again whenever its dossier has a new fact; the first column is its id.

    `of_standing`: they are made of the standing's fold alone.
    """

    name: str
    rows: Callable[[Case], Iterable[Row]]
    of_standing: bool = False


@dataclass(frozen=True)
class PerStream:
    """Rows of one stream's aggregate, written again whenever the stream has a new fact; first column: its id."""

    name: str
    kind: type[Any]
    rows: Callable[[Any, Facts], Iterable[Row]]


@dataclass(frozen=True)
class CaseOverTime:
    """Rows of one candidacy at each position and on each day; the first of so many `keys` is its id.

    They are looked at after the facts of the types `moved_by`, and after those of the types `once_known` where what
    the fact's jury decided was known already: once after each, in order, so that `rows` may keep what it found.
    """

    name: str
    keys: int
    rows: Callable[[Case], Iterable[Row]]
    moved_by: frozenset[str]
    once_known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StreamOverTime:
    """Rows of one stream's aggregate at each position and on each day; the first of so many `keys` is its id.

    They are looked at after its facts of the types `moved_by`, with those that it had by then, and with what other
    streams said before.
    """

    name: str
    keys: int
    kind: type[Any]
    rows: Callable[[Any, Facts, Before], Iterable[Row]]
    moved_by: frozenset[str]


@dataclass(frozen=True)
class Added:
    """Rows that are added to, and never made again, by the statement `extend` of its file, when all others stand.

    `of`: the tables over time that it is made of, with which it is rebuilt.
    """

    name: str
    given: Mapping[str, list[str]] = field(hash=False)
    of: tuple[str, ...] = ()


Projection = InSql | PerCase | PerStream | CaseOverTime | StreamOverTime | Added


@cache
def shape(projection: Projection) -> str:
    """A digest of what makes a table: when it differs from the one kept, the table is rebuilt."""
    return hashlib.sha256(b"".join(_digest(path) for path in made_by(projection))).hexdigest()


def made_by(projection: Projection) -> tuple[Path, ...]:
    """The files by which a table's content is made: of the domain all that holds facts and what evolves by them."""
    names = (projection.name, *(projection.of if isinstance(projection, Added) else ()))
    own = (*(f"{name}.{kind}" for name in names for kind in ("py", "sql")), *MADE_BY)
    return (*(FILES[name] for name in own), *_of_the_domain())


@cache
def _of_the_domain() -> tuple[Path, ...]:
    there = Path(str(files("domain")))
    return tuple(path for path in sorted(there.rglob("*.py")) if path.relative_to(there).parts[0] not in DECIDES)


@cache
def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def table(projection: Projection) -> str:
    """The statement that makes the table."""
    return statements(projection.name)["table"]
