from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.assessment.assessment import Assessment, AssessorTied, NotAssigned, check_free
from domain.assessment.facts import CompetenceAssessed
from domain.candidacy.candidacy import OwnWork
from domain.commands.exam.anonymous_marking import paper_of, whose_paper
from domain.commands.jury.marks_before_the_jury import attempted
from domain.framework.framework import Framework
from domain.people.one_person import one_person
from domain.ports import Log, Role, SittingId
from domain.replay.read_back import Again
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class AssessPaper:
    """Give a mark for a competence shown in a paper, by its number (noter une copie).

    Loads the sitting, the candidacy whose paper it is, its framework and rulebook, the assessor with their ties and
    assessment, and what juries decided. A tie found since is answered as any paper that is not
    theirs: the answer would say whose it is.
    """

    roles: ClassVar = frozenset({Role.ASSESSOR})
    records: ClassVar = (CompetenceAssessed,)
    again: ClassVar[Again] = {
        "sitting": lambda append: paper_of(append, append.said["candidacy"])[0],
        "number": lambda append: paper_of(append, append.said["candidacy"])[1],
    }
    sitting: SittingId
    number: int
    competence: int
    mark: str
    comment: str | None = None

    def execute(self, log: Log) -> None:
        by = log.actor.who
        candidacy = whose_paper(log, self.sitting, self.number)
        framework = log.load(Framework, candidacy.terms.framework)
        rules = log.load(Rulebook, candidacy.terms.rulebook)
        person = one_person(log.find, by)
        assessment = log.find(Assessment, Assessment.id_of(candidacy.id, by))
        try:
            check_free(log.find, person, candidacy, rules.content, log.today)
            fact = assessment.assess(
                candidacy,
                self.competence,
                self.mark,
                by=by,
                names=person.names,
                comment=self.comment,
                of=framework.content,
                rules=rules,
                attempts=attempted(log.find, candidacy),
            )
        except (OwnWork, AssessorTied) as tied:
            raise NotAssigned(by) from tied
        log.record(assessment, fact)
