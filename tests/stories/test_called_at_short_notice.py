"""Marie accepts the rulebook as she applies; a jury a week away has a place, ten days are due, and she waives
them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.enrolment import RulebookNotAccepted, SummonedTooLate
from domain.commands.candidacy.accept_rulebook import AcceptRulebook
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.waive_summons_delay import WaiveSummonsDelay
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.framework.definition import Route
from domain.ports import CandidacyId, SessionId
from domain.rulebook.enrolment_rules import Acceptance, EnrolmentRules, SummonsDelay
from tests.given.domain.marks import EXAM, EXAM_RULEBOOK
from tests.given.domain.people import AS_MARIE, AS_RENEE, AS_SAMIR, ASTRID, FRAMEWORK, MARIE, SAMIR, SEATS
from tests.given.stories.acts import appointing
from tests.given.stories.exams import Exams

MAY, EIGHTH, JURY = date(2021, 5, 3), date(2021, 6, 8), date(2021, 6, 15)
ASKING = EnrolmentRules(
    acceptance=Acceptance(source="règlement, art. 1"), summons=SummonsDelay(days=10, source="règlement, art. 8")
)


def jury(story: Exams, planned: date) -> SessionId:
    plan = PlanSession(
        framework=FRAMEWORK, rulebook=EXAM_RULEBOOK, route=Route.FI, held_on=JURY, place="Paris", places=10
    )
    story.on(planned, plan)
    session = SessionId(story.facts[-1].stamp.stream)
    for seat in SEATS:
        story.on(planned, appointing(session, seat))
    return session


def test_late_summons_is_accepted_once_the_candidate_waives_the_delay() -> None:
    story = Exams(MAY, replace(EXAM, enrolment=ASKING))
    apply = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=EXAM_RULEBOOK, route=Route.FI)
    story.on(MAY, replace(apply, accepts_rulebook=True), AS_MARIE)
    marie = Candidacy.id_of(MARIE, FRAMEWORK, Route.FI)
    session = jury(story, MAY)
    call = SummonCandidate(session=session, candidacy=marie)
    story.scene.when(call, by=AS_RENEE, on=EIGHTH)
    story.scene.then_refused(SummonedTooLate, 10)
    story.on(EIGHTH, WaiveSummonsDelay(candidacy=marie, session=session), AS_MARIE)
    story.on(EIGHTH, call)
    assert story.unlawful == []


def test_assessor_is_refused_until_an_enrolled_candidate_accepts_the_rulebook_on_paper() -> None:
    story = Exams(MAY, replace(EXAM, enrolment=ASKING))
    apply = OpenCandidacy(candidate=SAMIR, framework=FRAMEWORK, rulebook=EXAM_RULEBOOK, route=Route.FI)
    story.on(MAY, apply)
    samir = CandidacyId(Candidacy.id_of(SAMIR, FRAMEWORK, Route.FI))
    name = AssignAssessor(candidacy=samir, assessor=ASTRID, competences=(1,))
    story.scene.when(name, by=AS_RENEE, on=MAY)
    story.scene.then_refused(RulebookNotAccepted)
    story.on(EIGHTH, AcceptRulebook(candidacy=samir, signed_on=MAY))
    story.on(EIGHTH, name)
    session = jury(story, EIGHTH)
    story.on(EIGHTH, WaiveSummonsDelay(candidacy=samir, session=session), AS_SAMIR)
    story.on(EIGHTH, SummonCandidate(session=session, candidacy=samir))
    assert story.unlawful == []
