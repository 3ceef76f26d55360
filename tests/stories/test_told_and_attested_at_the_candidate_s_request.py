"""A result is notified to Marie and to Adèle, her advisor, and attestations are issued at Marie's request.

Code du travail R6412-7 (LEGIARTI000048699565): who is notified, with the blocks acquired, and attestations on
request, for a parcours begun from 1 January 2024 on; R6422-2 and R6422-5: the two papers that a leave for VAE needs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from adapters.framework_file import read_law, shipped
from domain.candidacy.candidacy import Candidacy
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.name_advisor import NameAdvisor
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.deadlines.notify_result import NotifyResult
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.register.issue_attestation import IssueAttestation
from domain.commands.register.request_attestation import RequestAttestation
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.deadlines.facts import NotificationChannel, ResultNotified
from domain.framework.definition import Route
from domain.ports import OPERATOR
from domain.register.facts import Attestation, AttestationIssued
from tests.given.domain.people import ADELE, AS_MARIE, MARIE, PROFESSIONALS, RNCP31936, RULEBOOK, VAE_OPENED
from tests.given.stories.acts import Stage, framework_id

LASTING = replace(RNCP31936, version=2, registration=replace(RNCP31936.registration, ends_on=date(2028, 12, 18)))
FRAMEWORK = framework_id(LASTING)
VAE = Candidacy.id_of(MARIE, FRAMEWORK, Route.VAE)
BEFORE, SINCE = date(2023, 12, 31), date(2024, 1, 1)
JURY, TOLD = date(2024, 3, 12), date(2024, 3, 20)


def heard_in_march(began_on: date, *papers: Attestation) -> Stage:
    """Begin on that day with an advisor; issue papers on the eve; a jury grants block 3 and Marie is notified."""
    stage = Stage(began_on)
    stage.scene.given(*PROFESSIONALS)
    for text in read_law(shipped("law-vae.yaml")):
        stage.on(began_on, PublishRuleSet(rule_set=text), OPERATOR)
    stage.on(began_on, PublishFramework(definition=LASTING), OPERATOR)
    opened = OpenRoute(
        framework=FRAMEWORK, route=Route.VAE, opened_on=began_on, ground="x", modalities=VAE_OPENED.modalities
    )
    stage.on(began_on, opened, OPERATOR)
    apply = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE)
    stage.on(began_on, apply, AS_MARIE)
    stage.on(began_on, NameAdvisor(candidacy=VAE, advisor=ADELE), AS_MARIE)
    stage.on(began_on, DecideAdmissibility(candidacy=VAE, admissible=True, file_received_on=began_on))
    for paper in papers:
        stage.on(JURY, RequestAttestation(candidacy=VAE, attestation=paper), AS_MARIE)
        stage.on(JURY, IssueAttestation(candidacy=VAE, attestation=paper))
    piece = stage.puts_in(began_on, VAE)
    stage.on(began_on, SubmitValidationFile(candidacy=VAE, evidence=(piece,)), AS_MARIE)
    session = stage.jury(JURY, JURY, framework=FRAMEWORK)
    stage.decides(JURY, session, VAE, LASTING, range(21, 26))
    stage.on(TOLD, NotifyResult(session=session, candidacy=VAE, channel=NotificationChannel.POST))
    return stage


@pytest.mark.parametrize(("began_on", "advisor", "blocks"), [(BEFORE, None, ()), (SINCE, ADELE, (3,))])
def test_advisor_is_notified_of_the_blocks_of_a_parcours_begun_from_2024_r6412_7(
    began_on: date, advisor: object, blocks: tuple[int, ...]
) -> None:
    stage = heard_in_march(began_on)
    (told,) = [each.fact for each in stage.facts if isinstance(each.fact, ResultNotified)]
    assert (told.advisor, told.granted, told.title) == (advisor, blocks, False)
    assert stage.unlawful == []


def test_attestations_for_a_leave_are_issued_on_request_r6422_2_r6422_5_r6412_7() -> None:
    stage = heard_in_march(SINCE, Attestation.ADMISSIBILITY)
    for paper in (Attestation.PARTICIPATION, Attestation.BLOCKS):
        stage.on(TOLD, RequestAttestation(candidacy=VAE, attestation=paper), AS_MARIE)
        stage.on(TOLD, IssueAttestation(candidacy=VAE, attestation=paper))
    issued = [each.fact for each in stage.facts if isinstance(each.fact, AttestationIssued)]
    assert [(each.attestation, each.days, each.blocks) for each in issued] == [
        (Attestation.ADMISSIBILITY, (SINCE,), ()),
        (Attestation.PARTICIPATION, (JURY,), ()),
        (Attestation.BLOCKS, (JURY,), (3,)),
    ]
    assert stage.unlawful == []
