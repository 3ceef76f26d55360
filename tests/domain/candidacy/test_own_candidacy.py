"""Refusal of every command by which a person would act for the certifier on their own candidacy."""

from __future__ import annotations

from datetime import date

import pytest

from domain.candidacy.candidacy import OwnWork
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.change_route import ChangeRoute
from domain.commands.candidacy.complete_feasibility_file import CompleteFeasibilityFile
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.name_advisor import NameAdvisor
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.release_advisor import ReleaseAdvisor
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.candidacy.seek_blocks import SeekBlocks
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.evidence.redirect_evidence import RedirectEvidence
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.commands.exam.request_accommodation import RequestAccommodation
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.grant_panel_derogation import GrantPanelDerogation
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.seat_substitute import SeatSubstitute
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.register.enter_register import EnterRegister
from domain.evidence.evidence import ReceivedFile
from domain.framework.definition import Route
from domain.people.facts import RoleGranted
from domain.ports import Command, Role
from tests.given.domain.people import (
    ASTRID,
    CV,
    FRAMEWORK,
    JUNE,
    LUC,
    MARIE,
    MARIE_VAE,
    RULEBOOK,
    actor,
    applied,
    planned,
    summoned,
    vae_filed,
)
from tests.given.domain.scenario import At, Scenario

SCAN = ReceivedFile(media_type="application/pdf", size=1, digest="00", name="x.pdf")


@pytest.mark.parametrize(
    "command",
    [
        DecideAdmissibility(candidacy=MARIE_VAE, admissible=True, file_received_on=date(2021, 1, 4)),
        SubmitFeasibilityFile(candidacy=MARIE_VAE, received_on=date(2021, 1, 4)),
        CompleteFeasibilityFile(candidacy=MARIE_VAE, received_on=date(2021, 1, 4)),
        AssignAssessor(candidacy=MARIE_VAE, assessor=ASTRID, competences=(1,)),
        SubmitEvidence(candidacy=MARIE_VAE, evidence=CV, competences=(1,), file=SCAN),
        RedirectEvidence(candidacy=MARIE_VAE, evidence=CV, competences=(2,)),
        WithdrawEvidence(candidacy=MARIE_VAE, evidence=CV),
        SubmitValidationFile(candidacy=MARIE_VAE, evidence=(CV,)),
        ChangeRoute(candidacy=MARIE_VAE, route=Route.FC),
        SeekBlocks(candidacy=MARIE_VAE, blocks=(1,)),
        NameAdvisor(candidacy=MARIE_VAE, advisor=LUC),
        ReleaseAdvisor(candidacy=MARIE_VAE),
        ResumeCandidacy(candidacy=MARIE_VAE),
        SummonCandidate(session=JUNE, candidacy=MARIE_VAE),
        RecuseJuror(session=JUNE, candidacy=MARIE_VAE, juror=LUC, reason="x"),
        NoteAbsence(session=JUNE, candidacy=MARIE_VAE, excused=True),
        EnterRegister(candidacy=MARIE_VAE),
        AnswerReview(session=JUNE, candidacy=MARIE_VAE, accepted=True, reason="x"),
        NoteCourtRuling(
            session=JUNE, candidacy=MARIE_VAE, court="x", ruled_on=date(2021, 6, 15), reference="x", annuls=True
        ),
    ],
    ids=lambda command: type(command).__name__,
)
def test_registrar_cannot_act_on_their_own_candidacy(scenario: Scenario, command: Command) -> None:
    scenario.given(applied(MARIE_VAE), planned(JUNE), At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(command, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


@pytest.mark.parametrize(
    "command",
    [
        OpenSession(session=JUNE),
        CloseSession(session=JUNE),
        ReleaseResults(session=JUNE),
        SeatSubstitute(session=JUNE, substitute=LUC, replaced=LUC),
        AppointJuror(session=JUNE, juror=LUC),
        GrantPanelDerogation(session=JUNE, rule="x", reason="x", proof="x"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_registrar_cannot_conduct_the_session_that_decides_on_them(scenario: Scenario, command: Command) -> None:
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE), *summoned(JUNE, MARIE_VAE))
    scenario.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    scenario.when(command, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)


def test_disability_officer_cannot_request_their_own_accommodation_in_that_role(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_VAE), At(MARIE, (RoleGranted(role=Role.DISABILITY_OFFICER),)))
    scenario.when(RequestAccommodation(candidacy=MARIE_VAE, reason="x"), by=actor(MARIE, Role.DISABILITY_OFFICER))
    scenario.then_refused(OwnWork)


def test_registrar_cannot_open_their_own_candidacy_in_that_role(scenario: Scenario) -> None:
    scenario.given(At(MARIE, (RoleGranted(role=Role.REGISTRAR),)))
    apply = OpenCandidacy(candidate=MARIE, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.VAE)
    scenario.when(apply, by=actor(MARIE, Role.REGISTRAR))
    scenario.then_refused(OwnWork)
