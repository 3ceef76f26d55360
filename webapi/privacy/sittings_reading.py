"""Sittings of an examination centre, as their reader may see them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.assessment.assessment import Assessment
from domain.assessment.facts import AssessmentFiled, CompetenceAssessed
from domain.commands.exam.anonymous_marking import whose_paper
from domain.exam.accommodation import Accommodation
from domain.exam.measures import Measures
from domain.exam.sitting import Sitter, Sitting
from domain.ports import CandidacyId, Role, SittingId
from domain.refusal import NotFound
from projections.reading import DossierFact
from projections.told import sealed_facts
from webapi.accounts.authentication import actor, reader, reading
from webapi.current import acquis
from webapi.privacy.disclosure import personal, rebuilt, rebuilt_or_new, stream


def sitters_shown(found: Sitting) -> dict[CandidacyId, Sitter]:
    """Return the candidates of a sitting whom this reader may see.

    Raises NotFound when they may not see the sitting.
    """
    me, sitters = reader(), found.sitters
    others = {candidacy: sitter for candidacy, sitter in sitters.items() if sitter.candidate not in me.files}
    own = {candidacy: sitter for candidacy, sitter in sitters.items() if sitter.candidate == me.person}
    match me.role:
        case Role.AUDITOR | Role.REGISTRAR if others == sitters:
            return sitters
        case Role.INVIGILATOR if found.planned.invigilator == me.person:
            return others
        case Role.CANDIDATE if own:
            return own
        case _:
            raise NotFound(found.id)


def measures_granted(shown: dict[CandidacyId, Sitter]) -> dict[CandidacyId, Measures]:
    """Return the measures granted to each candidate."""
    granted: dict[UUID, list[DossierFact]] = {Accommodation.id_of(candidacy): [] for candidacy in shown}
    for each in sealed_facts(acquis().database, list(granted)) if granted else ():
        granted[each.stamp.stream].append(each)
    return {
        candidacy: rebuilt_or_new(Accommodation, of, granted[of]).measures
        for candidacy in shown
        for of in [Accommodation.id_of(candidacy)]
    }


def numbered(sitting: UUID) -> tuple[Sitting, dict[int, dict[str, Any]]]:
    """Return the sitting, and the papers that this assessor marks there, by number, with their marks by competence.

    Raises NotFound for an assessor who marks none.
    """
    found, me = rebuilt(Sitting, SittingId(sitting), stream(sitting)), actor().who
    mine = {Assessment.id_of(found.papers[number], me): number for number in found.markers.get(me, ())}
    if not mine:
        raise NotFound(sitting)
    papers: dict[int, dict[str, Any]] = {
        number: {"version": 0, "filed": False, "marks": {}} for number in sorted(mine.values())
    }
    for each in sealed_facts(acquis().database, list(mine)):
        paper = papers[mine[each.stamp.stream]]
        paper["version"] = each.stamp.version
        match each.fact:
            case CompetenceAssessed(competence=competence, mark=mark):
                comment = personal(each).get("comment")
                paper["marks"][competence] = {"competence": competence, "mark": mark, "comment": comment}
            case AssessmentFiled():
                paper["filed"] = True
            case _:
                paper["filed"] = False
    return found, papers


def assessment_of(sitting: UUID, number: int) -> UUID:
    """Return the id of the assessment of a paper by this assessor; raises NotAssigned."""
    return Assessment.id_of(whose_paper(reading(), SittingId(sitting), number).id, actor().who)
