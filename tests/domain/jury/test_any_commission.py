"""Property test of a commission and its jury: from every state, each candidate can still be decided on.

Candidates withdraw, are excluded, are absent or are tied to a whole panel (D6412-6); a jury has too few places or is
cancelled, before and after the commission signs its minutes. The registrar closes both sessions, and each candidate
without a title can be called before another jury.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from functools import cache
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.ties import ConflictOfInterest
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.cancel_session import CancelSession
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.free_candidate import FreeCandidate
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refer_candidate import ReferCandidate
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.people.declare_tie import DeclareTie
from domain.evidence.evidence import ReceivedFile
from domain.fact import Personal
from domain.framework.definition import Route
from domain.framework.jury_rule import Sex
from domain.fraud.facts import FraudReported, SanctionPronounced
from domain.fraud.fraud import Fraud
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession, SessionStage
from domain.jury.vote import VoteOutcome
from domain.people.facts import Tie
from domain.ports import Actor, Command, EvidenceId, PersonId, Role, SessionId
from domain.rulebook.fraud_rules import SanctionKind
from tests.given.domain.people import (
    AS_RENEE,
    ELSA,
    MARIE,
    PANEL,
    PAUL,
    RENEE,
    RENEWED_SEATS,
    SACHA,
    SAMIR,
    SEATS,
    actor,
    known,
)
from tests.given.domain.scenario import At
from tests.given.stories.acts import appointing
from tests.given.stories.juries import EVERYTHING, FRAMEWORK, UNDER_D6412, UNDER_R335, Jury

MEMBERS = (ELSA, SACHA)
PEOPLE = (MARIE, SAMIR)
Days = tuple[date, date]


class Commission(Jury):
    """Two validation files, a commission of two members, the jury it reports to, and a jury with other members."""

    def __init__(self, days: Days = UNDER_D6412, places: int = 2) -> None:
        self.begun, self.held = days
        super().__init__(self.begun)
        self.files = {who: Candidacy.id_of(who, FRAMEWORK, Route.VAE) for who in PEOPLE}
        for who in PEOPLE:
            self.applies_as(who)
        self.awarding = self.plans(places)
        self.other = self.plans(2)
        self.commission = self.plans(2, self.awarding)
        for session, seats in ((self.awarding, SEATS[:5]), (self.other, RENEWED_SEATS)):
            for seat in seats:
                self.on(self.begun, appointing(session, seat))
        for who in MEMBERS:
            named = AppointJuror(session=self.commission, juror=who, sex=Sex.F, chair=who == ELSA)
            self.on(self.begun, named)

    def applies_as(self, who: PersonId) -> None:
        candidacy, theirs = self.files[who], actor(who, Role.CANDIDATE)
        apply = OpenCandidacy(candidate=who, framework=FRAMEWORK, rulebook=self.rulebook, route=Route.VAE)
        self.on(self.begun, apply, theirs)
        self.on(self.begun, DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=self.begun))
        piece = EvidenceId(known(f"{who} piece"))
        file = ReceivedFile(media_type="application/pdf", size=1, digest="00", name="x.pdf")
        put = SubmitEvidence(evidence=piece, candidacy=candidacy, competences=(1,), file=file)
        self.on(self.begun, put, theirs)
        self.on(self.begun, SubmitValidationFile(candidacy=candidacy, evidence=(piece,)), theirs)

    def plans(self, places: int, reports_to: SessionId | None = None) -> SessionId:
        plan = PlanSession(
            framework=FRAMEWORK,
            rulebook=self.rulebook,
            route=Route.VAE,
            held_on=self.held,
            place="Paris",
            places=places,
            reports_to=reports_to,
        )
        self.on(self.begun, plan)
        return SessionId(self.facts[self.scene.head].stamp.stream)

    # Events

    def tries(self, command: Command, by: Actor = AS_RENEE) -> bool:
        """Send the command on the jury's day; return whether it was recorded."""
        self.scene.when(command, by=by, on=self.held)
        return not isinstance(self.scene.outcome, Exception)

    def session(self, which: SessionId) -> JurySession:
        return self.scene.log.load(JurySession, which)

    def said(self, which: SessionId, who: PersonId) -> Deliberation:
        return self.scene.log.find(Deliberation, Deliberation.id_of(which, self.files[who]))

    def calls(self, who: PersonId, which: SessionId) -> bool:
        return self.tries(SummonCandidate(session=which, candidacy=self.files[who]))

    def frees(self, who: PersonId) -> bool:
        return self.tries(FreeCandidate(session=self.commission, candidacy=self.files[who], reason="x"))

    def withdraws(self, who: PersonId) -> bool:
        theirs = actor(who, Role.CANDIDATE)
        return self.tries(WithdrawCandidacy(candidacy=self.files[who], reason="x"), theirs)

    def resumes(self, who: PersonId) -> bool:
        return self.tries(ResumeCandidacy(candidacy=self.files[who]))

    def excludes(self, who: PersonId) -> None:
        """Exclude the candidate for three years, in another case of fraud."""
        about, case = Personal("x", who), UUID(int=7)
        reported = FraudReported(
            case=case,
            candidacy=self.files[who],
            reported_by=RENEE,
            session=None,
            sitting=None,
            evidence=(),
            competences=(1,),
            statement=about,
        )
        sanction = SanctionPronounced(
            case=case,
            candidacy=self.files[who],
            sanction="E",
            kind=SanctionKind.EXCLUSION,
            competences=(),
            until=self.held.replace(year=self.held.year + 3),
            reason=about,
            juries=(),
            pronounced_by=RENEE,
        )
        self.scene.given(At(Fraud.id_of(who), (reported, sanction)))

    def ties(self, who: PersonId, juror: PersonId) -> bool:
        return self.tries(DeclareTie(person=juror, candidate=who, tie=Tie.FAMILY))

    def opens(self, which: SessionId) -> bool:
        for member in MEMBERS if which == self.commission else PANEL:
            self.tries(SignMemberIn(session=which, juror=member))
        return self.tries(OpenSession(session=which))

    def examines(self, who: PersonId) -> bool:
        """Let the commission take up the candidate and rule on every competence, by the first member who may."""
        return any(self._hears(self.commission, who, actor(each, Role.JUROR)) for each in MEMBERS)

    def _hears(self, which: SessionId, who: PersonId, by: Actor) -> bool:
        candidacy = self.files[who]
        if self.said(which, who).panel is None and not self.tries(
            OpenDeliberation(session=which, candidacy=candidacy), by
        ):
            return False
        return self.tries(RuleCompetences(session=which, candidacy=candidacy, rulings=EVERYTHING), by)

    def absent(self, who: PersonId) -> bool:
        return self.tries(NoteAbsence(session=self.commission, candidacy=self.files[who]))

    def signs(self) -> bool:
        return self.tries(CloseSession(session=self.commission)) and self.tries(
            SignMinutes(session=self.commission), actor(ELSA, Role.JUROR)
        )

    # Bringing the sessions to an end

    def brought_to_an_end(self) -> None:
        """Do as registrar whatever the rules still allow, until both sessions have ended."""
        for which, members in ((self.commission, MEMBERS), (self.awarding, PANEL)):
            if which == self.awarding:
                for who in PEOPLE:
                    self.placed(who)
            if self.session(which).stage is SessionStage.PLANNED and not self.opens(which):
                assert self.tries(CancelSession(session=which, reason="x")), self.scene.outcome
            if self.session(which).stage is SessionStage.OPEN:
                self.sits(which, members)
            if self.session(which).stage is SessionStage.CLOSED:
                assert self.tries(SignMinutes(session=which), actor(members[0], Role.JUROR)), self.scene.outcome
        if self.session(self.awarding).stage is SessionStage.SIGNED:
            assert self.tries(ReleaseResults(session=self.awarding)), self.scene.outcome
        for who in PEOPLE:
            self.placed(who)

    def sits(self, which: SessionId, members: tuple[PersonId, ...]) -> None:
        """Deal with every candidate, then close the session."""
        for who in PEOPLE:
            self.dealt_with(which, who, members)
        while not self.tries(CloseSession(session=which)):
            self.decided_again_without(which, members)

    def decided_again_without(self, which: SessionId, members: tuple[PersonId, ...]) -> None:
        """Recuse the members found tied to a candidate, and decide on the candidate again."""
        refused = self.scene.outcome
        assert isinstance(refused, ConflictOfInterest), refused
        (who,) = (who for who in PEOPLE if self.files[who] in refused.about)
        for juror in (member for member in members if member in refused.about):
            steps_out = RecuseJuror(session=which, candidacy=self.files[who], juror=juror, reason="x")
            assert self.tries(steps_out), self.scene.outcome
        self.dealt_with(which, who, members)

    def placed(self, who: PersonId) -> None:
        """Put the candidate on the awarding jury's list, or free them from the commission."""
        if not self.calls(who, self.awarding):
            self.frees(who)

    def dealt_with(self, which: SessionId, who: PersonId, members: tuple[PersonId, ...]) -> None:
        """Examine the candidate, refer them to another jury, or note them absent: the first that is allowed."""
        candidacy = self.files[who]
        for member in members:
            by = actor(member, Role.JUROR)
            if self._hears(which, who, by):
                if which == self.awarding:
                    granted = tuple(BlockDecision(block=n, granted=True) for n in (1, 2, 3, 4))
                    self.tries(
                        RecordDecision(
                            outcome=VoteOutcome.UNANIMOUS, session=which, candidacy=candidacy, decisions=granted
                        ),
                        by,
                    )
                    self.tries(
                        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=which, candidacy=candidacy),
                        by,
                    )
                return
            if self.tries(ReferCandidate(session=which, candidacy=candidacy), by):
                return
        self.tries(NoteAbsence(session=which, candidacy=candidacy))


Move = Callable[[Commission, PersonId], object]
MOVES: dict[str, Move] = {
    "called before the commission": lambda story, who: story.calls(who, story.commission),
    "called before the jury": lambda story, who: story.calls(who, story.awarding),
    "withdraws": Commission.withdraws,
    "resumes": Commission.resumes,
    "excluded": Commission.excludes,
    "tied to the jury": lambda story, who: story.ties(who, PAUL),
    "tied to the commission": lambda story, who: story.ties(who, SACHA),
    "a member of the commission steps out": lambda story, who: story.tries(
        RecuseJuror(session=story.commission, candidacy=story.files[who], juror=SACHA, reason="x")
    ),
    "the commission opens": lambda story, _: story.opens(story.commission),
    "examined": Commission.examines,
    "absent": Commission.absent,
    "the commission signs": lambda story, _: story.signs(),
    "let go": Commission.frees,
    "the jury is called off": lambda story, _: story.tries(CancelSession(session=story.awarding, reason="x")),
    "the commission is called off": lambda story, _: story.tries(CancelSession(session=story.commission, reason="x")),
    "the jury opens": lambda story, _: story.opens(story.awarding),
}
CALLED = [("called before the commission", MARIE), ("called before the commission", SAMIR)]


@cache
def as_planned(days: Days, places: int) -> Commission:
    return Commission(days, places)


@settings(max_examples=40, deadline=None)
@given(
    days=st.sampled_from((UNDER_D6412, UNDER_R335)),
    places=st.integers(1, 2),
    moves=st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.sampled_from(PEOPLE)), max_size=14),
)
def test_every_candidate_can_reach_a_jury_from_any_state_of_a_commission_and_its_jury(
    days: Days, places: int, moves: list[tuple[str, PersonId]]
) -> None:
    story = deepcopy(as_planned(days, places))
    for move, who in (*CALLED, *moves):
        MOVES[move](story, who)
    story.brought_to_an_end()
    assert story.session(story.awarding).stage in {SessionStage.RELEASED, SessionStage.CANCELLED}
    for who in PEOPLE:
        goes_on(story, who)
    sent = {told.stamp.position for told in story.facts if told.stamp.by is not None}
    assert [found for found in story.unlawful if found.position in sent] == []


def goes_on(story: Commission, who: PersonId) -> None:
    """Check that a candidate without a title who is not excluded may be called before another jury."""
    story.resumes(who)
    if story.said(story.awarding, who).title:
        return
    if Fraud.id_of(who) not in {told.stamp.stream for told in story.facts}:
        assert story.calls(who, story.other), story.scene.outcome
