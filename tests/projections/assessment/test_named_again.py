"""The list of assessments, for an assessor who stepped down and was named again."""

from __future__ import annotations

from domain.candidacy.facts import AssessorReleased
from domain.fact import Personal
from projections.assessment.assessor_assignments import rows
from projections.engine.case import Case
from tests.given.domain.known_facts import told
from tests.given.domain.people import ASTRID, MARIE_FI, applied, assigned, marked
from tests.given.domain.scenario import At
from tests.given.log.published import Published


def listed(*steps: At) -> list[tuple[tuple[int, ...], bool]]:
    case = Case(MARIE_FI, Published())
    for each in told(applied(MARIE_FI), *steps):
        case.read(each.fact, str(each.stamp.stream), each.stamp.position)
    return [(row[2], row[3]) for row in rows(case)]


def test_assessment_covers_what_the_assessor_is_named_for_now_and_keeps_what_was_filed() -> None:
    filed = assigned(MARIE_FI, ASTRID, [1, 2]), marked(MARIE_FI, ASTRID, (1, "acquired"))
    out = At(MARIE_FI, (AssessorReleased(assessor=ASTRID, reason=Personal("x", ASTRID)),))
    assert listed(*filed) == [((1, 2), True)]
    assert listed(*filed, out) == []
    assert listed(*filed, out, assigned(MARIE_FI, ASTRID, [2])) == [((2,), True)]
