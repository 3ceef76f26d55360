"""How does another certification satisfy a block of a candidacy?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from domain.candidacy import AlreadyDecided, DossierFrozen, OwnWork
from domain.commands.satisfy_block import SatisfyBlock
from domain.commands.withdraw_evidence import WithdrawEvidence
from domain.credit import BlockSatisfied, Credit, JurySitting, NoEquivalence, NotObtainedYet, ProofMissing
from domain.deliberation import Deliberation
from domain.evidence import EvidenceWithdrawn
from domain.fact import Personal, Told
from domain.papers import BlockCertified, Papers
from domain.person import RoleGranted
from domain.ports import EvidenceId, Role
from domain.rectified import Corrected, DecisionRectified
from domain.refusal import Forbidden, Refused
from domain.replay import replay
from domain.resting import rests_on
from domain.standing import standing
from domain.succession import EquivalenceAdmitted
from tests.domain.harness import At, Scenario
from tests.domain.people import (
    AS_MARIE,
    AS_RENEE,
    BLOG,
    CV,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    MARIE,
    MARIE_VAE,
    RENEE,
    RNCP31936,
    RULES,
    actor,
    applied,
    before_the_jury,
    granted,
    heard,
    pronounced,
    put_in,
)
from tests.domain.test_replay_reviews import verdict

OBTAINED = date(2019, 7, 5)
EQUIVALENCE = At(
    FRAMEWORK,
    (EquivalenceAdmitted(number=1, certification="RNCP00001", part="BC02", blocks=(2, 3), ground="x"),),
)
SATISFY = SatisfyBlock(candidacy=MARIE_VAE, block=2, equivalence=1, evidence=CV, obtained_on=OBTAINED)
SATISFIED = BlockSatisfied(candidacy=MARIE_VAE, block=2, equivalence=1, evidence=CV, obtained_on=OBTAINED)
GIVEN = (EQUIVALENCE, applied(MARIE_VAE), put_in(MARIE_VAE, CV))


def test_the_registrar_counts_it_by_a_published_equivalence_on_a_proof(scenario: Scenario) -> None:
    scenario.given(*GIVEN)
    start = len(scenario.store.told)
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.then(SATISFIED)
    assert [each for each in replay(scenario.store.told) if each.position > start] == []
    dossier: list[Told] = [
        told
        for told in scenario.store.told
        if told.stamp.stream == MARIE_VAE or getattr(told.fact, "candidacy", None) == MARIE_VAE
    ]
    line = next(line for line in standing(RNCP31936, RULES, dossier).blocks if line.number == 2)
    assert (line.state, line.session, line.decided_on) == ("granted", None, OBTAINED)
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.then_refused(AlreadyDecided)


def refused(scenario: Scenario, **otherwise: Any) -> Scenario:
    """It was refused, and the replay refuses the fact by the same rule."""
    command = replace(SATISFY, **otherwise)
    scenario.when(command, by=AS_RENEE)
    assert isinstance(scenario.outcome, Refused)
    assert verdict(scenario, Credit.id_of(MARIE_VAE), BlockSatisfied(**vars(command)), AS_RENEE) == (
        scenario.outcome.slug()
    )
    return scenario


def test_neither_without_an_equivalence_nor_a_proof_nor_before_it_was_obtained(scenario: Scenario) -> None:
    scenario.given(*GIVEN)
    refused(scenario, equivalence=2).then_refused(NoEquivalence)
    refused(scenario, block=1).then_refused(NoEquivalence)
    refused(scenario, evidence=BLOG).then_refused(ProofMissing)
    refused(scenario, obtained_on=date(2021, 6, 16)).then_refused(NotObtainedYet)


def test_a_proof_that_was_taken_back_proves_nothing_and_one_that_proves_stays(scenario: Scenario) -> None:
    scenario.given(*GIVEN, put_in(MARIE_VAE, BLOG), At(BLOG, (EvidenceWithdrawn(candidacy=MARIE_VAE),)))
    scenario.when(replace(SATISFY, evidence=BLOG), by=AS_RENEE)
    scenario.then_refused(ProofMissing)
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.when(WithdrawEvidence(candidacy=MARIE_VAE, evidence=CV), by=AS_MARIE)
    scenario.then_refused(DossierFrozen)
    assert verdict(scenario, CV, EvidenceWithdrawn(candidacy=MARIE_VAE), AS_MARIE) == "dossier-frozen"


def test_not_by_the_candidate_nor_on_one_s_own(scenario: Scenario) -> None:
    scenario.given(*GIVEN, At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(SATISFY, by=AS_MARIE)
    scenario.then_refused(Forbidden)
    scenario.when(SATISFY, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)
    assert verdict(scenario, Credit.id_of(MARIE_VAE), SATISFIED, actor(MARIE, Role.REGISTRAR)) == "decided-otherwise"


def test_nor_while_a_jury_sits_nor_a_block_that_one_granted(scenario: Scenario) -> None:
    scenario.given(*GIVEN, *before_the_jury(MARIE_VAE), heard(MARIE_VAE))
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.then_refused(JurySitting)
    scenario.given(granted(MARIE_VAE, 2), At(scenario.store.told[-1].stamp.stream, ()))
    assert verdict(scenario, Credit.id_of(MARIE_VAE), SATISFIED, AS_RENEE, on=JURY_DAY) == "jury-sitting"


def test_when_the_proof_is_found_forged_the_block_and_the_title_rest_on_it(scenario: Scenario) -> None:
    scenario.given(*GIVEN)
    scenario.when(SATISFY, by=AS_RENEE)
    scenario.given(pronounced(MARIE_VAE))
    assert resting(scenario, CV) == ["EvidenceSubmitted", "BlockSatisfied", "TitlePronounced"]


def test_and_so_they_do_where_the_minutes_put_them_right(scenario: Scenario) -> None:
    minuted = DecisionRectified(
        session=JUNE,
        candidacy=MARIE_VAE,
        rulings=(Corrected(competence=1, keyed=False, minuted=True),),
        granted=(1,),
        not_granted=(),
        title=True,
        proposed_by=RENEE,
        reason=Personal("x", MARIE),
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
