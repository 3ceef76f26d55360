"""A block is granted; then a juror turns out to have accompanied the candidate. What stands, what goes back?

REFUSALS 68: a member recused late sends the candidate back to deliberation; quorum and composition are judged anew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.commands.close_session import CloseSession
from domain.commands.decide_blocks import BlockDecision, DecideBlocks
from domain.commands.declare_tie import DeclareTie
from domain.commands.open_deliberation import OpenDeliberation
from domain.commands.open_session import OpenSession
from domain.commands.pronounce_title import PronounceTitle
from domain.commands.recuse_juror import RecuseJuror
from domain.commands.refer_candidate import ReferCandidate
from domain.commands.rule_competences import RuleCompetences
from domain.commands.summon_candidate import SummonCandidate
from domain.deliberation import BlockGranted, BlockRuleNotMet, KeyedByAnother, NotAllDecided, TitlePronounced
from domain.jury import JuryComposition
from domain.lawful_panel import QuorumNotMet
from domain.person import Tie
from domain.ports import CandidacyId, PersonId, SessionId
from domain.rulebook import Composition, Rules
from domain.ties import ConflictOfInterest
from domain.vote import CandidateReferred, MayDecide
from tests.domain.people import AS_PAUL, AS_RENEE, EMMA, KARIM, LUC, MARIE, NADIA, PANEL, RULES
from tests.stories.juries import EVERYTHING, UNDER_R335, Jury
from tests.stories.test_a_sitting_held_on_paper import SEPTEMBER, OnPaper

BEGAN, HELD_ON = UNDER_R335


def heard(rules: Rules = RULES) -> tuple[Jury, SessionId, CandidacyId]:
    """Marie is heard by the five."""
    jury = Jury(BEGAN, rules)
    marie = jury.marie(BEGAN)
    session = jury.called(BEGAN, HELD_ON)
    jury.on(BEGAN, SummonCandidate(session=session, candidacy=marie))
    jury.on(HELD_ON, OpenSession(session=session, present=PANEL))
    jury.on(HELD_ON, OpenDeliberation(session=session, candidacy=marie), AS_PAUL)
    return jury, session, marie


def ruled(jury: Jury, session: SessionId, marie: CandidacyId, *blocks: int) -> None:
    jury.on(HELD_ON, RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING), AS_PAUL)
    for block in blocks:
        jury.on(HELD_ON, grant(session, marie, block), AS_PAUL)


def grant(session: SessionId, marie: CandidacyId, block: int) -> DecideBlocks:
    decision = BlockDecision(block=block, granted=True)
    return DecideBlocks(session=session, candidacy=marie, decisions=(decision,))


def accompanied(jury: Jury, juror: PersonId, on: date = HELD_ON) -> None:
    jury.on(on, DeclareTie(person=juror, candidate=MARIE, tie=Tie.ADVISED))


def leaves(session: SessionId, marie: CandidacyId, juror: PersonId) -> RecuseJuror:
    return RecuseJuror(session=session, candidacy=marie, juror=juror, reason="L'avait accompagnée")


def test_nothing_more_is_decided_until_the_juror_leaves_and_the_rest_rule_anew() -> None:
    jury, session, marie = heard()
    ruled(jury, session, marie, 1)
    accompanied(jury, NADIA)
    jury.refused(ConflictOfInterest, HELD_ON, grant(session, marie, 2), AS_PAUL)
    jury.on(HELD_ON, leaves(session, marie, NADIA))
    jury.refused(BlockRuleNotMet, HELD_ON, grant(session, marie, 2), AS_PAUL)  # its rulings went with her
    anew = RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING[9:])
    jury.on(HELD_ON, anew, AS_PAUL)
    for block in (2, 3, 4):
        jury.on(HELD_ON, grant(session, marie, block), AS_PAUL)
    jury.on(HELD_ON, PronounceTitle(session=session, candidacy=marie), AS_PAUL)
    jury.ends(HELD_ON, session)
    assert [fact.block for fact in jury.says(BlockGranted)] == [1, 2, 3, 4]  # type: ignore[attr-defined]
    assert jury.says(TitlePronounced)
    assert jury.unlawful == []


@pytest.mark.parametrize(
    ("gone", "refusal", "rule"),
    [
        ((EMMA, KARIM), QuorumNotMet, "quorum-not-met"),
        ((EMMA,), None, None),
    ],
    ids=["three are too few", "four will do"],
)
def test_the_quorum_is_counted_anew(
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
        assert jury.says(CandidateReferred) == [CandidateReferred(session=session, candidacy=marie, rule=rule or "")]
        jury.ends(HELD_ON, session)
    assert jury.unlawful == []


def test_the_composition_is_judged_anew_by_the_law() -> None:
    """Of the four who remain only Luc practises the profession, where R335-8 asks for two."""
    jury, session, marie = heard(replace(RULES, quorum=3))
    for juror in (EMMA, KARIM):
        jury.on(HELD_ON, leaves(session, marie, juror))
    rulings = RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING)
    assert jury.refused(JuryComposition, HELD_ON, rulings, AS_PAUL) == ["law-quota-profession"]
    jury.refused(NotAllDecided, HELD_ON, CloseSession(session=session), AS_RENEE)
    jury.on(HELD_ON, ReferCandidate(session=session, candidacy=marie), AS_PAUL)
    jury.ends(HELD_ON, session)
    assert jury.unlawful == []


def test_and_by_the_sheet_where_the_rulebook_asks_it_of_those_who_deliberate() -> None:
    jury, session, marie = heard(replace(RULES, composition=Composition.DELIBERATING))
    jury.on(HELD_ON, leaves(session, marie, LUC))
    rulings = RuleCompetences(session=session, candidacy=marie, rulings=EVERYTHING)
    assert jury.refused(JuryComposition, HELD_ON, rulings, AS_PAUL) == ["panel-size"]


def test_a_block_granted_before_stays_and_the_session_closes_on_it() -> None:
    jury, session, marie = heard(replace(RULES, quorum=3))
    ruled(jury, session, marie, 1)
    for juror in (EMMA, KARIM):
        jury.on(HELD_ON, leaves(session, marie, juror))
    jury.ends(HELD_ON, session)
    assert [fact.block for fact in jury.says(BlockGranted)] == [1]  # type: ignore[attr-defined]
    assert jury.unlawful == []


def test_of_a_sitting_held_on_paper_the_registrar_who_transcribes_it_says_so() -> None:
    """Its minutes say that two stepped out: three deliberated, where the rulebook asks for four."""
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
