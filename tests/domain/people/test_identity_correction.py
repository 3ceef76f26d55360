"""Correction, by two people and on a document, of an identity that certificates bear (RGPD, art. 16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.candidacy.candidacy import OwnWork
from domain.commands.people.approve_identity_correction import ApproveIdentityCorrection
from domain.commands.people.correct_identity import CorrectIdentity
from domain.commands.people.propose_identity_correction import ProposeIdentityCorrection
from domain.commands.people.reject_identity_correction import RejectIdentityCorrection
from domain.fact import Personal, Retention
from domain.people.facts import (
    DuplicateLinked,
    ErasureGround,
    IdentityCause,
    IdentityCorrected,
    IdentityCorrectionApproved,
    IdentityCorrectionProposed,
    IdentityCorrectionRejected,
    PersonErased,
    RoleGranted,
)
from domain.people.identity import CivilDocument
from domain.people.naming import NameUnfit
from domain.people.person import (
    CorrectedAlone,
    IdentityCorrectionUnderWay,
    IdentityCorrectionUnreasoned,
    IdentityUnproved,
    NoIdentityCorrectionUnderWay,
    Person,
)
from domain.ports import Command, PersonId, Role
from domain.refusal import Forbidden, Refused
from tests.given.domain.people import AS_ADA, AS_MARIE, AS_RENEE, MARIE, RENEE, actor, person, registered
from tests.given.domain.scenario import At, Scenario

ROSE, AGAIN = person("rose"), person("renee again")
AS_ROSE = actor(ROSE, Role.REGISTRAR)
PROPOSE = ProposeIdentityCorrection(
    person=MARIE,
    name="Marie Exemple",
    cause=IdentityCause.MATERIAL_ERROR,
    born="12 mars 1990, Lyon",
    seen=CivilDocument.PASSPORT,
    dated=date(2019, 5, 2),
    reason="« Exmeple » sur le parchemin.",
)
APPROVE = ApproveIdentityCorrection(person=MARIE)
REJECT = RejectIdentityCorrection(person=MARIE, reason="Le passeport est illisible.")
DOCUMENT = Personal("passeport, 2019-05-02", MARIE)
PROPOSED = IdentityCorrectionProposed(
    name=Personal("Marie Exemple", MARIE),
    cause=IdentityCause.MATERIAL_ERROR,
    seen=CivilDocument.PASSPORT,
    document=DOCUMENT,
    reason=Personal("« Exmeple » sur le parchemin.", MARIE),
    proposed_by=RENEE,
    born=Personal("12 mars 1990, Lyon", MARIE),
)
CORRECTED = IdentityCorrected(
    name=Personal("Marie Exemple", MARIE),
    document=DOCUMENT,
    born=Personal("12 mars 1990, Lyon", MARIE),
    cause=IdentityCause.MATERIAL_ERROR,
)


@pytest.fixture
def two(scenario: Scenario) -> Scenario:
    scenario.given(registered(ROSE, Role.REGISTRAR))
    return scenario


def linked(one: PersonId, two: PersonId) -> tuple[At, At]:
    return (
        At(one, (DuplicateLinked(other=two, reason=Personal("x", one)),)),
        At(two, (DuplicateLinked(other=one, reason=Personal("x", two)),)),
    )


def test_identity_correction_is_proposed_by_one_person_and_approved_by_another(two: Scenario) -> None:
    two.when(PROPOSE, by=AS_RENEE)
    two.then(PROPOSED)
    assert two.wrong() == []
    assert two.store.rebuilt(Person, MARIE).name == Personal("x", MARIE), "it stands as it was until then"
    two.when(APPROVE, by=AS_RENEE)
    two.then_refused(CorrectedAlone, MARIE)
    for second in (AS_ROSE, AS_ADA):
        two.when(APPROVE, by=second)
        two.then(IdentityCorrectionApproved(), CORRECTED)
        assert two.wrong() == []
        if second is AS_ROSE:
            two.take_back()
    stands = two.store.rebuilt(Person, MARIE)
    assert (stands.name, stands.born, stands.causes) == (CORRECTED.name, CORRECTED.born, (CORRECTED.cause,))
    two.when(APPROVE, by=AS_ROSE)
    two.then_refused(NoIdentityCorrectionUnderWay)


def test_correction_of_the_name_alone_keeps_the_birth(two: Scenario) -> None:
    keyed = CorrectIdentity(person=MARIE, name="Marie Exmeple", born="12 mars 1990, Lyon", document="Passeport")
    for command, by in ((keyed, AS_RENEE), (replace(PROPOSE, born=None), AS_RENEE), (APPROVE, AS_ROSE)):
        two.when(command, by=by)
        assert two.wrong() == []
    stands = two.store.rebuilt(Person, MARIE)
    assert (stands.name, stands.born) == (CORRECTED.name, CORRECTED.born)


def test_identity_correction_is_rejected_with_a_reason_and_changes_nothing(two: Scenario) -> None:
    two.when(REJECT, by=AS_ROSE)
    two.then_refused(NoIdentityCorrectionUnderWay)
    two.when(PROPOSE, by=AS_RENEE)
    two.when(replace(REJECT, reason=" "), by=AS_ROSE)
    two.then_refused(IdentityCorrectionUnreasoned)
    two.when(REJECT, by=AS_RENEE)  # rejected by the person who proposed it
    two.then(IdentityCorrectionRejected(reason=Personal("Le passeport est illisible.", MARIE)))
    assert two.wrong() == []
    two.when(APPROVE, by=AS_ROSE)
    two.then_refused(NoIdentityCorrectionUnderWay)
    assert two.store.rebuilt(Person, MARIE).causes == ()


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (replace(PROPOSE, reason=" "), IdentityCorrectionUnreasoned),
        (replace(PROPOSE, name=" "), IdentityUnproved),
        (replace(PROPOSE, dated=date(2021, 6, 16)), IdentityUnproved),
        (replace(PROPOSE, born="12 mars\u0000"), NameUnfit),
    ],
    ids=["no reason", "no name", "a document of tomorrow", "an unfit birth"],
)
def test_identity_correction_needs_a_reason_a_name_a_past_document_and_a_valid_birth(
    two: Scenario, wrong: ProposeIdentityCorrection, refusal: type[Refused]
) -> None:
    two.when(wrong, by=AS_RENEE)
    two.then_refused(refusal)
    two.when(replace(PROPOSE, dated=two.today), by=AS_RENEE)
    two.then_recorded(IdentityCorrectionProposed)


def test_identity_correction_cannot_be_proposed_while_another_is_under_way(two: Scenario) -> None:
    two.when(PROPOSE, by=AS_RENEE)
    two.when(PROPOSE, by=AS_ROSE)
    two.then_refused(IdentityCorrectionUnderWay)
    assert two.forged(MARIE, PROPOSED, by=AS_RENEE) == ["identity-correction-under-way"]


@pytest.mark.parametrize("command", [PROPOSE, APPROVE, REJECT], ids=lambda each: type(each).__name__)
def test_person_cannot_propose_approve_or_reject_their_own_correction_under_any_file(
    two: Scenario, command: Command
) -> None:
    two.when(command, by=AS_MARIE)
    two.then_refused(Forbidden)
    two.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    if command is not PROPOSE:
        two.when(PROPOSE, by=AS_RENEE)
    two.when(command, by=actor(MARIE, Role.REGISTRAR))
    two.then_refused(OwnWork, MARIE)
    two.given(*linked(MARIE, ROSE))
    two.when(command, by=AS_ROSE)
    two.then_refused(OwnWork, MARIE)


def test_identity_correction_cannot_be_approved_by_its_proposer_under_another_file(two: Scenario) -> None:
    two.given(registered(AGAIN, Role.ADMIN), *linked(RENEE, AGAIN))
    two.when(PROPOSE, by=AS_RENEE)
    two.when(APPROVE, by=actor(AGAIN, Role.ADMIN))
    two.then_refused(CorrectedAlone)


@pytest.mark.parametrize(
    ("retention", "gone"),
    [(Retention.IDENTITY, True), (Retention.CIVIL_PROOF, True), (Retention.DECISION, False)],
)
def test_identity_correction_cannot_be_approved_once_its_values_are_erased(
    two: Scenario, retention: Retention, gone: bool
) -> None:
    two.when(PROPOSE, by=AS_RENEE)
    two.given(At(MARIE, (PersonErased(retention=retention, ground=ErasureGround.REQUEST),)))
    two.when(APPROVE, by=AS_ROSE)
    if gone:
        two.then_refused(NoIdentityCorrectionUnderWay)
    else:
        two.then_recorded(IdentityCorrectionApproved, IdentityCorrected)


def test_identity_correction_ends_when_the_identity_is_corrected_otherwise_in_the_meantime(two: Scenario) -> None:
    """The newer correction is kept (RGPD, art. 5, 1, d)."""
    two.when(PROPOSE, by=AS_RENEE)
    two.when(CorrectIdentity(person=MARIE, name="Marie Modèle", document="Acte"), by=AS_ROSE)
    two.then_recorded(IdentityCorrected)
    assert two.wrong() == []
    for command in (APPROVE, REJECT):
        two.when(command, by=AS_ROSE)
        two.then_refused(NoIdentityCorrectionUnderWay)
    approved = At(MARIE, (IdentityCorrectionApproved(), CORRECTED))
    assert two.forged_together(approved, by=AS_ROSE) == ["no-identity-correction-under-way"]
    two.when(PROPOSE, by=AS_RENEE)
    two.then_recorded(IdentityCorrectionProposed)


def test_replay_refuses_a_correction_by_one_person_recorded_as_one_by_two(two: Scenario) -> None:
    for cause in IdentityCause:
        assert two.forged(MARIE, replace(CORRECTED, cause=cause), by=AS_RENEE) != [], cause
    assert two.forged_together(At(MARIE, (IdentityCorrectionApproved(), CORRECTED)), by=AS_RENEE) == [
        "no-identity-correction-under-way"
    ]
    two.when(PROPOSE, by=AS_RENEE)
    assert two.forged_together(At(MARIE, (IdentityCorrectionApproved(), CORRECTED)), by=AS_RENEE) == [
        "corrected-alone"
    ]
    assert two.forged(MARIE, IdentityCorrectionApproved(), by=AS_ROSE) != []
    for another in (IdentityCause.CIVIL_STATUS, None):
        other = At(MARIE, (IdentityCorrectionApproved(), replace(CORRECTED, cause=another)))
        assert two.forged_together(other, by=AS_ROSE) != [], "it is corrected for the cause that was proposed"
