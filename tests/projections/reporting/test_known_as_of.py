"""Tables over time: at each position they match the facts up to it, and nothing unreleased changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)

from adapters.database.pool import Database
from domain.appeal.facts import ComplaintGround
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.request_review import RequestReview
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.commands.jury.pronounce_sanction import PronounceSanction
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.register.declare_award import DeclareAward
from domain.commands.register.enter_register import EnterRegister
from domain.deadlines.facts import NotificationChannel
from domain.fact import Fact, Personal
from domain.fraud.facts import FraudReported
from domain.fraud.fraud import KeyedSanction, Matter
from domain.ports import Actor, Command
from domain.register.certificates import Papers
from domain.register.facts import CertificateIssued, DuplicateIssued, Loss
from domain.rulebook.facts import RulebookPublished
from domain.standing.disclosure import DELIBERATED, MARKED, SUSPECTED, WAITING
from projections.candidacy.dossier import DOSSIER
from projections.engine.advance import CaseCache, advance
from projections.engine.projection import CaseOverTime, Projection, StreamOverTime
from projections.tables import FRESH, PROJECTIONS, into, make
from tests.given.domain.fraud_procedure import CERTIFIER, WARNING
from tests.given.domain.keyed_wrongly import LACKING, SAYS, keyed
from tests.given.domain.law import CPF
from tests.given.domain.people import (
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    ENOUGH,
    JUNE,
    JURY_DAY,
    MARIE_VAE,
    RULEBOOK,
    RULES,
    SAMIR,
    SAMIR_VAE,
    before_the_jury,
    ended,
    granted,
    heard,
    not_granted,
    pronounced,
    ruled,
    vae_filed,
)
from tests.given.domain.scenario import At
from tests.given.log.scene import Scene

OVER_TIME: tuple[Projection, ...] = tuple(
    each for each in PROJECTIONS if isinstance(each, CaseOverTime | StreamOverTime)
)
Rows = dict[str, list[Any]]
BY_WHAT_IS_HIDDEN = (*DELIBERATED, *MARKED, *SUSPECTED, *WAITING)
HIDDEN = """
select f.position from log.fact f
 where f.position <= %(at)s and f.type = any (%(types)s)
   and not exists (select from log.fact r where r.type = 'ResultsReleased' and r.position <= %(at)s
                      and r.stream::text = f.body::json ->> 'session')
"""
PROPOSE = ProposeRectification(session=JUNE, candidacy=MARIE_VAE, minuted=SAYS, reason="x")


@pytest.fixture
def life(scene: Scene) -> Scene:
    """Return a scene with two candidates: one sanctioned for fraud, one who contests a jury's decision."""
    scene.given(CPF, At(RULEBOOK, (RulebookPublished(rules=replace(RULES, fraud=CERTIFIER)),)))
    scene.given(vae_filed(MARIE_VAE), vae_filed(SAMIR_VAE), before_the_jury(MARIE_VAE, SAMIR_VAE))
    scene.given(heard(MARIE_VAE), ruled(MARIE_VAE, [each for each in ENOUGH if each != 27], (27, *LACKING)))
    scene.given(heard(SAMIR_VAE), ruled(SAMIR_VAE, ENOUGH, LACKING), granted(SAMIR_VAE, 1, 2, 3, 4))
    scene.given(granted(MARIE_VAE, 1, 2, 3), not_granted(MARIE_VAE, 4), pronounced(SAMIR_VAE), ended())
    return scene


def read(sql: Cursor, condition: str, *given: object) -> Rows:
    """Return the rows of all tables over time that meet a condition, without their ends of validity."""
    found: Rows = {}
    for each in OVER_TIME:
        name = f"{FRESH}.{each.name}"
        sql.execute(f"select to_jsonb(t) - 'valid_to' - 'to_day' from {name} t where {condition}", given)  # noqa: S608  (our own names)
        found[each.name] = sorted((row for (row,) in sql.fetchall()), key=str)
    return found


@contextmanager
def fresh(database: Database) -> Iterator[Cursor]:
    """Make empty tables next to the live ones, in a transaction that is rolled back."""
    with database.connection() as connection, connection.cursor() as sql:
        connection.autocommit = False
        try:
            make(sql, FRESH, (DOSSIER, *OVER_TIME))
            into(sql, FRESH)
            yield sql
        finally:
            connection.rollback()
            connection.autocommit = True


def positions(sql: Cursor) -> list[int]:
    sql.execute("select position from log.fact order by 1")
    return [position for (position,) in sql.fetchall()]


def read_fact_by_fact(database: Database) -> int:
    """Compare the tables after each single fact with what the final tables state of that position."""
    then: dict[int, Rows] = {}
    with fresh(database) as sql:
        kept, after = CaseCache(), 0
        for position in positions(sql):
            advance(sql, (DOSSIER, *OVER_TIME), after, position, kept)
            then[position] = read(sql, "valid_to is null")
            after = position
    with fresh(database) as sql:
        advance(sql, (DOSSIER, *OVER_TIME), 0, after, CaseCache(size=0))
        for position, rows in then.items():
            held = "valid_from <= %s and (valid_to is null or valid_to > %s)"
            assert read(sql, held, position, position) == rows, position
    return sum(map(len, then[after].values()))


def test_at_every_position_all_tables_say_what_the_facts_up_to_it_say(projecting: Database) -> None:
    assert read_fact_by_fact(projecting) > 100


def test_later_outcome_of_a_decision_appears_from_the_day_it_is_known(life: Scene) -> None:
    do = days_later(life)
    reported, *_ = do(0, ReportFraud(candidacy=SAMIR_VAE, matter=Matter(competences=(21,)), statement="x"), AS_PAUL)
    assert isinstance(reported, FraudReported)
    case = reported.case
    do(1, TellOfFraud(candidacy=SAMIR_VAE, case=case, hearing_on=JURY_DAY + timedelta(days=10)))
    do(10, HearOnFraud(candidacy=SAMIR_VAE, case=case, statement=None))
    do(12, DecideFraud(candidacy=SAMIR_VAE, case=case, found=True, reason="x", withdraws=()))
    do(12, PronounceSanction(candidacy=SAMIR_VAE, case=case, sanction=KeyedSanction(code=WARNING.code), reason="x"))
    do(2, NotifyResult(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.HAND))
    do(3, RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.MATERIAL, statement="x"), AS_MARIE)
    do(5, AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="x", minuted=SAYS))
    do(6, ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="x"), AS_PAUL)
    do(7, EnterRegister(candidacy=SAMIR_VAE))
    life.given(At(Papers.id_of(SAMIR_VAE), papers(issued_on=JURY_DAY + timedelta(days=30))))
    do(80, DeclareAward(candidacy=SAMIR_VAE, reference="lot 1"))
    life.projector().catch_up()
    now = "valid_to_position is null"

    def told(view: str, *columns: str) -> list[tuple[object, ...]]:
        return life.rows(f"select {', '.join(columns)} from reporting.{view} where {now} order by candidacy, 1, 2")  # noqa: S608  (our own names)

    def day(days: int) -> date:
        return JURY_DAY + timedelta(days=days)

    assert told("v1_fraud", "opened_on", "heard_on", "closed_on", "days", "finding", "warning", "exclusion") == [
        (day(0), day(10), day(12), 12, "found", True, False)
    ]
    assert told("v1_appeals", "kind", "ground", "asked_on", "answered_on", "days", "outcome", "under_way") == [
        ("rectification", None, day(5), day(6), 1, "rectified", False),
        ("review", "material", day(3), day(5), 2, "rectified", False),
    ]
    assert told("v1_register", "block", "obtained_on", "entered_on", "in_register", "issued_on", "papers") == [
        (0, JURY_DAY, day(7), True, day(30), 2)
    ]
    duties = {
        (row[0], row[1]): row[2:]
        for row in told("v1_deadlines", "duty", "candidacy", "since", "ends_on", "met_on", "kept")
    }
    assert duties["notice", MARIE_VAE][2:] == (day(2), None), "no text says by when"
    assert duties["declaration", SAMIR_VAE][0] == day(30), "counted from the certificate"
    assert duties["declaration", SAMIR_VAE][2:] == (day(80), True)
    stages = [row[0] for row in told("v1_stages", "stage", "candidacy") if row[1] == SAMIR_VAE]
    assert {"jury_held", "results_released", "registered", "certificate_issued", "declared"} <= set(stages)

    assert read_fact_by_fact(life.backstage) > 20


def papers(issued_on: date) -> tuple[Fact, ...]:
    """Issue a certificate, and its duplicate a month later."""
    again = issued_on + timedelta(days=30)
    return (
        CertificateIssued(
            candidacy=SAMIR_VAE,
            number=1,
            obtained_on=JURY_DAY,
            issued_on=issued_on,
            corrections=0,
            holder=Personal("x", SAMIR),
        ),
        DuplicateIssued(candidacy=SAMIR_VAE, block=None, number=1, copy=1, loss=Loss.LOST, issued_on=again),
    )


def days_later(scene: Scene) -> Callable[..., Any]:
    def do(days: int, command: Command, by: Actor = AS_RENEE) -> Any:
        return scene.do(command, by, on=JURY_DAY + timedelta(days=days)).facts

    return do


def hides_nothing_to_come(database: Database) -> int:
    """Assert before each release and at the end that every table is the same without the facts still hidden."""
    compared = 0
    with fresh(database) as sql:
        sql.execute("select position - 1 from log.fact where type in ('ResultsReleased', 'FraudFound')")
        releases = [position for (position,) in sql.fetchall()]
    for at in releases:
        with fresh(database) as sql:
            types = [fact.__name__ for fact in BY_WHAT_IS_HIDDEN]
            sql.execute(HIDDEN, {"at": at, "types": types})
            hidden = [position for (position,) in sql.fetchall()]
            advance(sql, (DOSSIER, *OVER_TIME), 0, at, CaseCache(size=0))
            whole = read(sql, "true")
            make(sql, FRESH, OVER_TIME)
            sql.execute(f"delete from {FRESH}.dossier where position = any (%s)", (hidden,))  # noqa: S608  (our own names)
            advance(sql, OVER_TIME, 0, at, CaseCache(size=0))
            assert read(sql, "true") == whole, at
            compared += len(hidden)
    return compared


def test_facts_hidden_before_a_release_change_no_row(projecting: Database) -> None:
    assert hides_nothing_to_come(projecting) > 100


def test_a_procedure_for_fraud_and_a_rectification_before_the_release_show_nowhere(scene: Scene) -> None:
    scene.given(At(RULEBOOK, (RulebookPublished(rules=replace(RULES, fraud=CERTIFIER)),)))
    scene.given(keyed(released=False))
    do = days_later(scene)
    do(0, PROPOSE)
    reported, *_ = do(0, ReportFraud(candidacy=MARIE_VAE, matter=Matter(session=JUNE), statement="x"), AS_PAUL)
    do(1, TellOfFraud(candidacy=MARIE_VAE, case=reported.case, hearing_on=JURY_DAY + timedelta(days=10)))
    do(1, ReleaseResults(session=JUNE))
    do(10, HearOnFraud(candidacy=MARIE_VAE, case=reported.case, statement=None))
    do(11, ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="x"), AS_PAUL)
    scene.projector().catch_up()
    known = "select count(*) from reporting.{} where valid_to_position is null"
    for view in ("v1_hearings", "v1_appeals", "v1_fraud"):
        assert scene.rows(known.format(view)) == [(0,)], view
    do(12, DecideFraud(candidacy=MARIE_VAE, case=reported.case, found=False, reason="x"))
    scene.projector().catch_up()
    for view in ("v1_hearings", "v1_appeals", "v1_fraud"):
        assert scene.rows(known.format(view)) == [(1,)], view
    assert hides_nothing_to_come(scene.backstage) > 30
    assert read_fact_by_fact(scene.backstage) > 10
