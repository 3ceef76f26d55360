"""The reporting views: at every position and on every day they state what was known then, as documented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from adapters.database.pool import Database
from adapters.log.codec import FACTS
from domain.refusal import NotFound
from domain.standing.standing import BlockState, CompetenceState
from projections.engine.advance import BETWEEN, WHOLE
from projections.engine.case import READS, Case
from projections.engine.history import History
from projections.engine.lean import lean
from projections.engine.published import Publications
from projections.engine.statements import statements
from projections.reading import Standings
from projections.reporting.reported_candidacies import rows as of_candidacies
from projections.reporting.views import VIEWS
from projections.tables import LIVE, into

THEN = "candidacy = %(candidacy)s and valid_from <= %(at)s and (valid_to is null or valid_to > %(at)s)"
ON_THE_DAY = "candidacy = %(candidacy)s and from_day <= %(day)s and (to_day is null or to_day > %(day)s)"

ELSEWHERE = {"v1_appeals", "v1_fraud"}
"""Views without rows in the demonstration; `test_known_as_of.py` covers them."""


def rows(database: Database, columns: str, tables: str, where: str = "true", **given: object) -> list[Any]:
    query = f"select {columns} from {tables} where {where} order by 1"  # noqa: S608  (our own names)
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()


def test_at_each_position_the_views_say_of_a_candidacy_what_was_made_known_of_it_by_then(
    projecting: Database,
) -> None:
    standings, looked_at = Standings(projecting), 0
    tables = ("reported_candidacies", "reported_blocks", "reported_competences")
    moved = [row for name in tables for row in rows(projecting, "candidacy, valid_from", f"projection.{name}")]
    for candidacy, at in sorted({(of, at - before) for of, at in moved for before in (0, 1)}):
        then = {"candidacy": candidacy, "at": at}

        def found(columns: str, table: str, then: dict[str, object] = then) -> list[Any]:
            return rows(projecting, columns, f"projection.{table}", THEN, **then)

        whole = found("outcome, blocks_granted, title_on", "reported_candidacies")
        try:
            known = standings.of(candidacy, provisional=False, as_position=at)
        except NotFound:
            assert whole == []
            continue
        granted = sum(block.state is BlockState.GRANTED for block in known.blocks)
        assert whole == [(known.outcome, granted, known.title_on)], then
        assert found("block, state, session, decided_on, acquired", "reported_blocks") == sorted(
            (line.number, line.state, line.session, line.decided_on, line.acquired) for line in known.blocks
        ), then
        assert found("competence, acquired", "reported_competences") == [
            (line.number, line.acquired if line.state is CompetenceState.RULED else None)
            for line in known.competences
        ], then
        looked_at += 1
    assert looked_at > 50


def test_on_each_day_the_views_say_what_was_known_at_its_end(projecting: Database) -> None:
    table = "projection.reported_candidacies"
    ends = rows(projecting, "candidacy, to_day, min(valid_to)", table, "to_day is not null group by 1, 2")
    assert ends
    for candidacy, next_day, at in ends:
        day = next_day - timedelta(days=1)
        found = rows(projecting, "valid_to", table, ON_THE_DAY, candidacy=candidacy, day=day)
        assert found in ([(at,)], []), "none where it was opened and changed within a day"


def test_incremental_state_of_a_candidacy_equals_a_full_fold(projecting: Database) -> None:
    published = Publications()
    with projecting.transaction() as sql:
        into(sql, LIVE)
        published.cursor, published.upto = sql, 2**62
        sql.execute(statements("dossier")["all"], {"upto": 2**62, "reads": list(READS)} | WHOLE.ids)
        for candidacy, text in sql.fetchall():
            case = Case(UUID(candidacy), published)
            for told in text.split(BETWEEN):
                _, position, stream, type_name, body = told.split(" ", 4)
                case.read(lean(type_name, body), stream, int(position))
                kept = [*of_candidacies(case)]
                case.whole = -1, ()
                assert [*of_candidacies(case)] == kept, position


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_has_the_columns_that_it_promises_each_described_and_its_keys_hold_one_row_at_a_time(
    projecting: Database, name: str
) -> None:
    view, place = VIEWS[name], f"reporting.{name}"
    found = rows(
        projecting,
        "attnum, attname, format_type(atttypid, null), col_description(attrelid, attnum)",
        "pg_attribute",
        "attrelid = %(view)s::regclass and attnum > 0",
        view=place,
    )
    assert [row[1:] for row in found] == [(each.name, each.kind, each.means.en) for each in view.all_columns]
    for each in view.all_columns:
        assert {fact.__name__ for fact in each.of} <= set(FACTS)
        assert each.means.fr != each.means.en
        empty = rows(projecting, "count(*)", place, f'"{each.name}" is null')
        assert each.null or empty == [(0,)], f"{each.name} is empty, and nothing says what that means"
    twice = rows(
        projecting,
        "count(*)",
        f"{place} a join {place} b using ({', '.join(view.keys)})",
        "a.valid_from_position < b.valid_from_position and"
        " (a.valid_to_position is null or a.valid_to_position > b.valid_from_position)",
    )
    assert twice == [(0,)]
    assert rows(projecting, "count(*) > 0", place) == [(name not in ELSEWHERE,)]


def test_a_day_never_goes_back_though_a_clock_did_and_what_held_at_no_position_is_not_kept() -> None:
    history = History(2)
    history.note([("x", "a", 1)], 10, date(2024, 5, 2))
    history.note([("x", "a", 2), ("x", "b", 1)], 20, date(2024, 5, 1))
    history.note([("x", "a", 3), ("x", "b", 1)], 20, date(2024, 5, 1))
    history.note([("x", "a", 3)], 30, date(2024, 5, 3))
    assert sorted(history, key=str) == [
        ("x", "a", 1, 10, 20, date(2024, 5, 2), date(2024, 5, 2)),
        ("x", "a", 3, 20, None, date(2024, 5, 2), None),
        ("x", "b", 1, 20, 30, date(2024, 5, 2), date(2024, 5, 3)),
    ]
