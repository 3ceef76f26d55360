"""An assessor's queue: the dossiers to mark, their progress and their due dates."""

from __future__ import annotations

from adapters.database.pool import Database
from domain.assessment.assessment import Assessment
from domain.assessment.facts import AssessmentFiled, AssessmentReopened, CompetenceAssessed
from domain.candidacy.facts import AssessorAssigned, AssessorReleased
from domain.exam.facts import MarkerNamed
from domain.fact import Personal
from projections.assessment.assessor_assignments import ToAssess, handed_in, to_assess
from projections.assessment.papers_to_mark import piles
from tests.given.domain.epreuves import CALLED, EPREUVES, INES_CL, SITTING
from tests.given.domain.people import (
    ASTRID,
    BLOG,
    CV,
    JUNE,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    OSCAR,
    PLANS,
    applied,
    assigned,
    ended,
    granted,
    heard,
    marked,
    not_granted,
    opened,
    planned,
    put_in,
    summoned,
)
from tests.given.domain.scenario import At
from tests.given.log.scene import Scene


def seen(scene: Scene, web: Database) -> list[ToAssess]:
    scene.projector().catch_up()
    return to_assess(web, ASTRID)


def far(rows: list[ToAssess]) -> list[tuple[int, int, bool]]:
    return [(len(each.marked), len(each.competences), each.filed) for each in rows]


def test_every_dossier_in_the_queue_shows_its_progress_and_jury_day(scene: Scene, web: Database) -> None:
    scene.given(applied(MARIE_VAE), assigned(MARIE_VAE, ASTRID, [1, 2]))
    scene.given(applied(MARIE_FI), put_in(MARIE_FI, CV, 1), put_in(MARIE_FI, BLOG, 2))
    scene.given(assigned(MARIE_FI, ASTRID, [1, 2, 3]), assigned(MARIE_FI, OSCAR, [4]))
    scene.given(marked(MARIE_FI, ASTRID, (1, "acquired"), handed=False), planned(JUNE), *summoned(JUNE, MARIE_FI))
    first, second = seen(scene, web)
    assert (first.candidacy, first.competences, first.marked) == (MARIE_FI, (1, 2, 3), (1,)), "the pressing one first"
    assert (first.evidence, first.due_on) == (2, PLANS[JUNE].held_on)
    assert (second.candidacy, second.marked, second.due_on) == (MARIE_VAE, (), None)
    assert to_assess(web, ASTRID, files=[MARIE]) == [], "nothing of their own, under whichever file"


def test_dossier_leaves_the_queue_when_handed_in_and_returns_when_reopened(scene: Scene, web: Database) -> None:
    scene.given(applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1, 2]), marked(MARIE_FI, ASTRID, (1, "acquired")))
    assert seen(scene, web) == []
    assert far(handed_in(web, ASTRID)) == [(1, 2, True)]
    assert handed_in(web, ASTRID, before=handed_in(web, ASTRID)[0].assigned_at) == []
    back = AssessmentReopened(candidacy=MARIE_FI, assessor=ASTRID, reason=Personal("x", MARIE))
    scene.given(At(Assessment.id_of(MARIE_FI, ASTRID), (back,)))
    assert far(seen(scene, web)) == [(1, 2, False)]
    scene.given(At(MARIE_FI, (AssessorReleased(assessor=ASTRID, reason=Personal("x", ASTRID)),)))
    assert seen(scene, web) == handed_in(web, ASTRID) == []


def test_a_block_that_was_refused_is_marked_again_once_the_next_jury_is_called(scene: Scene, web: Database) -> None:
    """The queue does not disclose the refused block before its release."""
    scene.given(applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1, 26, 27]))
    scene.given(marked(MARIE_FI, ASTRID, (1, "acquired"), (26, "acquired"), (27, "acquired")))
    scene.given(planned(JUNE), *summoned(JUNE, MARIE_FI), opened(JUNE), heard(MARIE_FI))
    scene.given(granted(MARIE_FI, 1), not_granted(MARIE_FI, 4), planned(MARCH), *summoned(MARCH, MARIE_FI))
    assert seen(scene, web) == []
    scene.given(ended(JUNE))
    (row,) = seen(scene, web)
    assert (row.marked, row.again, row.filed, row.due_on) == ((1,), 2, True, PLANS[MARCH].held_on)
    anew = CompetenceAssessed(candidacy=MARIE_FI, assessor=ASTRID, competence=26, mark="acquired", attempt=2)
    scene.given(At(Assessment.id_of(MARIE_FI, ASTRID), (anew,)))
    assert far(seen(scene, web)) == [(2, 3, False)]
    scene.given(At(Assessment.id_of(MARIE_FI, ASTRID), (AssessmentFiled(candidacy=MARIE_FI, assessor=ASTRID),)))
    assert seen(scene, web) == []


def test_papers_by_number_are_counted_by_sitting_and_are_no_dossiers(scene: Scene, web: Database) -> None:
    scene.given(*EPREUVES, CALLED)
    named = AssessorAssigned(assessor=ASTRID, competences=(1, 2, 3), sitting=SITTING)
    scene.given(At(INES_CL, (named,)), At(SITTING, (MarkerNamed(assessor=ASTRID, numbers=(4711,)),)))
    assert seen(scene, web) == []
    (pile,) = piles(web, ASTRID)
    assert (pile.sitting, pile.papers, pile.begun, pile.filed, pile.due_on) == (SITTING, 1, 0, 0, None)
    scene.given(marked(INES_CL, ASTRID, (1, "acquired")))
    assert seen(scene, web) == handed_in(web, ASTRID) == []
    (pile,) = piles(web, ASTRID)
    assert (pile.papers, pile.begun, pile.filed) == (1, 1, 1)
