"""One person with several linked files: they cannot approve their own acts or count twice under another file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.appeal.rectification import SecondApprover
from domain.assessment.agreement import MarksState, UnreadReason
from domain.assessment.assessment import AssessmentAlreadyFiled, AssessorTied
from domain.assessment.facts import CompetenceAssessed
from domain.candidacy.candidacy import AssessesAlready, Candidacy, CandidacyAlreadyOpen, NotByNumber, OwnWork
from domain.candidacy.credit import Credit, NothingCarriesOver
from domain.candidacy.facts import (
    AssessorAssigned,
    AssessorReleased,
    BlockCarriedOver,
    CandidacyOpened,
    CandidacyWithdrawn,
    CountedElsewhere,
    CreditFell,
    Fall,
)
from domain.candidacy.ties import ConflictOfInterest, ties
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.carry_over_blocks import CarryOverBlocks
from domain.commands.candidacy.name_advisor import NameAdvisor
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.release_assessor import ReleaseAssessor
from domain.commands.candidacy.resume_candidacy import ResumeCandidacy
from domain.commands.exam.check_identity import CheckIdentity
from domain.commands.exam.collect_paper import CollectPaper
from domain.commands.exam.report_incident import ReportIncident
from domain.commands.exam.sign_attendance import SignAttendance
from domain.commands.jury.appoint_juror import AppointJuror
from domain.commands.jury.marks_before_the_jury import marks_before_the_jury
from domain.commands.jury.note_candidate_present import NoteCandidatePresent
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.sign_member_in import SignMemberIn
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.commands.jury.transcribe_minutes import TranscribeMinutes
from domain.commands.organisation.export_audit import ExportAudit
from domain.commands.people.link_duplicate import LinkDuplicate
from domain.commands.people.recognise_quality import RecogniseQuality
from domain.commands.people.unlink_duplicate import UnlinkDuplicate
from domain.commands.register.enter_register import EnterRegister
from domain.evidence.evidence import ReceivedFile
from domain.exam.facts import AttendanceSigned, IdentityChecked, IncidentReported, Movement, PaperCollected
from domain.fact import Personal
from domain.framework.definition import Route
from domain.framework.jury_rule import Quality, Sex, Side
from domain.fraud.facts import FraudFound
from domain.fraud.fraud import ReporterDoesNotDecide
from domain.jury.deliberation import KeyedByAnother
from domain.jury.facts import CandidateListed, DeliberationOpened, KeyedFromPaper, SessionOpened, TitleFell
from domain.jury.panel import seats
from domain.jury.session import AlreadyAppointed, JuryComposition, JurySession, PanelNotRenewed
from domain.jury.vote import VoteOutcome
from domain.organisation.facts import AuditExported, ExportScope
from domain.people.career import OneSideAtATime, QualityUngrounded
from domain.people.facts import DuplicateLinked, DuplicateUnlinked, QualityRecognised, Tie
from domain.people.identity import IdentityDocument
from domain.people.one_person import files_of, one_person
from domain.ports import Command, EvidenceId, PersonId, Role
from domain.register.facts import TitleWithdrawn
from domain.replay.judge import replay
from domain.rulebook.fraud_rules import FraudBody
from tests.given.domain import epreuves
from tests.given.domain.blocks_elsewhere import AGAIN, NEW, OPEN, PARTIAL
from tests.given.domain.fraud_procedure import CERTIFIER, decide, reported, ruled_by, told_and_heard
from tests.given.domain.keyed_wrongly import PROPOSE, keyed
from tests.given.domain.marks import EXAM, IRIS, before_marks
from tests.given.domain.people import (
    ADELE,
    AS_ASTRID,
    AS_MARIE,
    AS_NADIA,
    AS_PAUL,
    AS_RENEE,
    ASTRID,
    ATELIER,
    CAREERS,
    ELSA,
    EMMA,
    ENOUGH,
    FRAMEWORK,
    HOUSE,
    JUNE,
    JURY_DAY,
    KARIM,
    LATER_DAY,
    LUC,
    MARCH,
    MARIE,
    MARIE_FI,
    MARIE_VAE,
    NADIA,
    NINA,
    OSCAR,
    PANEL,
    PAUL,
    RENEE,
    RENEWED_SEATS,
    RULEBOOK,
    SAMIR,
    SAMIR_VAE,
    actor,
    annulled,
    applied,
    assigned,
    before_the_jury,
    ended,
    granted,
    heard,
    known,
    marked,
    plan,
    planned,
    pronounced,
    put_in,
    recognised,
    recused,
    registered,
    ruled,
    seat,
    signed_in,
    summoned,
    tied,
    vae_filed,
    won,
    works,
)
from tests.given.domain.scenario import At, Scenario

OTHER, THIRD = PersonId(known("another file")), PersonId(known("a third file"))
ZOE = PersonId(known("zoe"))
AS_ZOE = actor(ZOE, Role.REGISTRAR)
OPENED_IN_MARCH = SessionOpened(present=tuple(each.juror for each in RENEWED_SEATS), opened_on=LATER_DAY)


def linked(one: PersonId, two: PersonId) -> tuple[At, At]:
    return (
        At(one, (DuplicateLinked(other=two, reason=Personal("x", one)),)),
        At(two, (DuplicateLinked(other=one, reason=Personal("x", two)),)),
    )


def unlink(one: PersonId, two: PersonId) -> UnlinkDuplicate:
    return UnlinkDuplicate(person=one, other=two, reason="Deux sœurs.")


def session_of_june(scenario: Scenario) -> JurySession:
    return scenario.log.load(JurySession, JUNE)


def unlawful(scenario: Scenario) -> list[str]:
    """Return the rules by which the replay refuses the last command's facts."""
    return [each.rule for each in replay(scenario.store.told) if each.position > scenario.head]


# Files of one person


def test_links_are_followed_from_one_file_to_the_next(scenario: Scenario) -> None:
    scenario.given(*linked(MARIE, OTHER), *linked(OTHER, THIRD))
    everybody = {MARIE, OTHER, THIRD}
    assert all(files_of(scenario.log.find, each) == everybody for each in everybody)


def test_unlinking_separates_the_files_at_once(scenario: Scenario) -> None:
    scenario.given(*linked(MARIE, SAMIR), *linked(SAMIR, ADELE))
    scenario.when(unlink(SAMIR, ADELE), by=AS_RENEE)
    scenario.then_recorded(DuplicateUnlinked, DuplicateUnlinked)
    assert files_of(scenario.log.find, MARIE) == {MARIE, SAMIR}
    assert files_of(scenario.log.find, ADELE) == {ADELE}


@pytest.mark.parametrize("kind", [LinkDuplicate, UnlinkDuplicate])
def test_registrar_cannot_link_or_unlink_a_file_linked_to_their_own(
    scenario: Scenario, kind: type[LinkDuplicate]
) -> None:
    scenario.given(*linked(RENEE, OTHER), *linked(OTHER, MARIE))
    scenario.when(kind(person=MARIE, other=SAMIR, reason="x"), by=AS_RENEE)
    scenario.then_refused(OwnWork)
    scenario.when(kind(person=SAMIR, other=MARIE, reason="x"), by=AS_RENEE)
    scenario.then_refused(OwnWork)


def test_replay_finds_a_registrar_who_linked_a_file_linked_to_their_own(scenario: Scenario) -> None:
    scenario.when_both(LinkDuplicate(person=MARIE, other=SAMIR, reason="x"), by=AS_RENEE)
    told = scenario.store.told[scenario.head :]
    known_before = Scenario(today=JURY_DAY)
    known_before.given(HOUSE, *linked(RENEE, OTHER), *linked(OTHER, MARIE))
    at = len(known_before.store.told)
    hers = [replace(each, stamp=replace(each.stamp, position=at + n)) for n, each in enumerate(told, 1)]
    found = [each for each in replay([*known_before.store.told, *hers]) if each.position > at]
    assert [each.rule for each in found] == ["own-work"]


# Qualities and ties across a person's files


def test_registrar_cannot_recognise_their_own_quality_under_another_file(scenario: Scenario) -> None:
    scenario.given(*linked(RENEE, KARIM))
    command = RecogniseQuality(person=KARIM, quality=Quality.PROFESSION, since=JURY_DAY, ground="x")
    scenario.when(command, by=AS_RENEE)
    scenario.then_refused(QualityUngrounded)
    scenario.when(replace(command, person=EMMA), by=AS_RENEE)
    scenario.then_recorded(QualityRecognised)
    assert unlawful(scenario) == []


def test_person_cannot_represent_both_sides_under_two_files(scenario: Scenario) -> None:
    scenario.given(recognised(KARIM, Quality.EMPLOYEES), *linked(KARIM, LUC))
    command = RecogniseQuality(person=LUC, quality=Quality.EMPLOYERS, since=JURY_DAY, ground="x")
    scenario.when(command, by=AS_RENEE)
    scenario.then_refused(OneSideAtATime)
    scenario.given(
        At(KARIM, (DuplicateUnlinked(other=LUC, reason=Personal("x", KARIM)),)),
        At(LUC, (DuplicateUnlinked(other=KARIM, reason=Personal("x", LUC)),)),
    )
    scenario.when(command, by=AS_RENEE)
    scenario.then_recorded(QualityRecognised)


def test_seat_counts_the_qualities_and_employments_of_all_the_persons_files(scenario: Scenario) -> None:
    ticked = seat(KARIM, Sex.M)
    scenario.given(*CAREERS, planned(JUNE, seats=(ticked,)), registered(OTHER))
    scenario.given(works(OTHER, ATELIER), recognised(OTHER, Quality.PROFESSION))

    def counts() -> tuple[bool, Side | None, int | None]:
        (found,) = seats(scenario.log.find, session_of_june(scenario), [KARIM], JURY_DAY).values()
        return found.external, found.side, found.profession

    assert counts() == (True, Side.EMPLOYEES, None)
    scenario.given(*linked(KARIM, OTHER))
    assert counts() == (True, Side.EMPLOYEES, 12)
    scenario.given(recognised(OTHER, Quality.EMPLOYERS))
    assert counts() == (True, None, 12), "who represents both sides counts for neither"


def test_employments_under_any_file_make_two_persons_colleagues(scenario: Scenario) -> None:
    scenario.given(works(OTHER, ATELIER), works(THIRD, ATELIER), *linked(LUC, OTHER), *linked(MARIE, THIRD))
    find = scenario.log.find
    assert ties(one_person(find, LUC), one_person(find, MARIE), frozenset(), JURY_DAY) == {Tie.COLLEAGUE}
    assert ties(one_person(find, LUC), one_person(find, SAMIR), frozenset(), JURY_DAY) == frozenset()


@pytest.mark.parametrize(
    "said",
    [tied(OTHER, MARIE, Tie.FAMILY), tied(OTHER, THIRD, Tie.FAMILY), tied(LUC, THIRD, Tie.FAMILY)],
    ids=["of the other file", "of both", "of the candidate's"],
)
def test_tie_declared_on_any_file_excludes_the_juror(scenario: Scenario, said: At) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), said)
    scenario.given(*linked(LUC, OTHER), *linked(MARIE, THIRD))
    scenario.when(OpenDeliberation(session=JUNE, candidacy=MARIE_VAE), by=AS_PAUL)
    scenario.then_refused(ConflictOfInterest, LUC)


# One seat on a jury


def test_person_cannot_be_seated_twice_under_two_files(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), registered(OTHER, Role.JUROR), *linked(LUC, OTHER))
    scenario.when(AppointJuror(session=JUNE, juror=OTHER), by=AS_RENEE)
    scenario.then_refused(AlreadyAppointed)


def test_session_cannot_open_with_one_person_in_two_seats(scenario: Scenario) -> None:
    scenario.given(planned(JUNE), *linked(LUC, NADIA))
    scenario.given(signed_in(JUNE, PANEL))
    scenario.when(OpenSession(session=JUNE), by=AS_RENEE)
    refused = scenario.then_refused(JuryComposition)
    assert "panel-distinct" in {each.rule for each in refused.violations}


def test_deliberation_cannot_open_with_one_person_in_two_seats(scenario: Scenario) -> None:
    take_up = OpenDeliberation(session=JUNE, candidacy=MARIE_VAE)
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), *linked(LUC, NADIA))
    scenario.when(take_up, by=AS_PAUL)
    refused = scenario.then_refused(JuryComposition, *sorted((LUC, NADIA)))
    assert [each.rule for each in refused.violations] == ["panel-distinct"]
    scenario.when(unlink(LUC, NADIA), by=AS_RENEE)
    scenario.when(take_up, by=AS_PAUL)
    scenario.then_recorded(DeliberationOpened)
    assert unlawful(scenario) == []


def test_juror_recused_under_one_file_cannot_deliberate_under_another(scenario: Scenario) -> None:
    scenario.given(*vae_filed(MARIE_VAE), *before_the_jury(MARIE_VAE), recused(MARIE_VAE, NADIA), *linked(LUC, NADIA))
    scenario.when(OpenDeliberation(session=JUNE, candidacy=MARIE_VAE), by=AS_PAUL)
    scenario.then_refused(ConflictOfInterest, LUC)


def test_member_of_an_annulled_jury_cannot_return_under_another_file(scenario: Scenario) -> None:
    call = SummonCandidate(session=MARCH, candidacy=MARIE_VAE)
    scenario.given(*won(MARIE_VAE), annulled(MARIE_VAE), planned(MARCH, seats=RENEWED_SEATS), *linked(NINA, NADIA))
    scenario.when(call, by=AS_RENEE)
    scenario.then_refused(PanelNotRenewed, NINA)
    scenario.when(unlink(NINA, NADIA), by=AS_RENEE)
    scenario.when(call, by=AS_RENEE)
    scenario.then_recorded(CandidateListed, type(scenario.store.told[-1].fact))
    assert unlawful(scenario) == []
    scenario.given(registered(OTHER, Role.JUROR), *linked(OTHER, ELSA))
    scenario.when(AppointJuror(session=MARCH, juror=OTHER, substitute=True), by=AS_RENEE)
    scenario.then_refused(PanelNotRenewed, OTHER)
    scenario.given(At(MARCH, (OPENED_IN_MARCH,)), *linked(NINA, NADIA))
    scenario.when(OpenDeliberation(session=MARCH, candidacy=MARIE_VAE), by=actor(RENEWED_SEATS[0].juror, Role.JUROR))
    scenario.then_refused(PanelNotRenewed, NINA)


def test_person_who_keys_paper_minutes_cannot_be_their_chair_under_another_file(scenario: Scenario) -> None:
    on_paper = replace(plan(JURY_DAY), on_paper=True)
    file = ReceivedFile(media_type="application/pdf", size=1, digest="00", name="pv.pdf")
    scan = TranscribeMinutes(session=JUNE, scan=EvidenceId(known("scan")), file=file)
    take_up = OpenDeliberation(session=JUNE, candidacy=MARIE_VAE)
    scenario.given(*vae_filed(MARIE_VAE), planned(JUNE, on_paper), *summoned(JUNE, MARIE_VAE), *linked(RENEE, PAUL))
    scenario.when(scan, by=AS_RENEE)
    scenario.then_refused(KeyedByAnother)
    scenario.given(registered(ZOE, Role.REGISTRAR))
    scenario.when(unlink(RENEE, PAUL), by=AS_ZOE)
    came = NoteCandidatePresent(session=JUNE, candidacy=MARIE_VAE)
    sign = [SignMemberIn(session=JUNE, juror=each) for each in PANEL]
    steps: list[Command] = [scan, *sign, OpenSession(session=JUNE), came]
    for command in steps:
        scenario.when(command, by=AS_RENEE)
        assert unlawful(scenario) == []
    scenario.given(*linked(RENEE, PAUL))
    scenario.when(take_up, by=AS_RENEE)
    scenario.then_refused(KeyedByAnother)
    scenario.when(take_up, by=AS_ZOE)
    scenario.then_recorded(KeyedFromPaper, DeliberationOpened)


# One opinion on a competence


def test_assessor_can_mark_a_competence_under_one_file_only(scenario: Scenario) -> None:
    scenario.given(*before_marks(), *linked(ASTRID, IRIS))
    command = AssignAssessor(candidacy=MARIE_FI, assessor=IRIS, competences=(2, 3))
    scenario.when(command, by=AS_RENEE)
    scenario.then_refused(AssessesAlready, IRIS)
    scenario.when(replace(command, competences=(3,)), by=AS_RENEE)
    scenario.then_recorded(AssessorAssigned)
    assert unlawful(scenario) == []


def test_assessor_cannot_mark_by_name_under_one_file_and_by_number_under_another(scenario: Scenario) -> None:
    assign = AssessorAssigned(assessor=OSCAR, competences=(4,), sitting=epreuves.SITTING)
    scenario.given(applied(MARIE_FI), At(MARIE_FI, (assign,)), *linked(ASTRID, OSCAR))
    scenario.when(AssignAssessor(candidacy=MARIE_FI, assessor=ASTRID, competences=(1,)), by=AS_RENEE)
    scenario.then_refused(NotByNumber, ASTRID)


def test_two_marks_of_one_person_count_once_from_the_first_file_assigned(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "9")), marked(MARIE_FI, OSCAR, (1, "12.5")))

    def read() -> tuple[MarksState | None, dict[PersonId, UnreadReason]]:
        marks = marks_before_the_jury(scenario.log.find, scenario.log.load(Candidacy, MARIE_FI), EXAM, JURY_DAY)
        agreed = marks.agreed(1)
        return agreed.state if agreed else None, {one.assessor: why for one, why in marks.aside.get(1, ())}

    assert read() == (MarksState.DISPUTED, {})
    scenario.given(*linked(ASTRID, OSCAR))
    assert read() == (MarksState.AWAITED, {OSCAR: UnreadReason.TWICE})
    scenario.when(unlink(ASTRID, OSCAR), by=AS_RENEE)
    assert read() == (MarksState.DISPUTED, {})


def test_mark_under_a_duplicate_file_of_the_candidate_is_not_read_and_its_assessor_can_be_released(
    scenario: Scenario,
) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "9")))
    release = ReleaseAssessor(candidacy=MARIE_FI, assessor=ASTRID, reason="x")
    scenario.when(release, by=AS_RENEE)
    scenario.then_refused(AssessmentAlreadyFiled)
    scenario.given(*linked(ASTRID, MARIE))
    marks = marks_before_the_jury(scenario.log.find, scenario.log.load(Candidacy, MARIE_FI), EXAM, JURY_DAY)
    assert (marks.of(1), [why for _, why in marks.aside[1]]) == ((), [UnreadReason.TIED])
    scenario.when(release, by=AS_RENEE)
    scenario.then_recorded(AssessorReleased)
    assert unlawful(scenario) == []


def test_third_reader_cannot_be_an_assessor_under_another_file(scenario: Scenario) -> None:
    scenario.given(*before_marks(), marked(MARIE_FI, ASTRID, (1, "9")), marked(MARIE_FI, OSCAR, (1, "12.5")))
    scenario.given(*linked(IRIS, ASTRID))
    call = AssignAssessor(candidacy=MARIE_FI, assessor=IRIS, competences=(1,), third_reader=True)
    scenario.when(call, by=AS_RENEE)
    scenario.then_refused(AssessesAlready, IRIS)
    scenario.when(unlink(IRIS, ASTRID), by=AS_RENEE)
    scenario.when(call, by=AS_RENEE)
    scenario.then_recorded(AssessorAssigned)


def test_assessor_cannot_mark_evidence_that_they_submitted_under_another_file(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), assigned(MARIE_FI, ASTRID, [1]), *linked(ASTRID, RENEE))
    scenario.given(put_in(MARIE_FI, EvidenceId(known("a piece")), 1, by=RENEE))
    command = AssessCompetence(candidacy=MARIE_FI, competence=1, mark="acquired")
    scenario.when(command, by=AS_ASTRID)
    scenario.then_refused(OwnWork)
    scenario.given(registered(ZOE, Role.REGISTRAR))
    scenario.when(unlink(ASTRID, RENEE), by=AS_ZOE)
    scenario.when(command, by=AS_ASTRID)
    scenario.then_recorded(CompetenceAssessed)
    assert unlawful(scenario) == []


def test_trainer_under_any_file_cannot_mark_when_the_rulebook_bars_trainers(scenario: Scenario) -> None:
    scenario.given(*before_marks(), tied(OTHER, THIRD, Tie.TRAINED), *linked(IRIS, OTHER), *linked(MARIE, THIRD))
    scenario.when(AssignAssessor(candidacy=MARIE_FI, assessor=IRIS, competences=(3,)), by=AS_RENEE)
    scenario.then_refused(AssessorTied, IRIS)


# Acts on one's own dossier


def test_candidate_cannot_be_their_own_advisor_under_an_indirectly_linked_file(scenario: Scenario) -> None:
    scenario.given(applied(MARIE_FI), *linked(ADELE, OTHER), *linked(OTHER, MARIE))
    scenario.when(NameAdvisor(candidacy=MARIE_FI, advisor=ADELE), by=AS_MARIE)
    scenario.then_refused(OwnWork)


IDENTIFIED = At(epreuves.SITTING, (epreuves.identified(epreuves.INES_CL),))
HERE = epreuves.present(epreuves.INES_CL)
CHECK = CheckIdentity(
    sitting=epreuves.SITTING, candidacy=epreuves.BASILE_FI, document=IdentityDocument.PASSPORT, matches=True
)


@pytest.mark.parametrize(
    ("command", "recorded"),
    [
        (CHECK, IdentityChecked),
        (
            SignAttendance(sitting=epreuves.SITTING, candidacy=epreuves.BASILE_FI, movement=Movement.IN),
            AttendanceSigned,
        ),
        (ReportIncident(sitting=epreuves.SITTING, candidacy=epreuves.BASILE_FI, account="x"), IncidentReported),
        (CollectPaper(sitting=epreuves.SITTING, candidacy=epreuves.BASILE_FI, number=7), PaperCollected),
    ],
    ids=lambda each: type(each).__name__,
)
def test_invigilator_cannot_act_on_a_candidate_who_is_a_duplicate_file_of_theirs(
    command: Command, recorded: type
) -> None:
    scenario = Scenario(today=epreuves.DAY)
    scenario.given(*epreuves.EPREUVES, epreuves.CALLED, epreuves.OPENED, registered(RENEE, Role.REGISTRAR))
    if not isinstance(command, CheckIdentity):
        scenario.given(At(epreuves.SITTING, (epreuves.identified(epreuves.BASILE_FI),)))
    if isinstance(command, ReportIncident | CollectPaper):
        scenario.given(At(epreuves.SITTING, (epreuves.signed(epreuves.BASILE_FI),)))
    scenario.given(*linked(epreuves.OLIVE, epreuves.BASILE))
    scenario.when(command, by=epreuves.AS_OLIVE)
    scenario.then_refused(OwnWork)
    scenario.when(unlink(epreuves.OLIVE, epreuves.BASILE), by=AS_RENEE)
    scenario.when(command, by=epreuves.AS_OLIVE)
    scenario.then_recorded(recorded)
    assert unlawful(scenario) == []


def test_fraud_reported_by_the_chair_under_another_file_is_decided_by_another_member(scenario: Scenario) -> None:
    ruled_by(scenario, replace(CERTIFIER, decided_by=FraudBody.JURY))
    scenario.given(*won(MARIE_VAE), registered(ZOE, Role.REGISTRAR), *linked(PAUL, ZOE))
    case = reported(scenario, by=AS_ZOE)
    told_and_heard(scenario, case)
    scenario.when(decide(case), by=AS_PAUL)
    scenario.then_refused(ReporterDoesNotDecide, PAUL)
    scenario.when(decide(case, vote=VoteOutcome.MAJORITY), by=AS_NADIA)
    scenario.then_recorded(FraudFound)
    assert unlawful(scenario) == []


def test_rectification_cannot_be_approved_by_its_proposer_under_an_indirectly_linked_file(scenario: Scenario) -> None:
    scenario.given(*keyed(), registered(ZOE, Role.REGISTRAR), *linked(RENEE, OTHER), *linked(OTHER, ZOE))
    scenario.when(PROPOSE, by=AS_RENEE)
    scenario.when(ApproveRectification(session=JUNE, candidacy=MARIE_VAE, reason="x"), by=AS_ZOE)
    scenario.then_refused(SecondApprover)


@pytest.mark.parametrize(("scope", "subject"), [(ExportScope.CANDIDACY, MARIE_VAE), (ExportScope.SESSION, JUNE)])
def test_auditor_cannot_export_their_own_candidacy_under_another_file(
    scenario: Scenario, scope: ExportScope, subject: EvidenceId
) -> None:
    scenario.given(*won(MARIE_VAE), registered(OTHER, Role.AUDITOR), *linked(OTHER, MARIE))
    command = ExportAudit(scope=scope, subject=subject, size=1, root="AAAA", facts=1)
    scenario.when(command, by=actor(OTHER, Role.AUDITOR))
    scenario.then_refused(OwnWork)
    scenario.when(unlink(OTHER, MARIE), by=AS_RENEE)
    scenario.when(command, by=actor(OTHER, Role.AUDITOR))
    scenario.then_recorded(AuditExported)
    assert unlawful(scenario) == []


# Candidacies and blocks under several files


def test_person_cannot_have_two_candidacies_under_way_by_one_route_under_two_files(scenario: Scenario) -> None:
    """A candidacy that has ended under another file prevents nothing."""
    hers, samir = CandidacyWithdrawn(withdrawn_on=JURY_DAY), actor(SAMIR, Role.CANDIDATE)
    again = OpenCandidacy(candidate=SAMIR, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FI)
    scenario.given(applied(MARIE_FI), *linked(SAMIR, MARIE))
    scenario.when(again, by=samir)
    scenario.then_refused(CandidacyAlreadyOpen)
    opened = CandidacyOpened(
        candidate=SAMIR, framework=FRAMEWORK, rulebook=RULEBOOK, route=Route.FI, opened_on=JURY_DAY
    )
    mine = Candidacy.id_of(SAMIR, FRAMEWORK, Route.FI)
    assert scenario.forged(mine, opened, by=samir, on=JURY_DAY) == ["candidacy-already-open"]
    scenario.when(replace(again, route=Route.FC), by=samir)
    scenario.then_recorded(CandidacyOpened)
    scenario.given(At(MARIE_FI, (hers,)))
    scenario.when(again, by=samir)
    scenario.then_recorded(CandidacyOpened)
    scenario.when(ResumeCandidacy(candidacy=MARIE_FI), by=AS_MARIE)
    scenario.then_refused(CandidacyAlreadyOpen)


def test_block_won_under_another_file_counts_until_the_files_are_unlinked(scenario: Scenario) -> None:
    mine, hers = Candidacy.id_of(SAMIR, OPEN.framework, Route.FI), MARIE_VAE
    scenario.given(*PARTIAL, ended(), NEW, *linked(SAMIR, MARIE))
    scenario.when(replace(OPEN, candidate=SAMIR), by=actor(SAMIR, Role.CANDIDATE), on=LATER_DAY)
    facts = scenario.then_recorded(
        type(scenario.store.told[-4].fact), BlockCarriedOver, BlockCarriedOver, CountedElsewhere
    )
    assert [(fact.block, fact.earlier) for fact in facts if isinstance(fact, BlockCarriedOver)] == [
        (1, hers),
        (2, hers),
    ]
    assert unlawful(scenario) == []
    scenario.when(replace(unlink(MARIE, SAMIR), candidacies=(hers, mine)), by=AS_RENEE, on=LATER_DAY)
    fell = scenario.then_recorded(DuplicateUnlinked, DuplicateUnlinked, CreditFell, CreditFell)
    assert {(fact.block, fact.fall) for fact in fell if isinstance(fact, CreditFell)} == {
        (1, Fall.MISTAKEN),
        (2, Fall.MISTAKEN),
    }
    assert unlawful(scenario) == []
    assert scenario.log.find(Credit, Credit.id_of(mine)).blocks == frozenset()
    scenario.when(CarryOverBlocks(candidacy=mine), by=AS_RENEE, on=LATER_DAY)
    scenario.then_refused(NothingCarriesOver)


def test_block_won_by_the_person_themselves_is_kept_when_files_are_unlinked(scenario: Scenario) -> None:
    scenario.given(*PARTIAL, ended(), NEW, *linked(SAMIR, MARIE))
    scenario.when(OPEN, by=AS_MARIE, on=LATER_DAY)
    scenario.when(replace(unlink(MARIE, SAMIR), candidacies=(MARIE_VAE, AGAIN)), by=AS_RENEE, on=LATER_DAY)
    scenario.then_recorded(DuplicateUnlinked, DuplicateUnlinked)
    assert scenario.log.find(Credit, Credit.id_of(AGAIN)).blocks == {1, 2}


def test_block_counted_through_an_intermediate_file_falls_when_the_link_is_removed(scenario: Scenario) -> None:
    """Samir's file is linked to another, and that one to Marie's: the link between these two is removed."""
    carried = BlockCarriedOver(
        candidacy=SAMIR_VAE,
        block=4,
        earlier=MARIE_FI,
        framework=OPEN.framework,
        blocks=(4,),
        sessions=(JUNE,),
        granted_on=JURY_DAY,
    )
    scenario.given(registered(OTHER), *linked(SAMIR, OTHER), *linked(OTHER, MARIE), applied(MARIE_FI))
    scenario.given(*vae_filed(SAMIR_VAE), At(Credit.id_of(SAMIR_VAE), (carried,)))
    scenario.when(replace(unlink(OTHER, MARIE), candidacies=(SAMIR_VAE,)), by=AS_RENEE)
    scenario.then_recorded(DuplicateUnlinked, DuplicateUnlinked, CreditFell)


def test_title_that_rested_on_another_persons_block_falls_with_it(scenario: Scenario) -> None:
    carried = BlockCarriedOver(
        candidacy=SAMIR_VAE,
        block=4,
        earlier=MARIE_FI,
        framework=OPEN.framework,
        blocks=(4,),
        sessions=(JUNE,),
        granted_on=JURY_DAY,
    )
    scenario.given(*linked(SAMIR, MARIE), applied(MARIE_FI), *vae_filed(SAMIR_VAE))
    scenario.given(At(Credit.id_of(SAMIR_VAE), (carried,)), *before_the_jury(SAMIR_VAE), heard(SAMIR_VAE))
    scenario.given(ruled(SAMIR_VAE, ENOUGH), granted(SAMIR_VAE, 1, 2, 3), pronounced(SAMIR_VAE), ended())
    scenario.when(EnterRegister(candidacy=SAMIR_VAE), by=AS_RENEE)
    scenario.when(replace(unlink(MARIE, SAMIR), candidacies=(MARIE_FI, SAMIR_VAE)), by=AS_RENEE)
    scenario.then_recorded(DuplicateUnlinked, DuplicateUnlinked, CreditFell, TitleFell, TitleWithdrawn)
    assert unlawful(scenario) == []
