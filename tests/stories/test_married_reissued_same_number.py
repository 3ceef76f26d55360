"""Marie won her title in June, married in September, and asks for a certificate in her new name.

The title is dated June and stays number 1. The change of name is recorded first, by two people, on the document that
was shown: a registrar alone cannot put another name on a certificate. Then the certificate is issued again under the
same number, in the name on file. Lost two years later, it is duplicated with its current text.
"""

from __future__ import annotations

from domain.commands.people.approve_identity_correction import ApproveIdentityCorrection
from domain.commands.people.propose_identity_correction import ProposeIdentityCorrection
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.register.issue_duplicate import IssueDuplicate
from domain.commands.register.reissue_for_civil_status import ReissueForCivilStatus
from domain.fact import Personal
from domain.people.facts import IdentityCause
from domain.people.identity import CivilDocument
from domain.people.person import CorrectedAlone
from domain.register.certificates import CivilStatusUnchanged, PaperAlreadyIssued
from domain.register.facts import CertificateIssued, DuplicateIssued, Loss, RegisterEntered, ReissuedForCivilStatus
from domain.register.register import Register
from tests.given.domain.people import (
    AS_ADA,
    AS_RENEE,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    PANEL,
    planned,
    vae_filed,
)
from tests.given.stories.after_the_jury import Story, days_later, story

__all__ = ["story"]


def test_certificate_is_reissued_under_the_same_number_when_the_name_changed(story: Story) -> None:
    story.given(*vae_filed(MARIE_VAE), planned(JUNE))
    story.sits(JUNE, PANEL, MARIE_VAE, ENOUGH, title=True)
    start = len(story.store.told)

    # the certificate is issued in July and says that the title was obtained in June
    (issued,) = story.done(IssueCertificate(candidacy=MARIE_VAE), AS_RENEE, days_later(30))
    assert isinstance(issued, CertificateIssued)
    assert (issued.number, issued.obtained_on, issued.issued_on) == (1, JURY_DAY, days_later(30))

    # in September she asks for one in her new name, which is not recorded yet
    asked = days_later(90)
    reissue = ReissueForCivilStatus(candidacy=MARIE_VAE)
    story.when(reissue, by=AS_RENEE, on=asked)
    story.then_refused(CivilStatusUnchanged)
    married = ProposeIdentityCorrection(
        person=MARIE,
        name="Marie Modèle",
        cause=IdentityCause.CIVIL_STATUS,
        seen=CivilDocument.MARRIAGE_RECORD,
        dated=days_later(80),
        reason="Mariée en septembre.",
    )
    story.done(married, AS_RENEE, asked)
    story.when(ApproveIdentityCorrection(person=MARIE), by=AS_RENEE, on=asked)
    story.then_refused(CorrectedAlone)
    story.when(reissue, by=AS_RENEE, on=asked)
    story.then_refused(CivilStatusUnchanged)
    story.done(ApproveIdentityCorrection(person=MARIE), AS_ADA, asked)
    (reissued,) = story.done(reissue, AS_RENEE, asked)
    assert isinstance(reissued, ReissuedForCivilStatus)
    assert (reissued.number, reissued.holder) == (1, Personal("Marie Modèle", MARIE))

    # no second certificate is issued, and none for a change that it already shows
    story.when(IssueCertificate(candidacy=MARIE_VAE), by=AS_RENEE, on=asked)
    story.then_refused(PaperAlreadyIssued)
    story.when(reissue, by=AS_RENEE, on=asked)
    story.then_refused(CivilStatusUnchanged)

    # a duplicate has the text of the lost paper: the name is not read again
    lost = IssueDuplicate(candidacy=MARIE_VAE, loss=Loss.LOST)
    (duplicate,) = story.done(lost, AS_RENEE, days_later(800))
    assert duplicate == DuplicateIssued(
        candidacy=MARIE_VAE, block=None, number=1, copy=1, loss=Loss.LOST, issued_on=days_later(800)
    )

    # the register did not change, and the title keeps its day
    entries = story.store.facts(Register.id_of(FRAMEWORK))
    assert entries == [
        RegisterEntered(number=1, candidacy=MARIE_VAE, candidate=MARIE, framework=FRAMEWORK, obtained_on=JURY_DAY)
    ]
    assert story.stands(MARIE_VAE).title_on == JURY_DAY
    assert story.unlawful(after=start) == []
