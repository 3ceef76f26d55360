"""State machine of a regular course with random commands in between, and the invariants that always hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from domain.appeal.facts import ComplaintGround
from domain.appeal.rectification import Minuted
from domain.assessment.assessment import Assessment
from domain.assessment.facts import AssessmentFiled, CompetenceAssessed
from domain.candidacy.facts import CandidacyOpened
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.request_review import RequestReview
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.people.declare_tie import DeclareTie
from domain.commands.people.erase_person import ErasePerson
from domain.commands.register.enter_register import EnterRegister
from domain.fact import RecordedFact
from domain.jury.facts import (
    BlockGranted,
    CompetenceRuled,
    DecisionAnnulled,
    DecisionRectified,
    DeliberationOpened,
    DeliberationReopened,
    JurorAppointed,
    JurorRecused,
    ResultsReleased,
    SessionOpened,
    TitleFell,
    TitlePronounced,
)
from domain.jury.ruling import Ruling
from domain.jury.session import JurySession
from domain.jury.vote import VoteOutcome
from domain.people.facts import Tie, TieDeclared
from domain.ports import OPERATOR, SYSTEM, Actor, CandidacyId, Command, PersonId, Role, SessionId
from domain.register.facts import RegisterEntered, TitleWithdrawn
from domain.replay.judge import replay
from domain.standing.standing import Fold, standing
from domain.streams.kinds import KINDS
from domain.streams.read_back import ReplayLog
from tests.given.domain.any_command import almost, drawn, every_command, roles_of
from tests.given.domain.people import (
    AS_ASTRID,
    AS_MARIE,
    AS_PAUL,
    AS_RENEE,
    BLOCKS,
    HOUSE,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE_FI,
    MARIE_VAE,
    OWNERS,
    PANEL,
    RENEWED_SEATS,
    RNCP31936,
    ROLES,
    RULES,
    SAMIR_VAE,
    actor,
    applied,
    filed,
    plan,
    planned,
    put_in,
    vae_filed,
)
from tests.given.domain.people import CV as PIECE
from tests.given.domain.scenario import COLLEAGUE, Scenario

CANDIDACIES = (MARIE_FI, MARIE_VAE, SAMIR_VAE)
Step = tuple[Command, Actor] | date


def course() -> Iterator[Step]:
    """Return the commands of a course without interference, with their days.

    Marks, two juries, a title, a complaint that annuls it.
    """
    numbers = tuple(sorted(RNCP31936.numbers))
    yield AssignAssessor(candidacy=MARIE_FI, assessor=_the(AS_ASTRID), competences=numbers), AS_RENEE
    for number in numbers:
        yield AssessCompetence(candidacy=MARIE_FI, competence=number, mark="acquired"), AS_ASTRID
    yield FileAssessment(candidacy=MARIE_FI, assessor=_the(AS_ASTRID)), AS_ASTRID
    yield from _sitting(JUNE, (MARIE_FI, SAMIR_VAE), {1, 2, 3, 4}, AS_PAUL, PANEL)
    minutes_say = Minuted(rulings={22: False, 23: False, 24: False})
    yield ProposeRectification(session=JUNE, candidacy=SAMIR_VAE, minuted=minutes_say, reason="x"), AS_RENEE
    yield ApproveRectification(session=JUNE, candidacy=SAMIR_VAE, reason="x"), AS_PAUL
    yield (
        RequestReview(session=JUNE, candidacy=MARIE_FI, ground=ComplaintGround.PROCEDURAL, statement="x"),
        AS_MARIE,
    )
    yield AnswerReview(session=JUNE, candidacy=MARIE_FI, accepted=True, reason="x"), AS_RENEE
    yield ConfirmAnnulment(candidacy=MARIE_FI, about=JUNE), actor(COLLEAGUE, Role.REGISTRAR)
    yield LATER_DAY
    renewed = tuple(seat.juror for seat in RENEWED_SEATS)
    yield from _sitting(MARCH, (MARIE_FI, MARIE_VAE), {1, 3}, Actor(person=renewed[0], role=Role.JUROR), renewed)


def _the(actor: Actor) -> PersonId:
    return actor.who


def _sitting(
    session: SessionId,
    candidacies: tuple[CandidacyId, ...],
    won: set[int],
    chair: Actor,
    present: tuple[PersonId, ...],
) -> Iterator[Step]:
    for candidacy in candidacies:
        yield SummonCandidate(session=session, candidacy=candidacy), AS_RENEE
    for member in present:
        yield SignMemberIn(session=session, juror=member), AS_RENEE
    yield OpenSession(session=session), AS_RENEE
    for candidacy in candidacies:
        yield NoteCandidatePresent(session=session, candidacy=candidacy), AS_RENEE
        yield OpenDeliberation(session=session, candidacy=candidacy), chair
        for block in BLOCKS:
            rulings = tuple(
                Ruling(competence=number, acquired=block.number in won, reason="x") for number in block.competences
            )
            yield RuleCompetences(session=session, candidacy=candidacy, rulings=rulings), chair
            decision = BlockDecision(block=block.number, granted=block.number in won, reason="x")
            yield (
                RecordDecision(
                    outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=candidacy, decisions=(decision,)
                ),
                chair,
            )
        yield RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=candidacy), chair
    yield CloseSession(session=session), AS_RENEE
    yield SignMinutes(session=session), chair
    yield ReleaseResults(session=session), AS_RENEE
    for candidacy in candidacies:
        yield EnterRegister(candidacy=candidacy), AS_RENEE


COURSE = tuple(course())
COMMANDS = every_command()


class AnyCourse(RuleBasedStateMachine):
    """Candidacies at three stages, two juries without a common member, and people who send anything at any time."""

    @initialize()
    def a_house(self) -> None:
        self.scene = Scenario(today=JURY_DAY)
        self.scene.given(HOUSE, applied(MARIE_FI), put_in(MARIE_FI, PIECE), filed(MARIE_FI, PIECE))
        self.scene.given(vae_filed(MARIE_VAE), vae_filed(SAMIR_VAE))
        self.scene.given(planned(JUNE, plan(self.scene.today)), planned(MARCH, plan(LATER_DAY), RENEWED_SEATS))
        self.scene.second_registrar()
        self.start = len(self.facts)
        self.next = 0

    @rule(steps=st.integers(1, 40))
    def the_course_goes_on(self, steps: int) -> None:
        """Send the next commands of the course."""
        for step in COURSE[self.next : self.next + steps]:
            if isinstance(step, date):
                self.scene.today = max(self.scene.today, step)
            else:
                self.scene.when(step[0], by=step[1])
        self.next += steps

    @rule(data=st.data(), kind=st.sampled_from(COMMANDS))
    def somebody_sends(self, data: st.DataObject, kind: type[Command]) -> None:
        """Send any command as anybody, mostly in a role that may send it."""
        command = self.as_it_is_sent(data.draw(drawn(kind)))
        role = data.draw(st.sampled_from(roles_of(kind)) | st.sampled_from(Role))
        holders = [who for who, held in ROLES.items() if held is role] or list(ROLES)
        person = data.draw(st.sampled_from(holders) | st.sampled_from(list(ROLES)))
        nobody = {Role.OPERATOR: OPERATOR, Role.SYSTEM: SYSTEM}.get(role)
        self.scene.when(command, by=nobody or Actor(person=person, role=role))

    def as_it_is_sent(self, command: Command) -> Command:
        """Return the command as a client sends it.

        An erasure names all candidacies and seats of the person (`commands.people.erase_person`).
        """
        if not isinstance(command, ErasePerson):
            return command
        opened = {
            CandidacyId(told.stamp.stream): told.fact for told in self.facts if isinstance(told.fact, CandidacyOpened)
        }
        seated = {
            SessionId(told.stamp.stream)
            for told in self.facts
            if isinstance(told.fact, JurorAppointed) and told.fact.juror == command.person
        }
        applied = tuple(each for each, fact in opened.items() if fact.candidate == command.person)
        return replace(command, candidacies=applied, seats=tuple(sorted(seated)))

    @rule(data=st.data(), offset=st.integers(-3, 3))
    def somebody_sends_almost_that(self, data: st.DataObject, offset: int) -> None:
        """Send a command near the present one of the course, with one field changed; then, maybe, the course's."""
        step = COURSE[min(max(self.next + offset, 0), len(COURSE) - 1)]
        if not isinstance(step, date):
            command, by = step
            other = data.draw(drawn(type(command)))
            self.scene.when(data.draw(almost(command, other)), by=by)
            self.next += data.draw(st.integers(0, 1))

    @rule(
        juror=st.sampled_from(PANEL),
        candidacy=st.sampled_from(CANDIDACIES),
        known=st.booleans(),
        leaves=st.booleans(),
    )
    def a_juror_is_tied(self, juror: PersonId, candidacy: CandidacyId, known: bool, leaves: bool) -> None:
        """Declare a tie, recuse a juror, or both; sometimes too late."""
        if known:
            tie = DeclareTie(person=juror, candidate=OWNERS[candidacy][0], tie=Tie.COLLEAGUE)
            self.scene.when(tie, by=AS_RENEE)
        if leaves:
            out = RecuseJuror(session=JUNE, candidacy=candidacy, juror=juror, reason="x")
            self.scene.when(out, by=AS_RENEE)

    @rule(days=st.sampled_from((1, 20, 70, 400)))
    def time_passes(self, days: int) -> None:
        self.scene.today += timedelta(days=days)

    @property
    def facts(self) -> list[RecordedFact]:
        return self.scene.store.told

    def teardown(self) -> None:
        """Check everything at the end of a course; each check names what it holds."""
        if hasattr(self, "scene"):
            self.the_replay_finds_each_step_lawful()
            self.replaying_gives_the_state_that_commands_saw()
            self.no_block_without_its_rule()
            self.no_title_without_its_blocks()
            self.no_decision_by_an_unlawful_panel()
            self.nothing_released_rests_on_a_tied_member()
            self.no_mark_is_lost()
            self.the_register_has_no_gap()

    def the_replay_finds_each_step_lawful(self) -> None:
        assert [found for found in replay(self.facts) if found.position > self.start] == []

    def replaying_gives_the_state_that_commands_saw(self) -> None:
        known, attempt = ReplayLog(), self.scene.log
        for told in self.facts:
            known.learn(known.met(told))
        for told in self.facts:
            kind = KINDS[type(told.fact)]
            assert known.known(kind, told.stamp.stream) == attempt.find(kind, told.stamp.stream)
        for candidacy in CANDIDACIES:
            running, dossier = Fold(RNCP31936, RULES), self.dossier(candidacy)
            for told in dossier:
                running.add(told)
                running.standing(provisional=False)  # a question changes nothing
            assert running.standing(provisional=True) == standing(RNCP31936, RULES, dossier)

    def dossier(self, candidacy: CandidacyId) -> list[RecordedFact]:
        """Return the facts of one candidacy and of its sessions."""
        return [
            told
            for told in self.facts
            if told.stamp.stream == candidacy
            or getattr(told.fact, "candidacy", None) == candidacy
            or KINDS[type(told.fact)] is JurySession
        ]

    def no_block_without_its_rule(self) -> None:
        rulings: dict[Any, dict[int, bool]] = {}
        for told in self.facts:
            match told.fact:
                case CompetenceRuled(competence=competence, acquired=acquired):
                    rulings.setdefault(told.stamp.stream, {})[competence] = acquired
                case JurorRecused() | DeliberationReopened():
                    rulings.pop(told.stamp.stream, None)
                case DecisionRectified(rulings=corrected, granted=granted):
                    rulings.setdefault(told.stamp.stream, {}).update(
                        (each.competence, each.minuted) for each in corrected
                    )
                    for number in granted:
                        self.meets_its_rule(number, rulings[told.stamp.stream])
                case BlockGranted(block=number):
                    self.meets_its_rule(number, rulings[told.stamp.stream])
                case _:
                    pass

    def meets_its_rule(self, number: int, rulings: dict[int, bool]) -> None:
        block = RNCP31936.by_number[number]
        won = {competence for competence, said in rulings.items() if said} & set(block.competences)
        assert len(won) >= block.rule.required
        assert set(block.rule.mandatory) <= won

    def no_title_without_its_blocks(self) -> None:
        granted: dict[CandidacyId, dict[SessionId, set[int]]] = {}
        titled: set[tuple[CandidacyId, SessionId]] = set()
        for told in self.facts:
            match told.fact:
                case BlockGranted(candidacy=candidacy, session=session, block=number):
                    granted.setdefault(candidacy, {}).setdefault(session, set()).add(number)
                case (
                    DecisionAnnulled(candidacy=candidacy, session=session)
                    | DeliberationReopened(candidacy=candidacy, session=session)
                ):
                    granted.get(candidacy, {}).pop(session, None)
                    titled.discard((candidacy, session))
                case DecisionRectified(candidacy=candidacy, session=session, title=title):
                    blocks = granted.setdefault(candidacy, {}).setdefault(session, set())
                    blocks |= set(told.fact.granted)
                    blocks -= set(told.fact.not_granted)
                    if title is not None:
                        (titled.add if title else titled.discard)((candidacy, session))
                case TitleFell(candidacy=candidacy, session=session):
                    titled.discard((candidacy, session))
                case TitlePronounced(candidacy=candidacy, session=session):
                    titled.add((candidacy, session))
                case _:
                    pass
        for candidacy, _ in titled:
            assert set().union(*granted[candidacy].values()) == {1, 2, 3, 4}
        holders = [OWNERS[candidacy][0] for candidacy, _ in titled]
        assert len(set(holders)) == len(holders), "a title is won once"

    def no_decision_by_an_unlawful_panel(self) -> None:
        ties: set[tuple[Any, PersonId]] = set()
        present: dict[SessionId, set[PersonId]] = {}
        panels: dict[Any, set[PersonId]] = {}
        for told in self.facts:
            match told.fact:
                case TieDeclared(candidate=candidate):
                    ties.add((told.stamp.stream, candidate))
                case SessionOpened(present=signed_in):
                    present[SessionId(told.stamp.stream)] = set(signed_in)
                case DeliberationOpened(panel=panel):
                    panels[told.stamp.stream] = set(panel)
                case JurorRecused(juror=juror):
                    panels.get(told.stamp.stream, set()).discard(juror)
                case _:
                    pass
            if isinstance(told.fact, (DeliberationOpened, CompetenceRuled, BlockGranted, TitlePronounced)):
                members, candidate = panels[told.stamp.stream], OWNERS[told.fact.candidacy][0]
                assert members <= present[told.fact.session]
                assert len(members) >= RULES.quorum
                assert candidate not in members
                assert not {(juror, candidate) for juror in members} & ties
                assert told.stamp.by in members

    def nothing_released_rests_on_a_tied_member(self) -> None:
        """Check that nobody took part in a released result who was known to be tied to the candidate by then."""
        ties: set[tuple[Any, PersonId]] = set()
        panels: dict[UUID, set[PersonId]] = {}
        stands: dict[SessionId, dict[CandidacyId, set[PersonId]]] = {}
        for told in self.facts:
            match told.fact:
                case TieDeclared(candidate=candidate):
                    ties.add((told.stamp.stream, candidate))
                case DeliberationOpened(panel=panel):
                    panels[told.stamp.stream] = set(panel)
                case JurorRecused(session=session, candidacy=candidacy, juror=juror):
                    panels.get(told.stamp.stream, set()).discard(juror)
                    stands.get(session, {}).pop(candidacy, None)
                case DecisionAnnulled(session=session, candidacy=candidacy):
                    stands.get(session, {}).pop(candidacy, None)
                case CompetenceRuled(session=session, candidacy=candidacy):
                    stands.setdefault(session, {})[candidacy] = set(panels[told.stamp.stream])
                case ResultsReleased():
                    for candidacy, members in stands.get(SessionId(told.stamp.stream), {}).items():
                        assert not {(member, OWNERS[candidacy][0]) for member in members} & ties
                case _:
                    pass

    def no_mark_is_lost(self) -> None:
        attempt = self.scene.log
        marks: dict[Any, dict[int, str]] = {}
        filed: set[Any] = set()
        for told in self.facts:
            match told.fact:
                case CompetenceAssessed(competence=competence, mark=mark):
                    assert told.stamp.stream not in filed
                    marks.setdefault(told.stamp.stream, {})[competence] = mark
                case AssessmentFiled():
                    filed.add(told.stamp.stream)
                case _:
                    pass
        for stream, given in marks.items():
            assert attempt.find(Assessment, stream).marks == given

    def the_register_has_no_gap(self) -> None:
        entered = [told.fact.number for told in self.facts if isinstance(told.fact, RegisterEntered)]
        withdrawn = [told.fact.number for told in self.facts if isinstance(told.fact, TitleWithdrawn)]
        assert all(later - earlier == 1 for earlier, later in pairwise([0, *entered]))
        assert len(set(withdrawn)) == len(withdrawn)
        assert set(withdrawn) <= set(entered)
