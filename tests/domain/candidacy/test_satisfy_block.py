"""Blocks satisfied by another certification through an equivalence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.candidacy.candidacy import AlreadyDecided, DossierFrozen, OwnWork
from domain.candidacy.credit import Credit, JurySitting, NoEquivalence, NotObtainedYet, ProofMissing
from domain.candidacy.facts import BlockSatisfied, CreditFell, EvidenceSubmitted, Fall
from domain.commands.candidacy.satisfy_block import SatisfyBlock
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.register.enter_register import EnterRegister
from domain.evidence.evidence import ReceivedFile, UnderCheck
from domain.evidence.facts import EvidenceQuarantined, EvidenceWithdrawn
from domain.fact import Personal, RecordedFact
from domain.framework.facts import EquivalenceAdmitted
from domain.fraud.facts import CandidateHeardOnFraud, FraudFound, FraudReported, FraudToldToCandidate
from domain.fraud.fraud import Fraud
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionRectified, TitleFell
from domain.jury.rectified_decision import Corrected
from domain.people.facts import RoleGranted
from domain.ports import EvidenceId, Role
from domain.refusal import Forbidden, Refused
from domain.register.certificates import Papers
from domain.register.facts import BlockCertified, TitleWithdrawn
from domain.register.register import TitleNotReleased
from domain.replay.judge import replay
from domain.standing.consequences import rests_on
from domain.standing.standing import Standing, standing
from tests.given.domain.people import (
    AS_MARIE,
    AS_RENEE,
    BLOG,
    CV,
    ENOUGH,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    PAUL,
    RENEE,
    RNCP31936,
    RULES,
    actor,
    applied,
    before_the_jury,
    cleared,
    ended,
    granted,
    heard,
    pronounced,
    put_in,
    ruled,
)
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import At, Scenario

OBTAINED = date(2019, 7, 5)
FOUND = date(2021, 9, 1)
EQUIVALENCE = At(
    FRAMEWORK,
    (EquivalenceAdmitted(number=1, certification="RNCP00001", part="BC02", blocks=(2, 3), ground="x"),),
)
SATISFY = SatisfyBlock(candidacy=MARIE_VAE, block=2, equivalence=1, evidence=CV, obtained_on=OBTAINED)
SATISFIED = BlockSatisfied(candidacy=MARIE_VAE, block=2, equivalence=1, evidence=CV, obtained_on=OBTAINED)
GIVEN = (EQUIVALENCE, applied(MARIE_VAE), put_in(MARIE_VAE, CV), cleared(MARIE_VAE, CV))


def test_registrar_counts_a_block_by_a_published_equivalence_on_a_proof(scenario: Scenario) -> None:
    scenario.given(*GIVEN)
    start = len(scenario.store.told)
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.then(SATISFIED)
    assert [each for each in replay(scenario.store.told) if each.position > start] == []
    dossier: list[RecordedFact] = [
        told
        for told in scenario.store.told
        if told.stamp.stream == MARIE_VAE or getattr(told.fact, "candidacy", None) == MARIE_VAE
    ]
    line = next(line for line in standing(RNCP31936, RULES, dossier).blocks if line.number == 2)
    assert (line.state, line.session, line.decided_on) == ("granted", None, OBTAINED)
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)


def refused(scenario: Scenario, **otherwise: Any) -> Scenario:
    """Send the command with these changes; check that it is refused and that the replay refuses its fact by the
    same rule."""
    command = replace(SATISFY, **otherwise)
    scenario.when(command, by=AS_RENEE)
    assert isinstance(scenario.outcome, Refused)
    assert verdict(scenario, Credit.id_of(MARIE_VAE), BlockSatisfied(**vars(command)), AS_RENEE) == (
        scenario.outcome.slug()
    )
    return scenario


def test_block_is_not_satisfied_without_an_equivalence_a_proof_or_a_past_day(scenario: Scenario) -> None:
    scenario.given(*GIVEN)
    refused(scenario, equivalence=2).then_refused(NoEquivalence)
    refused(scenario, block=1).then_refused(NoEquivalence)
    refused(scenario, evidence=BLOG).then_refused(ProofMissing)
    refused(scenario, obtained_on=date(2021, 6, 16)).then_refused(NotObtainedYet)


def test_withdrawn_proof_does_not_count_and_a_proof_that_counts_cannot_be_withdrawn(scenario: Scenario) -> None:
    scenario.given(*GIVEN, put_in(MARIE_VAE, BLOG), At(BLOG, (EvidenceWithdrawn(candidacy=MARIE_VAE),)))
    scenario.when(replace(SATISFY, evidence=BLOG), by=AS_RENEE)
    scenario.then_refused(ProofMissing)
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.when(WithdrawEvidence(candidacy=MARIE_VAE, evidence=CV), by=AS_MARIE)
    scenario.then_refused(DossierFrozen)
    assert verdict(scenario, CV, EvidenceWithdrawn(candidacy=MARIE_VAE), AS_MARIE) == "dossier-frozen"


def test_proof_in_quarantine_does_not_satisfy_a_block(scenario: Scenario) -> None:
    found = EvidenceQuarantined(candidacy=MARIE_VAE, finding="Worm", scanner="ClamAV")
    scenario.given(*GIVEN, At(CV, (found,)))
    refused(scenario).then_refused(ProofMissing)


def test_proof_under_check_does_not_satisfy_a_block(scenario: Scenario) -> None:
    """The registrar cannot have read it."""
    scenario.given(*GIVEN, put_in(MARIE_VAE, BLOG))
    refused(scenario, evidence=BLOG).then_refused(UnderCheck)


def test_proof_is_kept_when_a_newer_version_is_submitted(scenario: Scenario) -> None:
    scenario.given(*GIVEN)
    scenario.when(SATISFY, by=AS_RENEE)
    file = ReceivedFile(media_type="application/pdf", size=1, digest="00", name="x")
    newer = SubmitEvidence(candidacy=MARIE_VAE, evidence=BLOG, competences=(1,), file=file, replaces=CV)
    scenario.when(newer, by=AS_MARIE)
    scenario.then_recorded(EvidenceSubmitted)
    assert scenario.wrong() == []


def test_block_cannot_be_satisfied_by_the_candidate_or_on_the_registrars_own_candidacy(scenario: Scenario) -> None:
    scenario.given(*GIVEN, At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(SATISFY, by=AS_MARIE)
    scenario.then_refused(Forbidden)
    scenario.when(SATISFY, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)
    assert verdict(scenario, Credit.id_of(MARIE_VAE), SATISFIED, actor(MARIE, Role.REGISTRAR)) == "own-work"


def test_block_cannot_be_satisfied_while_a_jury_sits(scenario: Scenario) -> None:
    scenario.given(*GIVEN, *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.then_refused(JurySitting)
    scenario.given(granted(MARIE_VAE, 2), At(scenario.store.told[-1].stamp.stream, ()))
    assert verdict(scenario, Credit.id_of(MARIE_VAE), SATISFIED, AS_RENEE, on=JURY_DAY) == "jury-sitting"


def test_block_and_title_rest_on_the_proof_that_satisfied_it(scenario: Scenario) -> None:
    scenario.given(*GIVEN)
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.given(pronounced(MARIE_VAE))
    assert resting(scenario, CV) == ["EvidenceSubmitted", "BlockSatisfied", "TitlePronounced"]


@pytest.mark.parametrize("entered", [True, False])
def test_block_and_title_fall_in_one_append_when_the_proof_is_found_forged(
    scenario: Scenario, *, entered: bool
) -> None:
    """No diploma may rest on a forged piece, and the register is changed at once."""
    others = (1, 3, 4)
    scenario.given(*GIVEN)
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.given(*before_the_jury(MARIE_VAE), heard(MARIE_VAE), ruled(MARIE_VAE, ENOUGH))
    scenario.given(granted(MARIE_VAE, *others), pronounced(MARIE_VAE), ended())
    if entered:
        scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE, on=JURY_DAY)
    case = suspected(scenario, CV)
    before = where(scenario)
    assert (before.outcome, before.blocks[1].state) == ("full", "granted")
    scenario.second_registrar()
    start = len(scenario.store.told)
    scenario.when_annulled(found(case), by=AS_RENEE, on=FOUND)
    fell = CreditFell(candidacy=MARIE_VAE, block=2, fall=Fall.FRAUD, since=OBTAINED, fell_on=FOUND)
    withdrawn = (TitleWithdrawn,) if entered else ()
    facts = scenario.then_recorded(FraudFound, CreditFell, TitleFell, *withdrawn)
    assert facts[1:3] == (fell, TitleFell(session=JUNE, candidacy=MARIE_VAE))
    assert [each for each in replay(scenario.store.told) if each.position > start] == []
    after = where(scenario)
    assert (after.outcome, after.blocks[1].state) == ("partial", "not_decided")
    assert where(scenario, start) == before
    scenario.when(EnterRegister(candidacy=MARIE_VAE), by=AS_RENEE, on=FOUND)
    scenario.then_refused(TitleNotReleased)


def test_block_satisfied_by_another_piece_is_kept_when_a_piece_is_found_forged(scenario: Scenario) -> None:
    scenario.given(*GIVEN, put_in(MARIE_VAE, BLOG))
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.when(found(suspected(scenario, BLOG)), by=AS_RENEE, on=FOUND)
    scenario.then_recorded(FraudFound)
    fell = CreditFell(candidacy=MARIE_VAE, block=2, fall=Fall.FRAUD, since=OBTAINED, fell_on=FOUND)
    assert verdict(scenario, Credit.id_of(MARIE_VAE), fell, AS_RENEE, on=FOUND) == "decided-otherwise"
    assert verdict(scenario, Credit.id_of(MARIE_VAE), replace(fell, fall=Fall.ANNULLED), AS_RENEE, on=FOUND) == (
        "decided-otherwise"
    )


def test_piece_found_forged_cannot_satisfy_a_block_again(scenario: Scenario) -> None:
    scenario.given(*GIVEN)
    case = suspected(scenario, CV)
    scenario.when(replace(found(case), found=False), by=AS_RENEE, on=FOUND)
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.then(SATISFIED)
    scenario.when_annulled(found(suspected(scenario, CV)), by=AS_RENEE, on=FOUND)
    scenario.then_recorded(FraudFound, CreditFell)
    refused(scenario).then_refused(ProofMissing)


def suspected(scenario: Scenario, piece: EvidenceId) -> UUID:
    """Report the piece as forged; the candidate did not come to the hearing."""
    case = uuid4()
    report = FraudReported(
        case=case,
        candidacy=MARIE_VAE,
        reported_by=PAUL,
        session=None,
        sitting=None,
        evidence=(piece,),
        competences=(),
        statement=Personal("x", MARIE),
    )
    told_of = FraudToldToCandidate(case=case, candidacy=MARIE_VAE, hearing_on=FOUND)
    came = CandidateHeardOnFraud(case=case, candidacy=MARIE_VAE, heard_on=FOUND, came=False)
    scenario.given(At(Fraud.id_of(MARIE), (report, told_of, came)))
    return case


def found(case: UUID) -> DecideFraud:
    return DecideFraud(candidacy=MARIE_VAE, case=case, found=True, reason="x")


def where(scenario: Scenario, until: int | None = None) -> Standing:
    """Return the standing as known at a position of the log."""
    return standing(RNCP31936, RULES, scenario.store.told[:until])


def test_block_granted_by_a_rectification_and_its_certificate_rest_on_the_proof_too(scenario: Scenario) -> None:
    minuted = DecisionRectified(
        session=JUNE,
        candidacy=MARIE_VAE,
        rulings=(Corrected(competence=1, keyed=False, minuted=True),),
        granted=(1,),
        not_granted=(),
        title=True,
        proposed_by=RENEE,
        reason=Personal("x", MARIE),
        rectified_on=JURY_DAY,
        made_known=True,
    )
    scenario.given(*GIVEN, At(Deliberation.id_of(JUNE, MARIE_VAE), (minuted,)))
    certified = BlockCertified(
        candidacy=MARIE_VAE,
        block=1,
        session=JUNE,
        obtained_on=OBTAINED,
        issued_on=OBTAINED,
        corrections=0,
        holder=Personal("x", MARIE),
    )
    scenario.given(At(Papers.id_of(MARIE_VAE), (certified,)))
    assert resting(scenario, CV) == ["EvidenceSubmitted", "DecisionRectified", "BlockCertified"]


def resting(scenario: Scenario, piece: EvidenceId) -> list[str]:
    facts = [told for told in scenario.store.told if getattr(told.fact, "candidacy", MARIE_VAE) == MARIE_VAE]
    return [each.fact for each in rests_on(RNCP31936, facts, evidence=(piece,))]
