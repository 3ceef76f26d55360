"""A juror proves to be tied to the candidate after a decision, and the candidate goes back to deliberation.

Whenever it is found before the results are known, everything that this jury decided on her with the tied member is
undone: rulings, blocks, title. The remaining lawful members deliberate again, or send her before another jury; no
title rests on a ruling that they did not make. Found after the session is closed, or even signed, the tie stops the
release: the session sits again on this candidate alone, and the minutes are signed again. A member recused late sends
the candidate back to deliberation; quorum and composition are checked again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.candidacy.candidacy import AlreadyDecided
from domain.candidacy.ties import ConflictOfInterest
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refer_candidate import ReferCandidate
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.people.declare_tie import DeclareTie
from domain.commands.register.enter_register import EnterRegister
from domain.jury.deliberation import KeyedByAnother, NotAllDecided
from domain.jury.facts import (
    BlockGranted,
    CandidateReferred,
    DeliberationReopened,
    JurorRecused,
    ResultsReleased,
    SessionClosed,
    SessionReopened,
    TitlePronounced,
)
from domain.jury.granting import BlockNotAssessed, BlocksMissing
from domain.jury.lawful_panel import QuorumNotMet
from domain.jury.ruling import ReasonRequired
from domain.jury.session import AlreadyReleased, JuryComposition, JurySession, MinutesNotSigned, NotTheChair
from domain.jury.tainted_decision import NothingToReopen, RestsOnWhoLeft
from domain.jury.vote import MayDecide, VoteOutcome
from domain.people.facts import Tie, TieDeclared
from domain.ports import CandidacyId, PersonId, Role, SessionId
from domain.replay.judge import replay
from domain.rulebook.rules import CompositionBasis, Rules
from domain.standing.standing import Outcome, standing
from tests.given.domain.people import AS_PAUL, AS_RENEE, EMMA, KARIM, LUC, MARIE, NADIA, PANEL, PAUL, RULES, actor
from tests.given.domain.scenario import NOON
from tests.given.stories.juries import CERTIFICATION, EVERYTHING, UNDER_D6412, UNDER_R335, Jury
from tests.given.stories.paper_session import SEPTEMBER, OnPaper

BEGAN, HELD_ON = UNDER_R335


def heard(rules: Rules = RULES) -> tuple[Jury, SessionId, CandidacyId]:
    """Hear Marie before the five members."""
    jury = Jury(BEGAN, rules)
    marie = jury.marie(BEGAN)
    session = jury.called(BEGAN, HELD_ON)
    jury.on(BEGAN, SummonCandidate(session=session, candidacy=marie))
    jury.opens_with(HELD_ON, session, PANEL)
    jury.takes_up(HELD_ON, session, marie, AS_PAUL)
    return jury, session, marie


def ruled(jury: Jury, session: SessionId, marie: CandidacyId, *blocks: int) -> None:
    jury.on(HELD_ON, RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING), AS_PAUL)
    for block in blocks:
        jury.on(HELD_ON, grant(session, marie, block), AS_PAUL)


def grant(session: SessionId, marie: CandidacyId, block: int) -> RecordDecision:
    decision = BlockDecision(block=block, granted=True)
    return RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=marie, decisions=(decision,))


def accompanied(jury: Jury, juror: PersonId, on: date = HELD_ON) -> None:
    jury.on(on, DeclareTie(person=juror, candidate=MARIE, tie=Tie.ADVISED))


def leaves(session: SessionId, marie: CandidacyId, juror: PersonId) -> RecuseJuror:
    return RecuseJuror(session=session, candidacy=marie, juror=juror, reason="L'avait accompagnée")


def anew(jury: Jury, session: SessionId, marie: CandidacyId, on: date = HELD_ON) -> None:
    """Rule again on everything with the remaining members, grant each block and pronounce the title."""
    jury.grants_everything(on, session, marie)


def granted(jury: Jury) -> list[int]:
    return [fact.block for fact in jury.says(BlockGranted)]


def outcome(jury: Jury, marie: CandidacyId, session: SessionId) -> Outcome:
    facts = jury.dossier(marie, session)
    return standing(CERTIFICATION, jury.rules, facts, provisional=False).outcome


def test_jury_decides_everything_again_once_a_tied_juror_steps_out() -> None:
    jury, session, marie = heard()
    ruled(jury, session, marie, 1)
    accompanied(jury, NADIA)
    jury.refused(ConflictOfInterest, HELD_ON, grant(session, marie, 2), AS_PAUL)
    jury.on(HELD_ON, leaves(session, marie, NADIA))
    jury.refused(
        BlockNotAssessed, HELD_ON, grant(session, marie, 2), AS_PAUL
    )  # its rulings were undone with her recusal
    jury.refused(BlockNotAssessed, HELD_ON, grant(session, marie, 1), AS_PAUL)  # and so was the block already granted
    jury.refused(
        BlocksMissing,
        HELD_ON,
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=marie),
        AS_PAUL,
    )
    anew(jury, session, marie)
    jury.ends(HELD_ON, session)
    assert granted(jury) == [1, 1, 2, 3, 4]
    assert outcome(jury, marie, session) is Outcome.FULL
    assert jury.unlawful == []


def test_session_cannot_close_on_a_title_decided_with_a_tied_juror() -> None:
    """Everything is decided when Nadia proves to be a relative: the session cannot close."""
    jury, session, marie = heard()
    jury.grants_everything(HELD_ON, session, marie)
    jury.on(HELD_ON, DeclareTie(person=NADIA, candidate=MARIE, tie=Tie.FAMILY))
    jury.refused(ConflictOfInterest, HELD_ON, CloseSession(session=session))
    jury.on(HELD_ON, leaves(session, marie, NADIA))
    assert [type(each.fact) for each in jury.facts[-2:]] == [JurorRecused, DeliberationReopened]
    jury.refused(NotAllDecided, HELD_ON, CloseSession(session=session))
    anew(jury, session, marie)
    jury.ends(HELD_ON, session)
    jury.on(HELD_ON, EnterRegister(candidacy=marie))
    assert len(jury.says(TitlePronounced)) == 2
    assert jury.unlawful == []


@pytest.mark.parametrize("signed", [False, True], ids=["closed", "signed"])
def test_tie_found_after_the_closing_stops_the_release_until_the_jury_decides_again(signed: bool) -> None:
    jury, session, marie = heard()
    jury.grants_everything(HELD_ON, session, marie)
    jury.on(HELD_ON, CloseSession(session=session))
    if signed:
        jury.on(HELD_ON, SignMinutes(session=session), AS_PAUL)
    found = HELD_ON + timedelta(days=2)
    accompanied(jury, NADIA, found)
    reopens = ReopenDeliberation(session=session, candidacy=marie, reason="L'avait accompagnée, su le surlendemain.")
    if signed:
        jury.refused(ConflictOfInterest, found, ReleaseResults(session=session))
    jury.on(found, reopens)
    jury.refused(MinutesNotSigned, found, ReleaseResults(session=session))  # the signature was on other minutes
    assert outcome(jury, marie, session) is Outcome.IN_PROGRESS
    anew(jury, session, marie, found)
    jury.ends(found, session)
    jury.refused(AlreadyReleased, found, reopens)
    assert outcome(jury, marie, session) is Outcome.FULL
    assert jury.scene.log.load(JurySession, session).signed == {PAUL}
    assert jury.unlawful == []


def test_candidate_is_referred_to_another_jury_when_the_law_bars_the_whole_panel() -> None:
    """D6412-6: stepping out is not enough; the block that was granted is not released."""
    began, held_on = UNDER_D6412
    jury = Jury(began)
    marie = jury.marie(began)
    session = jury.called(began, held_on)
    jury.on(began, SummonCandidate(session=session, candidacy=marie))
    jury.opens_with(held_on, session, PANEL)
    jury.takes_up(held_on, session, marie, AS_PAUL)
    jury.on(held_on, RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING), AS_PAUL)
    jury.on(held_on, grant(session, marie, 1), AS_PAUL)
    jury.on(held_on, DeclareTie(person=NADIA, candidate=MARIE, tie=Tie.FAMILY))
    jury.refused(AlreadyDecided, held_on, ReferCandidate(session=session, candidacy=marie), AS_PAUL)
    jury.on(held_on, leaves(session, marie, NADIA))
    jury.refused(ConflictOfInterest, held_on, grant(session, marie, 1), AS_PAUL)
    jury.on(held_on, ReferCandidate(session=session, candidacy=marie), AS_PAUL)
    jury.ends(held_on, session)
    assert outcome(jury, marie, session) is Outcome.IN_PROGRESS
    assert jury.unlawful == []


def test_deliberation_cannot_be_reopened_without_a_tie_and_a_reason() -> None:
    jury, session, marie = heard()
    jury.grants_everything(HELD_ON, session, marie)
    reopens = ReopenDeliberation(session=session, candidacy=marie, reason="Après réflexion")
    jury.refused(NothingToReopen, HELD_ON, reopens)
    accompanied(jury, NADIA)
    jury.refused(ReasonRequired, HELD_ON, replace(reopens, reason=" "))
    jury.refused(NotTheChair, HELD_ON, reopens, actor(LUC, Role.JUROR))
    jury.on(HELD_ON, reopens)
    jury.refused(AlreadyDecided, HELD_ON, leaves(session, marie, NADIA))  # she has left already
    assert jury.unlawful == []


def test_replay_detects_a_decision_kept_after_a_tied_juror_stepped_out() -> None:
    """The forged log omits the reopening, or reopens a decision without a tied juror."""
    jury, session, marie = heard()
    jury.grants_everything(HELD_ON, session, marie)
    accompanied(jury, NADIA)
    jury.on(HELD_ON, leaves(session, marie, NADIA))
    anew(jury, session, marie)
    jury.ends(HELD_ON, session)
    assert jury.unlawful == []
    kept = [told for told in jury.facts if not isinstance(told.fact, DeliberationReopened)]
    rules = {found.rule for found in replay(kept)}
    assert RestsOnWhoLeft.slug() in rules
    untied = [told for told in jury.facts if not isinstance(told.fact, TieDeclared | JurorRecused)]
    assert NothingToReopen.slug() in {found.rule for found in replay(untied)}


def test_replay_detects_a_closing_or_a_release_with_a_tied_juror() -> None:
    jury, session, marie = heard()
    jury.grants_everything(HELD_ON, session, marie)
    jury.ends(HELD_ON, session)
    accompanied(jury, NADIA)  # once it is released, an annulment is asked for
    assert jury.unlawful == []
    *course, tie = jury.facts
    kinds = [type(told.fact) for told in course]
    for kind in (SessionClosed, ResultsReleased):
        at = kinds.index(kind)
        forged = list(replay([*course[:at], tie, *course[at:]]))
        assert (course[at].stamp.position, ConflictOfInterest.slug()) in {
            (each.position, each.rule) for each in forged
        }


def test_replay_detects_a_session_reopened_without_a_tie() -> None:
    jury, session, marie = heard()
    jury.grants_everything(HELD_ON, session, marie)
    jury.on(HELD_ON, CloseSession(session=session))
    accompanied(jury, NADIA)
    jury.on(HELD_ON, ReopenDeliberation(session=session, candidacy=marie, reason="x"))
    untied = [told for told in jury.facts if not isinstance(told.fact, TieDeclared)]
    (again,) = (told.stamp.position for told in jury.facts if isinstance(told.fact, SessionReopened))
    assert jury.unlawful == []
    assert again in {found.position for found in replay(untied)}


@pytest.mark.parametrize(
    ("gone", "refusal", "rule"),
    [
        ((EMMA, KARIM), QuorumNotMet, "quorum-not-met"),
        ((EMMA,), None, None),
    ],
    ids=["three are too few", "four will do"],
)
def test_quorum_is_counted_again_when_members_step_out(
    gone: tuple[PersonId, ...], refusal: type[QuorumNotMet] | None, rule: str | None
) -> None:
    jury, session, marie = heard()
    for juror in gone:
        accompanied(jury, juror)
        jury.on(HELD_ON, leaves(session, marie, juror))
    rulings = RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING)
    if refusal is None:
        jury.on(HELD_ON, rulings, AS_PAUL)
        jury.refused(MayDecide, HELD_ON, ReferCandidate(session=session, candidacy=marie), AS_PAUL)
    else:
        jury.refused(refusal, HELD_ON, rulings, AS_PAUL)
        jury.on(HELD_ON, ReferCandidate(session=session, candidacy=marie), AS_PAUL)
        assert jury.says(CandidateReferred) == [
            CandidateReferred(session=session, candidacy=marie, rule=rule or "", at=NOON)
        ]
        jury.ends(HELD_ON, session)
    assert jury.unlawful == []


def test_composition_is_checked_again_by_the_law_when_members_step_out() -> None:
    """Of the three who remain only Luc practises the profession, where R335-8 requires two."""
    jury, session, marie = heard(replace(RULES, quorum=3))
    for juror in (EMMA, KARIM):
        jury.on(HELD_ON, leaves(session, marie, juror))
    rulings = RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING)
    assert jury.refused(JuryComposition, HELD_ON, rulings, AS_PAUL) == ["law-quota-profession"]
    jury.refused(NotAllDecided, HELD_ON, CloseSession(session=session), AS_RENEE)
    jury.on(HELD_ON, ReferCandidate(session=session, candidacy=marie), AS_PAUL)
    jury.ends(HELD_ON, session)
    assert jury.unlawful == []


def test_composition_is_checked_again_by_the_sheet_when_the_rulebook_says_so() -> None:
    jury, session, marie = heard(replace(RULES, composition=CompositionBasis.DELIBERATING))
    jury.on(HELD_ON, leaves(session, marie, LUC))
    rulings = RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING)
    assert jury.refused(JuryComposition, HELD_ON, rulings, AS_PAUL) == ["panel-size"]


def test_granted_block_is_lost_when_too_few_members_remain() -> None:
    jury, session, marie = heard(replace(RULES, quorum=4))
    ruled(jury, session, marie, 1)
    for juror in (EMMA, KARIM):
        jury.on(HELD_ON, leaves(session, marie, juror))
    jury.refused(NotAllDecided, HELD_ON, CloseSession(session=session))
    jury.on(HELD_ON, ReferCandidate(session=session, candidacy=marie), AS_PAUL)
    jury.ends(HELD_ON, session)
    assert outcome(jury, marie, session) is Outcome.IN_PROGRESS
    assert jury.unlawful == []


def test_registrar_refers_the_candidate_of_a_paper_session_that_lost_its_quorum() -> None:
    """The minutes say that two stepped out: three deliberated, where the rulebook requires four."""
    story = OnPaper()
    story.transcribed()
    for juror in (EMMA, KARIM):
        story.on(SEPTEMBER, leaves(story.session, story.marie, juror))
    refer = ReferCandidate(session=story.session, candidacy=story.marie)
    story.scene.when(refer, by=AS_PAUL, on=SEPTEMBER)
    story.scene.then_refused(KeyedByAnother)
    story.on(SEPTEMBER, refer)
    story.on(SEPTEMBER, CloseSession(session=story.session))
    assert story.unlawful == []
