"""Marie was heard by a jury that included her own trainer, whom she did not name in time. Her appeal is upheld.

The jury's judgement of her work cannot be appealed; its procedure can. All that June's jury decided on her is
annulled. A jury with no common member or substitute hears her in March and grants what June's had refused. The title
is dated March and is the register's first number. Everything that June's jury said stays readable and no longer
counts.
"""

from __future__ import annotations

from domain.appeal.facts import ComplaintGround, ReviewAnswered
from domain.appeal.review import JuryIsSovereign, ReviewOutOfTime
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.request_review import RequestReview
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.deadlines.facts import NotificationChannel, ResultNotified
from domain.jury.facts import DecisionAnnulled
from domain.jury.session import PanelNotRenewed
from domain.ports import SessionId
from domain.register.facts import RegisterEntered
from domain.register.register import Register
from tests.given.domain.people import (
    AS_MARC,
    AS_MARIE,
    AS_RENEE,
    ELSA,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_VAE,
    PANEL,
    RENEWED,
    RENEWED_SEATS,
    known,
    plan,
    planned,
    vae_filed,
)
from tests.given.stories.after_the_jury import Story, days_later, story

__all__ = ["story"]

AGAIN = SessionId(known("another session of june's jury"))


def asks(ground: ComplaintGround, statement: str) -> RequestReview:
    return RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ground, statement=statement)


def test_whole_decision_is_annulled_and_a_renewed_jury_decides_when_a_review_is_upheld(story: Story) -> None:
    story.given(*vae_filed(MARIE_VAE), planned(JUNE), planned(AGAIN, plan(LATER_DAY)))
    story.given(planned(MARCH, plan(LATER_DAY), RENEWED_SEATS))
    story.sits(JUNE, PANEL, MARIE_VAE, (21, 22, 25))
    story.second_registrar()
    start = len(story.store.told)
    story.done(
        NotifyResult(session=JUNE, candidacy=MARIE_VAE, channel=NotificationChannel.POST), AS_RENEE, days_later(5)
    )
    assert story.granted(MARIE_VAE) == [3]

    # a review cannot question their judgement, only their procedure, within two months of the notice
    merits = asks(ComplaintGround.MERITS, "Je méritais mieux.")
    story.when(merits, by=AS_MARIE, on=days_later(20))
    story.then_refused(JuryIsSovereign)
    procedure = asks(ComplaintGround.PROCEDURAL, "M. Luc m'a formée, et il a siégé.")
    story.when(procedure, by=AS_MARIE, on=days_later(67))
    story.then_refused(ReviewOutOfTime)
    story.done(procedure, AS_MARIE, days_later(66))

    # upheld: the whole decision is annulled, with the block that she had won
    why = "La feuille de formation le confirme."
    answer = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason=why)
    facts = story.done(answer, AS_RENEE, days_later(70))
    assert [type(fact) for fact in facts] == [ReviewAnswered, DecisionAnnulled]
    assert (story.stands(MARIE_VAE).outcome, story.granted(MARIE_VAE)) == ("in_progress", [])

    # a jury with the same people, even a substitute who never sat, is not a new jury
    story.when(SummonCandidate(session=AGAIN, candidacy=MARIE_VAE), by=AS_RENEE, on=LATER_DAY)
    story.then_refused(PanelNotRenewed)
    story.sits(MARCH, RENEWED, MARIE_VAE, ENOUGH, on=LATER_DAY, title=True)

    now = story.stands(MARIE_VAE)
    assert (now.outcome, now.title_on, story.granted(MARIE_VAE)) == ("full", LATER_DAY, [1, 2, 3, 4])
    assert story.store.facts(Register.id_of(FRAMEWORK)) == [
        RegisterEntered(number=1, candidacy=MARIE_VAE, candidate=MARIE, framework=FRAMEWORK, obtained_on=LATER_DAY)
    ]

    # the new jury judges the work and cannot read the complaint; Marie can read everything
    assert "ReviewRequested" not in story.shown(MARIE_VAE, AS_MARC)
    assert {"ReviewRequested", "ReviewAnswered", "DecisionAnnulled"} <= story.shown(MARIE_VAE, AS_MARIE)
    assert any(isinstance(told.fact, ResultNotified) for told in story.dossier(MARIE_VAE))
    assert story.unlawful(after=start) == []


def test_member_of_the_first_jury_cannot_be_appointed_to_the_renewed_one(story: Story) -> None:
    story.given(*vae_filed(MARIE_VAE), planned(JUNE))
    story.sits(JUNE, PANEL, MARIE_VAE, (21, 22, 25))
    ask = RequestReview(session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.PROCEDURAL, statement="x")
    story.done(ask, AS_MARIE)
    story.done(AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="x"), AS_RENEE)
    story.given(planned(MARCH, plan(LATER_DAY), RENEWED_SEATS))
    story.done(SummonCandidate(session=MARCH, candidacy=MARIE_VAE), AS_RENEE)
    story.when(AppointJuror(session=MARCH, juror=ELSA, substitute=True), by=AS_RENEE)
    story.then_refused(PanelNotRenewed)
