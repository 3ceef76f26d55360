"""Marie holds her title since June. In November the firm that signed one of her references denies having signed it.

The reference served competences 26 and 27. An assessor of the certifier reports it; the person who reports does not
judge. Marie is informed, and heard a week later. The certifier's other registrar finds the fraud, names the decisions
that relied on the piece (two rulings, block 4, the title), and annuls June's decision: the title leaves the register,
with the reason, and that must be declared. The sanction is pronounced separately. June's jury, which was deceived,
may hear her again later.

Code du travail R6412-7, last paragraph: the certifier, once the candidate could be heard, withdraws the certification
or parts of it. The exclusion that is pronounced separately rests on the rulebook, not on that text.
"""

from __future__ import annotations

from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.commands.jury.pronounce_sanction import PronounceSanction
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.register.issue_duplicate import IssueDuplicate
from domain.fraud.facts import FraudFound, FraudReported, Rested, SanctionPronounced
from domain.fraud.fraud import CandidateUnheard, Excluded, KeyedSanction, Matter, ReporterDoesNotDecide
from domain.jury.facts import DecisionAnnulled
from domain.ports import Role
from domain.register.certificates import NotHeld
from domain.register.facts import Loss, TitleWithdrawn
from domain.standing.consequences import rests_on
from tests.given.domain.people import AS_MARIE, AS_RENEE, CV, JUNE, MARCH, MARIE_VAE, RNCP31936, actor, person
from tests.given.stories.after_the_jury import FRAUD, Story, days_later, marie_certified, story

__all__ = ["story"]

ZELDA = person("zelda")
AS_ZELDA = actor(ZELDA, Role.REGISTRAR)
NOVEMBER = 150


def test_decisions_that_relied_on_forged_evidence_are_named_and_annulled(story: Story) -> None:
    marie_certified(story, FRAUD, ZELDA)
    story.second_registrar()
    start = len(story.store.told)

    # the facts that rely on the piece, before any report
    resting = rests_on(RNCP31936, story.dossier(MARIE_VAE), evidence=(CV,))
    kinds = [type(story.store.told[each.position - 1].fact).__name__ for each in resting]
    assert kinds == [
        "EvidenceSubmitted",
        "CompetenceRuled",
        "CompetenceRuled",
        "BlockGranted",
        "TitlePronounced",
        "RegisterEntered",
        "CertificateIssued",
    ]

    # the fraud is reported; she is informed and heard
    report = ReportFraud(
        candidacy=MARIE_VAE, matter=Matter(evidence=(CV,)), statement="L'entreprise nie avoir signé l'attestation."
    )
    (said,) = story.done(report, AS_RENEE, days_later(NOVEMBER))
    assert isinstance(said, FraudReported)
    case = said.case
    decide = DecideFraud(
        candidacy=MARIE_VAE, case=case, found=True, reason="Attestation fabriquée.", withdraws=(JUNE,)
    )
    story.when(decide, by=AS_ZELDA, on=days_later(NOVEMBER))
    story.then_refused(CandidateUnheard)
    hearing = days_later(NOVEMBER + 7)
    story.done(TellOfFraud(candidacy=MARIE_VAE, case=case, hearing_on=hearing), AS_RENEE, days_later(NOVEMBER))
    story.done(HearOnFraud(candidacy=MARIE_VAE, case=case, statement="Je l'ai imitée."), AS_RENEE, hearing)
    assert story.stands(MARIE_VAE).outcome == "full", "nothing has fallen yet"

    # another person than the reporter decides; the finding names the decisions that relied on the piece
    story.when(decide, by=AS_RENEE, on=hearing)
    story.then_refused(ReporterDoesNotDecide)
    found, fell, withdrawn = story.done(decide, AS_ZELDA, hearing)
    assert isinstance(found, FraudFound)
    assert found.rested == (Rested(session=JUNE, competences=(26, 27), blocks=(4,), title=True),)
    assert isinstance(fell, DecisionAnnulled)
    assert isinstance(withdrawn, TitleWithdrawn)
    assert withdrawn.declaration_due
    assert story.stands(MARIE_VAE).outcome == "in_progress"
    assert story.stands(MARIE_VAE, as_of=days_later(NOVEMBER)).outcome == "full"
    story.when(IssueDuplicate(candidacy=MARIE_VAE, loss=Loss.LOST), by=AS_RENEE, on=hearing)
    story.then_refused(NotHeld)

    # the sanction is separate: two years, after which June's own jury may hear her
    sanction = PronounceSanction(
        candidacy=MARIE_VAE, case=case, sanction=KeyedSanction(code="E", months=24), reason="Faux caractérisé."
    )
    (pronounced,) = story.done(sanction, AS_ZELDA, hearing)
    assert isinstance(pronounced, SanctionPronounced)
    story.when(SummonCandidate(session=MARCH, candidacy=MARIE_VAE), by=AS_RENEE, on=hearing)
    story.then_refused(Excluded)
    assert {"FraudFound", "SanctionPronounced"} <= story.shown(MARIE_VAE, AS_MARIE)
    assert story.unlawful(after=start) == [], "and March was called for a day within the exclusion"
