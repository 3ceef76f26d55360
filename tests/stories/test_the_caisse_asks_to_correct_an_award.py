"""Marie's title is declared to the training account; the Caisse des dépôts asks for two corrections (R6113-17-2).

Delivery is the certificate's day: the three months run from it. The first request is right, and the data are sent
again within three months of its date. The second asks for a name that no document gives: it is refused, with the
reason, but late, and this is shown. Until each has its answer its deadline runs, and one reminder is given.
"""

from __future__ import annotations

from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.commands.deadlines.give_reminder import GiveReminder
from domain.commands.register.declare_award import DeclareAward
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.register.make_correction import MakeCorrection
from domain.commands.register.note_correction_request import NoteCorrectionRequest
from domain.commands.register.refuse_correction import RefuseCorrection
from domain.deadlines.deadline import Duty
from domain.deadlines.due import deadlines
from domain.deadlines.facts import ReminderGiven
from domain.deadlines.reminder import AlreadyReminded
from domain.ports import SYSTEM
from domain.register.facts import AwardDeclared, CorrectionMade, CorrectionRefused
from tests.given.domain.law import CPF
from tests.given.domain.people import AS_RENEE, ENOUGH, JUNE, MARIE_VAE, PANEL, planned, vae_filed
from tests.given.stories.after_the_jury import Story, story

__all__ = ["story"]

DELIVERED, IN_TIME = date(2021, 7, 15), date(2021, 10, 15)
FIRST, SECOND = date(2025, 3, 3), date(2025, 4, 7)
BY_FIRST, BY_SECOND = date(2025, 6, 3), date(2025, 7, 7)


def running(story: Story) -> dict[date, str]:
    """Return the last day of each duty towards the Caisse des dépôts, with the duty."""
    found = deadlines(story.log.find(Candidacy, MARIE_VAE), story.log.find)
    duties = {Duty.DECLARATION, Duty.CORRECTION}
    return {each.ends_on: each.clock.duty.value for each in found if each.clock.duty in duties}


def test_correction_request_has_its_own_deadline_until_it_is_made_or_refused(story: Story) -> None:
    story.given(CPF)
    story.given(*vae_filed(MARIE_VAE), planned(JUNE))
    story.sits(JUNE, PANEL, MARIE_VAE, ENOUGH, title=True)
    start = len(story.store.told)
    story.done(IssueCertificate(candidacy=MARIE_VAE), AS_RENEE, DELIVERED)
    assert running(story) == {IN_TIME: "declaration"}

    (declared,) = story.done(DeclareAward(candidacy=MARIE_VAE, reference="lot 2021-09"), AS_RENEE, IN_TIME)
    assert isinstance(declared, AwardDeclared)
    assert (declared.due_on, declared.late) == (IN_TIME, False)
    assert running(story) == {}

    for day, asks in ((FIRST, "La commune de naissance."), (SECOND, "Le nom : Marie Modele.")):
        story.done(NoteCorrectionRequest(candidacy=MARIE_VAE, requested_on=day, asks=asks), AS_RENEE, day)
    assert running(story) == {BY_FIRST: "correction", BY_SECOND: "correction"}

    # each has its own reminder, given once
    for ends_on in (BY_FIRST, BY_SECOND):
        recall = GiveReminder(candidacy=MARIE_VAE, duty=Duty.CORRECTION, ends_on=ends_on)
        (recalled,) = story.done(recall, SYSTEM, ends_on)
        assert isinstance(recalled, ReminderGiven)
        assert (recalled.ends_on, recalled.rule_set) == (ends_on, "CT-R6113-17-2-2025")
        story.when(recall, by=SYSTEM, on=ends_on)
        story.then_refused(AlreadyReminded)

    (made,) = story.done(MakeCorrection(candidacy=MARIE_VAE, correction=1, made_on=BY_FIRST), AS_RENEE, BY_SECOND)
    assert isinstance(made, CorrectionMade)
    assert not made.late
    assert running(story) == {BY_SECOND: "correction"}

    reason = "Aucun acte ne porte ce nom."
    refuse = RefuseCorrection(candidacy=MARIE_VAE, correction=2, reason=reason)
    (refused,) = story.done(refuse, AS_RENEE, date(2025, 7, 8))
    assert isinstance(refused, CorrectionRefused)
    assert (refused.due_on, refused.late) == (BY_SECOND, True)
    assert running(story) == {}
    assert story.unlawful(after=start) == []
