from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.assessment.assessment import Assessment, AssessorTied, NotAssigned, check_free
from domain.assessment.facts import AssessmentFiled
from domain.candidacy.candidacy import OwnWork
from domain.commands.exam.anonymous_marking import paper_of, whose_paper
from domain.people.one_person import one_person
from domain.ports import Log, Role, SittingId
from domain.rulebook.rulebook import Rulebook
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class FilePaper:
    """File the marks of a paper with the jury, by its number (remettre la note d'une copie).

    Loads the sitting, the candidacy whose paper it is, its rulebook, the assessor with their ties, the assessment.
    `assessment` is the actor's assessment of that paper, whose marks they were shown.
    """

    roles: ClassVar = frozenset({Role.ASSESSOR})
    records: ClassVar = (AssessmentFiled,)
    again: ClassVar[Again] = {
        "sitting": lambda append: paper_of(append, append.said["candidacy"])[0],
        "number": lambda append: paper_of(append, append.said["candidacy"])[1],
        "assessment": lambda append: append.stream(Assessment),
    }
    sitting: SittingId
    number: int
    assessment: UUID

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return self.assessment

    def execute(self, log: Log) -> None:
        by = log.actor.who
        candidacy = whose_paper(log, self.sitting, self.number)
        if self.assessment != Assessment.id_of(candidacy.id, by):
            raise NotAssigned(by)
        assessment = log.find(Assessment, self.assessment)
        rules = log.load(Rulebook, candidacy.terms.rulebook).content
        try:
            check_free(log.find, one_person(log.find, by), candidacy, rules, log.today)
        except (OwnWork, AssessorTied) as tied:
            raise NotAssigned(by) from tied
        log.record(assessment, assessment.file(candidacy, by))
