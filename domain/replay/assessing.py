"""Are the assessors and what they say lawful?"""

from __future__ import annotations

from datetime import date

from domain.assessment.agreement import Marks, call_third_reader
from domain.assessment.assessment import Assessment, check_free, found, free
from domain.assessment.facts import AssessmentFiled, AssessmentReopened, CompetenceAssessed
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import AssessorAssigned, AssessorReleased
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.assess_paper import AssessPaper
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.assessment.file_paper import FilePaper
from domain.commands.assessment.reopen_assessment import ReopenAssessment
from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.commands.candidacy.name_marker import NameMarker
from domain.commands.candidacy.release_assessor import ReleaseAssessor
from domain.commands.exam.anonymous_marking import check_by_number
from domain.commands.jury.marks_before_the_jury import attempted, marks_before_the_jury
from domain.exam.sitting import Sitting
from domain.fact import Fact, RecordedFact
from domain.framework.framework import Framework
from domain.people.one_person import one_person
from domain.people.person import Person
from domain.ports import Role
from domain.replay.known import SAID, Known, Origins, by, same
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules


def assigned(known: Known, fact: AssessorAssigned, told: RecordedFact) -> bool:
    """Name the assessor again, one who holds the role and is free, by nobody on their own candidacy."""
    candidacy, person = known.get(Candidacy, told.stamp.stream), one_person(known.get, fact.assessor)
    again = candidacy.assign(
        fact.assessor,
        fact.competences,
        known.definition(candidacy.terms),
        third_reader=fact.third_reader,
        sitting=fact.sitting,
        names=person.names,
        ties=found(known.get, person, candidacy, told.stamp.on),
    )
    if fact.sitting and not _marks_there(known, fact, known.get(Sitting, fact.sitting), candidacy):
        return False
    rules = _rules(known, candidacy)
    if fact.sitting:
        check_by_number(known.get, person, candidacy, rules, told.stamp.on)
    check_free(known.get, person, candidacy, rules, told.stamp.on)
    candidacy.enrolment.check_accepted(rules.enrolment)
    if fact.third_reader:
        call_third_reader(fact.assessor, fact.competences, marks_of(known, candidacy, told.stamp.on))
    holds = Role.ASSESSOR in known.get(Person, fact.assessor).roles
    return again == fact and holds and candidacy.terms.candidate not in known.oneself(told)


def _marks_there(known: Known, fact: AssessorAssigned, sitting: Sitting, candidacy: Candidacy) -> bool:
    """Whether they were named for this candidate's paper, and for what that épreuve shows."""
    modality = known.get(Framework, sitting.planned.framework).modality(sitting.planned.modality)
    theirs = {sitting.papers.get(number) for number in sitting.markers.get(fact.assessor, ())}
    return candidacy.id in theirs and modality is not None and fact.competences == tuple(sorted(modality.competences))


def released(known: Known, fact: AssessorReleased, told: RecordedFact) -> bool:
    """Let the assessor step down again, by nobody on their own candidacy."""
    candidacy = known.get(Candidacy, told.stamp.stream)
    assessment = known.get(Assessment, Assessment.id_of(candidacy.id, fact.assessor))
    person, candidate = one_person(known.get, fact.assessor), candidacy.terms.candidate
    barred = not free(known.get, person, candidacy, _rules(known, candidacy), told.stamp.on)
    again = assessment.release(candidacy, fact.assessor, SAID, barred=barred)
    return same(again, fact) and candidate not in known.oneself(told)


def assessed(known: Known, fact: CompetenceAssessed | AssessmentFiled, told: RecordedFact) -> bool:
    """Mark or file again, as the assessor, still free, on their own assessment."""
    candidacy = known.get(Candidacy, fact.candidacy)
    assessment, person = known.get(Assessment, told.stamp.stream), one_person(known.get, fact.assessor)
    again: Fact
    match fact:
        case CompetenceAssessed():
            again = assessment.assess(
                candidacy,
                fact.competence,
                fact.mark,
                by=fact.assessor,
                names=person.names,
                comment=SAID if fact.comment is not None else None,
                of=known.definition(candidacy.terms),
                rules=known.get(Rulebook, candidacy.terms.rulebook),
                attempts=attempted(known.get, candidacy),
            )
        case AssessmentFiled():
            again = assessment.file(candidacy, fact.assessor)
    check_free(known.get, person, candidacy, _rules(known, candidacy), told.stamp.on)
    here = Assessment.id_of(fact.candidacy, fact.assessor) == told.stamp.stream
    return same(again, fact) and here and fact.assessor == told.stamp.by


def reopened(known: Known, fact: AssessmentReopened, told: RecordedFact) -> bool:
    """Hand the assessment back again, on what juries had then decided, by nobody on their own candidacy."""
    candidacy = known.get(Candidacy, fact.candidacy)
    assessment = known.get(Assessment, told.stamp.stream)
    said = attempted(known.get, candidacy)
    again = assessment.reopen(candidacy, fact.assessor, SAID, said, known.definition(candidacy.terms))
    here = Assessment.id_of(fact.candidacy, fact.assessor) == told.stamp.stream
    return same(again, fact) and here and candidacy.terms.candidate not in known.oneself(told)


def marks_of(known: Known, candidacy: Candidacy, on: date) -> Marks:
    """The marks that a jury then read of a candidacy, on that day."""
    return known.once(
        (marks_before_the_jury, candidacy.id, on),
        lambda: marks_before_the_jury(known.get, candidacy, _rules(known, candidacy), on),
    )


def _rules(known: Known, candidacy: Candidacy) -> Rules:
    return known.get(Rulebook, candidacy.terms.rulebook).content


ORIGINS: Origins = {
    AssessorAssigned: by(assigned, AssignAssessor, NameMarker),
    AssessorReleased: by(released, ReleaseAssessor),
    CompetenceAssessed: by(assessed, AssessCompetence, AssessPaper),
    AssessmentFiled: by(assessed, FileAssessment, FilePaper),
    AssessmentReopened: by(reopened, ReopenAssessment),
}
