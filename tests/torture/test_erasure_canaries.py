"""Is anything left of a person who was erased, in either database, in any file, in any log?

Everybody is full of canaries: in each personal field that a fact has, in the files, in the account. Their own export,
before, holds every one of them; afterwards there is none anywhere. A fact that says one in clear turns it red.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from adapters.backup.programs import programs
from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.embedded import EmbeddedPostgres
from adapters.database.pool import Database
from adapters.framework_file import read, read_law, read_openings, read_rulebook, shipped
from adapters.log.check import check
from adapters.log.codec import PERSONAL, Envelope
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.appeal.facts import ComplaintGround
from domain.appeal.rectification import Minuted
from domain.candidacy.facts import DecisionError, KeptFor, NoticeChannel
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.reject_annulment import RejectAnnulment
from domain.commands.appeal.reject_rectification import RejectRectification
from domain.commands.appeal.request_review import RequestReview
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.assessment.reopen_assessment import ReopenAssessment
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.correct_admissibility import CorrectAdmissibility
from domain.commands.candidacy.correct_beginning import CorrectBeginning
from domain.commands.candidacy.correct_receipt_day import CorrectReceiptDay
from domain.commands.candidacy.decide_admissibility import DecideAdmissibility
from domain.commands.candidacy.find_file_incomplete import FindFileIncomplete
from domain.commands.candidacy.keep_admissibility import KeepAdmissibility
from domain.commands.candidacy.notify_admissibility import NotifyAdmissibility
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.reconsider_admissibility import ReconsiderAdmissibility
from domain.commands.candidacy.release_assessor import ReleaseAssessor
from domain.commands.candidacy.satisfy_block import SatisfyBlock
from domain.commands.candidacy.submit_feasibility_file import SubmitFeasibilityFile
from domain.commands.candidacy.submit_validation_file import SubmitValidationFile
from domain.commands.candidacy.withdraw_candidacy import WithdrawCandidacy
from domain.commands.candidacy.withdraw_credit import WithdrawCredit
from domain.commands.evidence.describe_piece import DescribePiece
from domain.commands.evidence.file_self_assessment import FileSelfAssessment
from domain.commands.evidence.give_private_link import GivePrivateLink
from domain.commands.evidence.keep_piece import KeepPiece
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.commands.evidence.withdraw_evidence import WithdrawEvidence
from domain.commands.exam.call_to_sitting import CallToSitting
from domain.commands.exam.cancel_sitting import CancelSitting
from domain.commands.exam.check_identity import CheckIdentity
from domain.commands.exam.open_sitting import OpenSitting
from domain.commands.exam.plan_sitting import PlanSitting
from domain.commands.exam.refuse_accommodation import RefuseAccommodation
from domain.commands.exam.replace_invigilator import ReplaceInvigilator
from domain.commands.exam.report_incident import ReportIncident
from domain.commands.exam.request_accommodation import RequestAccommodation
from domain.commands.exam.sign_attendance import SignAttendance
from domain.commands.framework.admit_equivalence import AdmitEquivalence
from domain.commands.framework.open_route import OpenRoute
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.fraud.answer_finding import AnswerFinding
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.fraud.hear_on_fraud import HearOnFraud
from domain.commands.fraud.note_finding_ruling import NoteFindingRuling
from domain.commands.fraud.question_finding import QuestionFinding
from domain.commands.fraud.report_fraud import ReportFraud
from domain.commands.fraud.tell_of_fraud import TellOfFraud
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.cancel_session import CancelSession
from domain.commands.jury.close_session import CloseSession
from domain.commands.jury.correct_attendance import CorrectAttendance
from domain.commands.jury.defer_decisions import DeferDecisions
from domain.commands.jury.explain_panel_of_one_sex import ExplainPanelOfOneSex
from domain.commands.jury.free_candidate import FreeCandidate
from domain.commands.jury.grant_panel_derogation import GrantPanelDerogation
from domain.commands.jury.note_absence import NoteAbsence
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.plan_session import PlanSession
from domain.commands.jury.postpone_session import PostponeSession
from domain.commands.jury.pronounce_sanction import PronounceSanction
from domain.commands.jury.record_decision import BlockDecision, RecordDecision
from domain.commands.jury.recuse_juror import RecuseJuror
from domain.commands.jury.refuse_to_sign_minutes import RefuseToSignMinutes
from domain.commands.jury.release_results import ReleaseResults
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.commands.jury.replace_chair import ReplaceChair
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.sign_minutes import SignMinutes
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.jury.transcribe_minutes import TranscribeMinutes
from domain.commands.organisation.decide_nir_collection import DecideNirCollection
from domain.commands.organisation.lift_legal_hold import LiftLegalHold
from domain.commands.organisation.name_certifier import NameCertifier
from domain.commands.organisation.place_legal_hold import PlaceLegalHold
from domain.commands.organisation.register_organisation import RegisterOrganisation
from domain.commands.people.approve_identity_correction import ApproveIdentityCorrection
from domain.commands.people.correct_identity import CorrectIdentity
from domain.commands.people.declare_tie import DeclareTie
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.people.propose_identity_correction import ProposeIdentityCorrection
from domain.commands.people.register_person import RegisterPerson
from domain.commands.people.reject_identity_correction import RejectIdentityCorrection
from domain.commands.people.reject_link import RejectLink
from domain.commands.people.reject_role import RejectRole
from domain.commands.people.state_address import StateAddress
from domain.commands.people.state_birth_and_sex import StateBirthAndSex
from domain.commands.people.unlink_duplicate import UnlinkDuplicate
from domain.commands.people.withdraw_role import WithdrawRole
from domain.commands.people.withdraw_tie import WithdrawTie
from domain.commands.register.certify_block import CertifyBlock
from domain.commands.register.declare_award import DeclareAward
from domain.commands.register.enter_register import EnterRegister
from domain.commands.register.give_nir import GiveNir
from domain.commands.register.issue_attestation import IssueAttestation
from domain.commands.register.issue_certificate import IssueCertificate
from domain.commands.register.note_correction_request import NoteCorrectionRequest
from domain.commands.register.refuse_correction import RefuseCorrection
from domain.commands.register.reissue_for_civil_status import ReissueForCivilStatus
from domain.commands.register.reissue_for_material_error import ReissueForMaterialError
from domain.commands.register.request_attestation import RequestAttestation
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.commands.rulebook.publish_rulebook import PublishRulebook
from domain.evidence.evidence import ReceivedFile
from domain.evidence.facts import Mastery
from domain.evidence.portfolio import Description
from domain.evidence.self_assessment import Statement
from domain.exam.facts import Movement
from domain.fact import Retention
from domain.framework.definition import Definition, Route
from domain.framework.framework import Framework
from domain.framework.jury_rule import Sex
from domain.fraud.facts import FraudReported
from domain.fraud.fraud import KeyedSanction, Matter
from domain.jury.ruling import Ruling
from domain.jury.vote import VoteOutcome
from domain.organisation.facts import LegalHoldPlaced
from domain.people.facts import ErasureGround, IdentityCause, Tie
from domain.people.identity import CivilDocument, IdentityDocument
from domain.ports import (
    OPERATOR,
    Actor,
    CandidacyId,
    Command,
    EvidenceId,
    FrameworkId,
    OrganisationId,
    PersonId,
    PieceId,
    Recorded,
    Role,
    RulebookId,
    SessionId,
    SittingId,
)
from domain.register.facts import Attestation, TitleReinstated, TitleWithdrawn
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Keeping, PeriodStart
from domain.rulebook.session_rules import SILENT
from projections.engine.runner import Projector
from tests.given.servers.server_log import overheard
from webapi.app import create_app
from webapi.demonstration.jurors import qualify
from webapi.demonstration.story import PLACE
from webapi.evidence.worker import work_off
from webapi.privacy.erasure import erase, settle, stays
from webapi.privacy.personal_export import export
from webapi.wiring import App, assemble

PERSONS = 6 if os.environ.get("ACQUIS_TORTURE") == "short" else 50
EACH = 200
BEGINS, JURY_DAY = date(2021, 2, 1), date(2021, 6, 15)
EVERY = range(1, 31)
BLOCKS = (1, 2, 3, 4)
SEATS = (
    ("jules", True),
    ("katia", False),
    ("lucien", False),
    ("maud", False),
    ("noe", False),
)
MARK = f"kanari{secrets.token_hex(4)}"
"""Stands in every canary of this run, and in nothing else."""


@dataclass
class Canaries:
    """The canaries of one person: the strings themselves, the digests of their files, and where they were put."""

    person: PersonId
    strings: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    withheld: set[str] = field(default_factory=set)
    numbers: list[str] = field(default_factory=list)
    fields: Counter[str] = field(default_factory=Counter)

    def new(self, where: str) -> str:
        """One more, put into a personal field of a fact or into another place."""
        self.fields[where] += 1
        self.strings.append(f"{MARK}x{self.person.hex[:8]}x{len(self.strings):04}")
        return self.strings[-1]

    def withhold(self, where: str) -> str:
        """One more that no export which somebody else asks for holds.

        What was confided to the disability officer, what is said to those who judge alone (ADR 0023, 0025), and what
        a person keeps for themselves. So are national numbers, `numbers`: they hold no letters, and no mark.
        """
        self.withheld.add(self.new(where))
        return self.strings[-1]


WORDS_OF_A_PIECE = ("title", "employer", "mission", "reflection")


@dataclass
class Town:
    """A house in which everybody is full of canaries."""

    acquis: App
    clock: FixedClock
    data: Path
    definition: Definition
    framework: FrameworkId
    rulebook: RulebookId
    people: dict[str, Canaries] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    candidates: list[str] = field(default_factory=list)

    def by(self, who: str, command: Command) -> Recorded:
        """Somebody does something, in the one role they have."""
        return self.acquis.do(command, Actor(person=self.people[who].person, role=self.roles[who]))

    def join(self, who: str, role: Role) -> None:
        """Register somebody, with an account and a token."""
        request = self.acquis.request_of(OPERATOR)
        canaries = Canaries(PersonId(UUID(int=uuid4().int)))
        name, email = canaries.new("Registered.name"), f"{canaries.new('Registered.email')}@example.org"
        born = canaries.new("Registered.born") if role is Role.CANDIDATE else None
        command = RegisterPerson(name=name, email=email, born=born, sex=Sex.F, given=(role,))
        recorded = self.acquis.execute(command, request)
        canaries.fields["Registered.sex"] += 1
        canaries.person = PersonId(next(iter(recorded.versions)))
        self.people[who], self.roles[who] = canaries, role
        self.acquis.accounts.add(canaries.person, email, "un mot de passe long")
        canaries.fields["account"] += 1

    def put_in(self, who: str, candidacy: CandidacyId) -> EvidenceId:
        """Put in a piece whose name and content hold canaries."""
        canaries, evidence = self.people[who], EvidenceId(uuid4())
        content = canaries.new("file").encode()
        canaries.digests.append(hashlib.sha256(content).hexdigest())
        canaries.fields["EvidenceSubmitted.digest"] += 1
        with self.acquis.files.receive(io.BytesIO(content), canaries.person) as incoming:
            self.acquis.files.keep(incoming, evidence)
            file = ReceivedFile(
                media_type=incoming.media_type,
                size=incoming.size,
                digest=incoming.digest,
                name=f"{canaries.new('EvidenceSubmitted.name')}.txt",
            )
        competences = tuple(EVERY)
        self.by(who, SubmitEvidence(candidacy=candidacy, evidence=evidence, competences=competences, file=file))
        self.acquis.jobs.put("check", evidence, candidacy, canaries.person)
        return evidence

    def keeps(self, who: str, candidacy: CandidacyId) -> None:
        """Keep two pieces, describe them anew and show them by a link; say how far one has come, and why."""
        canaries = self.people[who]
        pieces = [self._kept(who) for _ in range(2)]
        for piece in pieces:
            self.by(who, DescribePiece(piece=piece, said=self._said(who, "PieceDescribed")))
        ends_on = self.acquis.clock.today() + timedelta(days=20)
        for_whom = canaries.new("PrivateLinkGiven.for_whom")
        self.by(who, GivePrivateLink(pieces=tuple(pieces), ends_on=ends_on, for_whom=for_whom))
        comment = canaries.new("SelfAssessmentFiled.comments")
        statement = Statement(competence=1, level=Mastery.UNDER_WAY, comment=comment)
        self.by(who, FileSelfAssessment(candidacy=candidacy, statements=(statement,)))

    def _kept(self, who: str) -> PieceId:
        canaries, piece = self.people[who], PieceId(uuid4())
        content = canaries.withhold("file").encode()
        canaries.digests.append(hashlib.sha256(content).hexdigest())
        canaries.withheld.add(canaries.digests[-1])
        canaries.fields["PieceKept.digest"] += 1
        with self.acquis.portfolio.receive(io.BytesIO(content), canaries.person) as incoming:
            self.acquis.portfolio.keep(incoming, EvidenceId(piece))
            file = ReceivedFile(
                media_type=incoming.media_type,
                size=incoming.size,
                digest=incoming.digest,
                name=f"{canaries.withhold('PieceKept.name')}.txt",
            )
        self.by(who, KeepPiece(piece=piece, file=file, said=self._said(who, "PieceKept")))
        self.acquis.jobs.put("check", EvidenceId(piece), None, canaries.person)
        return piece

    def _said(self, who: str, fact: str) -> Description:
        hers = {each: self.people[who].withhold(f"{fact}.{each}") for each in WORDS_OF_A_PIECE}
        return Description(
            title=hers["title"], employer=hers["employer"], mission=hers["mission"], reflection=hers["reflection"]
        )

    def work(self) -> None:
        """Check what was put in, and make its reading copies, which hold the same canaries."""
        work_off(self.acquis)

    def apply(self, who: str, route: Route) -> CandidacyId:
        """Open a candidacy."""
        person = self.people[who].person
        command = OpenCandidacy(candidate=person, framework=self.framework, rulebook=self.rulebook, route=route)
        return CandidacyId(next(iter(self.by(who, command).versions)))

    def session(self, route: Route, rules_broken: frozenset[str]) -> SessionId:
        """Plan a session of five men, under derogations whose reason and proof are the registrar's."""
        command = PlanSession(
            framework=self.framework,
            rulebook=self.rulebook,
            route=route,
            held_on=JURY_DAY,
            place=PLACE,
            places=PERSONS,
        )
        session = SessionId(next(iter(self.by("rose", command).versions)))
        for name, chair in SEATS:
            juror = self.people[name].person
            seat = AppointJuror(session=session, juror=juror, sex=Sex.M, chair=chair)
            self.by("rose", seat)
        rose = self.people["rose"]
        for rule in sorted(rules_broken):
            reason, proof = rose.new("PanelDerogationGranted.reason"), rose.new("PanelDerogationGranted.proof")
            self.by("rose", GrantPanelDerogation(session=session, rule=rule, reason=reason, proof=proof))
        reason = rose.new("PanelOfOneSexExplained.reason")
        self.by("rose", ExplainPanelOfOneSex(session=session, reason=reason))
        return session


@pytest.fixture
def town() -> Iterator[Town]:
    """An embedded server of this test's own, so that its log is ours too; a rulebook that keeps nothing by law."""
    data = Path(tempfile.mkdtemp(prefix="acquis-canaries-")) / "var"
    try:
        with EmbeddedPostgres.start(data, durable=False) as embedded:
            server = DatabaseServer(embedded.dsn())
            server.migrate()
            settings = Settings(data=data, database_url=embedded.dsn(), secret_key="torture only " * 4)
            clock = FixedClock(BEGINS)
            with closing(assemble(settings, server, clock)) as acquis:
                yield opened(acquis, clock, data)
    finally:
        shutil.rmtree(data.parent, ignore_errors=True)


def opened(acquis: App, clock: FixedClock, data: Path) -> Town:
    definition = read(shipped("rncp31936.yaml"))
    nothing = tuple(
        Keeping(retention=each, months=None, after=PeriodStart.LAST_DECISION, kept_by_law=False, source="torture")
        for each in Retention
    )
    rules = replace(read_rulebook(shipped("rulebook-imci-demonstration.yaml")), retention=nothing, sessions=SILENT)
    acquis.do(PublishFramework(definition=definition), OPERATOR)
    acquis.do(PublishRulebook(rules=rules), OPERATOR)
    framework = FrameworkId(Framework.id_of(definition.code, definition.version))
    for opening in read_openings(shipped("openings-rncp31936-demonstration.yaml"), definition):
        acquis.do(OpenRoute(framework=framework, **vars(opening)), OPERATOR)
    rulebook = RulebookId(Rulebook.id_of(rules.certifier, rules.version))
    return Town(acquis, clock, data, definition, framework, rulebook)


def play(town: Town) -> None:
    """Fill the town: two candidacies each, decided on by two juries, with a canary in all that is personal."""
    for name, *_ in SEATS:
        town.join(name, Role.JUROR)
    town.join("rose", Role.REGISTRAR)
    town.join("romane", Role.REGISTRAR)
    town.join("hugo", Role.ASSESSOR)
    town.join("gil", Role.ASSESSOR)
    town.candidates = [f"candidate{number}" for number in range(PERSONS)]
    qualify(
        town.acquis.do,
        town.definition.code,
        {name: canaries.person for name, canaries in town.people.items()},
        Actor(person=town.people["rose"].person, role=Role.REGISTRAR),
        lambda name: town.people[name].new("QualityRecognised.ground"),
    )
    for name in town.candidates:
        town.join(name, Role.CANDIDATE)
    vae = {name: vae_of(town, name) for name in town.candidates}
    training = {name: training_of(town, name) for name in town.candidates}
    for route, candidacies in ((Route.VAE, vae), (Route.FI, training)):
        question(town, decide(town, route, candidacies), candidacies)
    annul_a_title(town)
    conduct_sessions(town)
    sit_an_epreuve(town)
    leave(town)
    link(town)
    refuse_a_role(town)
    gil, someone = town.people["gil"], town.people[town.candidates[0]].person
    town.by("rose", DeclareTie(person=gil.person, candidate=someone, tie=Tie.FAMILY))
    why = gil.new("TieWithdrawn.reason")
    town.by("rose", WithdrawTie(person=gil.person, candidate=someone, tie=Tie.FAMILY, reason=why))
    for name in town.candidates:
        hold(town, name)
    town.work()
    assert town.acquis.copies.ready(), "nothing is left of these, either"


def vae_of(town: Town, name: str) -> CandidacyId:
    canaries, candidacy = town.people[name], town.apply(name, Route.VAE)
    wrong = {each: canaries.new(f"AdmissibilityDecided.{each}") for each in ("reason", "gaps", "recommendations")}
    error, again = canaries.new("AdmissibilityCorrected.reason"), canaries.new("AdmissibilityReconsidered.reason")
    refusal = DecideAdmissibility(candidacy=candidacy, admissible=False, file_received_on=BEGINS, **wrong)
    town.by("rose", refusal)
    town.by("rose", CorrectAdmissibility(candidacy=candidacy, error=DecisionError.FILE, reason=error))
    town.by("rose", refusal)
    town.by("rose", NotifyAdmissibility(candidacy=candidacy, channel=NoticeChannel.POST))
    town.by("rose", ReconsiderAdmissibility(candidacy=candidacy, reason=again))
    said = {each: canaries.new(f"AdmissibilityDecided.{each}") for each in ("reason", "gaps", "recommendations")}
    town.by("rose", DecideAdmissibility(candidacy=candidacy, admissible=True, file_received_on=BEGINS, **said))
    why = canaries.new("AdmissibilityKept.reason")
    town.by("rose", KeepAdmissibility(candidacy=candidacy, ground=KeptFor.REASON, reason=why))
    pieces = [town.put_in(name, candidacy) for _ in range(20)]
    for piece in pieces[:5]:
        why = canaries.new("EvidenceWithdrawn.reason")
        town.by(name, WithdrawEvidence(candidacy=candidacy, evidence=piece, reason=why))
    town.by(name, SubmitValidationFile(candidacy=candidacy, evidence=tuple(pieces[5:])))
    town.keeps(name, candidacy)
    return candidacy


def training_of(town: Town, name: str) -> CandidacyId:
    canaries, candidacy = town.people[name], town.apply(name, Route.FI)
    for _ in range(6):
        town.put_in(name, candidacy)
    hugo = town.people["hugo"].person
    town.by("rose", AssignAssessor(candidacy=candidacy, assessor=hugo, competences=tuple(EVERY)))
    for competence in (*EVERY, *range(1, 11)):
        comment = canaries.new("CompetenceAssessed.comment")
        town.by(
            "hugo",
            AssessCompetence(candidacy=candidacy, competence=competence, mark="not_acquired", comment=comment),
        )
    town.by("hugo", FileAssessment(candidacy=candidacy, assessor=hugo))
    reopened = canaries.withhold("AssessmentReopened.reason")
    town.by("rose", ReopenAssessment(candidacy=candidacy, assessor=hugo, reason=reopened))
    town.by("hugo", FileAssessment(candidacy=candidacy, assessor=hugo))
    gil = town.people["gil"]
    town.by("rose", AssignAssessor(candidacy=candidacy, assessor=gil.person, competences=(1,)))
    released = gil.new("AssessorReleased.reason")
    town.by("rose", ReleaseAssessor(candidacy=candidacy, assessor=gil.person, reason=released))
    return candidacy


def decide(town: Town, route: Route, candidacies: dict[str, CandidacyId]) -> SessionId:
    """A jury that grants nothing, and says why each time; one juror steps out for the first candidate."""
    law = town.definition.jury_for(route)
    assert law
    town.clock.set(BEGINS)
    session = town.session(route, frozenset(f"panel-balance-{each.scope.value}" for each in law.balances))
    for candidacy in candidacies.values():
        town.by("rose", SummonCandidate(session=session, candidacy=candidacy))
    town.clock.set(JURY_DAY)
    for member in tuple(town.people[name].person for name, *_ in SEATS):
        town.by("rose", SignMemberIn(session=session, juror=member))
    town.by("rose", OpenSession(session=session))
    lucien = town.people["lucien"]
    first = next(iter(candidacies.values()))
    why = lucien.new("JurorRecused.reason")
    town.by("lucien", RecuseJuror(session=session, candidacy=first, juror=lucien.person, reason=why))
    for name, candidacy in candidacies.items():
        canaries = town.people[name]
        town.by("rose", NoteCandidatePresent(session=session, candidacy=candidacy))
        town.by("jules", OpenDeliberation(session=session, candidacy=candidacy))
        rulings = tuple(
            Ruling(competence=number, acquired=False, reason=canaries.new("CompetenceRuled.reason"))
            for number in EVERY
        )
        town.by("jules", RuleCompetences(session=session, candidacy=candidacy, rulings=rulings))
        decisions = tuple(
            BlockDecision(
                block=block,
                granted=False,
                reason=canaries.new("BlockNotGranted.reason"),
                advice=canaries.new("BlockNotGranted.advice"),
            )
            for block in BLOCKS
        )
        town.by(
            "jules",
            RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=candidacy, decisions=decisions),
        )
    end(town, session)
    return session


def end(town: Town, session: SessionId) -> None:
    town.by("rose", CloseSession(session=session))
    town.by("jules", SignMinutes(session=session))
    town.by("rose", ReleaseResults(session=session))


def question(town: Town, session: SessionId, candidacies: dict[str, CandidacyId]) -> None:
    """Everybody complains, is told no and why, and goes to a court, which says no as well."""
    for name, candidacy in candidacies.items():
        canaries = town.people[name]
        town.by(name, complaint(canaries, session, candidacy))
        why = canaries.new("ReviewAnswered.reason")
        town.by("rose", AnswerReview(session=session, candidacy=candidacy, accepted=False, reason=why))
        ruling = NoteCourtRuling(
            session=session,
            candidacy=candidacy,
            court="Tribunal",
            ruled_on=JURY_DAY,
            reference=canaries.new("CourtRuled.reference"),
            annuls=False,
        )
        town.by("rose", ruling)


def complaint(canaries: Canaries, session: SessionId, candidacy: CandidacyId) -> RequestReview:
    said = canaries.new("ReviewRequested.statement")
    return RequestReview(session=session, candidacy=candidacy, ground=ComplaintGround.PROCEDURAL, statement=said)


def annul_a_title(town: Town) -> None:
    """Somebody wins a title, complains, and loses it: the reason stands in the register, too."""
    town.join("zoe", Role.CANDIDATE)
    town.clock.set(BEGINS)
    candidacy, canaries = vae_of(town, "zoe"), town.people["zoe"]
    law = town.definition.jury_for(Route.VAE)
    assert law
    session = town.session(Route.VAE, frozenset(f"panel-balance-{each.scope.value}" for each in law.balances))
    town.by("rose", SummonCandidate(session=session, candidacy=candidacy))
    town.clock.set(JURY_DAY)
    for member in tuple(town.people[name].person for name, *_ in SEATS):
        town.by("rose", SignMemberIn(session=session, juror=member))
    town.by("rose", OpenSession(session=session))
    town.by("rose", NoteCandidatePresent(session=session, candidacy=candidacy))
    town.by("jules", OpenDeliberation(session=session, candidacy=candidacy))
    rulings = tuple(Ruling(competence=number, acquired=True) for number in EVERY)
    town.by("jules", RuleCompetences(session=session, candidacy=candidacy, rulings=rulings))
    decisions = tuple(BlockDecision(block=block, granted=True) for block in BLOCKS)
    town.by(
        "jules",
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=candidacy, decisions=decisions),
    )
    town.by("jules", RecordDecision(outcome=VoteOutcome.UNANIMOUS, title=True, session=session, candidacy=candidacy))
    end(town, session)
    town.by("rose", EnterRegister(candidacy=candidacy))
    rectify(town, session, candidacy, canaries)
    certify(town, candidacy, canaries)
    suspect(town, "zoe", session, candidacy)
    town.by("zoe", complaint(canaries, session, candidacy))
    why = canaries.new("ReviewAnswered.reason")
    left = canaries.withhold("AnnulmentProposed.reason")
    town.by("rose", AnswerReview(session=session, candidacy=candidacy, accepted=True, reason=left))
    no = canaries.withhold("AnnulmentRejected.reason")
    town.by("romane", RejectAnnulment(candidacy=candidacy, about=session, reason=no))
    town.by("rose", AnswerReview(session=session, candidacy=candidacy, accepted=True, reason=why))
    recorded = town.by("romane", ConfirmAnnulment(candidacy=candidacy, about=session))
    assert isinstance(recorded.facts[-1], TitleWithdrawn)
    canaries.fields["TitleWithdrawn.reason"] += 1


def conduct_sessions(town: Town) -> None:
    """A session put off, then called off; another that undoes a decision, and whose chair does not sign."""
    town.join("ali", Role.CANDIDATE)
    town.clock.set(BEGINS)
    candidacy, canaries = vae_of(town, "ali"), town.people["ali"]
    rose, jules = town.people["rose"], town.people["jules"]
    law = town.definition.jury_for(Route.VAE)
    assert law
    broken = frozenset(f"panel-balance-{each.scope.value}" for each in law.balances)
    off, session = town.session(Route.VAE, broken), town.session(Route.VAE, broken)
    later = JURY_DAY + timedelta(days=1)
    town.by("rose", PostponeSession(session=off, held_on=later, reason=rose.new("SessionPostponed.reason")))
    town.by("rose", CancelSession(session=off, reason=rose.new("SessionCancelled.reason")))
    town.by("rose", SummonCandidate(session=session, candidacy=candidacy))
    town.clock.set(JURY_DAY)
    for member in tuple(town.people[name].person for name, *_ in SEATS):
        town.by("rose", SignMemberIn(session=session, juror=member))
    town.by("rose", OpenSession(session=session))
    for _ in range(2):
        why = canaries.new("CandidateNotHeard.reason")
        town.by("rose", NoteAbsence(session=session, candidacy=candidacy, excused=True, reason=why))
        why = canaries.new("AttendanceCorrected.reason")
        town.by("rose", CorrectAttendance(session=session, candidacy=candidacy, reason=why))
    undo_and_put_off(town, session, candidacy)
    town.by("rose", CloseSession(session=session))
    why = jules.new("MinutesSignatureRefused.reason")
    town.by("jules", RefuseToSignMinutes(session=session, juror=jules.person, reason=why))
    katia, why = town.people["katia"], jules.new("ChairReplaced.reason")
    town.by("rose", ReplaceChair(session=session, juror=katia.person, reason=why))
    town.by("katia", SignMinutes(session=session))
    town.by("rose", ReleaseResults(session=session))
    meet_on_paper(town)
    examine(town, broken)


def undo_and_put_off(town: Town, session: SessionId, candidacy: CandidacyId) -> None:
    """Ali is ruled on by one who turns out to be of the family; what was ruled is undone, and all is put off."""
    ali, lucien = town.people["ali"], town.people["lucien"]
    town.by("rose", NoteCandidatePresent(session=session, candidacy=candidacy))
    town.by("jules", OpenDeliberation(session=session, candidacy=candidacy))
    acquired = tuple(Ruling(competence=number, acquired=True) for number in EVERY)
    town.by("jules", RuleCompetences(session=session, candidacy=candidacy, rulings=acquired))
    granted = (BlockDecision(block=1, granted=True),)
    town.by(
        "jules",
        RecordDecision(outcome=VoteOutcome.UNANIMOUS, session=session, candidacy=candidacy, decisions=granted),
    )
    town.by("rose", DeclareTie(person=lucien.person, candidate=ali.person, tie=Tie.FAMILY))
    why = lucien.new("DeliberationReopened.reason")
    town.by("rose", ReopenDeliberation(session=session, candidacy=candidacy, reason=why))
    put_off = DeferDecisions(session=session, candidacy=candidacy, reason=ali.new("DecisionDeferred.reason"))
    town.by("jules", put_off)


def meet_on_paper(town: Town) -> None:
    """A session of before, on paper: the scan is sealed for the session, and opens for nobody's erasure less."""
    plan = PlanSession(
        framework=town.framework,
        rulebook=town.rulebook,
        route=Route.VAE,
        held_on=JURY_DAY,
        place=PLACE,
        places=1,
        on_paper=True,
    )
    session = SessionId(next(iter(town.by("rose", plan).versions)))
    file = ReceivedFile(media_type="application/pdf", size=1, digest=f"{MARK}xscan", name=f"{MARK}xpv.pdf")
    town.by("rose", TranscribeMinutes(session=session, scan=EvidenceId(uuid4()), file=file))
    scan = EvidenceId(uuid4())
    town.by("rose", TranscribeMinutes(session=session, scan=scan, file=file, reason=f"{MARK}xpages manquantes"))
    sealed = ("MinutesTranscribed.name", "MinutesTranscribed.digest", "MinutesTranscribed.reason")
    town.people["rose"].fields.update(dict.fromkeys(sealed, 1))


def examine(town: Town, broken: frozenset[str]) -> None:
    """A commission lets a candidate go, another rules, and each says why."""
    town.join("eve", Role.CANDIDATE)
    town.clock.set(BEGINS)
    candidacy, canaries = vae_of(town, "eve"), town.people["eve"]
    jury = town.session(Route.VAE, broken)
    plan = PlanSession(
        framework=town.framework,
        rulebook=town.rulebook,
        route=Route.VAE,
        held_on=JURY_DAY,
        place=PLACE,
        places=1,
        reports_to=jury,
    )
    spare, commission = (SessionId(next(iter(town.by("rose", plan).versions))) for _ in range(2))
    town.by("rose", SummonCandidate(session=spare, candidacy=candidacy))
    why = canaries.new("CandidateFreed.reason")
    town.by("rose", FreeCandidate(session=spare, candidacy=candidacy, reason=why))
    town.by("rose", CancelSession(session=spare, reason=town.people["rose"].new("SessionCancelled.reason")))
    members = [town.people[name].person for name, *_ in SEATS[:3]]
    for juror in members:
        chairs = juror == members[0]
        seat = AppointJuror(session=commission, juror=juror, sex=Sex.M, chair=chairs)
        town.by("rose", seat)
    for session in (commission, jury):
        town.by("rose", SummonCandidate(session=session, candidacy=candidacy))
    town.clock.set(JURY_DAY)
    for member in tuple(members):
        town.by("rose", SignMemberIn(session=commission, juror=member))
    town.by("rose", OpenSession(session=commission))
    chair = SEATS[0][0]
    town.by("rose", NoteCandidatePresent(session=commission, candidacy=candidacy))
    town.by(chair, OpenDeliberation(session=commission, candidacy=candidacy))
    said = tuple(
        Ruling(competence=n, acquired=False, reason=canaries.new("CompetenceProposed.reason")) for n in EVERY
    )
    town.by(chair, RuleCompetences(session=commission, candidacy=candidacy, rulings=said))
    town.by("rose", CloseSession(session=commission))
    town.by(chair, SignMinutes(session=commission))
    for member in tuple(town.people[name].person for name, *_ in SEATS):
        town.by("rose", SignMemberIn(session=jury, juror=member))
    town.by("rose", OpenSession(session=jury))
    town.by("rose", NoteAbsence(session=jury, candidacy=candidacy))
    end(town, jury)


def sit_an_epreuve(town: Town) -> None:
    """One who asks for more time and gets none; an épreuve called off, another where something is reported."""
    for who, role in (
        ("yann", Role.CANDIDATE),
        ("olive", Role.INVIGILATOR),
        ("otto", Role.INVIGILATOR),
        ("dina", Role.DISABILITY_OFFICER),
    ):
        town.join(who, role)
    town.clock.set(BEGINS)
    candidacy, yann, rose = town.apply("yann", Route.FI), town.people["yann"], town.people["rose"]
    why = yann.withhold("AccommodationRequested.reason")
    town.by("yann", RequestAccommodation(candidacy=candidacy, reason=why))
    why = yann.withhold("AccommodationRefused.reason")
    town.by("dina", RefuseAccommodation(candidacy=candidacy, reason=why))
    planned = PlanSitting(
        framework=town.framework,
        rulebook=town.rulebook,
        modality="B1-M1",
        subject="2021-A",
        held_on=JURY_DAY,
        starts_at=time(14),
        place=PLACE,
        places=10,
        invigilator=town.people["olive"].person,
    )
    off, sitting = (SittingId(next(iter(town.by("rose", planned).versions))) for _ in range(2))
    olive, otto = (town.people[name] for name in ("olive", "otto"))
    ill = olive.new("InvigilatorReplaced.reason")
    stand_in = ReplaceInvigilator(sitting=off, replaced=olive.person, invigilator=otto.person, reason=ill)
    town.by("rose", stand_in)
    town.by("rose", CancelSitting(sitting=off, reason=rose.new("SittingCancelled.reason")))
    town.by("rose", CallToSitting(sitting=sitting, candidacy=candidacy))
    town.clock.set(JURY_DAY)
    shown = CheckIdentity(sitting=sitting, candidacy=candidacy, document=IdentityDocument.PASSPORT, matches=True)
    account = yann.new("IncidentReported.account")
    for command in (
        OpenSitting(sitting=sitting),
        shown,
        SignAttendance(sitting=sitting, candidacy=candidacy, movement=Movement.IN),
        ReportIncident(sitting=sitting, candidacy=candidacy, account=account),
    ):
        town.by("olive", command)
    town.by("yann", WithdrawCandidacy(candidacy=candidacy))


def leave(town: Town) -> None:
    """A file that lacks something, a block counted by mistake, and somebody who then withdraws."""
    town.join("ugo", Role.CANDIDATE)
    town.clock.set(BEGINS)
    candidacy, ugo = town.apply("ugo", Route.VAE), town.people["ugo"]
    wrongly = ugo.new("BeginningCorrected.reason")
    begun = BEGINS - timedelta(days=30)
    town.by("rose", CorrectBeginning(candidacy=candidacy, began_on=begun, reason=wrongly))
    town.by("rose", SubmitFeasibilityFile(candidacy=candidacy, received_on=BEGINS))
    mistaken = ugo.new("ReceiptDayCorrected.reason")
    before = BEGINS - timedelta(days=1)
    town.by("rose", CorrectReceiptDay(candidacy=candidacy, received_on=before, reason=mistaken))
    missing = ugo.new("FeasibilityFileFoundIncomplete.missing")
    town.by("rose", FindFileIncomplete(candidacy=candidacy, missing=missing))
    other = AdmitEquivalence(
        framework=town.framework, certification="RNCP00001", part="BC02", blocks=(2,), ground="Décision"
    )
    town.by("rose", other)
    proof = town.put_in("ugo", candidacy)
    town.work()
    proved = SatisfyBlock(candidacy=candidacy, block=2, equivalence=1, evidence=proof, obtained_on=BEGINS)
    town.by("rose", proved)
    town.by("rose", WithdrawCredit(candidacy=candidacy, block=2, reason=ugo.new("CreditFell.reason")))
    town.by("ugo", WithdrawCandidacy(candidacy=candidacy, reason=ugo.new("CandidacyWithdrawn.reason")))


confirm_link = partial(LinkDuplicate, confirms=True)


def link(town: Town) -> None:
    """Two files of one person, found to be of two, and linked again: each says why, and each is erased."""
    town.join("zora", Role.CANDIDATE)
    ugo, zora = town.people["ugo"], town.people["zora"]
    for who, command, fact in (
        ("rose", LinkDuplicate, "LinkProposed"),
        ("romane", RejectLink, "LinkRejected"),
        ("rose", LinkDuplicate, "LinkProposed"),
        ("romane", confirm_link, "DuplicateLinked"),
        ("rose", UnlinkDuplicate, "DuplicateUnlinked"),
        ("rose", LinkDuplicate, "LinkProposed"),
        ("romane", confirm_link, "DuplicateLinked"),
    ):
        reason = ugo.new(f"{fact}.reason")
        zora.strings.append(reason)
        town.by(who, command(person=ugo.person, other=zora.person, reason=reason))


def refuse_a_role(town: Town) -> None:
    """A role that is proposed, and not given."""
    town.join("adam", Role.ADMIN)
    gil = town.people["gil"]
    town.by("adam", GrantRole(person=gil.person, role=Role.ADMIN))
    why = gil.new("RoleProposalRejected.reason")
    town.by("adam", RejectRole(person=gil.person, role=Role.ADMIN, reason=why))


def rectify(town: Town, session: SessionId, candidacy: CandidacyId, canaries: Canaries) -> None:
    """What was keyed wrongly, proposed twice: taken back, then approved by the chair."""
    for number in (1, 2):
        said = canaries.withhold("RectificationProposed.reason")
        says = Minuted(rulings={number: False})
        town.by("rose", ProposeRectification(session=session, candidacy=candidacy, minuted=says, reason=said))
        if number == 1:
            why = canaries.withhold("RectificationRejected.reason")
            town.by("jules", RejectRectification(session=session, candidacy=candidacy, reason=why))
    why = canaries.new("DecisionRectified.reason")
    town.by("jules", ApproveRectification(session=session, candidacy=candidacy, reason=why))


def suspect(town: Town, name: str, session: SessionId, candidacy: CandidacyId) -> None:
    """A fraud that is found, with a sanction, and that a court annuls; and one that is dismissed."""
    canaries = town.people[name]
    for found in (True, False):
        said = canaries.new("FraudReported.statement")
        reported = town.by("jules", ReportFraud(candidacy=candidacy, matter=Matter(competences=(1,)), statement=said))
        (fact,) = (each for each in reported.facts if isinstance(each, FraudReported))
        heard_on = town.clock.today() + timedelta(days=8)
        town.by("rose", TellOfFraud(candidacy=candidacy, case=fact.case, hearing_on=heard_on))
        town.clock.set(heard_on)
        heard = canaries.new("CandidateHeardOnFraud.statement")
        town.by("rose", HearOnFraud(candidacy=candidacy, case=fact.case, statement=heard))
        why = canaries.new("FraudFound.reason" if found else "FraudDismissed.reason")
        withdraws = (session,) if found else ()
        town.by(
            "rose",
            DecideFraud(candidacy=candidacy, case=fact.case, found=found, reason=why, withdraws=withdraws),
        )
        if found:
            town.by("romane", ConfirmAnnulment(candidacy=candidacy, about=fact.case))
            why = canaries.new("SanctionPronounced.reason")
            asked = KeyedSanction(code="avertissement")
            town.by("rose", PronounceSanction(candidacy=candidacy, case=fact.case, sanction=asked, reason=why))
            lift(town, name, candidacy, fact.case)


def lift(town: Town, name: str, candidacy: CandidacyId, case: UUID) -> None:
    """The candidate questions the finding, is told no by somebody else, and a court gives the title back."""
    canaries = town.people[name]
    town.join("rudy", Role.REGISTRAR)
    said = canaries.new("FindingQuestioned.statement")
    town.by(name, QuestionFinding(candidacy=candidacy, case=case, ground=ComplaintGround.PROCEDURAL, statement=said))
    why = canaries.new("FindingAnswered.reason")
    town.by("rudy", AnswerFinding(candidacy=candidacy, case=case, accepted=False, reason=why))
    ruling = NoteFindingRuling(
        candidacy=candidacy,
        case=case,
        court="Tribunal",
        ruled_on=town.clock.today(),
        reference=canaries.new("FindingJudged.reference"),
        annuls=True,
    )
    canaries.fields["AnnulmentProposed.reference"] += 1
    town.by("rudy", ruling)
    recorded = town.by("romane", ConfirmAnnulment(candidacy=candidacy, about=case))
    assert isinstance(recorded.facts[-1], TitleReinstated)
    canaries.fields["FindingLifted.reason"] += 1
    canaries.fields["TitleReinstated.reason"] += 1


def certify(town: Town, candidacy: CandidacyId, canaries: Canaries) -> None:
    """The certificates of a title and of a block; the title's anew in another name, then for a material error."""
    who = canaries.person

    def proposed(cause: IdentityCause) -> None:
        proposes = ProposeIdentityCorrection(
            person=who,
            cause=cause,
            name=canaries.new("IdentityCorrectionProposed.name"),
            born=canaries.new("IdentityCorrectionProposed.born"),
            sex=Sex.F,
            seen=CivilDocument.PASSPORT,
            dated=town.clock.today(),
            reason=canaries.new("IdentityCorrectionProposed.reason"),
        )
        town.by("rose", proposes)
        canaries.fields.update(("IdentityCorrectionProposed.document", "IdentityCorrectionProposed.sex"))

    town.join("second", Role.REGISTRAR)
    second = town.people["second"]
    born = second.new("BirthAndSexStated.born")
    town.by("rose", StateBirthAndSex(person=second.person, born=born, sex=Sex.F))
    canaries.fields.update(("BirthAndSexStated.sex", "IdentityCorrected.sex"))
    address = f"{canaries.new('AddressStated.email')}@example.org"
    town.by("rose", StateAddress(person=who, email=address))
    keyed = CorrectIdentity(
        person=who,
        name=canaries.new("IdentityCorrected.name"),
        born=canaries.new("IdentityCorrected.born"),
        document=canaries.new("IdentityCorrected.document"),
    )
    town.by("rose", keyed)
    town.by("rose", IssueCertificate(candidacy=candidacy))
    town.by("rose", CertifyBlock(candidacy=candidacy, block=1))
    proposed(IdentityCause.CIVIL_STATUS)
    town.by("second", ApproveIdentityCorrection(person=who))
    town.by("rose", ReissueForCivilStatus(candidacy=candidacy))
    proposed(IdentityCause.MATERIAL_ERROR)
    reason = canaries.new("IdentityCorrectionRejected.reason")
    town.by("second", RejectIdentityCorrection(person=who, reason=reason))
    proposed(IdentityCause.MATERIAL_ERROR)
    town.by("second", ApproveIdentityCorrection(person=who))
    town.by("rose", ReissueForMaterialError(candidacy=candidacy))
    attestation = Attestation.CERTIFICATION
    asked = RequestAttestation(candidacy=candidacy, attestation=attestation, received_on=town.clock.today())
    town.by("rose", asked)
    town.by("rose", IssueAttestation(candidacy=candidacy, attestation=attestation))
    canaries.fields["AttestationIssued.holder"] += 1
    for paper in ("CertificateIssued", "BlockCertified", "ReissuedForCivilStatus", "ReissuedForMaterialError"):
        canaries.fields.update((f"{paper}.holder", f"{paper}.born"))
    declare(town, candidacy, canaries)


def declare(town: Town, candidacy: CandidacyId, canaries: Canaries) -> None:
    """The national number of who won the title, what was asked to be corrected of it, and why it was not."""
    (named,) = (each for each in read_law(shipped("law-cpf.yaml")) if each.national_number)
    town.acquis.do(PublishRuleSet(rule_set=replace(named, first=BEGINS)), OPERATOR)
    house = OrganisationId(next(iter(town.acquis.do(RegisterOrganisation(legal_name="IMCI"), OPERATOR).versions)))
    code = town.definition.code
    town.acquis.do(NameCertifier(certification=code, organisation=house), OPERATOR)
    town.acquis.do(DecideNirCollection(certification=code, collected=True, ground="Analyse d'impact"), OPERATOR)
    stem = 2 * 10**12 + secrets.randbelow(10**12)
    canaries.numbers.append(f"{stem}{97 - stem % 97:02}")
    canaries.fields["NirGiven.nir"] += 1
    town.by("rose", GiveNir(candidacy=candidacy, number=canaries.numbers[0]))
    town.by("rose", DeclareAward(candidacy=candidacy, reference="lot 1"))
    asks = canaries.new("CorrectionRequested.asks")
    town.by("rose", NoteCorrectionRequest(candidacy=candidacy, requested_on=JURY_DAY, asks=asks))
    reason = canaries.new("CorrectionRefused.reason")
    town.by("rose", RefuseCorrection(candidacy=candidacy, correction=1, reason=reason))


def hold(town: Town, name: str) -> None:
    canaries = town.people[name]
    ground = canaries.new("LegalHoldPlaced.ground")
    recorded = town.acquis.do(
        PlaceLegalHold(person=canaries.person, classes=(Retention.PAPERS,), ground=ground), OPERATOR
    )
    (placed,) = (fact for fact in recorded.facts if isinstance(fact, LegalHoldPlaced))
    town.acquis.do(LiftLegalHold(hold=placed.hold), OPERATOR)


def project(town: Town) -> None:
    with closing(Database(town.acquis.server.dsn, role="acquis_projector", size=2)) as database:
        Projector(database, LogRecorder(database)).catch_up()


def read_all(town: Town) -> None:
    """Everybody reads their own dossiers, over HTTP, so that the application's log tells of them."""
    client = create_app(town.acquis).test_client()
    for name in town.candidates:
        actor = Actor(person=town.people[name].person, role=Role.CANDIDATE)
        until = datetime.now(UTC) + timedelta(days=1)
        label = town.people[name].new("token") if not town.people[name].fields["token"] else "again"
        token = town.acquis.tokens.make(actor, label, until, issued_by=None).secret
        bearer = {"Authorization": f"Bearer {token}"}
        listed: Any = client.get("/api/v1/candidacies", headers=bearer).json
        for each in listed["items"]:
            assert client.get(f"/api/v1/candidacies/{each['id']}/history", headers=bearer).status_code == 200
        client.post("/sign-in", data={"login": f"{town.people[name].strings[1]}@example.org", "password": "x"})


def is_whole(canaries: Canaries, out: Path) -> list[str]:
    """The canaries that somebody's export lacks."""
    told = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file()).decode()
    kept = (*canaries.withheld, *canaries.numbers)
    assert not [each for each in kept if each in told], "the operator asked for it"
    owed = [each for each in (*canaries.strings, *canaries.digests) if each not in canaries.withheld]
    return [each for each in owed if each not in told]


def places(town: Town, said: str) -> dict[str, bytes]:
    """All that there is, by place: dumps of both databases, each file beside the cluster, what was logged."""
    found = {"log of the application": said.encode()}
    for dsn in (town.acquis.server.dsn, town.acquis.server.keys_dsn):
        dump = [str(programs(dsn) / "pg_dump"), f"--dbname={dsn}"]
        whole = subprocess.run(dump, capture_output=True, check=True).stdout
        found |= {f"{dsn}: {table}": rows for table, rows in tables(whole)}
    for path in town.data.rglob("*"):
        inside = path.relative_to(town.data).parts
        if path.is_file() and inside[0] != "database":
            found[str(path.relative_to(town.data))] = path.read_bytes()
    return found


def tables(dump: bytes) -> Iterator[tuple[str, bytes]]:
    """A dump's parts: what each COPY holds, and the rest."""
    rest = []
    for part in dump.split(b"\nCOPY "):
        rows, _, after = part.partition(b"\n\\.\n")
        yield rows.split(b" ", 1)[0].decode(errors="replace"), rows
        rest.append(after)
    yield "everything else", b"".join(rest)


def hits(town: Town, said: str) -> dict[str, int]:
    """How many canaries are found in which place."""
    people = town.people.values()
    digests = [each.encode() for canaries in people for each in (*canaries.digests, *canaries.numbers)]
    counted = {
        place: content.lower().count(MARK.encode()) + sum(content.count(digest) for digest in digests)
        for place, content in places(town, said).items()
    }
    return {place: count for place, count in counted.items() if count}


def forge(town: Town, text: str) -> None:
    """A fact whose personal field stands in clear, as a codec that forgets to seal it would have written it."""
    head = Envelope(by=None, role="operator", on=JURY_DAY, request=None)
    body = {"as": head.role, "by": None, "email": None, "name": text, "on": JURY_DAY.isoformat(), "request": None}
    with town.acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(
            "select log.append(%s, %s, %s, %s, %s, %s, %s)",
            (uuid4(), [uuid4()], [1], ["Registered"], [json.dumps(body, sort_keys=True)], [], []),
        )


@pytest.fixture
def heard(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """All that the application said since it was last asked: its log, and what it printed beside it."""
    with overheard() as log:

        def said() -> str:
            lines = log.getvalue()
            log.seek(0)
            log.truncate()
            return "".join((lines, *capfd.readouterr()))

        yield said


@pytest.mark.slow
def test_erased_person_leaves_no_trace(
    town: Town, tmp_path: Path, heard: Callable[[], str], figure: Callable[[str], None]
) -> None:
    play(town)
    project(town)
    read_all(town)
    covered = {where for canaries in town.people.values() for where in canaries.fields}
    personal = {f"{fact}.{name}" for fact, names in PERSONAL.items() for name in names}
    assert personal <= covered, "a personal field that no canary is put into"
    for name in town.candidates:
        assert len(town.people[name].strings) + len(town.people[name].digests) >= EACH

    for name, canaries in town.people.items():
        project(town)  # an export tells all that was recorded, and the one before was
        export(town.acquis, canaries.person, tmp_path / name)
        assert is_whole(canaries, tmp_path / name) == [], name
    before = hits(town, heard())
    assert {place.rsplit(": ", 1)[-1] for place in before} == {"desk.account", "desk.token"}, before

    for name, role in town.roles.items():
        if role is not Role.CANDIDATE:
            town.acquis.do(WithdrawRole(person=town.people[name].person, role=role), OPERATOR)
    for canaries in town.people.values():
        request = town.acquis.request_of(OPERATOR)
        erased = erase(town.acquis, canaries.person, Retention, ErasureGround.REQUEST, request)
        assert not any(stays(fate) for fate in erased.fates), erased.fates
    project(town)
    read_all_again(town)
    said = heard()
    assert "erased" in said, "the application said nothing, so its log shows nothing"
    assert hits(town, said) == {}
    assert settle(town.acquis).done == 0
    with closing(Database(town.acquis.server.dsn, role="acquis_projector", size=2)) as database:
        verdict = check(database)
    assert verdict.sound, verdict
    strings = sum(len(each.strings) + len(each.digests) for each in town.people.values())
    figure(f"{len(town.people)} persons, {strings} canaries, {verdict.facts} facts: 0 left after their erasure")

    # the control: one personal field in clear
    forge(town, town.people["rose"].strings[0])
    assert [place.rsplit(": ", 1)[-1] for place in hits(town, "")] == ["log.event"]


def items(client: FlaskClient, bearer: dict[str, str]) -> Iterator[dict[str, Any]]:
    """All candidacies, page by page."""
    following: dict[str, str] = {}
    while True:
        page: Any = client.get("/api/v1/candidacies", query_string=following, headers=bearer).json
        yield from page["items"]
        if not page["next"]:
            return
        following = {"cursor": page["next"]}


def read_all_again(town: Town) -> None:
    """The certifier's people read what is left."""
    town.join("sacha", Role.AUDITOR)
    sacha = town.people.pop("sacha")
    client = create_app(town.acquis).test_client()
    actor, until = Actor(person=sacha.person, role=Role.AUDITOR), datetime.now(UTC) + timedelta(days=1)
    token = town.acquis.tokens.make(actor, "audit", until, issued_by=None).secret
    bearer = {"Authorization": f"Bearer {token}"}
    project(town)
    listed = list(items(client, bearer))
    assert len(listed) == 2 * PERSONS + 5  # and Zoé's, Ali's, Ève's, Yann's, Ugo's
    for each in listed:
        history = client.get(f"/api/v1/candidacies/{each['id']}/history", headers=bearer)
        assert history.status_code == 200
        assert MARK not in history.text
    request = town.acquis.request_of(OPERATOR)
    town.acquis.do(WithdrawRole(person=sacha.person, role=Role.AUDITOR), OPERATOR)
    erased = erase(town.acquis, sacha.person, Retention, ErasureGround.REQUEST, request)
    assert not any(stays(fate) for fate in erased.fates)
