"""What may this reader see of a dossier? One filter, on top of the facts, for every standing and history.

Nobody but the panel and the registrar sees a ruling before the session is closed, its minutes signed and its results
released; marks are opinions for the jury and follow the same rule, save for whoever gave them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from domain.assessment import AssessmentFiled, CompetenceAssessed
from domain.candidacy import AssessorAssigned, CandidacyOpened
from domain.deliberation import (
    BlockGranted,
    BlockNotGranted,
    CandidateNotHeard,
    CompetenceRuled,
    DeliberationOpened,
    JurorRecused,
    TitlePronounced,
)
from domain.fact import Fact, Told
from domain.jury import JurorAppointed, PanelDerogationGranted, ResultsReleased
from domain.ports import Actor, PersonId, Role
from domain.refusal import NotFound

DELIBERATED = (
    JurorRecused,
    DeliberationOpened,
    CandidateNotHeard,
    CompetenceRuled,
    BlockGranted,
    BlockNotGranted,
    TitlePronounced,
)
MARKED = (CompetenceAssessed, AssessmentFiled)
JURY_ONLY = (JurorRecused, PanelDerogationGranted)
"""Facts that speak of jurors, not of the candidate."""

T = TypeVar("T", bound=Told)


@dataclass(frozen=True, kw_only=True)
class Relation:
    """What ties people to a dossier: whose it is, who assesses it, who sits on its juries."""

    candidate: PersonId | None
    assessors: frozenset[PersonId]
    jurors: frozenset[PersonId]


def relation(facts: Iterable[Told]) -> Relation:
    """Read from the facts themselves who has to do with a dossier."""
    candidate: PersonId | None = None
    assessors, jurors = set(), set()
    for told in facts:
        match told.fact:
            case CandidacyOpened(candidate=candidate):
                pass
            case AssessorAssigned(assessor=assessor):
                assessors.add(assessor)
            case JurorAppointed(juror=juror):
                jurors.add(juror)
            case _:
                pass
    return Relation(candidate=candidate, assessors=frozenset(assessors), jurors=frozenset(jurors))


def may_read(actor: Actor, ties: Relation) -> bool:
    """Whether this dossier exists for this reader: their own, one they assess or judge, or all by their role."""
    match actor.role:
        case Role.REGISTRAR | Role.AUDITOR | Role.OPERATOR:
            return True
        case Role.CANDIDATE:
            return actor.person == ties.candidate
        case Role.ASSESSOR:
            return actor.person in ties.assessors
        case Role.JUROR:
            return actor.person in ties.jurors and actor.person != ties.candidate
        case _:
            return False


def sees_provisional(actor: Actor, ties: Relation) -> bool:
    """Whether this reader sees rulings and marks before the results are released: the registrar and the panel."""
    return actor.role in {Role.REGISTRAR, Role.OPERATOR} or (
        actor.role is Role.JUROR and actor.person in ties.jurors and actor.person != ties.candidate
    )


def disclosed(actor: Actor, facts: Sequence[T]) -> list[T]:
    """Keep the facts that this reader may see; raises NotFound when the dossier is not theirs to read."""
    ties = relation(facts)
    if not ties.candidate or not may_read(actor, ties):
        raise NotFound
    if sees_provisional(actor, ties):
        return list(facts)
    released = {told.stamp.stream for told in facts if isinstance(told.fact, ResultsReleased)}
    last_release = max((t.stamp.position for t in facts if isinstance(t.fact, ResultsReleased)), default=0)

    def shown(told: Told) -> bool:
        fact: Fact = told.fact
        if isinstance(fact, JURY_ONLY) and actor.role is not Role.AUDITOR:
            return False
        if isinstance(fact, MARKED):
            return fact.assessor == actor.person or told.stamp.position < last_release
        return not isinstance(fact, DELIBERATED) or fact.session in released

    return [told for told in facts if shown(told)]
