"""The demonstration verifies; a log that was touched does not, and the place is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from adapters.clock import FixedClock
from adapters.database.pool import Database
from adapters.log.check import check
from adapters.log.recorder import LogRecorder
from webapi.demonstration.story import Story
from webapi.wiring import House


@pytest.fixture
def owner(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def played(house: House, owner: Database) -> Story:
    assert isinstance(house.clock, FixedClock)
    story = Story(house, house.clock)
    story.play()
    LogRecorder(owner).seal()
    return story


def tamper(owner: Database, statement: str) -> int:
    """Rewrite a fact as only a superuser can, and give its position."""
    with owner.transaction() as cursor:
        cursor.execute("alter table log.event disable trigger all; alter table log.leaf disable trigger all")
        cursor.execute(statement)
        row = cursor.fetchone()
        assert row
        return int(row[0])


def test_the_demonstration_verifies_and_meets_its_six_refusals(played: Story, owner: Database) -> None:
    found = check(owner)
    assert found.sound, found
    assert found.facts > 400
    assert played.refusals == [
        "route-closed",
        "dossier-frozen",
        "jury-composition",
        "already-decided",
        "not-assigned",
        "block-rule-not-met",
    ]
    assert date(2018, 12, 18) <= played.clock.today() <= date(2023, 12, 18)


TURNED = """
update log.event set body = replace(body, '"acquired":false', '"acquired":true')
 where position = (select max(position) from log.event where body like '%"acquired":false%') returning position
"""
MOVED = """
update log.event set recorded_at = recorded_at - interval '1 day'
 where position = (select min(position) from log.event where type = 'TitlePronounced') returning position
"""
RENAMED = """
update log.event set type = 'BlockGranted'
 where position = (select min(position) from log.event where type = 'BlockNotGranted') returning position
"""
REMOVED = "delete from log.event where type = 'CandidateNotHeard' returning position"
SEVENTH_LOST = """
update log.event e set body = replace(body, '"acquired":true', '"acquired":false')
  from (select position from log.event where type = 'CompetenceRuled' and body like '%"competence":7,%'
           and body like '%"acquired":true%' order by position limit 1) t
 where e.position = t.position returning e.position
"""
LEAVES_ANEW = """
update log.leaf l set hash = sha256('\\x00'::bytea || convert_to(log.line(e), 'UTF8')) from log.event e
 where e.position = l.position returning l.position
"""


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("statement", [TURNED, MOVED, RENAMED], ids=["a ruling", "an instant", "a refusal"])
def test_a_rewritten_fact_is_named(owner: Database, statement: str) -> None:
    position = tamper(owner, statement)
    assert position in check(owner).wrong


@pytest.mark.usefixtures("played")
def test_a_removed_fact_leaves_a_hole_in_the_leaves(owner: Database) -> None:
    tamper(owner, REMOVED)
    assert check(owner).wrong


@pytest.mark.usefixtures("played")
def test_a_block_that_its_rulings_do_not_carry_is_unlawful_even_with_all_leaves_made_anew(owner: Database) -> None:
    """Competence 7 of block 1 is mandatory (RNCP 31936): without it the grant of block 1 is not lawful."""
    tamper(owner, SEVENTH_LOST)
    tamper(owner, LEAVES_ANEW)
    found = check(owner)
    assert not found.wrong
    assert {each.rule for each in found.unlawful} >= {"reason-required", "block-rule-not-met"}
