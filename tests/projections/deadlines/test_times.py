"""The table of running time limits, compared with the domain's own computation after each step of a candidacy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.candidacy.facts import CandidateSummoned, CreditFell, Fall
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.correct_beginning import CorrectBeginning
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.deadlines.deadline import Duty, RunningPeriod, running
from domain.deadlines.due import times_of_sessions
from domain.deadlines.facts import AnnulmentNotified, NotificationChannel, ResultNotified
from domain.deadlines.notice import Notice
from domain.fact import Personal
from domain.framework.definition import Route
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    BlockGranted,
    CandidateFreed,
    CandidateListed,
    DecisionRectified,
    DecisionRestored,
    DeliberationOpened,
    DeliberationReopened,
    ReleaseResumed,
    ReleaseWithheld,
    ResultsReleased,
    SessionOpened,
    SessionPlanned,
    TitlePronounced,
)
from domain.ports import CandidacyId, SessionId
from domain.register.declaration import Declaration
from projections.deadlines.deadlines import rows
from projections.engine.case import READS, Case
from tests.given.domain.people import AS_MARIE, ENOUGH, FRAMEWORK, LUC, MARIE, RNCP31936, RULEBOOK, annulled, plan
from tests.given.domain.scenario import At, MemoryStore, facts_of
from tests.given.log.published import Published
from tests.given.stories.acts import Stage

JANUARY, MARCH, MAY, JUNE = date(2021, 1, 4), date(2021, 3, 15), date(2021, 5, 3), date(2021, 6, 15)


@dataclass(frozen=True)
class Found:
    """Access to the aggregates of a log in memory."""

    store: MemoryStore

    def find(self, kind, stream: UUID, /):
        found = kind(id=stream)
        for fact in self.store.facts(stream):
            assert isinstance(fact, facts_of(kind))
            found = found.evolve(fact)
        return found


def by_the_table(stage: Stage, candidacy: CandidacyId) -> list[RunningPeriod]:
    return [clock for clock, _ in read(stage, candidacy).time.running()]


def read(stage: Stage, candidacy: CandidacyId) -> Case:
    case = Case(candidacy, Published())
    sessions = {told.stamp.stream for told in stage.facts if getattr(told.fact, "candidacy", None) == candidacy}
    for told in stage.facts:
        ours = told.stamp.stream in {candidacy, *sessions} or getattr(told.fact, "candidacy", None) == candidacy
        if ours and type(told.fact).__name__ in READS:
            case.read(told.fact, str(told.stamp.stream), told.stamp.position)
    return case


def by_the_domain(stage: Stage, candidacy: CandidacyId) -> list[RunningPeriod]:
    found = Found(stage.scene.store)
    whole = found.find(Candidacy, candidacy)
    credit = found.find(Credit, Credit.id_of(candidacy))
    declaration = found.find(Declaration, Declaration.id_of(candidacy))
    return list(running(whole, times_of_sessions(whole, found.find), credit, declaration))


def test_at_each_step_of_a_way_with_a_jury_an_annulment_and_a_return_both_say_the_same() -> None:
    stage = Stage(JANUARY)
    said: list[set[str]] = []

    def same() -> None:
        clocks = by_the_domain(stage, candidacy)
        assert by_the_table(stage, candidacy) == clocks
        said.append({clock.duty.value for clock in clocks})

    candidacy = stage.applies(JANUARY)
    same()
    session = stage.jury(JANUARY, MARCH)
    stage.decides(MARCH, session, candidacy, RNCP31936, ENOUGH, title=True)
    same()
    ruling = NoteCourtRuling(
        session=session, candidacy=candidacy, court="TA", ruled_on=MAY, reference="x", annuls=True
    )
    stage.on(MAY, ruling)
    same()
    stage.on(MAY, WithdrawCandidacy(candidacy=candidacy), AS_MARIE)
    same()
    stage.on(JUNE, ResumeCandidacy(candidacy=candidacy), AS_MARIE)
    stage.on(JUNE, ChangeRoute(candidacy=candidacy, route=Route.FC), AS_MARIE)
    same()
    assert said == [
        {"registration", "jury"},
        {"notice", "declaration"},
        {"registration"},
        set(),
        {"registration"},
    ]


def test_jury_deadlines_follow_the_route_of_the_decision_and_others_the_current_route() -> None:
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    session = stage.jury(JANUARY, MARCH)
    stage.decides(MARCH, session, candidacy, RNCP31936, frozenset(range(21, 26)))
    stage.on(MAY, ChangeRoute(candidacy=candidacy, route=Route.FC), AS_MARIE)
    case = read(stage, candidacy)
    duty, route, began_on = 1, 9, 11
    assert {(row[duty], row[route], row[began_on]) for row in rows(case)} == {
        (Duty.NOTICE, Route.VAE, JANUARY),
        (Duty.REGISTRATION, Route.FC, MAY),
        (Duty.LAPSE, Route.FC, MAY),
    }


def test_deadlines_follow_the_law_in_force_at_the_beginning_as_corrected() -> None:
    """R6412-1, NOTA: the corrected day determines the law, and so the deadlines."""
    stage = Stage(MAY)
    candidacy = stage.applies(MAY)
    stage.on(MAY, CorrectBeginning(candidacy=candidacy, began_on=MARCH, reason="x"))
    assert {row[11] for row in rows(read(stage, candidacy))} == {MARCH}


def test_table_and_domain_agree_while_a_result_waits_for_a_procedure() -> None:
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    session = stage.jury(JANUARY, MARCH)
    stage.decides(MARCH, session, candidacy, RNCP31936, frozenset(range(21, 26)))
    assert Duty.LAPSE in {clock.duty for clock in by_the_table(stage, candidacy)}
    withheld = At(session, (ReleaseWithheld(candidacy=candidacy),))
    stage.scene.given(withheld)
    assert by_the_table(stage, candidacy) == by_the_domain(stage, candidacy)
    assert Duty.LAPSE not in {clock.duty for clock in by_the_table(stage, candidacy)}
    stage.scene.given(At(session, (ReleaseResumed(candidacy=candidacy, released_on=JUNE),)))
    assert by_the_table(stage, candidacy) == by_the_domain(stage, candidacy)
    assert RunningPeriod(duty=Duty.LAPSE, since=JUNE) in by_the_table(stage, candidacy)


def test_table_and_domain_agree_when_a_title_is_undone_before_its_release() -> None:
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    session, why = SessionId(uuid4()), Personal("x", LUC)
    said = At(
        Deliberation.id_of(session, candidacy),
        (
            DeliberationOpened(session=session, candidacy=candidacy, panel=(LUC,)),
            TitlePronounced(session=session, candidacy=candidacy),
            DeliberationReopened(session=session, candidacy=candidacy, without=(LUC,), reason=why),
        ),
    )
    listed = CandidateListed(candidacy=candidacy, candidate=MARIE)
    stage.scene.given(
        At(session, (listed, SessionOpened(present=(LUC,), opened_on=JUNE))),
        At(candidacy, (CandidateSummoned(session=session),)),
        said,
        At(session, (ResultsReleased(released_on=JUNE),)),
    )
    clocks = by_the_table(stage, candidacy)
    assert clocks == by_the_domain(stage, candidacy)
    assert Duty.DECLARATION not in {clock.duty for clock in clocks}
    assert Duty.LAPSE in {clock.duty for clock in clocks}


def test_table_and_domain_agree_when_a_credited_block_is_lost() -> None:
    stage = Stage(JANUARY)
    candidacy = Candidacy.id_of(MARIE, FRAMEWORK, Route.FC)
    stage.on(
        JANUARY, OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FC), AS_MARIE
    )
    for fall, fell_on, since in ((Fall.FRAUD, JUNE, JANUARY), (Fall.ANNULLED, MAY, MAY), (Fall.MISTAKEN, MAY, MAY)):
        fell = CreditFell(candidacy=candidacy, block=1, fall=fall, since=JANUARY, fell_on=fell_on)
        stage.scene.given(At(Credit.id_of(candidacy), (fell,)))
        assert by_the_table(stage, candidacy) == by_the_domain(stage, candidacy)
        assert RunningPeriod(duty=Duty.LAPSE, since=since) in by_the_table(stage, candidacy)


def test_table_and_domain_agree_before_and_after_a_commission_frees_the_candidate() -> None:
    stage, session = Stage(JANUARY), SessionId(uuid4())
    candidacy = Candidacy.id_of(MARIE, FRAMEWORK, Route.FC)
    stage.on(
        JANUARY, OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FC), AS_MARIE
    )
    commission = replace(plan(), reports_to=SessionId(uuid4()))
    listed = CandidateListed(candidacy=candidacy, candidate=MARIE)
    heard = DeliberationOpened(session=session, candidacy=candidacy, panel=(LUC,))
    freed = CandidateFreed(candidacy=candidacy, work_travels=True, reason=Personal("x", MARIE))
    steps: tuple[tuple[date | None, tuple[At, ...]], ...] = (
        (JANUARY, (At(session, (commission,)),)),
        (None, (At(session, (listed,)), At(candidacy, (CandidateSummoned(session=session),)))),
        (None, (At(session, (SessionOpened(present=(LUC,), opened_on=JUNE),)),)),
        (None, (At(Deliberation.id_of(session, candidacy), (heard,)),)),
        (JUNE, (At(session, (freed,)),)),
    )
    for since, facts in steps:
        stage.scene.given(*facts)
        clocks = by_the_table(stage, candidacy)
        assert clocks == by_the_domain(stage, candidacy)
        assert [clock.since for clock in clocks if clock.duty is Duty.LAPSE] == ([since] if since else [])


def test_table_and_domain_agree_when_a_second_decision_is_annulled_after_a_new_summons() -> None:
    """The decisions are of June and March; a jury is then called for June's alone, then one for both."""
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    june, march, third, fourth = (SessionId(uuid4()) for _ in range(4))

    def called(session: SessionId, *renews: SessionId) -> tuple[At, ...]:
        barred = (LUC,) if renews else ()
        listed = CandidateListed(candidacy=candidacy, candidate=MARIE, barred=barred, renews=renews)
        over = (SessionOpened(present=(), opened_on=JUNE), ResultsReleased(released_on=JUNE))
        heard = DeliberationOpened(session=session, candidacy=candidacy, panel=())
        said = At(Deliberation.id_of(session, candidacy), (heard,))
        return At(session, (listed, *over)), At(candidacy, (CandidateSummoned(session=session),)), said

    steps: tuple[tuple[bool, tuple[At, ...]], ...] = (
        (True, (*called(june), *called(march))),
        (False, (annulled(candidacy, june),)),
        (True, called(third, june)),
        (False, (annulled(candidacy, march),)),
        (True, called(fourth, june, march)),
        (False, (annulled(candidacy, fourth),)),
    )
    for lapses, facts in steps:
        stage.scene.given(*facts)
        clocks = by_the_table(stage, candidacy)
        assert clocks == by_the_domain(stage, candidacy)
        assert (Duty.LAPSE in {clock.duty for clock in clocks}) is lapses


def test_table_and_domain_agree_when_an_annulled_and_notified_decision_is_restored() -> None:
    """The notice becomes due again, and a jury called in place of another replaces it again."""
    stage = Stage(JANUARY)
    candidacy = stage.applies(JANUARY)
    first, session = SessionId(uuid4()), SessionId(uuid4())
    listed = CandidateListed(candidacy=candidacy, candidate=MARIE, barred=(LUC,), renews=(first,))
    told = ResultNotified(
        session=session, candidacy=candidacy, notified_on=JUNE, channel=NotificationChannel.POST, remedies=()
    )
    fell = AnnulmentNotified(
        session=session,
        candidacy=candidacy,
        notified_on=JUNE,
        channel=NotificationChannel.POST,
        cause=Cause.FRAUD,
        remedies=(),
        annulment=1,
    )
    said, notice = Deliberation.id_of(session, candidacy), Notice.id_of(session, candidacy)
    steps: tuple[tuple[bool, At], ...] = (
        (False, At(session, (listed, SessionOpened(present=(), opened_on=JUNE), ResultsReleased(released_on=JUNE)))),
        (False, At(candidacy, (CandidateSummoned(session=session),))),
        (True, At(said, (DeliberationOpened(session=session, candidacy=candidacy, panel=()),))),
        (False, At(notice, (told,))),
        (False, annulled(candidacy, session, Cause.FRAUD)),
        (False, At(notice, (fell,))),
        (True, At(said, (DecisionRestored(session=session, candidacy=candidacy, restored_on=JUNE),))),
        (False, At(notice, (replace(told, annulment=1),))),
    )
    for due, step in steps:
        stage.scene.given(step)
        clocks = by_the_table(stage, candidacy)
        assert clocks == by_the_domain(stage, candidacy)
        assert (Duty.NOTICE in {clock.duty for clock in clocks}) is due, step


def test_table_and_domain_agree_when_a_rectification_removes_a_block_and_is_notified_later() -> None:
    stage = Stage(JANUARY)
    candidacy, session = stage.applies(JANUARY), SessionId(uuid4())
    listed = CandidateListed(candidacy=candidacy, candidate=MARIE)
    over = (SessionOpened(present=(), opened_on=MARCH), ResultsReleased(released_on=MARCH))
    decided = (
        DeliberationOpened(session=session, candidacy=candidacy, panel=()),
        BlockGranted(session=session, candidacy=candidacy, block=1),
    )
    said, notice = Deliberation.id_of(session, candidacy), Notice.id_of(session, candidacy)
    told = ResultNotified(
        session=session, candidacy=candidacy, notified_on=MARCH, channel=NotificationChannel.POST, remedies=()
    )
    minuted = DecisionRectified(
        session=session,
        candidacy=candidacy,
        rulings=(),
        granted=(),
        not_granted=(1,),
        title=None,
        proposed_by=LUC,
        reason=Personal("x", MARIE),
        rectified_on=MAY,
        made_known=True,
    )
    steps: tuple[tuple[date | None, tuple[At, ...]], ...] = (
        (None, (At(session, (listed, *over)), At(candidacy, (CandidateSummoned(session=session),)))),
        (MARCH, (At(said, decided), At(notice, (told,)))),
        (None, (At(said, (minuted,)),)),
        (JUNE, (At(notice, (replace(told, notified_on=JUNE, rectification=1),)),)),
    )
    for since, facts in steps:
        stage.scene.given(*facts)
        clocks = by_the_table(stage, candidacy)
        assert clocks == by_the_domain(stage, candidacy)
        assert {clock.since for clock in clocks if clock.duty is Duty.LAPSE} == ({since} if since else set())


def test_table_and_domain_agree_when_a_jury_frees_the_candidate_for_another() -> None:
    stage, session = Stage(JANUARY), SessionId(uuid4())
    candidacy = Candidacy.id_of(MARIE, FRAMEWORK, Route.FC)
    opens = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FC)
    stage.on(JANUARY, opens, AS_MARIE)
    why = Personal("x", MARIE)
    freed = CandidateFreed(candidacy=candidacy, work_travels=False, reason=why)
    planned = SessionPlanned(framework=FRAMEWORK, rulebook=RULEBOOK, jury="J1", places=9, held_on=JUNE, place="Lyon")
    listed = CandidateListed(candidacy=candidacy, candidate=MARIE)
    steps: tuple[tuple[bool, tuple[At, ...]], ...] = (
        (False, (At(session, (planned, listed)), At(candidacy, (CandidateSummoned(session=session),)))),
        (False, (At(session, (replace(freed, candidacy=CandidacyId(uuid4())),)),)),
        (True, (At(session, (freed,)),)),
    )
    for lapses, facts in steps:
        stage.scene.given(*facts)
        clocks = by_the_table(stage, candidacy)
        assert clocks == by_the_domain(stage, candidacy)
        assert (Duty.LAPSE in {clock.duty for clock in clocks}) is lapses
