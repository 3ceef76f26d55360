"""Do read models say what stands after an annulment, and what stood before it? Rebuilt to the byte, too."""

# ruff: noqa: S608  (queries name our own tables and columns)
from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.database.pool import Database
from domain.appeal.facts import ComplaintGround
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.reject_annulment import RejectAnnulment
from domain.commands.appeal.request_review import RequestReview
from domain.commands.register.enter_register import EnterRegister
from domain.jury.facts import TitleFell
from domain.ports import PersonId
from domain.standing.standing import Outcome, standing
from projections.appeal.annulments import annulments
from projections.appeal.reviews import reviews
from projections.candidacy.candidacy_overview import candidacies
from projections.deadlines.queues import untimed
from projections.engine.case import READS
from projections.engine.rebuild import rebuild
from projections.reading import Standings, dossier_facts
from projections.standing.decision_history import history
from projections.tables import digest
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    JUNE,
    JURY_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    RENEE,
    RNCP31936,
    RULES,
    SAMIR_VAE,
    before_the_jury,
    ended,
    granted,
    heard,
    pronounced,
    ruled,
    vae_filed,
    won,
)
from tests.given.log.scene import Scene

AFTER = JURY_DAY + timedelta(days=20)
ASK = RequestReview(
    session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.PROCEDURAL, statement="Un juré m'a formée."
)
ACCEPT = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="C'est exact.")


@pytest.fixture
def titled(scene: Scene) -> Scene:
    """Marie holds a title, in the register, and asks for a review."""
    scene.given(won(MARIE_VAE))
    scene.do(EnterRegister(candidacy=MARIE_VAE), AS_RENEE)
    scene.do(ASK, AS_MARIE)
    return scene


def identical_when_rebuilt(scene: Scene) -> None:
    live = digest(scene.backstage)
    rebuild(scene.backstage)
    assert digest(scene.backstage) == live


def test_after_an_annulment_nothing_of_it_is_shown_and_as_of_before_all_of_it_is(
    titled: Scene, web: Database
) -> None:
    projector = titled.projector()
    projector.catch_up()
    (before,) = candidacies(web, candidacy=MARIE_VAE)
    assert (before.released_outcome, before.registered) == ("full", 1)
    (asked,) = reviews(web, waits=True)
    assert (asked.candidacy, asked.session, asked.ground, asked.asked_on) == (
        MARIE_VAE,
        JUNE,
        "procedural",
        JURY_DAY,
    )

    titled.annuls(ACCEPT, AS_RENEE, on=AFTER)
    projector.catch_up()
    (now,) = candidacies(web, candidacy=MARIE_VAE)
    assert (now.outcome, now.granted, now.title_on) == ("in_progress", (), None)
    assert (now.released_outcome, now.released_granted, now.released_title_on) == ("in_progress", (), None)
    assert now.registered is None
    assert reviews(web, waits=True) == []
    assert [each.annulled_by for each in reviews(web)] == ["review"]
    blocks = "select distinct state, released_state, acquired from projection.block_status where candidacy = %s"
    assert titled.rows(blocks, MARIE_VAE) == [("not_decided", "not_decided", 0)]
    ruled_still = "select count(*) from projection.competence_status where candidacy = %s and acquired is not null"
    assert titled.rows(ruled_still, MARIE_VAE) == [(0,)]
    reported = (
        "select outcome, blocks_granted, title_on, in_register from reporting.v1_candidacies"
        " where candidacy = %s and valid_to_position is null"
    )
    assert titled.rows(reported, MARIE_VAE) == [("in_progress", 0, None, False)]
    still = " where candidacy = %s and valid_to_position is null"
    ruled = "select distinct acquired from reporting.v1_competences"
    assert titled.rows(ruled + still, MARIE_VAE) == [(None,)]
    states = "select distinct state from reporting.v1_blocks"
    assert titled.rows(states + still, MARIE_VAE) == [("not_decided",)]

    standings = Standings(web)
    assert standings.of(MARIE_VAE, provisional=False).outcome is Outcome.IN_PROGRESS
    then = standings.of(MARIE_VAE, provisional=False, as_of=AFTER - timedelta(days=1))
    assert (then.outcome, then.title_on) == (Outcome.FULL, JURY_DAY)
    identical_when_rebuilt(titled)


def test_the_history_keeps_all_of_it(titled: Scene, web: Database) -> None:
    titled.annuls(ACCEPT, AS_RENEE)
    titled.projector().catch_up()
    told = history(web, MARIE_VAE)
    types = [entry.type for entry in told]
    assert types[-7:] == [
        "RegisterEntered",
        "ReviewRequested",
        "AnnulmentProposed",
        "AnnulmentConfirmed",
        "ReviewAnswered",
        "DecisionAnnulled",
        "TitleWithdrawn",
    ]
    assert {"BlockGranted", "TitlePronounced", "CompetenceRuled"} <= set(types)
    said = {entry.type: (entry.session, entry.sealed, entry.grounds) for entry in told}
    assert said["ReviewRequested"][:2] == (JUNE, ("statement",))
    assert said["ReviewAnswered"] == (
        JUNE,
        ("reason",),
        {"accepted": True, "rectifies": False, "session": str(JUNE)},
    )
    assert said["TitleWithdrawn"] == (None, ("reason",), {"declaration_due": True, "number": 1})


def test_a_title_that_rested_on_an_annulled_block_is_shown_no_more(scene: Scene, web: Database) -> None:
    scene.given(vae_filed(MARIE_VAE), before_the_jury(MARIE_VAE), heard(MARIE_VAE), ruled(MARIE_VAE, range(21, 26)))
    scene.given(granted(MARIE_VAE, 1, 3), ended(), before_the_jury(MARIE_VAE, session=MARCH))
    scene.given(heard(MARIE_VAE, MARCH), granted(MARIE_VAE, 2, 4, session=MARCH), pronounced(MARIE_VAE, MARCH))
    scene.given(ended(MARCH))
    annuls = NoteCourtRuling(
        session=JUNE, candidacy=MARIE_VAE, court="x", ruled_on=JURY_DAY, reference="x", annuls=True
    )
    recorded = scene.annuls(annuls, AS_RENEE)
    assert any(isinstance(fact, TitleFell) for fact in recorded.facts)
    scene.projector().catch_up()
    (now,) = candidacies(web, candidacy=MARIE_VAE)
    assert (now.released_outcome, now.released_granted, now.title_on) == ("partial", (2, 4), None)
    assert [(each.waits, each.ground, each.annulled_by) for each in reviews(web)] == [(False, None, "court")]
    identical_when_rebuilt(scene)


def test_every_row_is_still_the_standing_of_the_one_pure_fold(titled: Scene, web: Database) -> None:
    titled.given(vae_filed(SAMIR_VAE))
    titled.annuls(ACCEPT, AS_RENEE)
    titled.projector().catch_up()
    facts = dossier_facts(web, MARIE_VAE)
    for provisional, prefix in ((True, ""), (False, "released_")):
        folded = standing(RNCP31936, RULES, facts, provisional=provisional)
        query = (
            f"select competence, {prefix}state, {prefix}acquired, {prefix}positions"
            " from projection.competence_status where candidacy = %s order by 1"
        )
        assert titled.rows(query, MARIE_VAE) == [
            (line.number, line.state.value, line.acquired, list(line.positions)) for line in folded.competences
        ]
        assert Standings(web).of(MARIE_VAE, provisional=provisional) == folded
        read = [told for told in facts if type(told.fact).__name__ in READS]
        assert standing(RNCP31936, RULES, read, provisional=provisional) == folded


def test_an_annulment_waits_in_the_list_until_a_second_person_settles_it(titled: Scene, web: Database) -> None:
    """The review that it answers is no longer among those without an answer to prepare, and nothing is annulled."""
    projector = titled.projector()
    titled.do(ACCEPT, AS_RENEE)
    projector.catch_up()
    (waits,) = annulments(web)
    assert (waits.candidacy, waits.about, waits.session, waits.case) == (MARIE_VAE, JUNE, JUNE, None)
    assert (waits.cause, waits.proposed_by) == ("review", RENEE)
    assert annulments(web, files=[MARIE]) == [], "what is proposed of oneself is not one's to know"
    (now,) = candidacies(web, candidacy=MARIE_VAE)
    assert (now.released_outcome, now.registered) == ("full", 1)

    def queued(*files: PersonId) -> dict[str, int]:
        found = untimed(web, ["confirmations", "reviews"], files=files, limit=5)
        return {each.queue: each.many for each in found}

    assert queued() == {"confirmations": 1}
    assert queued(RENEE) == {}, "it does not wait for who proposed it"
    assert queued(MARIE) == {}
    titled.do(RejectAnnulment(candidacy=MARIE_VAE, about=JUNE, reason="x"), AS_RENEE)
    projector.catch_up()
    assert annulments(web) == []
    assert queued(RENEE) == {"reviews": 1}
    identical_when_rebuilt(titled)
