"""The yearly figures of a certifier: exact counts, from which no combination of tables discloses a few people."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pytest

from adapters.database.pool import Database
from domain.candidacy.facts import RouteChanged
from domain.framework.definition import Route
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance, CandidateNotHeard
from projections.reporting.export import NOW, NotThereYet, RowSelection
from projections.reporting.figures import FigureLine, NotTheEndOfAYear, reckoning
from projections.reporting.published_counts import PRESENTED
from projections.standing.small_counts import PublishedCount
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
from tests.given.published_set import (
    Candidate,
    Question,
    Reader,
    counted,
    drawn,
    figures_of,
    given_away,
    lines_of,
)

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


def checked(seed: int, many: int) -> Counter[bool]:
    """Solve for each small count in many random populations; return how many cells are shown and how many hidden."""
    draw = random.Random(seed)  # noqa: S311  (no secret)
    cells = Counter[bool]()
    for turn in range(many):
        people = drawn(draw)
        assert list(given_away(people)) == [], (seed, turn)
        cells.update(line.value != "s" for line in lines_of(people))
    return cells


def test_no_small_count_follows_from_all_tables_years_and_files_of_a_date_by_linear_programming() -> None:
    shown = checked(seed=16, many=80)
    assert shown[True] > shown[False] * 0.4 > 1000, "it is not that all is hidden, or nothing"


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_no_small_count_follows_from_what_is_published_of_ten_thousand_populations() -> None:
    assert checked(seed=17, many=10_000)[True] > 100_000


def test_the_reader_solves_for_a_small_count_that_only_its_sum_gives_away() -> None:
    asked = [
        Question(
            ("year", 2022, "", None, "", figure),
            counted(FigureLine("year", 2022, "", None, "", "", figure, said)),
            said,
        )
        for figure, said in (("decided", "35"), ("full", "32"), ("partial", "0"), ("none", "s"))
    ]
    rows = [Question(("session", 2022, "VAE", date(2022, 3, 1)), lambda _: False, "s")]
    assert Reader([*asked, *rows]).bounds(asked[-1]) == (3, 3)


def test_totals_count_everybody_and_rates_are_those_of_all_when_some_routes_are_few() -> None:
    """In the demonstration 13 of 24 (54 %) obtained the whole; with the small routes, 16 of 28 (57 %)."""
    spring = judged("VAE", full=7, partial=5) + judged("FC", full=6, partial=6)
    (figures,), holders = figures_of(spring + judged("FC", full=2) + judged("CQ", full=1) + judged("FI", partial=1))
    assert [each.text for each in figures.table.whole] == ["28", "16", "12", "0"]
    assert {figures.table.groups[each][0].text for each in ("FI", "CQ")} == {"s"}
    assert holders.whole[0] == PublishedCount(16)


def judged(route: str, **outcomes: int) -> list[Candidate]:
    """Return candidates of one route before a jury of 2022, with these outcomes."""
    states = {
        "full": ("granted",) * 3,
        "partial": ("granted", "granted", "not_granted"),
        "none": ("not_granted",) * 3,
    }
    return [
        Candidate(2022, route, PRESENTED, 2022, 0, outcome, states=states[outcome])
        for outcome, many in outcomes.items()
        for _ in range(many)
    ]


def test_publishing_more_results_lowers_no_total() -> None:
    draw = random.Random(11)  # noqa: S311  (no secret)
    for _ in range(40):
        people = drawn(draw)
        before, after = figures_of(people[: len(people) // 2]), figures_of(people)
        whole = {each.year: each.table.whole for each in after[0]}
        for each in before[0]:
            for cell, later in zip(each.table.whole, whole[each.year], strict=True):
                assert cell.value is None or later.value is None or cell.value <= later.value
        assert after[0][0].base.tables.keys() >= before[0][0].base.tables.keys()


def test_a_funnel_hides_with_a_stage_those_that_give_it_away_between_two_others() -> None:
    people = [*judged("VAE", full=12, none=1), Candidate(2022, "VAE", 2)]
    stages = [line.value for line in lines_of(people) if line.table == "funnel"]
    assert stages.count("14") < len(stages), "14, s, 12 says 12, 13 or 14"
    assert list(given_away(people)) == []


def test_a_funnel_does_not_say_how_few_came_to_a_later_years_jury() -> None:
    early = [Candidate(2021, "VAE", PRESENTED, 2021, 0, "full")] * 40
    late = [Candidate(2022, "VAE", PRESENTED, 2022, 0, "full")] * 30
    crossing = [Candidate(2021, "VAE", PRESENTED, 2022, 0, "full")] * 2

    def told(people: list[Candidate]) -> list[str]:
        found = lines_of([each._replace(states=("granted",) * 3) for each in people])
        return [line.value for line in found if line.table == "funnel" and line.item == "presented"]

    assert told([*early, *late]) == ["40", "30"]
    assert told([*early, *late, *crossing]) == ["s", "s"], "42 less 40 would say two"


def test_a_reader_of_dossiers_sees_every_count() -> None:
    (figures, *_), holders = figures_of(drawn(random.Random(3)), least=1)  # noqa: S311  (no secret)
    assert not [line for line in [*figures.lines(), *holders.lines()] if line.value == "s"]


def test_figures_of_the_demonstration_match_a_count_by_hand(projecting: Database) -> None:
    """Of seven people, Alix came in 2021 and again in 2022, by VAE; each counts once, at their last jury."""

    def results(
        asked: RowSelection = NOW, missed: dict[int, int] | None = None
    ) -> dict[tuple[int, str], tuple[int, ...]]:
        with reckoning(projecting, "RNCP31936", TODAY, asked) as then:
            years = then.base.years
            assert then.base.missed == missed
        return {(year, each.route): each.counts[1:] for year in years for each in years[year]}

    assert results(missed={2022: 1}) == {
        (2021, "VAE"): (1, 0, 0),
        (2022, "FI"): (0, 1, 0),
        (2022, "FC"): (1, 0, 0),
        (2022, "CQ"): (1, 0, 0),
        (2022, "VAE"): (1, 0, 0),
    }, "of the independent candidate, who did not come, no line says so"
    assert results(RowSelection(as_of=date(2021, 12, 31)), {}) == {(2021, "VAE"): (1, 1, 0)}
    assert results(RowSelection(as_of=date(2016, 12, 31)), {}) == {}


def test_figures_are_as_of_today_or_of_a_year_s_end_and_of_no_two_days_between_which_somebody_was_told(
    projecting: Database,
) -> None:
    for asked in (RowSelection(as_of=date(2021, 12, 30)), RowSelection(as_position=200)):
        with pytest.raises(NotTheEndOfAYear), reckoning(projecting, "RNCP31936", TODAY, asked):
            pass
    with (
        pytest.raises(NotThereYet),
        reckoning(projecting, "RNCP31936", TODAY, RowSelection(as_of=date(2022, 12, 31))),
    ):
        pass


def test_candidate_who_changed_route_and_was_absent_counts_in_the_route_of_the_decision(scene: Scene) -> None:
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


def test_small_cohort_is_published_only_as_small(projecting: Database) -> None:
    with reckoning(projecting, "RNCP31936", TODAY) as now:
        figures = now.of(2022, TODAY)
        assert now.holders().gaps
    assert {line.value for line in figures.lines() if line.table != "note"} <= {"s", "0"}
    assert (figures.attempts, figures.blocks, figures.funnels, figures.delays) == ({}, {}, {}, [])
