from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.assessment.assessment import AssessorTied, NotAssigned, Opinion
from domain.assessment.facts import CompetenceAssessed
from domain.candidacy.candidacy import OwnWork
from domain.commands.assessment.marked import marked
from domain.commands.exam.anonymous_marking import paper_of, whose_paper
from domain.ports import Log, Role, SittingId
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class AssessPaper:
    """Give marks for the competences shown in a paper, by its number, all or none (noter une copie).

    Loads the sitting, the candidacy whose paper it is, and what `marked` loads. A tie found since is answered like a
    paper of another assessor: another answer would reveal the author.
    """

    roles: ClassVar = frozenset({Role.ASSESSOR})
    records: ClassVar = (CompetenceAssessed,)
    again: ClassVar[Again] = {
        "sitting": lambda append: paper_of(append, append.said["candidacy"])[0],
        "number": lambda append: paper_of(append, append.said["candidacy"])[1],
    }
    sitting: SittingId
    number: int
    marks: tuple[Opinion, ...]

    def execute(self, log: Log) -> None:
        candidacy = whose_paper(log, self.sitting, self.number)
        try:
            assessment, facts = marked(log, candidacy, self.marks)
        except (OwnWork, AssessorTied) as tied:
            raise NotAssigned(log.actor.who) from tied
        log.record(assessment, *facts)
