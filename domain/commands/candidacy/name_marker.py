from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.assessment.assessment import found
from domain.candidacy.facts import AssessorAssigned
from domain.commands.exam.anonymous_marking import check_by_number
from domain.exam.facts import MarkerNamed
from domain.exam.sitting import NoSuchPaper
from domain.framework.framework import Framework
from domain.jury.access import holding, run, run_sitting
from domain.people.one_person import one_person
from domain.ports import Log, PersonId, Role, SittingId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class NameMarker:
    """Name a marker of papers of a sitting, who sees their numbers but not their authors (désigner un correcteur).

    Loads the sitting, its framework and rulebook, the assessor with their ties and files, and the candidacy of each
    paper. Without `numbers`, all papers are meant, except those of candidacies that ended.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (MarkerNamed, AssessorAssigned)
    sitting: SittingId
    assessor: PersonId
    numbers: tuple[int, ...] = ()

    def execute(self, log: Log) -> None:
        """Record MarkerNamed on the sitting, and AssessorAssigned on the candidacy of each paper."""
        sitting = run_sitting(log, self.sitting)
        plan, papers = sitting.planned, sitting.papers
        holding(log, self.assessor, Role.ASSESSOR)
        person = one_person(log.find, self.assessor)
        framework = log.load(Framework, plan.framework)
        rules = log.load(Rulebook, plan.rulebook).content
        modality = framework.modality(plan.modality)
        if modality is None:
            raise NoSuchPaper(plan.modality)
        authors = {number: run(log, papers[number]) for number in self.numbers or papers if number in papers}
        chosen = self.numbers or tuple(number for number, author in authors.items() if not author.life.ended)
        log.record(sitting, sitting.name_marker(self.assessor, chosen, person.files))
        for number in sorted(set(chosen), key=papers.__getitem__):  # the order of numbers would reveal the authors
            author = authors[number]
            check_by_number(log.find, person, author, rules, log.today)
            tied = found(log.find, person, author, log.today)
            assigned = author.assign(
                self.assessor,
                modality.competences,
                framework.content,
                sitting=self.sitting,
                names=person.names,
                ties=tied,
            )
            log.record(author, assigned)
