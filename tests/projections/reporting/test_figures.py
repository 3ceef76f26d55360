"""What a certifier publishes of a year is right to the unit, and no two tables of it give a few people away."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

import pytest

from adapters.database.pool import Database
from domain.candidacy.facts import RouteChanged
from domain.framework.definition import Route
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, CandidateNotHeard
from projections.reporting.export import NOW, Asked, NotThereYet
from projections.reporting.figures import (
    FULL,
    PRESENTED,
    Base,
    NotTheEndOfAYear,
    Result,
    attempts,
    blocks,
    funnel,
    reckoning,
)
from projections.reporting.figures import people as by_what_is_stated
from tests.given.domain.people import (
    ENOUGH,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE_VAE,
    before_the_jury,
    ended,
    granted,
    heard,
    not_granted,
    ruled,
    vae_filed,
)
from tests.given.domain.scenario import At
from tests.given.log.scene import Scene

PRIME = 2**31 - 1
LEAST = 5
KINDS = ("full", "partial", "none")
TODAY = date(2022, 10, 11)
SAME = """
with counted as (
  select session, route, outcome, opened, sum(many) as many from projection.reported_counts
   where year <= %(year)s group by 1, 2, 3, 4 having sum(many) <> 0
), read as (
  select judged_by, coalesce(judged_as, route), outcome, extract(year from opened_on)::smallint, count(*)
    from projection.reported_candidacies
   where from_day <= %(day)s and (to_day is null or to_day > %(day)s) group by 1, 2, 3, 4
)
(table counted except table read) union all (table read except table counted)
"""


class Candidate(NamedTuple):
    """One who was decided on: opened when, before which jury of which year, what came of it, and of which sex."""

    opened: int
    year: int
    session: int
    route: str
    attempt: int
    outcome: str
    block: str
    sex: str = "f"


EVERY = [
    Candidate(*each)
    for each in itertools.product(
        (2021, 2022),
        (2021, 2022),
        (1, 2),
        ("VAE", "FI"),
        (1, 2),
        ("full", "partial", "none"),
        ("granted", "not_granted"),
        ("f", "unstated"),
    )
    if each[0] <= each[1]
    and (each[5] != "full" or each[6] == "granted")
    and (each[5] != "none" or each[6] != "granted")
]
"""Every kind of candidate that there may be, as far as a reader knows."""


def base_of(people: list[Candidate]) -> Base:
    met: dict[tuple[int, int, str], Counter[str]] = {}
    for each in people:
        met.setdefault((each.year, each.session, each.route), Counter())[each.outcome] += 1
    results = [
        Result(
            session=UUID(int=year * 10 + of),
            held_on=date(year, 3, of),
            place="",
            route=route,
            full=found["full"],
            partial=found["partial"],
            none=found["none"],
        )
        for (year, of, route), found in sorted(met.items())
    ]
    return Base.of(results, LEAST, {})


def published(people: list[Candidate]) -> Iterator[tuple[list[Candidate], int | None]]:  # noqa: C901, PLR0912  (a loop a table)
    """Each count of all pages of all years: of which kinds of candidates it is, and what is shown."""
    base = base_of(people)
    out = {(of, route) for route, of in base.left_out}
    seen = [each for each in EVERY if (UUID(int=each.year * 10 + each.session), each.route) not in out]
    kept = [each for each in people if each in seen]
    for year, table in base.tables.items():
        here = [each for each in seen if each.year == year]
        kinds = (lambda _: True, *(lambda each, kind=kind: each.outcome == kind for kind in KINDS))
        for place, kind in enumerate(kinds):
            of = [each for each in here if kind(each)]
            yield of, table.whole[place].value
            for route, cells in table.groups.items():
                if route not in table.left_out:
                    yield [each for each in of if each.route == route], cells[place].value
            for (route, session), cells in table.rows.items():
                if not table.left_out.intersection(((route, session), route)):
                    own = (route, session.int % 10)
                    yield [each for each in of if (each.route, each.session) == own], cells[place].value
        mine = [each for each in kept if each.year == year]
        tried = {
            attempt: (
                sum(each.attempt == attempt for each in mine),
                sum(each.attempt == attempt and each.outcome == "full" for each in mine),
            )
            for attempt in sorted({each.attempt for each in mine})
        }
        for attempt, (decided, full) in attempts(tried, base, year).items():
            of = [each for each in here if each.attempt == attempt]
            yield of, decided.value
            yield [each for each in of if each.outcome == "full"], full.value
        stated: dict[str, list[int]] = {}
        for each in mine:
            stated.setdefault(each.sex, [0, 0, 0])[KINDS.index(each.outcome)] += 1
        counted = {sex: (full, partial, none) for sex, (full, partial, none) in stated.items()}
        for sex, cells in by_what_is_stated(counted, base, year).items():
            of = [each for each in here if each.sex == sex]
            yield of, cells[0].value
            for cell, came in zip(cells[1:], KINDS, strict=True):
                yield [each for each in of if each.outcome == came], cell.value
        for sought, held in blocks(Counter((1, each.outcome, each.block) for each in mine), base, year).values():
            yield here, sought.value
            yield [each for each in here if each.block == "granted"], held.value
    for vae in (True, False):
        mine = [each for each in kept if (each.route == "VAE") == vae]
        reached = {
            year: [sum(each.opened == year for each in mine)] * 4
            + [sum(each.opened == year and each.outcome == "full" for each in mine)]
            for year in sorted({each.opened for each in mine})
        }
        for year, stages in funnel(reached, base, vae=vae).items():
            of = [each for each in seen if each.opened == year and (each.route == "VAE") == vae]
            for stage, cell in stages.items():
                yield [each for each in of if stage != FULL or each.outcome == "full"], cell.value


def secrets_of() -> Iterator[list[Candidate]]:
    """The counts that a reader might be after: of each table whatever it is made of, shown or not."""
    years = (2021, 2022)
    for year, outcome in itertools.product(years, ("full", "partial", "none", None)):
        of = [each for each in EVERY if each.year == year and outcome in {None, each.outcome}]
        yield of
        for route in ("VAE", "FI"):
            yield [each for each in of if each.route == route]
            for session in (1, 2):
                yield [each for each in of if each.route == route and each.session == session]
        for attempt in (1, 2):
            yield [each for each in of if each.attempt == attempt]
        for block in ("granted", "not_granted"):
            yield [each for each in of if each.block == block]
        for sex in ("f", "unstated"):
            yield [each for each in of if each.sex == sex]
    for opened, route, full in itertools.product(years, ("VAE", "FI"), (True, False)):
        yield [each for each in EVERY if (each.opened, each.route, each.outcome == "full") == (opened, route, full)]
        yield [each for each in EVERY if (each.opened, each.route) == (opened, route)]
        came_later = [each for each in EVERY if each.opened < each.year and each.route == route]
        yield [each for each in came_later if full == (each.outcome == "full")]


class Reader:
    """Whoever has all that is published and reckons with it: what none is, and what sums and differences say."""

    def __init__(self, told: list[tuple[list[Candidate], int | None]]) -> None:
        self.none = {each for kinds, value in told if value == 0 for each in kinds}
        self.solved: list[tuple[Candidate, dict[Candidate, int]]] = []
        for kinds, value in told:
            if value is not None:
                line = self._left(kinds)
                if line:
                    first = next(iter(line))
                    inverse = pow(line[first], -1, PRIME)
                    self.solved.append((first, {each: many * inverse % PRIME for each, many in line.items()}))

    def _left(self, kinds: list[Candidate]) -> dict[Candidate, int]:
        line = {each: 1 for each in kinds if each not in self.none}
        for first, other in self.solved:
            times = line.get(first, 0)
            if times:
                for each, many in other.items():
                    left = (line.get(each, 0) - times * many) % PRIME
                    if left:
                        line[each] = left
                    else:
                        line.pop(each, None)
        return line

    def knows(self, kinds: list[Candidate]) -> bool:
        return not self._left(kinds)


def test_nothing_of_a_few_people_follows_from_all_tables_of_all_years_put_together() -> None:
    draw = random.Random(16)  # noqa: S311  (no secret)
    shown = Counter[str]()
    for turn in range(120):
        many = draw.choice((20, 60, 150, 400))
        weights = [draw.choice((0, 0.02, 0.2, 1, 4)) + 1e-9 for _ in EVERY]
        people = draw.choices(EVERY, weights, k=many)
        told = list(published(people))
        reader = Reader(told)
        assert not [value for _, value in told if value is not None and 0 < value < LEAST]
        for secret in secrets_of():
            value = sum(each in secret for each in people)
            assert not (0 < value < LEAST and reader.knows(secret)), (turn, value, secret[:3])
        shown["cells"] += len(told)
        shown["hidden"] += sum(value is None for _, value in told)
    assert shown["cells"] > shown["hidden"] * 1.2 > 100, "it is not that all is hidden, or nothing"


def test_a_funnel_does_not_say_how_few_came_to_a_later_years_jury() -> None:
    early = [Candidate(2021, 2021, 1, "VAE", 1, "full", "granted")] * 40
    late = [Candidate(2022, 2022, 1, "VAE", 1, "full", "granted")] * 30
    crossing = [Candidate(2021, 2022, 1, "VAE", 1, "full", "granted")] * 2

    def told(people: list[Candidate]) -> dict[int, int | None]:
        counted = {
            year: [sum(each.opened == year for each in people)] * 5
            for year in sorted({each.opened for each in people})
        }
        return {year: stages[PRESENTED].value for year, stages in funnel(counted, base_of(people), vae=True).items()}

    assert told([*early, *late]) == {2021: 40, 2022: 30}
    assert told([*early, *late, *crossing]) == {2021: None, 2022: None}, "42 less 40 would say two"


def test_of_the_demonstration_each_jury_and_route_is_counted_as_one_counts_by_hand(projecting: Database) -> None:
    """Seven people: Alix came in 2021 and again in 2022, by VAE; each is counted once, where they came last."""

    def counted(asked: Asked = NOW, missed: dict[int, int] | None = None) -> dict[tuple[int, str], tuple[int, ...]]:
        with reckoning(projecting, "RNCP31936", TODAY, asked) as then:
            years = then.base.years
            assert then.base.missed == missed
        return {(year, each.route): each.counts[1:] for year in years for each in years[year]}

    assert counted(missed={2022: 1}) == {
        (2021, "VAE"): (1, 0, 0),
        (2022, "FI"): (0, 1, 0),
        (2022, "FC"): (1, 0, 0),
        (2022, "CQ"): (1, 0, 0),
        (2022, "VAE"): (1, 0, 0),
    }, "of the independent candidate, who did not come, no line says so"
    assert counted(Asked(as_of=date(2021, 12, 31)), {}) == {(2021, "VAE"): (1, 1, 0)}
    assert counted(Asked(as_of=date(2016, 12, 31)), {}) == {}


def test_figures_are_as_of_today_or_of_a_year_s_end_and_of_no_two_days_between_which_somebody_was_told(
    projecting: Database,
) -> None:
    for asked in (Asked(as_of=date(2021, 12, 30)), Asked(as_position=200)):
        with pytest.raises(NotTheEndOfAYear), reckoning(projecting, "RNCP31936", TODAY, asked):
            pass
    with pytest.raises(NotThereYet), reckoning(projecting, "RNCP31936", TODAY, Asked(as_of=date(2022, 12, 31))):
        pass


def test_who_did_not_come_again_and_changed_route_counts_where_and_as_what_they_were_judged(scene: Scene) -> None:
    scene.given(vae_filed(MARIE_VAE), before_the_jury(MARIE_VAE), heard(MARIE_VAE), ruled(MARIE_VAE, ENOUGH))
    scene.given(granted(MARIE_VAE, 1, 2, 3), not_granted(MARIE_VAE, 4), ended())
    scene.given(At(MARIE_VAE, (RouteChanged(route=Route.FC, changed_on=LATER_DAY),)), on=LATER_DAY)
    scene.given(before_the_jury(MARIE_VAE, session=MARCH), on=LATER_DAY)
    away = CandidateNotHeard(session=MARCH, candidacy=MARIE_VAE, attendance=Attendance.ABSENT)
    scene.given(At(Deliberation.id_of(MARCH, MARIE_VAE), (away,)), ended(MARCH), on=LATER_DAY)
    scene.projector().catch_up()
    with reckoning(scene.web, "RNCP31936", TODAY) as now:
        results = {
            year: [(each.session, each.route, each.partial) for each in of] for year, of in now.base.years.items()
        }
        assert results == {JURY_DAY.year: [(JUNE, "VAE", 1)]}, "nobody was judged in March, and nobody in training"
        assert now.base.missed == {LATER_DAY.year: 1}


def test_the_few_rows_that_figures_are_counted_from_say_at_each_year_s_end_what_the_readings_say(
    projecting: Database,
) -> None:
    with projecting.connection() as connection, connection.cursor() as sql:
        for year in range(2017, 2024):
            sql.execute(SAME, {"year": year, "day": date(year, 12, 31)})
            assert sql.fetchall() == [], year
        sql.execute(
            "select sum(many), (select count(*) from projection.candidacy_overview) from projection.reported_counts"
        )
        counted, there = sql.fetchall()[0]
    assert counted == there > 5


def test_of_so_few_nothing_is_published_but_that_they_are_few(projecting: Database) -> None:
    with reckoning(projecting, "RNCP31936", TODAY) as now:
        figures = now.of(2022, TODAY)
        assert now.holders().gaps
    assert {line.value for line in figures.lines()} <= {"<5", "s", "0"}
    assert (figures.attempts, figures.blocks, figures.funnels, figures.delays) == ({}, {}, {}, [])
