"""Holders of a certification, by calendar year and route, with the facts that count them."""

from __future__ import annotations

from datetime import timedelta

from adapters.database.pool import Database
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.register.enter_register import EnterRegister
from domain.jury.facts import ResultsReleased, TitlePronounced
from domain.register.facts import RegisterEntered, TitleReinstated
from projections.engine.rebuild import rebuild
from projections.register.cohorts import HeldTitle, TitleCohort, cohorts
from projections.tables import digest
from tests.given.domain.people import (
    AS_RENEE,
    JUNE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    before_the_jury,
    ended,
    granted,
    heard,
    pronounced,
    ruled,
    vae_filed,
    won,
)
from tests.given.domain.scenario import At
from tests.given.log.scene import Scene

CODE = "RNCP31936"


def court(*, annuls: bool) -> NoteCourtRuling:
    return NoteCourtRuling(
        session=JUNE,
        candidacy=MARIE_VAE,
        court="TA",
        ruled_on=JURY_DAY + timedelta(days=30),
        reference="x",
        annuls=annuls,
        quashes=not annuls,
    )


def kinds(scene: Scene, found: TitleCohort) -> set[str]:
    (title,) = found.titles
    rows = scene.rows("select type from log.fact where position = any(%s)", list(title.positions))
    return {str(name) for (name,) in rows}


def test_a_title_counts_from_its_release_in_the_year_and_route_of_its_jury_and_not_while_annulled(
    scene: Scene, web: Database
) -> None:
    """R6113-9, II: the holders, by calendar year, and b) of the certification as registered before."""
    projector = scene.projector()
    scene.given(vae_filed(MARIE_VAE), before_the_jury(MARIE_VAE), (heard(MARIE_VAE), ruled(MARIE_VAE, range(1, 31))))
    scene.given((granted(MARIE_VAE, 1, 2, 3, 4), pronounced(MARIE_VAE), ended(released=False)))
    projector.catch_up()
    assert cohorts(web, CODE) == []

    scene.given(At(JUNE, (ResultsReleased(released_on=JURY_DAY),)))
    projector.catch_up()
    (found,) = cohorts(web, CODE)
    assert (found.certification, found.year, found.route, found.holders) == (CODE, 2021, "VAE", 1)
    (title,) = found.titles
    assert title == HeldTitle(MARIE_VAE, 1, "VAE", JURY_DAY, None, title.positions)
    assert kinds(scene, found) == {TitlePronounced.__name__, ResultsReleased.__name__}

    scene.do(EnterRegister(candidacy=MARIE_VAE), AS_RENEE)
    projector.catch_up()
    (entered,) = cohorts(web, CODE)
    assert entered.titles[0].number == 1
    assert RegisterEntered.__name__ in kinds(scene, entered)

    scene.annuls(court(annuls=True), AS_RENEE, on=JURY_DAY + timedelta(days=30))
    projector.catch_up()
    assert cohorts(web, CODE) == []
    scene.do(court(annuls=False), AS_RENEE, on=JURY_DAY + timedelta(days=30))
    projector.catch_up()
    (again,) = cohorts(web, CODE)
    assert (again.holders, again.titles[0].number) == (1, 1)
    assert TitleReinstated.__name__ in kinds(scene, again)

    live = digest(scene.backstage)
    rebuild(scene.backstage)
    assert digest(scene.backstage) == live


def test_cohorts_of_another_certification_are_empty_and_rows_name_nobody(scene: Scene, web: Database) -> None:
    scene.given(won(MARIE_VAE))
    scene.projector().catch_up()
    assert cohorts(web, "RNCP00001") == []
    assert str(MARIE) not in str(scene.rows("select * from projection.cohorts"))
