"""Marking of papers by number, by an assessor who must not learn whose they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.assessment.assessment import Assessment, AssessmentAlreadyFiled, NotAssigned, Opinion
from domain.assessment.facts import AssessmentFiled, CompetenceAssessed
from domain.candidacy.candidacy import NotByNumber
from domain.candidacy.facts import (
    AdvisorNamed,
    AssessorAssigned,
    AssessorReleased,
    CalledToSitting,
    CandidateSummoned,
)
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.assess_paper import AssessPaper
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.assessment.file_paper import FilePaper
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.name_marker import NameMarker
from domain.commands.fraud.report_fraud import ReportFraud
from domain.exam.facts import MarkerNamed, Movement, PaperCollected, SittingClosed
from domain.exam.sitting import NoSuchPaper
from domain.fact import Personal
from domain.framework.jury_rule import Sex
from domain.fraud.fraud import Matter
from domain.jury.facts import CandidateListed, ResultsReleased, SessionOpened
from domain.people.facts import DuplicateLinked, RoleGranted, Tie, TieDeclared
from domain.people.person import RoleNotHeld
from domain.ports import Command, PersonId, Role
from domain.refusal import NotFound
from domain.replay.judge import replay
from domain.rulebook.facts import RulebookPublished
from domain.standing.disclosure import disclosed, relation
from tests.given.domain.epreuves import (
    BASILE_FI,
    CALLED,
    CASES,
    CASES_RULES,
    EPREUVES,
    INES,
    INES_CL,
    OLIVE,
    OPENED,
    SITTING,
    present,
    signed,
)
from tests.given.domain.people import (
    AS_ASTRID,
    AS_OSCAR,
    AS_RENEE,
    ASTRID,
    ATELIER,
    CLOSED,
    JUNE,
    JURY_DAY,
    MARIE,
    OSCAR,
    RENEE,
    SIGNED,
    actor,
    as_reader,
    assigned,
    planned,
    seat,
    works,
)
from tests.given.domain.replayed import verdict
from tests.given.domain.scenario import At, Scenario

HERS, HIS = 4711, 815
COLLECTED = tuple(
    PaperCollected(candidacy=candidacy, number=number, under_reserve=False)
    for candidacy, number in ((INES_CL, HERS), (BASILE_FI, HIS))
)
GONE = tuple(signed(candidacy, Movement.OUT) for candidacy in (INES_CL, BASILE_FI))
NAME = NameMarker(sitting=SITTING, assessor=ASTRID)
NET = Opinion(competence=1, mark="acquired", comment="Net.")
MARK = AssessPaper(sitting=SITTING, number=HERS, marks=(NET,))
FILE = FilePaper(sitting=SITTING, number=HERS, assessment=Assessment.id_of(INES_CL, ASTRID))
NAMED = (
    At(SITTING, (MarkerNamed(assessor=ASTRID, numbers=(HIS, HERS)),)),
    *(
        At(candidacy, (AssessorAssigned(assessor=ASTRID, competences=(1, 2, 3), sitting=SITTING),))
        for candidacy in (BASILE_FI, INES_CL)
    ),
)


@pytest.fixture
def closed(scenario: Scenario) -> Scenario:
    """Both papers are collected, and the sitting is closed."""
    scenario.given(*EPREUVES, CALLED, OPENED, present(INES_CL, BASILE_FI))
    scenario.given(At(each, (CalledToSitting(sitting=SITTING),)) for each in (INES_CL, BASILE_FI))
    scenario.given(At(SITTING, (*COLLECTED, *GONE, SittingClosed())))
    return scenario


@pytest.fixture
def named(closed: Scenario) -> Scenario:
    closed.given(*NAMED)
    return closed


def test_marker_is_named_for_numbers_and_recorded_in_each_candidacy(closed: Scenario) -> None:
    closed.when(NAME, by=AS_RENEE)
    by_number = AssessorAssigned(assessor=ASTRID, competences=(1, 2, 3), sitting=SITTING, ties=())
    closed.then(MarkerNamed(assessor=ASTRID, numbers=(HIS, HERS)), by_number, by_number)
    assert [each for each in replay(closed.store.told) if each.position > len(closed.store.told) - 3] == []


def test_marker_is_named_for_some_of_the_papers(closed: Scenario) -> None:
    closed.when(replace(NAME, numbers=(HIS,)), by=AS_RENEE)
    closed.then_recorded(MarkerNamed, AssessorAssigned)
    assert closed.store.told[-1].stamp.stream == BASILE_FI


@pytest.mark.parametrize("numbers", [(1,), (HERS, 1)])
def test_marker_cannot_be_named_for_a_paper_that_was_not_collected(
    closed: Scenario, numbers: tuple[int, ...]
) -> None:
    closed.when(replace(NAME, numbers=numbers), by=AS_RENEE)
    closed.then_refused(NoSuchPaper, 1)


def test_marker_cannot_be_named_while_the_sitting_is_open(scenario: Scenario) -> None:
    scenario.given(*EPREUVES, CALLED, OPENED, present(INES_CL, BASILE_FI), At(SITTING, COLLECTED))
    scenario.when(NAME, by=AS_RENEE)
    scenario.then_refused(NoSuchPaper)


def test_marker_must_hold_the_assessor_role_and_be_no_author(closed: Scenario) -> None:
    closed.when(replace(NAME, assessor=MARIE), by=AS_RENEE)
    closed.then_refused(RoleNotHeld)
    closed.given(At(INES, (RoleGranted(role=Role.ASSESSOR),)))
    closed.when(replace(NAME, assessor=INES), by=AS_RENEE)
    closed.then_refused(NotByNumber, INES)


def test_assessor_assigned_by_name_cannot_mark_the_candidate_by_number_and_conversely(closed: Scenario) -> None:
    closed.given(At(INES_CL, assigned_by_name()))
    closed.when(NAME, by=AS_RENEE)
    closed.then_refused(NotByNumber, ASTRID)
    closed.when(replace(NAME, numbers=(HIS,)), by=AS_RENEE)
    closed.then_recorded(MarkerNamed, AssessorAssigned)
    closed.when(AssignAssessor(candidacy=BASILE_FI, assessor=ASTRID, competences=(4,)), by=AS_RENEE)
    closed.then_refused(NotByNumber, ASTRID)


def assigned_by_name() -> tuple[AssessorAssigned]:
    return (AssessorAssigned(assessor=ASTRID, competences=(4,)),)


def test_paper_is_marked_and_filed_by_its_number(named: Scenario) -> None:
    named.when(MARK, by=AS_ASTRID)
    comment = Personal("Net.", INES)
    named.then(CompetenceAssessed(candidacy=INES_CL, assessor=ASTRID, competence=1, mark="acquired", comment=comment))
    named.when(FILE, by=AS_ASTRID)
    named.then(AssessmentFiled(candidacy=INES_CL, assessor=ASTRID))
    assert [each for each in replay(named.store.told) if each.position > len(named.store.told) - 2] == []
    named.when(MARK, by=AS_ASTRID)
    named.then_refused(AssessmentAlreadyFiled)


@pytest.mark.parametrize("command", [MARK, FILE])
def test_paper_can_be_marked_and_filed_only_by_the_marker_named_for_it(
    named: Scenario, command: AssessPaper | FilePaper
) -> None:
    named.when(command, by=AS_OSCAR)
    named.then_refused(NotAssigned, OSCAR)
    named.when(replace(command, number=1), by=AS_ASTRID)
    named.then_refused(NotAssigned, ASTRID)


@pytest.mark.parametrize("command", [MARK, FILE])
def test_paper_cannot_be_marked_by_a_colleague_of_its_author_when_the_rulebook_bars_colleagues(
    named: Scenario, command: AssessPaper | FilePaper
) -> None:
    bars = replace(CASES_RULES, ties_bar_assessors=(Tie.COLLEAGUE,))
    anew = AssessorAssigned(assessor=ASTRID, competences=(1, 2, 3), sitting=SITTING, ties=())
    named.given(At(CASES, (RulebookPublished(rules=bars),)), At(INES_CL, (anew,)))
    named.given(works(ASTRID, ATELIER), works(INES, ATELIER))
    named.when(command, by=AS_ASTRID)
    named.then_refused(NotAssigned, ASTRID)


def test_paper_cannot_be_marked_for_a_competence_of_another_epreuve(named: Scenario) -> None:
    named.when(replace(MARK, marks=(replace(NET, competence=4),)), by=AS_ASTRID)
    named.then_refused(NotAssigned, ASTRID, 4)


@pytest.mark.parametrize(
    "command",
    [
        AssessCompetence(candidacy=INES_CL, competence=1, mark="acquired"),
        FileAssessment(candidacy=INES_CL, assessor=ASTRID),
    ],
)
def test_marker_by_number_cannot_mark_the_candidate_by_name(named: Scenario, command: Command) -> None:
    """The refusal is that of any dossier not assigned; otherwise a mark by name would disclose the number of the
    paper."""
    named.when(command, by=AS_ASTRID)
    named.then_refused(NotAssigned, ASTRID)


def test_marker_who_proves_to_be_the_author_is_refused_as_for_any_other_paper(named: Scenario) -> None:
    """A refusal for own work or for a tie would disclose the author."""
    named.given(At(ASTRID, (DuplicateLinked(other=INES, reason=Personal("x", INES)),)))
    for command in (MARK, FILE):
        named.when(command, by=AS_ASTRID)
        named.then_refused(NotAssigned, ASTRID)


def test_released_marker_cannot_mark_or_file_the_paper(named: Scenario) -> None:
    named.given(At(INES_CL, (AssessorReleased(assessor=ASTRID, reason=Personal("x", ASTRID)),)))
    for command in (MARK, FILE):
        named.when(command, by=AS_ASTRID)
        named.then_refused(NotAssigned, ASTRID)


def test_dossier_is_not_found_by_a_marker_by_number(named: Scenario) -> None:
    dossier = [told for told in named.store.told if told.stamp.stream == INES_CL]
    assert ASTRID not in relation(dossier).assessors
    with pytest.raises(NotFound):
        disclosed(as_reader(AS_ASTRID), dossier)


def test_assessor_assigned_by_name_reads_the_dossier_but_nothing_of_the_sitting(named: Scenario) -> None:
    named.given(assigned(INES_CL, OSCAR, (4,)))
    dossier = [
        told
        for told in named.store.told
        if told.stamp.stream == INES_CL or getattr(told.fact, "candidacy", None) == INES_CL
    ]
    shown = {type(told.fact).__name__ for told in disclosed(as_reader(AS_OSCAR), dossier)}
    assert not shown & {"PaperCollected", "AttendanceSigned", "IdentityChecked", "CandidateExpected"}
    registrar = {type(told.fact).__name__ for told in disclosed(as_reader(AS_RENEE), dossier)}
    assert "PaperCollected" in registrar
    jury = actor(OSCAR, Role.JUROR)
    with pytest.raises(NotFound):
        disclosed(as_reader(jury), dossier)


def test_replay_judges_who_was_named_for_whose_paper(closed: Scenario) -> None:
    by_number = AssessorAssigned(assessor=ASTRID, competences=(1, 2, 3), sitting=SITTING)
    assert verdict(closed, INES_CL, by_number, AS_RENEE) == "decided-otherwise"
    assert verdict(closed, SITTING, MarkerNamed(assessor=ASTRID, numbers=(1,)), AS_RENEE) == "no-such-paper"
    assert verdict(closed, SITTING, MarkerNamed(assessor=MARIE, numbers=(HIS,)), AS_RENEE) == "role-not-held"
    marks = MarkerNamed(assessor=ASTRID, numbers=(HERS,))
    by_number = replace(by_number, ties=())
    assert verdict(closed, SITTING, marks, AS_RENEE, also=[At(INES_CL, (by_number,))]) is None
    fewer = At(INES_CL, (replace(by_number, competences=(1, 2)),))
    assert verdict(closed, SITTING, marks, AS_RENEE, also=[fewer]) == "decided-otherwise"


def test_marker_who_is_the_author_under_another_file_cannot_be_named(closed: Scenario) -> None:
    closed.given(At(ASTRID, (DuplicateLinked(other=INES, reason=Personal("x", INES)),)))
    closed.when(NAME, by=AS_RENEE)
    closed.then_refused(NotByNumber, ASTRID)


ANYTHING = {
    "accompanies": (At(INES_CL, (AdvisorNamed(advisor=ASTRID, named_on=JURY_DAY),)),),
    "trains": (At(ASTRID, (TieDeclared(candidate=INES, tie=Tie.TRAINED, declared_by=RENEE),)),),
    "judges": (
        planned(JUNE, seats=(seat(ASTRID, Sex.F),)),
        At(INES_CL, (CandidateSummoned(session=JUNE),)),
    ),
}


@pytest.mark.parametrize("facts", ANYTHING.values(), ids=ANYTHING)
def test_marker_with_any_relation_to_an_author_is_refused_in_the_same_words(
    closed: Scenario, facts: tuple[At, ...]
) -> None:
    closed.given(*facts)
    closed.when(NAME, by=AS_RENEE)
    closed.then_refused(NotByNumber, ASTRID)
    closed.given(At(SITTING, (MarkerNamed(assessor=ASTRID, numbers=(HERS,)),)))
    named = AssessorAssigned(assessor=ASTRID, competences=(1, 2, 3), sitting=SITTING)
    assert closed.forged(INES_CL, named, by=AS_RENEE) != []


def test_marker_who_sits_on_the_jury_learns_the_author_of_the_paper_only_after_the_release(named: Scenario) -> None:
    named.given(planned(JUNE, seats=(seat(ASTRID, Sex.F),)), At(INES_CL, (CandidateSummoned(session=JUNE),)))
    named.given(At(JUNE, (CandidateListed(candidacy=INES_CL, candidate=INES),)))
    juror = actor(ASTRID, Role.JUROR)

    def reads_it() -> bool:
        dossier = [told for told in named.store.told if told.stamp.stream in {INES_CL, JUNE}]
        return any(isinstance(told.fact, AssessorAssigned) for told in disclosed(as_reader(juror), dossier))

    assert not reads_it()
    named.given(At(JUNE, (SessionOpened(present=(ASTRID,), opened_on=JURY_DAY), CLOSED, SIGNED)))
    assert not reads_it()
    named.given(At(JUNE, (ResultsReleased(released_on=JURY_DAY),)))
    assert reads_it()


@pytest.mark.parametrize("file", [OLIVE, OSCAR])
def test_invigilator_of_a_sitting_cannot_mark_its_papers(closed: Scenario, file: PersonId) -> None:
    """Invigilators collect the papers and see the author of each number."""
    closed.given(At(file, (RoleGranted(role=Role.ASSESSOR),)))
    closed.given(At(OSCAR, (DuplicateLinked(other=OLIVE, reason=Personal("x", OLIVE)),)))
    closed.when(replace(NAME, assessor=file), by=AS_RENEE)
    closed.then_refused(NotByNumber, file)
    assert verdict(closed, SITTING, MarkerNamed(assessor=file, numbers=(HIS,)), AS_RENEE) == "not-by-number"


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.AUDITOR])
def test_registrar_or_auditor_cannot_mark_papers_by_number(closed: Scenario, role: Role) -> None:
    closed.given(At(ASTRID, (RoleGranted(role=role),)))
    closed.when(NAME, by=AS_RENEE)
    closed.then_refused(NotByNumber, ASTRID)


def test_order_of_recording_does_not_disclose_the_numbers(closed: Scenario) -> None:
    """The facts are not in the order of the numbers, because a reader of dossiers in another role sees positions."""
    closed.when(NAME, by=AS_RENEE)
    written = [told.stamp.stream for told in closed.store.told if isinstance(told.fact, AssessorAssigned)]
    assert written == sorted([INES_CL, BASILE_FI])


def test_marker_by_number_cannot_report_a_fraud_of_the_author(named: Scenario) -> None:
    """The refusal is that of any dossier not theirs; an accepted report would disclose the author."""
    report = ReportFraud(candidacy=INES_CL, matter=Matter(competences=(1,)), statement="x")
    named.when(report, by=AS_ASTRID)
    named.then_refused(NotFound, INES_CL)


def test_released_marker_may_be_assigned_by_name_but_cannot_mark_by_number_any_more(named: Scenario) -> None:
    """They know now whose dossier it is: a mark by number would disclose whose paper it is."""
    named.given(At(INES_CL, (AssessorReleased(assessor=ASTRID, reason=Personal("x", ASTRID)),)))
    named.when(AssignAssessor(candidacy=INES_CL, assessor=ASTRID, competences=(1, 2, 3)), by=AS_RENEE)
    named.then_recorded(AssessorAssigned)
    named.when(AssessCompetence(candidacy=INES_CL, competence=1, mark="acquired"), by=AS_ASTRID)
    named.then_recorded(CompetenceAssessed)
    named.replayed = False  # she may mark by name: the fact does not say which of the two ways was used
    for command in (MARK, FILE):
        named.when(command, by=AS_ASTRID)
        named.then_refused(NotAssigned, ASTRID)
