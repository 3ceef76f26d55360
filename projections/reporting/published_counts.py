"""Protection of a certification's published counts: which of them are shown, over all tables, years and files.

The results of each year's juries, by session and route, are the base. Every total counts everybody. Other tables
share with them only totals that they show, and are protected as if each of these were known: so one table reveals
nothing about a count hidden in another (ADR 64). `least` is the rulebook's smallest number; at 1 nothing is hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Final, TypeVar
from uuid import UUID

from domain.framework.definition import Route
from projections.standing.small_counts import (
    HIDDEN,
    NEVER_SHOWN,
    OUTSIDE,
    TOLD,
    CannotProtect,
    CountNetwork,
    CountsRow,
    Place,
    PublishedCount,
    add_table,
    is_small,
    one,
    protect_table,
)

K = TypeVar("K", bound=Hashable)
OUTCOMES: Final = ("decided", "full", "partial", "none")
DECIDED, FULLY = 0, 1
STAGES: Final = ("opened", "admissible", "filed", "presented", "full")
"""The stages of a candidacy; only VAE has the stages admissible and filed."""
VAE_ONLY: Final = frozenset({1, 2})
PRESENTED, FULL = 3, 4
ALL: Final = ("all",)
REST: Final = 0
"""The column of all other outcomes together, in a table that shows only some of them."""
TWO: Final = 2

YEAR_COSTS: Final = (TOLD, 24, 12, 12)
ALL_COSTS: Final = (NEVER_SHOWN, 16, NEVER_SHOWN, NEVER_SHOWN)
ROUTE_COSTS: Final = (12, 6, 3, 3)
CLASS_COSTS: Final = (9, 6, 1, 1)
SESSION_COSTS: Final = (8, 4, 2, 2)
STAGE_COSTS: Final = (8, 4, 4, 5, 6)


@dataclass(frozen=True)
class SessionCounts:
    """One route before one jury: how many obtained all, part or nothing."""

    session: UUID
    held_on: date
    place: str
    route: str
    full: int
    partial: int
    none: int

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """The number decided on, and its parts."""
        return self.full + self.partial + self.none, self.full, self.partial, self.none

    @property
    def key(self) -> tuple[str, UUID]:
        """Its key in its year's table."""
        return self.route, self.session

    @property
    def is_vae(self) -> bool:
        """True if the candidates took the route of validation of acquired experience."""
        return self.route == Route.VAE


@dataclass(frozen=True, kw_only=True)
class YearTable:
    """A year's results as shown: of each route before each jury, of each route, of all."""

    rows: Mapping[tuple[str, UUID], tuple[PublishedCount, ...]]
    groups: Mapping[str, tuple[PublishedCount, ...]]
    whole: tuple[PublishedCount, ...]


@dataclass(frozen=True, kw_only=True)
class JuryCounts:
    """How many of VAE, or of all other routes, a year's juries decided on and gave all; which numbers are shown."""

    decided: int
    full: int
    knows_decided: bool
    knows_full: bool


@dataclass(frozen=True, kw_only=True)
class Base:
    """The protected results of all years, and how many candidates did not come, by year."""

    least: int
    missed: Mapping[int, int]
    years: Mapping[int, Sequence[SessionCounts]]
    tables: Mapping[int, YearTable]
    holders: PublishedCount
    """The number of people who obtained the whole certification, over all years."""
    judged: Mapping[bool, Mapping[int, JuryCounts]]
    """For VAE (True) and for all other routes (False), by year."""

    @classmethod
    def of(cls, results: Sequence[SessionCounts], least: int, missed: Mapping[int, int]) -> Base:
        """Protect these results; a route on which nobody was judged has none, which would reveal who was away."""
        years: dict[int, list[SessionCounts]] = {}
        for each in results:
            years.setdefault(each.held_on.year, []).append(each)
        network = CountNetwork(least)
        rows = list(_rows_of(results))
        add_table(network, rows)
        protect_table(network, [each for each in rows if each.name != ALL])
        network.protect([(ALL, FULLY)] if results else [])

        def cells(name: Hashable) -> tuple[PublishedCount, ...]:
            return network.cells((name, column) for column in range(len(OUTCOMES)))

        tables = {
            year: YearTable(
                rows={each.key: cells(("session", *each.key)) for each in found},
                groups={route: cells(("route", year, route)) for route in {each.route: None for each in found}},
                whole=cells(("year", year)),
            )
            for year, found in years.items()
        }
        counts = {each.name: each.counts for each in rows}
        return cls(
            least=least,
            missed=missed,
            years=years,
            tables=tables,
            holders=network.cells([(ALL, FULLY)])[0] if results else PublishedCount(0),
            judged={vae: _judged(counts, network, years, vae=vae) for vae in (True, False)},
        )

    def whole(self, year: int) -> tuple[PublishedCount, ...] | None:
        """Return a year's outcomes, or None if even the number decided on is hidden."""
        cells = self.tables[year].whole if year in self.tables else (HIDDEN,)
        return None if cells[DECIDED].value is None else cells

    def absent(self, year: int) -> PublishedCount:
        """Return how many did not come to the last jury that called them."""
        return one(self.missed.get(year, 0), self.least)


def _rows_of(results: Sequence[SessionCounts]) -> Iterable[CountsRow]:
    """Return the rows: all, each year, VAE and the other routes, each route, each route before each jury."""
    sums: dict[int, dict[tuple[Any, ...], list[int]]] = {level: {} for level in range(5)}
    above: dict[tuple[Any, ...], tuple[Any, ...] | None] = {}
    for each in results:
        year = each.held_on.year
        path = (
            ALL,
            ("year", year),
            ("class", year, each.is_vae),
            ("route", year, each.route),
            ("session", *each.key),
        )
        for level, name in enumerate(path):
            found = sums[level].setdefault(name, [0, 0, 0, 0])
            for column, value in enumerate(each.counts):
                found[column] += value
            above[name] = path[level - 1] if level else None
    costs = (ALL_COSTS, YEAR_COSTS, CLASS_COSTS, ROUTE_COSTS, SESSION_COSTS)
    for level, names in sums.items():
        for name, counts in names.items():
            yield CountsRow(name=name, whole=above[name], counts=tuple(counts), costs=costs[level])


def _judged(
    counts: Mapping[Hashable, Sequence[int]], network: CountNetwork, years: Iterable[int], *, vae: bool
) -> dict[int, JuryCounts]:
    found = {}
    for year in years:
        name = ("class", year, vae)
        if name in counts:
            decided, full = network.cells([(name, DECIDED), (name, FULLY)])
            found[year] = JuryCounts(
                decided=counts[name][DECIDED],
                full=counts[name][FULLY],
                knows_decided=decided != HIDDEN,
                knows_full=full != HIDDEN,
            )
    return found


def by_kind(
    counted: Mapping[K, Sequence[int]], base: Base, year: int, outcomes: Sequence[int] = (1, 2, 3)
) -> dict[K, tuple[PublishedCount, ...]]:
    """Return for each kind of candidates how many were decided on, then how many had each of these outcomes.

    `counted` has for each kind how many obtained all, part, nothing. An outcome that the year hides is hidden for
    each kind.
    """
    whole = base.whole(year)
    if whole is None:
        return {}
    told = [place for place in outcomes if whole[place].value is not None]
    rows = []
    for name, parts in [(ALL, [sum(each) for each in zip(*counted.values(), strict=True)]), *counted.items()]:
        counts = [sum(parts), *(parts[place - 1] for place in told)]
        if told and len(told) < len(parts):
            counts.append(sum(parts) - sum(counts[1:]))  # the remaining number, not shown but deducible
        costs = [TOLD] * len(counts) if name == ALL else [4, *([2] * (len(counts) - 1))]
        rows.append(CountsRow(name=name, whole=None if name == ALL else ALL, counts=tuple(counts), costs=costs))
    network = CountNetwork(base.least)
    add_table(network, rows)
    protect_table(network, rows[1:])
    found = {}
    for name in counted:
        shown = dict(
            zip([DECIDED, *told], network.cells((name, column) for column in range(len(told) + 1)), strict=True)
        )
        found[name] = tuple(shown.get(place, HIDDEN) for place in (DECIDED, *outcomes))
    return found


def blocks(
    counted: Mapping[tuple[int, str, str], int], base: Base, year: int
) -> dict[int, tuple[PublishedCount, PublishedCount]]:
    """Return for each block how many sought it and how many hold it; `counted` by block, outcome and state.

    If the year hides an outcome, the holders of a block would reveal something of it: only the number seeking is
    shown. A block with few people of one outcome and state is hidden, and another with it: everybody who obtained a
    part holds at least one.
    """
    whole = base.whole(year)
    if whole is None:
        return {}
    found: dict[int, tuple[PublishedCount, PublishedCount]] = {}
    hidden: dict[int, int] = {}
    for block in sorted({block for block, _, _ in counted}):
        kinds = {key: many for key, many in counted.items() if key[0] == block}
        granted = sum(many for (_, _, state), many in kinds.items() if state == "granted")
        sought = sum(many for (_, _, state), many in kinds.items() if state != "not_sought")
        others = sum(kinds.values()) - sought
        found[block] = (PublishedCount(sought), PublishedCount(granted))
        if any(cell.value is None for cell in whole):
            few = is_small(sought, base.least) or is_small(others, base.least)
            found[block] = (HIDDEN if few else PublishedCount(sought), HIDDEN)
        elif any(is_small(many, base.least) for many in kinds.values()):
            hidden[block] = sought
    beside = sorted((each for each in found if each not in hidden), key=lambda each: found[each][0].value or 0)
    for block in [*hidden, *(beside[:1] if len(hidden) == 1 else [])]:
        found[block] = (HIDDEN, HIDDEN)
    return found


def missing(holders: PublishedCount, lacking: Sequence[int], least: int) -> Sequence[PublishedCount]:
    """Return how many of so many holders are not in the register, have no certificate, are not declared.

    A holder who is not in the register has no certificate and is not declared either. The other numbers are shown if
    neither they, nor the difference to the first, nor the rest of the holders are few.
    """
    if holders.value is None:
        return [HIDDEN] * len(lacking)
    entered, *others = lacking
    first = (
        HIDDEN
        if any(is_small(each, least) for each in (entered, holders.value - entered))
        else PublishedCount(entered)
    )
    between = [many - (first.value or 0) for many in others]
    return [
        first,
        *(
            HIDDEN
            if any(is_small(each, least) for each in (many, rest, holders.value - many))
            else PublishedCount(many)
            for many, rest in zip(others, between, strict=True)
        ),
    ]


def funnel(counted: Mapping[int, Sequence[int]], base: Base, *, vae: bool) -> dict[int, dict[int, PublishedCount]]:
    """Return, by year of opening, how many reached each stage, of VAE or of all other routes.

    What the juries' years show of the same people is taken as known, so that the funnel reveals neither how few
    stopped at a stage, nor how few of earlier years came to a later year's jury. If a jury's year hides how many it
    decided on, only years of opening that do not depend on it show how many came so far; the last one that may have
    come there shows nothing, since it may hold them.
    """
    judged = base.judged[vae]
    unknown = {year for year, each in judged.items() if not each.knows_decided}
    unsure = {year for year, each in judged.items() if not each.knows_full}
    stages = [stage for stage in range(len(STAGES)) if vae or stage not in VAE_ONLY]
    until = _last_apart(counted, judged, unknown) if unknown else max(counted, default=0)
    shown = [stage for stage in stages if stage < PRESENTED or (until and stage == PRESENTED)]
    if until and unsure <= unknown and _fits(counted, judged, unknown, until, full=True):
        shown.append(FULL)
    if len(shown) < TWO:
        return {}
    chart = _Funnel(counted, judged, [each for each in stages if each <= PRESENTED], shown, until)
    chart.draw(base.least)
    if unknown:
        before = [year for year in counted if year <= min(unknown)]
        chart.network.hide((max(before, default=min(counted)), stage) for stage in stages)
    try:
        chart.network.protect(chart.watched)
    except CannotProtect:
        return {}
    return {
        year: {
            stage: chart.network.cells([(year, stage)])[0] if chart.says(year, stage) else HIDDEN for stage in shown
        }
        for year in counted
    }


def _last_apart(
    counted: Mapping[int, Sequence[int]], judged: Mapping[int, JuryCounts], unknown: Collection[int]
) -> int:
    """Return the last year of opening, before the unknown ones, that does not depend on them; 0 if no year does."""
    before = [year for year in counted if year < min(unknown)]
    return max((year for year in before if _fits(counted, judged, unknown, year, full=False)), default=0)


def _fits(
    counted: Mapping[int, Sequence[int]],
    judged: Mapping[int, JuryCounts],
    unknown: Collection[int],
    until: int,
    *,
    full: bool,
) -> bool:
    """Return whether those opened until then and judged later fit into the later years whose juries are known.

    With `full`, those who obtained everything and the others are checked separately.
    """
    opened = [reached for year, reached in counted.items() if year <= until]
    before = [each for year, each in judged.items() if year <= until]
    after = [each for year, each in judged.items() if year > until and year not in unknown]
    came, won = sum(each[PRESENTED] for each in opened), sum(each[FULL] for each in opened)
    late, late_won = came - sum(each.decided for each in before), won - sum(each.full for each in before)
    room, room_won = sum(each.decided for each in after), sum(each.full for each in after)
    if not full:
        return late <= room
    return late_won <= room_won and late - late_won <= room - room_won


@dataclass(frozen=True)
class _Funnel:
    """The stages as a flow network: each stage splits into the next one and those who stopped before it."""

    counted: Mapping[int, Sequence[int]]
    judged: Mapping[int, JuryCounts]
    stages: Sequence[int]
    """The stages up to the jury."""
    shown: Sequence[int]
    until: int
    """The last year of opening that shows how many came before a jury."""
    network: CountNetwork = field(default_factory=lambda: CountNetwork(1))
    watched: list[Place] = field(default_factory=list)
    """The places protected if small: each stage shown, and those who stopped or came between."""

    def says(self, year: int, stage: int) -> bool:
        """Return whether a year of opening shows how many reached that stage, unless they are few."""
        return stage in self.shown and (stage < PRESENTED or year <= self.until)

    def draw(self, least: int) -> None:
        """Add all counts to the network."""
        self.network.least = least
        for year, reached in self.counted.items():
            above: Hashable = OUTSIDE
            for stage in self.stages:
                self._add((year, stage), above, (year, stage), reached[stage], shown_as=(year, stage))
                above = (year, stage)
            for stage, after in pairwise(self.stages):
                stopped = reached[stage] - reached[after]
                self._add(("stopped", year, stage), (year, stage), OUTSIDE, stopped, watched=True)
        years = sorted({*self.counted, *self.judged})
        for part, came, told in self._parts():
            for year, many in came.items():
                place, as_stage = ((year, FULL), FULL) if part == "full" else ((part, year), PRESENTED)
                self._add(place, (year, PRESENTED), (part, year), many, watched=self.says(year, as_stage))
            later = 0
            for year, after in pairwise(years):
                later = max(0, later + came.get(year, 0) - told.get(year, 0))
                watched = self.says(year, PRESENTED)
                self._add(("later", part, year), (part, year), (part, after), later, watched=watched)

    def _parts(self) -> Iterable[tuple[str, Mapping[int, int], Mapping[int, int]]]:
        """Yield who came before a jury, by year of opening, and how many each year's juries decided on.

        Those who obtained everything and the others are separate, if both are shown.
        """
        came = {year: reached[PRESENTED] for year, reached in self.counted.items()}
        told = {year: each.decided for year, each in self.judged.items()}
        if FULL not in self.shown:
            yield "judged", came, told
            return
        full = {year: reached[FULL] for year, reached in self.counted.items()}
        told_full = {year: each.full for year, each in self.judged.items()}
        yield "full", full, told_full
        rest = {year: came[year] - full[year] for year in came}
        yield "partly", rest, {year: told[year] - told_full[year] for year in told}

    def _add(
        self,
        place: tuple[Any, ...],
        tail: Hashable,
        head: Hashable,
        value: int,
        *,
        watched: bool = False,
        shown_as: tuple[int, int] | None = None,
    ) -> None:
        at = shown_as or (place if place[1] == FULL else None)
        said = at is not None and self.says(*at)
        self.network.add(place, tail, head, value, STAGE_COSTS[at[1]] if at and said else NEVER_SHOWN)
        if watched or said:
            self.watched.append(place)
