"""Marie holds her title and asks for the erasure of all her data, while a review, a hold and the law require it.

While a review that she asked for waits for its answer, everything is kept: it is the evidence of her complaint. An
inspection then has a hold placed on her papers. Once both are over, her papers are erased. Data that the law requires
are kept, and among them the register's own class: years later a lost certificate can still be duplicated.
"""

from __future__ import annotations

from domain.appeal.facts import ComplaintGround
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.request_review import RequestReview
from domain.commands.organisation.lift_legal_hold import LiftLegalHold
from domain.commands.organisation.place_legal_hold import PlaceLegalHold
from domain.commands.people.erase_person import ErasePerson
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.register.issue_duplicate import IssueDuplicate
from domain.fact import Retention
from domain.organisation.facts import LegalHoldPlaced
from domain.people.facts import ErasureGround, PersonErased
from domain.ports import OPERATOR, Recorded, Request
from domain.privacy.erasure import Fate, RetentionReason, circumstances
from domain.register.facts import DuplicateIssued, Loss
from tests.given.domain.people import (
    AS_ADA,
    AS_MARIE,
    AS_RENEE,
    ENOUGH,
    JUNE,
    MARIE,
    MARIE_VAE,
    PANEL,
    known,
    planned,
    vae_filed,
)
from tests.given.domain.scenario import NOON
from tests.given.stories.after_the_jury import Story, days_later, story

__all__ = ["story"]

ERASE = ErasePerson(person=MARIE, classes=tuple(Retention), ground=ErasureGround.REQUEST, candidacies=(MARIE_VAE,))


def plan(story: Story) -> dict[Retention, Fate]:
    """Return the planned fate of each class of her data."""
    request = Request(actor=OPERATOR, append_id=known("a look"), today=story.today, hour=NOON)
    with story.store.attempt(request, frozenset()) as attempt:
        found = circumstances(attempt, MARIE, (MARIE_VAE,), ())
    return {fate.retention: fate for fate in found.plan(Retention, ErasureGround.REQUEST, days_later(30))}


def erased(story: Story, days: int) -> set[Retention]:
    """Return the classes erased by an order of erasure on a day."""
    story.when(ERASE, by=AS_ADA, on=days_later(days))
    assert isinstance(story.outcome, Recorded)
    return {fact.retention for fact in story.outcome.facts if isinstance(fact, PersonErased)}


def test_erasure_spares_data_required_by_a_review_a_hold_or_the_law(story: Story) -> None:
    story.given(*vae_filed(MARIE_VAE), planned(JUNE))
    story.sits(JUNE, PANEL, MARIE_VAE, ENOUGH, title=True)
    start = len(story.store.told)
    story.done(IssueCertificate(candidacy=MARIE_VAE), AS_RENEE, days_later(1))

    # her own request for review is open: it alone keeps everything
    ask = RequestReview(
        session=JUNE, candidacy=MARIE_VAE, ground=ComplaintGround.PROCEDURAL, statement="Un juré m'a formée."
    )
    story.done(ask, AS_MARIE, days_later(10))
    kept = {fate.why for retention, fate in plan(story).items() if retention is not Retention.PORTFOLIO}
    assert kept == {RetentionReason.QUESTIONED}, "what she keeps for herself is hers to erase at any time"
    assert erased(story, 11) == {Retention.PORTFOLIO}
    rejected = AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=False, reason="Il ne l'a pas formée.")
    story.done(rejected, AS_RENEE, days_later(20))

    # an inspection: a hold is placed on her papers
    hold = PlaceLegalHold(person=MARIE, classes=(Retention.PAPERS,), ground="Contrôle en cours")
    (placed,) = story.done(hold, AS_RENEE, days_later(25))
    assert isinstance(placed, LegalHoldPlaced)
    now = plan(story)
    assert now[Retention.PAPERS].why is RetentionReason.HELD
    assert Retention.PAPERS not in erased(story, 30)

    # the hold is over: papers are erased, and data required by law are kept
    story.done(LiftLegalHold(hold=placed.hold), AS_ADA, days_later(40))
    assert Retention.PAPERS in erased(story, 41)
    now = plan(story)
    assert now[Retention.REGISTER].why is RetentionReason.KEPT_BY_LAW
    assert now[Retention.DECISION].why is RetentionReason.KEPT_BY_LAW

    # and a duplicate can still be issued: its content is sealed with the register's own class
    lost = IssueDuplicate(candidacy=MARIE_VAE, loss=Loss.DESTROYED)
    assert [type(fact) for fact in story.done(lost, AS_RENEE, days_later(3000))] == [DuplicateIssued]
    assert story.stands(MARIE_VAE).outcome == "full"
    assert story.unlawful(after=start) == []
