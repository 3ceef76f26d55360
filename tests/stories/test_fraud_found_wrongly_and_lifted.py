"""A fraud is found by mistake: the title is withdrawn, then restored under its own number.

The company that denied an attestation had looked in the wrong files. The candidate questions the finding; the person
who found it cannot answer; a court annuls it. The annulled decision is valid again, and its annulment stays in the
history.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from domain.appeal.facts import AnnulmentProposed, ComplaintGround
from domain.appeal.review import (
    CourtRulingMisdated,
    CourtUnnamed,
    JudgeInOwnCause,
    JuryIsSovereign,
    NoReviewUnderWay,
    ReviewUnderWay,
    Unreasoned,
)
from domain.candidacy.credit import JurySitting
from domain.commands.fraud.answer_finding import AnswerFinding
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.note_finding_ruling import NoteFindingRuling
from domain.commands.fraud.question_finding import QuestionFinding
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.commands.jury.pronounce_sanction import PronounceSanction
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.register.issue_duplicate import IssueDuplicate
from domain.fraud.facts import (
    FindingAnswered,
    FindingJudged,
    FindingLifted,
    FindingQuestioned,
    FraudFound,
    FraudReported,
    SanctionPronounced,
)
from domain.fraud.fraud import Excluded, KeyedSanction, Matter
from domain.fraud.lifting import NothingToLift
from domain.jury.annulled_decision import Cause
from domain.jury.facts import DecisionAnnulled, DecisionRestored, TitleRestored
from domain.ports import Role
from domain.refusal import NotFound
from domain.register.facts import DuplicateIssued, Loss, RegisterEntered, TitleReinstated, TitleWithdrawn
from domain.replay.judge import replay
from domain.rulebook.fraud_rules import Sanction, SanctionKind
from tests.given.domain.people import AS_MARIE, AS_RENEE, CV, JUNE, MARCH, MARIE_VAE, PANEL, actor, opened, person
from tests.given.stories.after_the_jury import FRAUD, OUT, Story, days_later, marie_certified, story

__all__ = ["story"]

ZELDA, YVON = person("zelda"), person("yvon")
AS_ZELDA, AS_YVON = actor(ZELDA, Role.REGISTRAR), actor(YVON, Role.REGISTRAR)
WARNED = Sanction(code="A", kind=SanctionKind.WARNING, label_fr="Avertissement", label_en="Warning")
HEARD, LATER = days_later(157), days_later(300)
COURT = NoteFindingRuling(
    candidacy=MARIE_VAE,
    case=UUID(int=0),
    court="Tribunal judiciaire de Paris",
    ruled_on=LATER,
    reference="RG 22/0007",
    annuls=True,
)


@pytest.fixture
def case(story: Story) -> UUID:
    """Withdraw Marie's title of June, entered as number 1, for a fraud, with two years of exclusion."""
    marie_certified(story, replace(FRAUD, sanctions=(OUT, WARNED)), ZELDA, YVON)
    told = days_later(150)
    report = ReportFraud(candidacy=MARIE_VAE, matter=Matter(evidence=(CV,)), statement="L'entreprise nie.")
    (said,) = story.done(report, AS_RENEE, told)
    assert isinstance(said, FraudReported)
    found = said.case
    story.done(TellOfFraud(candidacy=MARIE_VAE, case=found, hearing_on=HEARD), AS_RENEE, told)
    story.done(HearOnFraud(candidacy=MARIE_VAE, case=found, statement="Elle est vraie."), AS_RENEE, HEARD)
    decide = DecideFraud(candidacy=MARIE_VAE, case=found, found=True, reason="Fausse.", withdraws=(JUNE,))
    facts = story.done(decide, AS_ZELDA, HEARD)
    assert [type(fact) for fact in facts] == [FraudFound, DecisionAnnulled, TitleWithdrawn]
    for asked in (KeyedSanction(code="E", months=24), KeyedSanction(code="A")):
        sanction = PronounceSanction(candidacy=MARIE_VAE, case=found, sanction=asked, reason="Faux.")
        (pronounced,) = story.done(sanction, AS_ZELDA, HEARD)
        assert isinstance(pronounced, SanctionPronounced)
    assert story.stands(MARIE_VAE).outcome == "in_progress"
    return found


def question(
    case: UUID, ground: ComplaintGround = ComplaintGround.PROCEDURAL, statement: str = "Mauvais dossier."
) -> QuestionFinding:
    return QuestionFinding(candidacy=MARIE_VAE, case=case, ground=ground, statement=statement)


def test_title_is_restored_under_its_number_when_a_review_lifts_the_finding(story: Story, case: UUID) -> None:
    start = len(story.store.told)
    for refused, why in (
        (question(case, ComplaintGround.MERITS), JuryIsSovereign),
        (question(case, statement=" "), Unreasoned),
        (question(UUID(int=9)), NotFound),
        (replace(question(case), sanction="Z"), NothingToLift),
    ):
        story.when(refused, by=AS_MARIE, on=LATER)
        story.then_refused(why)
    (asked,) = story.done(question(case), AS_MARIE, LATER)
    assert isinstance(asked, FindingQuestioned)
    story.when(question(case), by=AS_MARIE, on=LATER)
    story.then_refused(ReviewUnderWay)

    # neither the reporter nor the finder can answer, and reasons are required
    answer = AnswerFinding(candidacy=MARIE_VAE, case=case, accepted=True, reason="L'entreprise se rétracte.")
    for judge in (AS_RENEE, AS_ZELDA):
        story.when(answer, by=judge, on=LATER)
        story.then_refused(JudgeInOwnCause)
    story.when(replace(answer, reason=" "), by=AS_YVON, on=LATER)
    story.then_refused(Unreasoned)
    facts = story.done(answer, AS_YVON, LATER)
    answered, lifted, again, title, back = facts
    assert isinstance(answered, FindingAnswered)
    assert isinstance(lifted, FindingLifted)
    assert (lifted.cause, lifted.lifted_on, lifted.restores) == (Cause.REVIEW, LATER, (JUNE,))
    assert (again, title) == (
        DecisionRestored(session=JUNE, candidacy=MARIE_VAE, restored_on=LATER),
        TitleRestored(session=JUNE, candidacy=MARIE_VAE),
    )
    assert isinstance(back, TitleReinstated)
    assert (back.number, back.declaration_due) == (1, True)

    # she holds it as if it had never been withdrawn; as of that day, it was withdrawn
    now = story.stands(MARIE_VAE)
    assert (now.outcome, now.title_on) == ("full", story.stands(MARIE_VAE, as_of=days_later(149)).title_on)
    assert [block.state for block in now.blocks] == ["granted"] * 4
    assert story.stands(MARIE_VAE, as_of=HEARD).outcome == "in_progress"
    history = story.shown(MARIE_VAE, AS_MARIE)
    assert {"FraudFound", "DecisionAnnulled", "TitleWithdrawn", "FindingLifted", "TitleReinstated"} <= history
    (copy,) = story.done(IssueDuplicate(candidacy=MARIE_VAE, loss=Loss.LOST), AS_RENEE, LATER)
    assert isinstance(copy, DuplicateIssued)
    assert copy.number == 1
    story.when(answer, by=AS_YVON, on=LATER)
    story.then_refused(NoReviewUnderWay)
    story.when(question(case), by=AS_MARIE, on=LATER)
    story.then_refused(NothingToLift)
    assert story.unlawful(after=start) == []


def test_court_can_annul_a_finding_after_a_rejected_review(story: Story, case: UUID) -> None:
    start = len(story.store.told)
    story.done(question(case), AS_MARIE, LATER)
    rejected = AnswerFinding(candidacy=MARIE_VAE, case=case, accepted=False, reason="Le dossier est le bon.")
    assert [type(fact) for fact in story.done(rejected, AS_YVON, LATER)] == [FindingAnswered]
    assert story.stands(MARIE_VAE).outcome == "in_progress"
    court = replace(COURT, case=case)
    for refused, why in (
        (replace(court, ruled_on=days_later(100)), CourtRulingMisdated),
        (replace(court, ruled_on=days_later(301)), CourtRulingMisdated),
        (replace(court, court=" "), CourtUnnamed),
        (replace(court, sanction="Z"), NothingToLift),
    ):
        story.when(refused, by=AS_YVON, on=LATER)
        story.then_refused(why)
    assert [type(fact) for fact in story.done(replace(court, annuls=False), AS_YVON, LATER)] == [FindingJudged]
    kinds = [type(fact) for fact in story.done(court, AS_YVON, LATER)]
    assert kinds == [FindingJudged, FindingLifted, DecisionRestored, TitleRestored, TitleReinstated]
    assert story.stands(MARIE_VAE).outcome == "full"
    assert story.unlawful(after=start) == []


def test_sanction_can_be_lifted_while_the_finding_is_kept(story: Story, case: UUID) -> None:
    start = len(story.store.told)
    summons = SummonCandidate(session=MARCH, candidacy=MARIE_VAE)
    story.when(summons, by=AS_RENEE, on=HEARD)
    story.then_refused(Excluded)
    story.done(replace(question(case), sanction="E"), AS_MARIE, HEARD)
    accepted = AnswerFinding(candidacy=MARIE_VAE, case=case, accepted=True, reason="Disproportionnée.")
    _, lifted = story.done(accepted, AS_YVON, HEARD)
    assert isinstance(lifted, FindingLifted)
    assert (lifted.sanction, lifted.restores) == ("E", ())
    assert story.stands(MARIE_VAE).outcome == "in_progress", "the title fell for the fraud, not for its sanction"
    story.when(replace(question(case), sanction="E"), by=AS_MARIE, on=HEARD)
    story.then_refused(NothingToLift)
    assert story.done(summons, AS_RENEE, HEARD)
    assert story.unlawful(after=start) == []


def test_finding_cannot_be_lifted_while_a_jury_sits_on_the_candidate(story: Story, case: UUID) -> None:
    accepted = AnswerFinding(candidacy=MARIE_VAE, case=case, accepted=True, reason="Exact.")
    story.done(replace(question(case), sanction="E"), AS_MARIE, HEARD)
    story.done(accepted, AS_YVON, HEARD)
    story.done(SummonCandidate(session=MARCH, candidacy=MARIE_VAE), AS_RENEE, HEARD)
    story.given(opened(MARCH, PANEL))
    story.done(question(case), AS_MARIE, LATER)
    story.when(accepted, by=AS_YVON, on=LATER)
    story.then_refused(JurySitting)


def test_replay_detects_a_forged_lifting(story: Story, case: UUID) -> None:
    """Nobody asked; no court ruled; the finder answers; the number is not that of the title."""
    start = len(story.store.told)
    story.done(question(case), AS_MARIE, LATER)
    story.done(AnswerFinding(candidacy=MARIE_VAE, case=case, accepted=True, reason="Exact."), AS_YVON, LATER)
    told = story.store.told

    def rules(kind: type, *, without: type | None = None, **changed: object) -> set[str]:
        forged = [
            replace(each, fact=replace(each.fact, **changed)) if isinstance(each.fact, kind) and changed else each
            for each in told
            if without is None or not isinstance(each.fact, without)
        ]
        return {found.rule for found in replay(forged) if found.position > start}

    assert rules(FindingLifted) == set()
    assert rules(FindingAnswered, without=FindingQuestioned) == {"no-review-under-way"}
    assert rules(FindingLifted, without=FindingAnswered) == {"decided-otherwise"}
    assert rules(FindingLifted, restores=()) == {"decided-otherwise"}
    assert rules(DecisionRestored, without=FindingLifted) == {"decided-otherwise"}
    assert rules(TitleRestored, without=DecisionRestored) == {"decided-otherwise"}
    assert rules(TitleReinstated, without=TitleRestored) == {"decided-otherwise"}
    assert rules(TitleReinstated, number=2) == {"decided-otherwise"}
    by_finder = [
        replace(each, stamp=replace(each.stamp, by=ZELDA))
        if isinstance(each.fact, AnnulmentProposed) and each.fact.cause is Cause.REVIEW
        else each
        for each in told
    ]
    assert "judge-in-own-cause" in {found.rule for found in replay(by_finder)}
    assert any(isinstance(each.fact, RegisterEntered) for each in told)
