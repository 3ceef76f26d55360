from __future__ import annotations

from collections.abc import Sequence

from domain.assessment.assessment import Assessment, Opinion, check_free
from domain.assessment.facts import CompetenceAssessed
from domain.candidacy.candidacy import Candidacy
from domain.commands.jury.marks_before_the_jury import attempted
from domain.framework.framework import Framework
from domain.people.one_person import one_person
from domain.ports import Log
from domain.rulebook.rulebook import Rulebook


def marked(
    log: Log, candidacy: Candidacy, opinions: Sequence[Opinion]
) -> tuple[Assessment, tuple[CompetenceAssessed, ...]]:
    """Return the marks that the actor gives a candidacy, and the assessment that they belong to.

    Loads its framework and rulebook, the assessor with their ties, their own assessment and the decisions of the
    juries that the candidacy was called before.
    """
    by = log.actor.who
    framework = log.load(Framework, candidacy.terms.framework)
    rules = log.load(Rulebook, candidacy.terms.rulebook)
    person = one_person(log.find, by)
    assessment = log.find(Assessment, Assessment.id_of(candidacy.id, by))
    facts = assessment.assess(
        candidacy,
        opinions,
        by=by,
        names=person.names,
        of=framework.content,
        rules=rules,
        attempts=attempted(log.find, candidacy),
    )
    check_free(log.find, person, candidacy, rules.content, log.today)
    return assessment, facts
