"""Marie is notified that she lacks one block. The minutes, signed by five people, say that she has it.

The person who keyed the jury's rulings marked the wrong line for competence 27. It is found three weeks after the
release of the results. Nobody decides a second time: the registrar records the content of the minutes, the chair who
signed them approves, and everything that relied on the wrong key is corrected: the block, the title, the register.
What was shown before stays readable.
"""

from __future__ import annotations

import pytest

from domain.appeal.facts import ComplaintGround, RectificationApproved, RectificationProposed, ReviewAnswered
from domain.appeal.rectification import Minuted, SecondApprover
from domain.appeal.review import ReviewOutOfTime
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.request_review import RequestReview
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.jury.rule_competences import RuleCompetences
from domain.deadlines.facts import NotificationChannel, ResultNotified
from domain.jury.facts import DecisionRectified
from domain.jury.rectified_decision import Corrected
from domain.jury.ruling import Ruling
from domain.jury.session import SessionNotOpen
from domain.register.facts import RegisterEntered, TitleWithdrawn
from domain.register.register import Register
from domain.standing.why import why
from tests.given.domain.people import (
    AS_MARIE,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARIE_VAE,
    PANEL,
    RNCP31936,
    RULES,
    planned,
    vae_filed,
)
from tests.given.stories.after_the_jury import Story, days_later, story

__all__ = ["story"]

KEYED = tuple(number for number in ENOUGH if number != 27)
SAYS = Minuted(rulings={27: True}, title=True)
FOUND_ON = days_later(21)


@pytest.fixture
def told_wrong(story: Story) -> Story:
    story.given(*vae_filed(MARIE_VAE), planned(JUNE))
    story.sits(JUNE, PANEL, MARIE_VAE, KEYED)
    story.done(
        NotifyResult(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.POST), AS_RENEE, days_later(2)
    )
    return story


def test_rectification_by_two_people_corrects_the_block_the_title_and_the_register(told_wrong: Story) -> None:
    story = told_wrong
    start = len(story.store.told)
    before = story.stands(MARIE_VAE)
    assert (before.outcome, story.granted(MARIE_VAE)) == ("partial", [1, 2, 3])

    # nobody decides a second time: the session is over
    again = RuleCompetences(session=JUNE, candidacy=MARIE_VAE, rulings=(Ruling(competence=27, acquired=True),))
    story.when(again, by=AS_PAUL, on=FOUND_ON)
    story.then_refused(SessionNotOpen)

    # the registrar records the content of the minutes; this alone changes nothing
    propose = ProposeRectification(session=JUNE, candidacy=MARIE_VAE, minuted=SAYS, reason="Ligne 27 : « acquise ».")
    (proposed,) = story.done(propose, AS_RENEE, FOUND_ON)
    assert isinstance(proposed, RectificationProposed)
    assert proposed.rulings == (Corrected(competence=27, keyed=False, minuted=True),)
    assert story.stands(MARIE_VAE) == before

    # she cannot approve her own proposal, and neither can a member who did not sign the minutes
    approve = ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="Vu au procès-verbal signé.")
    story.when(approve, by=AS_RENEE, on=FOUND_ON)
    story.then_refused(SecondApprover)

    # the chair, who signed, agrees
    facts = story.done(approve, AS_PAUL, FOUND_ON)
    assert [type(fact) for fact in facts] == [RectificationApproved, DecisionRectified, RegisterEntered]
    rectified, entered = facts[1], facts[2]
    assert isinstance(rectified, DecisionRectified)
    assert isinstance(entered, RegisterEntered)
    assert (rectified.granted, rectified.not_granted, rectified.title) == ((4,), (), True)
    assert (entered.number, entered.obtained_on) == (1, JURY_DAY), "obtained on the day of the jury, not of the key"

    # her standing now, and as it was shown then
    now = story.stands(MARIE_VAE)
    assert (now.outcome, now.title_on, story.granted(MARIE_VAE)) == ("full", JURY_DAY, [1, 2, 3, 4])
    assert story.stands(MARIE_VAE, as_of=days_later(20)) == before

    # she is notified again, because June's notice is no longer right, and her time for a review restarts
    story.when(
        NotifyResult(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.POST),
        by=AS_RENEE,
        on=days_later(25),
    )
    (told,) = story.then_recorded(ResultNotified)
    assert isinstance(told, ResultNotified)
    assert (told.rectification, told.remedies) == (1, RULES.remedies)

    # the explanation of the competence, the block and the title cites the position of the rectification
    answer = why(RNCP31936, RULES, story.dossier(MARIE_VAE), provisional=False)
    at = next(told.stamp.position for told in story.store.told if told.fact == rectified)
    (block,) = [each for each in answer.blocks if each.number == 4]
    assert block.positions == (at,)
    assert next(each for each in block.competences if each.number == 27).positions[-1] == at
    assert {source.fact for source in answer.sources if source.position == at} == {"DecisionRectified"}

    # she reads that it was rectified, not who was asked to approve
    assert "DecisionRectified" in story.shown(MARIE_VAE, AS_MARIE)
    assert "RectificationProposed" not in story.shown(MARIE_VAE, AS_MARIE)
    assert "RectificationProposed" in story.shown(MARIE_VAE, AS_NADIA)
    assert story.unlawful(after=start) == []


def test_title_keyed_by_mistake_is_withdrawn_by_a_rectification(story: Story) -> None:
    """The opposite error: 27 was keyed acquired, and the minutes say not."""
    story.given(*vae_filed(MARIE_VAE), planned(JUNE))
    story.sits(JUNE, PANEL, MARIE_VAE, ENOUGH, title=True)
    start = len(story.store.told)
    assert story.stands(MARIE_VAE).outcome == "full"
    says = Minuted(rulings={27: False})
    propose = ProposeRectification(session=JUNE, candidacy=MARIE_VAE, minuted=says, reason="Autre candidate.")
    story.done(propose, AS_PAUL, FOUND_ON)
    facts = story.done(ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="Vu."), AS_RENEE, FOUND_ON)
    assert [type(fact) for fact in facts] == [RectificationApproved, DecisionRectified, TitleWithdrawn]
    now = story.stands(MARIE_VAE)
    assert (now.outcome, now.title_on, story.granted(MARIE_VAE)) == ("partial", None, [1, 2, 3])
    register = [fact for fact in story.store.facts(Register.id_of(FRAMEWORK)) if isinstance(fact, TitleWithdrawn)]
    assert [fact.number for fact in register] == [1]
    assert story.unlawful(after=start) == []


def test_review_for_a_material_error_leads_to_a_rectification(told_wrong: Story) -> None:
    story = told_wrong
    start = len(story.store.told)
    ask = RequestReview(
        session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.MATERIAL, statement="Le procès-verbal dit acquise."
    )
    story.done(ask, AS_MARIE, FOUND_ON)
    answer = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="C'est exact.", minuted=SAYS)
    facts = story.done(answer, AS_RENEE, FOUND_ON)
    assert [type(fact) for fact in facts] == [ReviewAnswered, RectificationProposed]
    assert story.stands(MARIE_VAE).outcome == "partial", "accepted is not rectified yet: a second person agrees first"
    story.done(ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="Vu."), AS_PAUL, FOUND_ON)
    assert story.stands(MARIE_VAE).outcome == "full"
    assert story.unlawful(after=start) == []


def test_rectification_is_possible_after_the_time_limit_of_a_review(told_wrong: Story) -> None:
    """A time limit binds the candidate's request; the content of the minutes does not lapse."""
    late = days_later(400)
    ask = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.MATERIAL, statement="x")
    told_wrong.when(ask, by=AS_MARIE, on=late)
    told_wrong.then_refused(ReviewOutOfTime)
    propose = ProposeRectification(session=JUNE, candidacy=MARIE_VAE, minuted=SAYS, reason="x")
    told_wrong.done(propose, AS_RENEE, late)
    told_wrong.done(ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="Vu."), AS_PAUL, late)
    assert told_wrong.stands(MARIE_VAE).outcome == "full"
