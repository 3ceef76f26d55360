"""Which figures does a certifier publish of a certification, now or as of a year's end, that together tell of nobody?

The results of each year's juries, by route and session, are the base of all: they are protected first
(`small_counts.py`), and whoever stands in a row that is too small is left out of every other figure too. Another
table shares with them only sums that they show; it is protected as if every such sum were known, whether it shows it
or not. So no two tables, years, filters or files say together what each hides. A filter chooses among cells; it
counts nothing anew. Figures are as of today or the end of a year, so that nobody takes the difference of the days
before and after a release. Of figures as of two such moments, put beside each other, nothing more is promised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from typing import Any, Final
from uuid import UUID

from adapters.database.pool import Database
from domain.framework.definition import Route
from domain.ports import RulebookId
from domain.refusal import NotFound, Refused
from domain.rulebook.rules import Rules
from projections.engine.published import Publications
from projections.engine.statements import statements
from projections.framework.certification_catalogue import certifications
from projections.reporting.export import NOW, Asked, Snapshot, snapshot
from projections.reporting.reported_people import AGE_BAND, BY, UNSTATED
from projections.standing.small_counts import Shown, Table, hidden_of, is_small, one, protected

STAGES: Final = ("opened", "admissible", "filed", "presented", "full")
"""How far a candidacy comes; none but VAE is declared admissible or filed."""
VAE_ONLY: Final = frozenset({1, 2})
PRESENTED, FULL = 3, 4
STEPS: Final = {
    1: "opened_to_admissible",
    2: "admissible_to_filed",
    3: "filed_or_opened_to_jury",
    4: "jury_to_release",
    5: "jury_to_notice",
}
GAPS: Final = ("not_in_register", "no_certificate", "not_declared")
"""What a holder may lack: the entry, the certificate, the declaration to the training account."""
OUTCOMES: Final = ("decided", "full", "partial", "none")
HIDDEN: Final = Shown(None)
TENTHS: Final = 10
"""Of so many times the smallest count, the last tenth is not few."""
DECIDED: Final = """
select h.*
  from projection.reported_candidacies h
 where h.framework = any(%(frameworks)s::uuid[]) and :valid and h.judged_on is not null
   and h.judged_as || h.judged_by <> all(%(left_out)s::text[])
"""
"""Who was decided on, but those who are left out; of a year:"""
OF_YEAR: Final = "and h.judged_on >= make_date(%(year)s, 1, 1) and h.judged_on < make_date(%(year)s + 1, 1, 1)"


class NotTheEndOfAYear(Refused):
    """Figures are as of today or the end of a past year: between two days, the difference tells of a few people."""

    fr = (
        "Les chiffres se donnent à ce jour ou à la fin d'une année passée : de deux jours quelconques, la différence "
        "dirait ce que quelques personnes sont devenues."
    )
    kind = "bad_request"


@dataclass(frozen=True)
class Result:
    """One route before one jury: how many won the whole, part, nothing."""

    session: UUID
    held_on: date
    place: str
    route: str
    full: int
    partial: int
    none: int

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """How many were decided on, and what they are made of."""
        return self.full + self.partial + self.none, self.full, self.partial, self.none

    @property
    def key(self) -> tuple[str, UUID]:
        """Where it stands in its year's table."""
        return self.route, self.session


@dataclass(frozen=True)
class Delay:
    """How many days a step took: the median; within how many nine in ten were through, None where they are too few.

    `most`: how many the law leaves; `late`: how many came after it, None where no law says so.
    """

    step: str
    route: str
    median: int
    last_decile: int | None
    most: int | None = None
    late: Shown | None = None

    @property
    def said(self) -> dict[str, str]:
        """What there is of it, by name."""
        found = {"median_days": self.median, "last_decile_days": self.last_decile, "most_days": self.most}
        late = {} if self.late is None else {"late": _text(self.late)}
        return {name: str(days) for name, days in found.items() if days is not None} | late


@dataclass(frozen=True)
class Line:
    """One figure as files and programs read it; `value` is a number, "s" for one that is hidden, or "<5"."""

    table: str
    year: int
    route: str
    session_day: date | None
    place: str
    item: str
    figure: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Base:
    """The results of all years, protected, who is left out of everything, and how many did not come, by year."""

    least: int
    missed: Mapping[int, int]
    years: Mapping[int, Sequence[Result]]
    tables: Mapping[int, Table[str, UUID]]

    @classmethod
    def of(cls, results: Sequence[Result], least: int, missed: Mapping[int, int]) -> Base:
        """Of these results: none of a route of which nobody was judged, which would say that somebody was away."""
        years: dict[int, list[Result]] = {}
        for each in results:
            years.setdefault(each.held_on.year, []).append(each)
        tables = {year: protected({each.key: each.counts for each in found}, least) for year, found in years.items()}
        return cls(least=least, missed=missed, years=years, tables=tables)

    @property
    def left_out(self) -> list[tuple[str, UUID]]:
        """The routes before juries that no sum counts."""
        return [
            each.key
            for year, found in self.years.items()
            for each in found
            if self.tables[year].left_out.intersection((each.key, each.route))
        ]

    def whole(self, year: int) -> tuple[int, ...] | None:
        """The year's outcomes, where each of them is shown."""
        return _values(self.tables[year].whole) if year in self.tables else None

    def by_class(self, *, vae: bool) -> dict[int, list[int | None]]:
        """How many were decided on and obtained the whole, by year, of VAE or of all others; None: not shown."""
        found: dict[int, list[int | None]] = {}
        for year, table in self.tables.items():
            groups = [
                cells
                for route, cells in table.groups.items()
                if (route == Route.VAE) == vae and route not in table.left_out
            ]
            found[year] = [_sum([cells[place].value for cells in groups]) for place in (0, 1)]
        return found

    def absent(self, year: int) -> Shown:
        """How many did not come to the last jury that called them."""
        return one(self.missed.get(year, 0), self.least)


def attempts(counted: Mapping[int, tuple[int, int]], base: Base, year: int) -> dict[int, tuple[Shown, Shown]]:
    """Of each attempt, how many were decided on and how many obtained the whole; none where the year's are hidden."""
    whole = base.whole(year)
    if whole is None:
        return {}
    values: dict[Any, int] = {("all", 0): whole[0], ("all", 1): whole[1], ("all", 2): whole[0] - whole[1]}
    sums: list[list[Any]] = [[("all", place), *((each, place) for each in counted)] for place in range(3)]
    for each, (decided, full) in counted.items():
        values |= {(each, 0): decided, (each, 1): full, (each, 2): decided - full}
        sums.append([(each, 0), (each, 1), (each, 2)])
    hidden = hidden_of(values, sums, base.least, told={("all", 0), ("all", 1), ("all", 2)})

    def shown(place: Any) -> Shown:
        return HIDDEN if place in hidden else Shown(values[place])

    return {each: (shown((each, 0)), shown((each, 1))) for each in counted}


def blocks(counted: Mapping[tuple[int, str, str], int], base: Base, year: int) -> dict[int, tuple[Shown, Shown]]:
    """Of each block, how many sought it and how many hold it: where no outcome says few of one kind among another."""
    if base.whole(year) is None:
        return {}
    found = {}
    for block in sorted({block for block, _, _ in counted}):
        kinds = {key: many for key, many in counted.items() if key[0] == block}
        if any(is_small(many, base.least) for many in kinds.values()):
            found[block] = (HIDDEN, HIDDEN)
            continue
        granted = sum(many for (_, _, state), many in kinds.items() if state == "granted")
        sought = sum(many for (_, _, state), many in kinds.items() if state != "not_sought")
        found[block] = (Shown(sought), Shown(granted))
    return found


def people(counted: Mapping[str, tuple[int, int, int]], base: Base, year: int) -> dict[str, tuple[Shown, ...]]:
    """Of each kind of people, by what they had stated: how many were decided on, with each outcome.

    None where the year's are hidden, or nobody stated anything.
    """
    whole = base.whole(year)
    if whole is None or not set(counted) - {UNSTATED}:
        return {}
    values: dict[Any, int] = {("all", place): many for place, many in enumerate(whole)}
    sums: list[list[Any]] = [[("all", place), *((each, place) for each in counted)] for place in range(len(whole))]
    for each, parts in counted.items():
        values |= {(each, place): many for place, many in enumerate((sum(parts), *parts))}
        sums.append([(each, place) for place in range(len(whole))])
    hidden = hidden_of(values, sums, base.least, told={("all", place) for place in range(len(whole))})
    return {
        each: tuple(HIDDEN if (each, place) in hidden else Shown(values[each, place]) for place in range(len(whole)))
        for each in counted
    }


def funnel(counted: Mapping[int, Sequence[int]], base: Base, *, vae: bool) -> dict[int, dict[int, Shown]]:
    """By year of opening, how many came to each stage.

    What juries' years say of the same people is told: how many they decided on and how many of these obtained the
    whole, so that how many of earlier years came to a later year's jury does not follow either.
    """
    told_of = base.by_class(vae=vae)
    stages = [stage for stage in range(len(STAGES)) if vae or stage not in VAE_ONLY]
    for stage, place in ((PRESENTED, 0), (FULL, 1)):
        if any(cells[place] is None for cells in told_of.values()):
            stages = [each for each in stages if each < stage]
    if len(stages) < 2:  # noqa: PLR2004  (one stage is no funnel)
        return {}
    values: dict[Any, int] = {}
    sums: list[list[Any]] = []
    told: set[Any] = set()
    for year, reached in counted.items():
        values |= {(year, stage): reached[stage] for stage in stages}
        for before, after in pairwise(stages):
            values["stayed", year, before] = reached[before] - reached[after]
            sums.append([(year, before), (year, after), ("stayed", year, before)])
    years = sorted({*counted, *told_of})
    for stage, place in ((PRESENTED, 0), (FULL, 1)):
        if stage not in stages:
            continue
        opened = list(accumulate(counted[year][stage] if year in counted else 0 for year in years))
        judged = list(accumulate((told_of[year][place] or 0) if year in told_of else 0 for year in years))
        for at, year in enumerate(years):
            values |= {("opened", year, stage): opened[at], ("judged", year, stage): judged[at]}
            values["later", year, stage] = opened[at] - judged[at]
            told.add(("judged", year, stage))
            sums.append([("opened", year, stage), ("judged", year, stage), ("later", year, stage)])
            sums.append([("opened", year, stage), *((each, stage) for each in years[: at + 1] if each in counted)])
    hidden = hidden_of(values, sums, base.least, told)
    return {
        year: {stage: HIDDEN if (year, stage) in hidden else Shown(values[year, stage]) for stage in stages}
        for year in counted
    }


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is published of one year of a certification, as of a moment."""

    certification: str
    year: int
    position: int
    base: Base
    attempts: Mapping[int, tuple[Shown, Shown]]
    blocks: Mapping[int, tuple[Shown, Shown]]
    people: Mapping[str, Mapping[str, Sequence[Shown]]]
    """By what people had stated (`sex`, `age_band`), then of each kind of them."""
    funnels: Mapping[str, Mapping[int, Shown]]
    delays: Sequence[Delay]

    @property
    def results(self) -> Sequence[Result]:
        """The year's juries, each one's routes in the sheet's order."""
        return self.base.years.get(self.year, ())

    @property
    def table(self) -> Table[str, UUID]:
        """The year's results as they may be shown."""
        return self.base.tables.get(self.year) or protected({}, self.base.least)

    def lines(self, route: str | None = None) -> Iterator[Line]:
        """All that is shown, or what is of one route, one figure a line."""
        for table, of, cells, result in self._rows():
            if route in {None, of}:
                day, place = (result.held_on, result.place) if result else (None, "")
                for name, cell in zip(OUTCOMES, cells, strict=True):
                    yield Line(table, self.year, of, day, place, "", name, _text(cell))
        if route is None:
            yield Line("year", self.year, "", None, "", "", "absent", _text(self.base.absent(self.year)))
            for item, (decided, full) in self.attempts.items():
                yield self._line("attempt", str(item), "decided", decided)
                yield self._line("attempt", str(item), "full", full)
            for table, kinds in self.people.items():
                for kind, cells in kinds.items():
                    for name, cell in zip(OUTCOMES, cells, strict=True):
                        yield self._line(table, kind, name, cell)
            for item, (sought, granted) in self.blocks.items():
                yield self._line("block", str(item), "sought", sought)
                yield self._line("block", str(item), "granted", granted)
        yield from self._steps(route)

    def _steps(self, route: str | None) -> Iterator[Line]:
        for kind, stages in self.funnels.items():
            if route is None or (route == Route.VAE) == (kind == Route.VAE):
                for stage, cell in stages.items():
                    yield Line("funnel", self.year, kind, None, "", STAGES[stage], "candidates", _text(cell))
        for delay in self.delays:
            if route in {None, delay.route}:
                for name, value in delay.said.items():
                    yield Line("delay", self.year, delay.route, None, "", delay.step, name, value)

    def _rows(self) -> Iterator[tuple[str, str, Sequence[Shown], Result | None]]:
        for each in self.results:
            yield "session", each.route, self.table.rows[each.key], each
        for group in in_order(self.table):
            yield "route", group, self.table.groups[group], None
        yield "year", "", self.table.whole, None

    def _line(self, table: str, item: str, figure: str, cell: Shown) -> Line:
        return Line(table, self.year, "", None, "", item, figure, _text(cell))


def _text(cell: Shown) -> str:
    """As a file says it: without what a program would stumble over."""
    return cell.text.replace("‹ ", "<")


def in_order(table: Table[str, UUID]) -> list[str]:
    """The routes of a table, in the sheet's order."""
    return [route.value for route in Route if route.value in table.groups]


@dataclass(frozen=True, kw_only=True)
class Holders:
    """Who obtained a certification, by calendar year and route (promotions): of each year all, then each route.

    `missing`: of a year, how many are not entered in the register, have no certificate, are not declared (`GAPS`).
    """

    by: Sequence[str]
    years: Mapping[int, Sequence[Shown]]
    missing: Mapping[int, Sequence[Shown]]
    left_out: bool

    @classmethod
    def of(cls, base: Base, missing: Mapping[int, Sequence[int]]) -> Holders:
        """Of the protected results: cells that their years' tables show, and no others."""
        full = OUTCOMES.index("full")

        def cell(table: Table[str, UUID], route: str) -> Shown:
            return table.groups[route][full] if route in table.groups else Shown(0)

        by = [each.value for each in Route if any(cell(table, each) != Shown(0) for table in base.tables.values())]
        years = {
            year: (table.whole[full], *(cell(table, route) for route in by)) for year, table in base.tables.items()
        }
        kept = {year: cells for year, cells in years.items() if any(each != Shown(0) for each in cells)}
        return cls(
            by=by,
            years=kept,
            missing={
                year: _missing(cells[0].value, missing.get(year, [0] * len(GAPS)), base.least)
                for year, cells in kept.items()
            },
            left_out=bool(base.left_out),
        )

    @property
    def whole(self) -> Sequence[Shown]:
        """All years together."""
        return [Shown(_sum([each.value for each in cells])) for cells in zip(*self.years.values(), strict=True)]

    @property
    def gaps(self) -> Sequence[str]:
        """What a request would lack: `no_cohort`, `one_cohort`, and of `GAPS` what anybody lacks."""
        found = {0: ["no_cohort"], 1: ["one_cohort"]}.get(len(self.years), [])
        for place, name in enumerate(GAPS):
            if any(pair[place] != Shown(0) for pair in self.missing.values()):
                found.append(name)
        return found

    def lines(self) -> Iterator[dict[str, object]]:
        """A year a line, as files and programs read it."""
        for year, cells in self.years.items():
            missing = dict(zip(GAPS, self.missing[year], strict=True))
            shown = dict(zip(("holders", *self.by), cells, strict=True)) | missing
            yield {"year": year} | {name: _text(each) for name, each in shown.items()}


def _missing(holders: int | None, lacking: Sequence[int], least: int) -> Sequence[Shown]:
    """How many of so many holders lack each of `GAPS`, where neither they, nor the rest, nor those between are few.

    Whoever is not in the register has no certificate and is not declared either.
    """
    if holders is None:
        return [HIDDEN] * len(GAPS)
    return [
        HIDDEN if any(is_small(each, least) for each in (many, holders - many, many - lacking[0])) else Shown(many)
        for many in lacking
    ]


class Reckoning:
    """The figures of a certification as of one moment, from one instant of the tables."""

    def __init__(self, seen: Snapshot, certification: str, frameworks: Sequence[UUID], asked: Asked) -> None:
        """Count the results of all years; the certifier's strictest rule of small numbers holds for all of them."""
        self._seen, self._asked, self.certification = seen, asked, certification
        self._given: dict[str, object] = {
            "frameworks": [str(each) for each in frameworks],
            "as_of": asked.as_of,
            "to_year": (asked.as_of or date.max).year,
        }
        self._counted = self._ask("counted")
        order = {route.value: place for place, route in enumerate(Route)}
        met: dict[tuple[Any, ...], list[int]] = {}
        missed: dict[int, int] = {}
        for session, on, place, route, _, _, outcome, year, many in self._counted:
            if session is not None:
                counts = met.setdefault((session, on, place, route), [0, 0, 0])
                counts[OUTCOMES.index(outcome) - 1] += many
            if year is not None:
                missed[year] = missed.get(year, 0) + many
        results = [Result(*key, *counts) for key, counts in met.items()]
        results.sort(key=lambda each: (each.held_on, each.place, str(each.session), order[each.route]))
        self.base = Base.of(results, self._least({row[0] for row in self._ask("rulebooks")}), missed)
        self._given["left_out"] = [f"{route}{session}" for route, session in self.base.left_out]

    def _least(self, rulebooks: set[UUID]) -> int:
        known = Publications()
        known.cursor = self._seen.cursor
        return max((known.rules(RulebookId(each)).least_count for each in rulebooks), default=Rules.least_count)

    def of(self, year: int | None, today: date) -> Figures:
        """Of one year; of the last that there is, where none is said."""
        chosen = year or max(self.base.years, default=today.year)
        self._year = self._given["year"] = chosen
        funnels = {
            Route.VAE if vae else "": stages
            for vae, counted in self._reached().items()
            if (stages := funnel(counted, self.base, vae=vae).get(chosen))
        }
        tried, held = self._tried_and_held()
        return Figures(
            certification=self.certification,
            year=chosen,
            position=self._seen.position,
            base=self.base,
            attempts=attempts(tried, self.base, chosen),
            blocks=blocks(held, self.base, chosen),
            people={by: people(counted, self.base, chosen) for by, counted in self._people().items()},
            funnels=funnels,
            delays=[each for row in self._ask("delays") if (each := self._delay(row))],
        )

    def _reached(self) -> dict[bool, dict[int, list[int]]]:
        """By VAE or not and the year of opening, how many came to each stage, but those who are left out."""
        out = set(self.base.left_out)
        found: dict[bool, dict[int, list[int]]] = {True: {}, False: {}}
        for session, _, _, route, opened, stage, outcome, _, many in self._counted:
            if (route, session) not in out:
                counts = found[route == Route.VAE].setdefault(opened, [0] * len(STAGES))
                last = FULL if stage == PRESENTED and outcome == "full" else stage
                for each in range(last + 1):
                    counts[each] += many
        return found

    def _tried_and_held(self) -> tuple[dict[int, tuple[int, int]], dict[tuple[int, str, str], int]]:
        """How many were decided on and obtained it all, by attempt; by block and outcome, whether they hold it."""
        tried: dict[int, tuple[int, int]] = {}
        held: dict[tuple[int, str, str], int] = {}
        for attempt, outcome, granted, not_granted, not_sought, many in self._ask("of_year"):
            decided, full = tried.get(attempt, (0, 0))
            tried[attempt] = decided + many, full + many * (outcome == "full")
            for state, blocks_so in (("granted", granted), ("not_granted", not_granted), ("not_sought", not_sought)):
                for block in blocks_so:
                    held[block, outcome, state] = held.get((block, outcome, state), 0) + many
        return dict(sorted(tried.items())), held

    def _people(self) -> dict[str, dict[str, tuple[int, int, int]]]:
        """How many won the whole, part, nothing, by sex and by band of age, in order."""
        met: dict[tuple[str, str], list[int]] = {}
        for sex, band, outcome, many in self._ask("of_people"):
            for by, stated in (("sex", sex), ("age_band", band)):
                met.setdefault((by, stated or UNSTATED), [0, 0, 0])[OUTCOMES.index(outcome) - 1] += many
        return {
            by: {
                each: (full, partial, none)
                for each in (*values, UNSTATED)
                if (by, each) in met
                for full, partial, none in [met[by, each]]
            }
            for by, values in BY.items()
        }

    def holders(self) -> Holders:
        """Who obtained it, by calendar year and route, and what is missing of them."""
        return Holders.of(self.base, {row[0]: row[1:] for row in self._ask("holders")})

    def _delay(self, row: tuple[Any, ...]) -> Delay | None:
        step, route, many, (median, decile), most, late = row
        least = self.base.least
        if many < least:
            return None
        decided = self.base.tables[self._year].groups[route][0].value
        others = (late, many - late, (decided or many) - late)
        shown = HIDDEN if any(is_small(each, least) for each in others) else Shown(late)
        tenth = decile if many >= TENTHS * least else None
        return Delay(STEPS[step], route, median, tenth, most, None if most is None else shown)

    def _ask(self, name: str) -> list[tuple[Any, ...]]:
        query = statements("figures")[name].replace(":year", DECIDED + OF_YEAR).replace(":all", DECIDED)
        query = query.replace(":age_band", AGE_BAND)
        for mark, condition in _moments(self._asked).items():
            query = query.replace(mark, condition)
        self._seen.cursor.execute(query, self._given)
        return self._seen.cursor.fetchall()


@contextmanager
def reckoning(database: Database, certification: str, today: date, asked: Asked = NOW) -> Iterator[Reckoning]:
    """The figures of a certification now or at the end of a year, while they are read.

    Raises NotFound, NotThereYet, NotTheEndOfAYear.
    """
    frameworks = [each.framework for each in certifications(database, limit=None) if each.code == certification]
    if not frameworks:
        raise NotFound(certification)
    with snapshot(database) as seen:
        seen.wants(asked, today)
        if asked != NOW and not is_end_of_year(asked.as_of):
            raise NotTheEndOfAYear
        yield Reckoning(seen, certification, frameworks, asked)


def is_end_of_year(day: date | None) -> bool:
    """Whether figures are given as of that day."""
    return day is not None and (day.month, day.day) == (12, 31)


def _moments(asked: Asked) -> dict[str, str]:
    """Which readings hold then, which had begun by then, and which notices had been given."""
    if asked.as_of is not None:
        at = "%(as_of)s"
        return {
            ":valid": f"h.from_day <= {at} and (h.to_day is null or h.to_day > {at})",
            ":begun": f"h.from_day <= {at}",
            ":stated": f"p.from_day <= {at} and (p.to_day is null or p.to_day > {at})",
            ":told": f"n.notified_on <= {at}",
            ":issued": f"p.issued_on <= {at}",
        }
    return {
        ":valid": "h.valid_to is null",
        ":begun": "true",
        ":stated": "p.valid_to is null",
        ":told": "true",
        ":issued": "true",
    }


def _values(cells: Sequence[Shown]) -> tuple[int, ...] | None:
    values = tuple(each.value for each in cells if each.value is not None)
    return values if len(values) == len(cells) else None


def _sum(values: Sequence[int | None]) -> int | None:
    known = [each for each in values if each is not None]
    return sum(known) if len(known) == len(values) else None
