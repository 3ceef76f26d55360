"""Kinds of projections: tables made in SQL, from folded cases, or from whole streams.

They show the present state, or, for reports, the state at each position and on each day.
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
"""The engine's files on which every table's content depends, besides its own two files and the domain."""
DECIDES = frozenset({"commands", "replay"})
"""The parts of the domain that decide: no row depends on them."""


@dataclass(frozen=True)
class InSql:
    """Rows made from the log by the statement `extend` of its file: added, or rewritten completely."""

    name: str


@dataclass(frozen=True)
class PerCase:
    """Rows of one candidacy, rewritten whenever its dossier has a new fact; the first column is its id.

    `of_standing`: they depend on the standing's fold alone.
    """

    name: str
    rows: Callable[[Case], Iterable[Row]]
    of_standing: bool = False


@dataclass(frozen=True)
class PerStream:
    """Rows of one stream's aggregate, rewritten whenever the stream has a new fact; the first column is its id."""

    name: str
    kind: type[Any]
    rows: Callable[[Any, Facts], Iterable[Row]]


@dataclass(frozen=True)
class CaseOverTime:
    """Rows of one candidacy at each position and on each day; the first of the `keys` columns is its id.

    They are computed after the facts of the types `moved_by`, and after those of the types `once_known` if the
    decision of the fact's jury was known already: once after each, in order, so that `rows` may cache results.
    """

    name: str
    keys: int
    rows: Callable[[Case], Iterable[Row]]
    moved_by: frozenset[str]
    once_known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StreamOverTime:
    """Rows of one stream's aggregate at each position and on each day; the first of the `keys` columns is its id.

    They are computed after its facts of the types `moved_by`, from the facts up to then and the earlier state of
    other streams.
    """

    name: str
    keys: int
    kind: type[Any]
    rows: Callable[[Any, Facts, Before], Iterable[Row]]
    moved_by: frozenset[str]


@dataclass(frozen=True)
class Added:
    """Rows that the statement `extend` of its file appends, after all other tables, and never changes.

    `of`: the tables over time from which it is made and with which it is rebuilt.
    """

    name: str
    given: Mapping[str, list[str]] = field(hash=False)
    of: tuple[str, ...] = ()


Projection = InSql | PerCase | PerStream | CaseOverTime | StreamOverTime | Added


@cache
def shape(projection: Projection) -> str:
    """Return a digest of the files that make a table: if it differs from the stored one, the table is rebuilt."""
    return hashlib.sha256(b"".join(_digest(path) for path in made_by(projection))).hexdigest()


def made_by(projection: Projection) -> tuple[Path, ...]:
    """Return the files that determine a table's content; of the domain, those with facts and their effects."""
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
    """Return the statement that makes the table."""
    return statements(projection.name)["table"]
