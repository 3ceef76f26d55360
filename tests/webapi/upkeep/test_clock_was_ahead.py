"""What was noted while the clock was a year ahead holds nothing up once the clock is right again."""

from __future__ import annotations

import ast
import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg2
import pyotp
import pytest

from adapters.operations.rate_limits import RateLimit, RateLimited, RateLimitKey
from adapters.operations.second_factor import STEP
from adapters.operations.thorough_checks import ThoroughChecks
from domain.ports import EvidenceId, Role
from webapi.upkeep.alarms import alarms

if TYPE_CHECKING:
    from tests.given.webapi.town import World

ADAPTERS = Path(__file__).parents[3] / "adapters"


def note(world: World, statement: str) -> None:
    """Change the desk as a clock that is a year ahead would have written it."""
    with world.acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_job_and_its_turn_are_taken(world: World) -> None:
    jobs = world.acquis.jobs
    jobs.put("check", EvidenceId(uuid4()), None, uuid4())
    assert jobs.claim() is not None
    assert jobs.claim() is None, "somebody holds the turn"
    note(world, "update desk.turn set held_until = now() + interval '1 year'")
    assert jobs.claim() is not None
    note(world, "update desk.turn set held_until = null")
    note(world, "update desk.job set due_at = now() + interval '10 seconds'")
    assert jobs.claim() is None, "it waits for its pause"
    note(world, "update desk.job set due_at = now() + interval '1 year'")
    assert jobs.claim() is not None


def test_a_letter_is_sent(world: World) -> None:
    world.acquis.letters.put("reset", "somebody@example.org", "fr")
    note(world, "update desk.letter set due_at = now() + interval '30 minutes'")
    assert world.acquis.letters.claim() is None, "it waits for its pause"
    note(world, "update desk.letter set due_at = now() + interval '1 year'")
    assert world.acquis.letters.claim() is not None


def test_an_event_of_the_feed_is_delivered(world: World) -> None:
    one, _ = world.acquis.subscriptions.add("webhook", "SI", "https://si.example.org/acquis")
    note(world, "update desk.subscription set due_at = now() + interval '30 minutes'")
    assert not world.acquis.subscriptions.find(one).due, "it waits for its pause"
    note(world, "update desk.subscription set due_at = now() + interval '1 year'")
    assert world.acquis.subscriptions.find(one).due


def test_a_close_look_is_taken(world: World) -> None:
    looks = ThoroughChecks(world.acquis.database)
    looks.note([])
    assert not looks.due(60)
    note(world, "update desk.close_look set at = now() + interval '1 year'")
    assert looks.due(60)


def test_tries_that_were_counted_run_out(world: World) -> None:
    share = RateLimitKey(RateLimit("ahead", most=1, an_hour=1), "somebody")
    world.acquis.rate_limits.spend(share)
    with pytest.raises(RateLimited):
        world.acquis.rate_limits.spend(share)
    note(world, "update desk.budget set at = now() + interval '1 year'")
    world.acquis.rate_limits.spend(share)


def test_a_telephone_s_code_is_accepted_once(world: World) -> None:
    person, factors = world.join("ahead", Role.ASSESSOR).id, world.acquis.factors
    telephone = pyotp.TOTP(str(factors.begin(person)))
    assert factors.accepts(person, telephone.now(), proved=False)
    assert not factors.accepts(person, telephone.now()), "a code is accepted once"
    a_year = 365 * 86_400 // STEP
    note(world, f"update desk.second_factor set last_step = last_step + {a_year}")  # noqa: S608  (a number)
    assert factors.accepts(person, telephone.now())
    assert not factors.accepts(person, telephone.now()), "a code is accepted once"


def test_the_alarm_of_a_clock_that_went_back_stops_nothing(world: World) -> None:
    with closing(psycopg2.connect(world.url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(
            "alter function log.clock_drift() rename to clock_drift_was;"
            "create function log.clock_drift() returns interval language sql as $$ select interval '366 days' $$;"
            "grant execute on function log.clock_drift() to public"
        )
    try:
        found = {each.slug: each.unready for each in alarms(world.acquis)}
    finally:
        with closing(psycopg2.connect(world.url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(
                "drop function log.clock_drift(); alter function log.clock_drift_was() rename to clock_drift"
            )
    assert found["clock-behind"] is False


def test_no_statement_compares_a_time_of_waiting_by_itself() -> None:
    raw = re.compile(r"\b(due_at|held_until)\b\s*<=?\s*(now\(\)|clock_timestamp\(\))(?! -)")
    for path in ADAPTERS.rglob("*.py"):
        if path.name == "due.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not raw.search(node.value), f"{path.name}: use is_over()"
