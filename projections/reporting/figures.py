"""Published figures of a certification, now or at a year's end, as lines for files and programs.

They are counted here and protected in `published_counts.py`. A filter selects cells; it does not count again. Figures
are as of today or the end of a year, so that nobody takes the difference of the days before and after a release.
The protection of hidden counts does not extend to comparing the figures of two such moments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
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
from projections.reporting.contract import BilingualText
from projections.reporting.export import NOW, RowSelection, ViewSnapshot, snapshot
from projections.reporting.published_counts import (
    FULL,
    FULLY,
    OUTCOMES,
    PRESENTED,
    STAGES,
    Base,
    SessionCounts,
    YearTable,
    blocks,
    by_kind,
    funnel,
    missing,
)
from projections.reporting.reported_people import AGE_BAND, BY, UNSTATED
from projections.standing.small_counts import HIDDEN, PublishedCount, is_small

STEPS: Final = {
    1: "opened_to_admissible",
    2: "admissible_to_filed",
    3: "filed_or_opened_to_jury",
    4: "jury_to_release",
    5: "jury_to_notice",
}
GAPS: Final = ("not_in_register", "no_certificate", "not_declared")
"""Steps that a holder may lack: entry in the register, certificate, declaration to the training account."""
TENTHS: Final = 10
"""The last decile is shown from this many times the smallest count."""
NOTE: Final = BilingualText(
    "« s » cache un effectif de 1 à {most}, ou un autre dont il se déduirait. Les totaux comptent tout le monde, ce "
    "qui est caché compris. Tous les tableaux, années et fichiers d'une même date mis ensemble, aucune somme ni "
    "différence ne dit ce qu'est un petit effectif caché : {least} valeurs au moins restent possibles. Un taux n'est "
    "donné que si les deux nombres dont il est fait le sont. D'une même année, ne publiez qu'une date : la "
    "différence de deux dates peut dire ce que quelques personnes sont devenues.",
    "“s” hides a count of 1 to {most}, or another one from which it would follow. Totals count everybody, what is "
    "hidden included. All tables, years and files of one date put together, no sum or difference says what a small "
    "hidden count is: at least {least} values remain possible. A rate is given only where both numbers that it is "
    "made of are. Of one year, publish one date only: the difference of two dates may say what became of a few "
    "people.",
)
"""The note about hidden counts on every page and file of published figures."""
DECIDED: Final = """
select h.*
  from projection.reported_candidacies h
 where h.framework = any(%(frameworks)s::uuid[]) and :valid and h.judged_on is not null
"""
"""The candidacies decided on; with `OF_YEAR`, those of a year."""
OF_YEAR: Final = "and h.judged_on >= make_date(%(year)s, 1, 1) and h.judged_on < make_date(%(year)s + 1, 1, 1)"


class NotTheEndOfAYear(Refused):
    """Figures are as of today or the end of a past year: between two days, the difference tells of a few people."""

    fr = (
        "Les chiffres se donnent à ce jour ou à la fin d'une année passée : de deux jours quelconques, la différence "
        "dirait ce que quelques personnes sont devenues."
    )
    kind = "bad_request"


@dataclass(frozen=True)
class Delay:
    """The days that a step took: the median, and the last decile (None if too few took the step).

    `most`: the limit in law; `late`: how many exceeded it, None if no law sets one.
    """

    step: str
    route: str
    median: int
    last_decile: int | None
    most: int | None = None
    late: PublishedCount | None = None

    @property
    def said(self) -> dict[str, str]:
        """The values that exist, by name."""
        found = {"median_days": self.median, "last_decile_days": self.last_decile, "most_days": self.most}
        late = {} if self.late is None else {"late": self.late.text}
        return {name: str(days) for name, days in found.items() if days is not None} | late


@dataclass(frozen=True)
class FigureLine:
    """One figure for files and programs; `value` is a number, or "s" for a hidden one.

    Lines of the table `note` say in both languages what is hidden and why; for all years together `year` is None.
    """

    table: str
    year: int | None
    route: str
    session_day: date | None
    place: str
    item: str
    figure: str
    value: str


def in_rows(lines: Iterable[FigureLine], certification: str, as_of: date, position: int) -> list[dict[str, object]]:
    """Return these lines as every file and answer gives them: with their certification, date and position."""
    return [{"certification": certification, "as_of": as_of, "position": position} | vars(each) for each in lines]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The published figures of one year of a certification, as of a moment."""

    certification: str
    year: int
    position: int
    base: Base
    attempts: Mapping[int, tuple[PublishedCount, PublishedCount]]
    blocks: Mapping[int, tuple[PublishedCount, PublishedCount]]
    people: Mapping[str, Mapping[str, Sequence[PublishedCount]]]
    """By criterion, as people had stated it (`sex`, `age_band`), then by its value."""
    funnels: Mapping[str, Mapping[int, PublishedCount]]
    delays: Sequence[Delay]

    @property
    def results(self) -> Sequence[SessionCounts]:
        """The year's juries, each one's routes in the sheet's order."""
        return self.base.years.get(self.year, ())

    @property
    def table(self) -> YearTable:
        """The year's results as they may be shown."""
        return self.base.tables.get(self.year) or YearTable(
            rows={}, groups={}, whole=(PublishedCount(0),) * len(OUTCOMES)
        )

    def lines(self, route: str | None = None) -> Iterator[FigureLine]:
        """Yield all shown figures, or those of one route, one per line."""
        for table, of, cells, result in self._rows():
            if route in {None, of}:
                day, place = (result.held_on, result.place) if result else (None, "")
                for name, cell in zip(OUTCOMES, cells, strict=True):
                    yield FigureLine(table, self.year, of, day, place, "", name, cell.text)
        if route is None:
            yield FigureLine("year", self.year, "", None, "", "", "absent", self.base.absent(self.year).text)
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
        yield from note_lines(self.base.least)

    def _steps(self, route: str | None) -> Iterator[FigureLine]:
        for kind, stages in self.funnels.items():
            if route is None or (route == Route.VAE) == (kind == Route.VAE):
                for stage, cell in stages.items():
                    yield FigureLine("funnel", self.year, kind, None, "", STAGES[stage], "candidates", cell.text)
        for delay in self.delays:
            if route in {None, delay.route}:
                for name, value in delay.said.items():
                    yield FigureLine("delay", self.year, delay.route, None, "", delay.step, name, value)

    def _rows(self) -> Iterator[tuple[str, str, Sequence[PublishedCount], SessionCounts | None]]:
        for each in self.results:
            yield "session", each.route, self.table.rows[each.key], each
        for group in in_order(self.table):
            yield "route", group, self.table.groups[group], None
        yield "year", "", self.table.whole, None

    def _line(self, table: str, item: str, figure: str, cell: PublishedCount) -> FigureLine:
        return FigureLine(table, self.year, "", None, "", item, figure, cell.text)


def note_lines(least: int) -> Iterator[FigureLine]:
    """Yield the note of published figures, in French and in English."""
    for language in ("fr", "en"):
        yield FigureLine("note", None, "", None, "", language, "note", note(least, language))


def note(least: int, language: str) -> str:
    """Return the note, in one language: what is hidden and why, and how totals count."""
    return (NOTE.en if language == "en" else NOTE.fr).format(least=least, most=least - 1)


def in_order(table: YearTable) -> list[str]:
    """Return the routes of a table, in the sheet's order."""
    return [route.value for route in Route if route.value in table.groups]


@dataclass(frozen=True, kw_only=True)
class Holders:
    """The holders of a certification, by calendar year and route (promotions): for each year all, then each route.

    `missing`: by year, how many are not in the register, have no certificate, are not declared (`GAPS`). `whole`: for
    all years together, all, then each route.
    """

    by: Sequence[str]
    years: Mapping[int, Sequence[PublishedCount]]
    missing: Mapping[int, Sequence[PublishedCount]]
    whole: Sequence[PublishedCount]
    least: int

    @classmethod
    def of(cls, base: Base, lacking: Mapping[int, Sequence[int]]) -> Holders:
        """Compute the holders from the protected results, using only cells that the years' tables show."""

        def cell(table: YearTable, route: str) -> PublishedCount:
            return table.groups[route][FULLY] if route in table.groups else PublishedCount(0)

        by = [
            each.value
            for each in Route
            if any(cell(table, each) != PublishedCount(0) for table in base.tables.values())
        ]
        years = {
            year: (table.whole[FULLY], *(cell(table, route) for route in by)) for year, table in base.tables.items()
        }
        kept = {year: cells for year, cells in years.items() if any(each != PublishedCount(0) for each in cells)}
        of_routes = [[cell(table, route).value for table in base.tables.values()] for route in by]
        return cls(
            by=by,
            years=kept,
            missing={
                year: missing(cells[0], lacking.get(year, [0] * len(GAPS)), base.least)
                for year, cells in kept.items()
            },
            whole=[base.holders, *(PublishedCount(_sum(values)) for values in of_routes)],
            least=base.least,
        )

    @property
    def gaps(self) -> Sequence[str]:
        """The gaps in a request for registration: `no_cohort` or `one_cohort`, and those of `GAPS` that apply."""
        found = {0: ["no_cohort"], 1: ["one_cohort"]}.get(len(self.years), [])
        for place, name in enumerate(GAPS):
            if any(cells[place] != PublishedCount(0) for cells in self.missing.values()):
                found.append(name)
        return found

    def lines(self) -> Iterator[FigureLine]:
        """Yield one figure per line, by year, then for all years: holders, in total and by route, and their gaps."""
        for year, cells in [*self.years.items(), (None, self.whole)]:
            for route, cell in zip(("", *self.by), cells, strict=True):
                yield FigureLine("holders", year, route, None, "", "", "holders", cell.text)
            for name, cell in zip(GAPS, self.missing.get(year, ()) if year else (), strict=bool(year)):
                yield FigureLine("holders", year, "", None, "", "", name, cell.text)
        yield from note_lines(self.least)


class FigureCalculator:
    """The figures of a certification as of one moment, computed from one snapshot of the tables."""

    def __init__(
        self,
        seen: ViewSnapshot,
        certification: str,
        frameworks: Sequence[UUID],
        asked: RowSelection,
        *,
        inside: bool = False,
    ) -> None:
        """Count the results of all years; the certifier's strictest rule on small numbers applies to all of them.

        `inside`: nothing is hidden, for readers who may see the dossiers themselves.
        """
        self._seen, self._asked, self.certification = seen, asked, certification
        self.position = seen.position
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
        results = [SessionCounts(*key, *counts) for key, counts in met.items()]
        results.sort(key=lambda each: (each.held_on, each.place, str(each.session), order[each.route]))
        least = 1 if inside else self._least({row[0] for row in self._ask("rulebooks")})
        self.base = Base.of(results, least, missed)

    def _least(self, rulebooks: set[UUID]) -> int:
        known = Publications()
        known.cursor = self._seen.cursor
        return max((known.rules(RulebookId(each)).least_count for each in rulebooks), default=Rules.least_count)

    def of(self, year: int | None, today: date) -> Figures:
        """Return the figures of one year, by default of the last one."""
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
            attempts={
                each: (cells[0], cells[1]) for each, cells in by_kind(tried, self.base, chosen, (FULLY,)).items()
            },
            blocks=blocks(held, self.base, chosen),
            people={
                by: by_kind(counted, self.base, chosen) if set(counted) - {UNSTATED} else {}
                for by, counted in self._people().items()
            },
            funnels=funnels,
            delays=[each for row in self._ask("delays") if (each := self._delay(row))],
        )

    def _reached(self) -> dict[bool, dict[int, list[int]]]:
        """Return how many reached each stage, by VAE or not and by year of opening."""
        found: dict[bool, dict[int, list[int]]] = {True: {}, False: {}}
        for _, _, _, route, opened, stage, outcome, _, many in self._counted:
            counts = found[route == Route.VAE].setdefault(opened, [0] * len(STAGES))
            last = FULL if stage == PRESENTED and outcome == "full" else stage
            for each in range(last + 1):
                counts[each] += many
        return found

    def _tried_and_held(self) -> tuple[dict[int, list[int]], dict[tuple[int, str, str], int]]:
        """Return how many obtained all, part or nothing, by attempt; and how many hold each block, by outcome."""
        tried: dict[int, list[int]] = {}
        held: dict[tuple[int, str, str], int] = {}
        for attempt, outcome, granted, not_granted, not_sought, many in self._ask("of_year"):
            tried.setdefault(attempt, [0, 0, 0])[OUTCOMES.index(outcome) - 1] += many
            for state, blocks_so in (("granted", granted), ("not_granted", not_granted), ("not_sought", not_sought)):
                for block in blocks_so:
                    held[block, outcome, state] = held.get((block, outcome, state), 0) + many
        return dict(sorted(tried.items())), held

    def _people(self) -> dict[str, dict[str, tuple[int, int, int]]]:
        """Return how many obtained all, part or nothing, by sex and by age band, in order."""
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
        """Return the holders, by calendar year and route, and what they lack."""
        return Holders.of(self.base, {row[0]: row[1:] for row in self._ask("holders")})

    def _delay(self, row: tuple[Any, ...]) -> Delay | None:
        step, route, many, (median, decile), most, late = row
        least = self.base.least
        decided = self.base.tables[self._year].groups[route][0].value
        if decided is None or many < least:  # such a number would reveal that a hidden count is not small
            return None
        others = (late, many - late, decided - late)
        shown = HIDDEN if any(is_small(each, least) for each in others) else PublishedCount(late)
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
def reckoning(
    database: Database, certification: str, today: date, asked: RowSelection = NOW, *, inside: bool = False
) -> Iterator[FigureCalculator]:
    """Yield the figures of a certification, now or at the end of a year; `inside`: with nothing hidden.

    Raises NotFound, NotThereYet, NotTheEndOfAYear.
    """
    frameworks = [each.framework for each in certifications(database, limit=None) if each.code == certification]
    if not frameworks:
        raise NotFound(certification)
    with snapshot(database) as seen:
        seen.wants(asked, today)
        if asked != NOW and not is_end_of_year(asked.as_of):
            raise NotTheEndOfAYear
        yield FigureCalculator(seen, certification, frameworks, asked, inside=inside)


def is_end_of_year(day: date | None) -> bool:
    """Return whether figures are given as of that day."""
    return day is not None and (day.month, day.day) == (12, 31)


def _moments(asked: RowSelection) -> dict[str, str]:
    """Return the conditions for that moment: rows valid, rows begun, statements, notices and papers."""
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


def _sum(values: Sequence[int | None]) -> int | None:
    known = [each for each in values if each is not None]
    return sum(known) if len(known) == len(values) else None
