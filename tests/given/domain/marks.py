"""Marks in points, two assessors and a third one: rulebooks and dossiers of the tests on agreement."""

from __future__ import annotations

from dataclasses import replace

from domain.candidacy.facts import AssessorAssigned
from domain.framework.scale import AgreementRule, Marking, Points
from domain.people.facts import Tie
from domain.ports import CandidacyId, PersonId, Role, RulebookId
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from tests.given.domain.people import (
    ASTRID,
    MARIE_FI,
    OSCAR,
    RULES,
    actor,
    applied,
    assigned,
    before_the_jury,
    heard,
    person,
    plan,
    registered,
)
from tests.given.domain.scenario import At

IRIS, TOM = person("iris"), person("tom")  # assessors
AS_IRIS, AS_TOM = actor(IRIS, Role.ASSESSOR), actor(TOM, Role.ASSESSOR)
OUT_OF_20 = Points(least=0, most=2000, step=50, acquired_from=1000, source="règlement")
TWO_READERS = Marking(assessors=2, agreement=AgreementRule.THIRD_READER, most_apart=300, source="règlement")
EXAM = replace(RULES, version=3, points=OUT_OF_20, markings=(TWO_READERS,), ties_bar_assessors=(Tie.TRAINED,))
EXAM_RULEBOOK = RulebookId(Rulebook.id_of("IMCI", 3))


def agreeing(agreement: AgreementRule, assessors: int = 2, most_apart: int | None = None) -> Rules:
    return replace(EXAM, markings=(Marking(assessors=assessors, agreement=agreement, most_apart=most_apart),))


def acquis(rules: Rules = EXAM) -> tuple[At, ...]:
    """Return the facts of the rulebook and the assessors."""
    published = At(EXAM_RULEBOOK, (RulebookPublished(rules=rules),))
    return (published, registered(IRIS, Role.ASSESSOR), registered(TOM, Role.ASSESSOR))


def third(assessor: PersonId, *competences: int, candidacy: CandidacyId = MARIE_FI) -> At:
    return At(candidacy, (AssessorAssigned(assessor=assessor, competences=competences, third_reader=True),))


def before_marks(rules: Rules = EXAM) -> tuple[At, ...]:
    """Return the facts of Marie, whose first two competences Astrid and Oscar must mark."""
    return (
        *acquis(rules),
        applied(MARIE_FI, EXAM_RULEBOOK),
        assigned(MARIE_FI, ASTRID, [1, 2]),
        assigned(MARIE_FI, OSCAR, [1, 2]),
    )


TAKEN_UP = (*before_the_jury(MARIE_FI, plan=plan(rulebook=EXAM_RULEBOOK)), heard(MARIE_FI))
"""The jury of June has opened her deliberation."""
