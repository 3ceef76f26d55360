"""Check that every block can be won by a route with its modalities, and that each competence has one modality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.framework.definition import Block, Definition, Modality, Route
from domain.refusal import Refused, Violation


class ModalitiesAmiss(Refused):
    """By a route a competence has one modality, or several that say so, and no block is out of reach."""

    fr = "Par une voie, une compétence a une modalité, ou plusieurs qui le disent ; nul bloc n'est hors d'atteinte."
    kind = "invalid"
    source = "{sheet}, modalities of assessment"
    source_fr = "{sheet}, modalités d'évaluation"


@dataclass(frozen=True, kw_only=True)
class Amiss:
    """An error in a list of modalities: in the modality at that place, or in the whole list (None)."""

    place: int | None
    en: str
    fr: str


def amiss(definition: Definition, modalities: Sequence[Modality], routes: Sequence[Route]) -> Iterator[Amiss]:
    """Yield the errors of these modalities, which assess those routes of the framework."""
    for place, modality in enumerate(modalities):
        if strangers := sorted(set(modality.competences) - definition.numbers):
            said = ", ".join(map(str, strangers))
            yield Amiss(
                place=place,
                en=f"The framework has no competence {said}.",
                fr=f"Le référentiel n'a pas de compétence {said}.",
            )
        for earlier in modalities[:place]:
            if common := _in_common(earlier, modality):
                number = min(common)
                en = f"Competence {number} is assessed by {earlier.id} too: say so by alongside: [{earlier.id}]."
                fr = f"La compétence {number} est aussi évaluée par {earlier.id} ; dites : alongside: [{earlier.id}]."
                yield Amiss(place=place, en=en, fr=fr)
    for route in routes:
        assessed = {n for modality in modalities if route in modality.routes for n in modality.competences}
        for block in definition.blocks if assessed else ():
            if not _within_reach(block, frozenset(assessed)):
                en = f"By the route {route.value} the rule of block {block.number} can never be met:"
                fr = f"Par la voie {route.value}, la règle du bloc {block.number} ne peut jamais être remplie :"
                lacking = ", ".join(str(number) for number in block.competences if number not in assessed)
                yield Amiss(
                    place=None,
                    en=f"{en} no modality assesses {lacking}.",
                    fr=f"{fr} aucune modalité n'évalue {lacking}.",
                )


def check_assessable(definition: Definition, modalities: Sequence[Modality], route: Route) -> None:
    """Refuse modalities, the sheet's own included, that cannot assess a route."""
    own = definition.modalities_for(route)
    found = list(amiss(definition, (*own, *modalities), [route]))
    if found:
        code = definition.code
        raise ModalitiesAmiss(
            route.value, violations=tuple(_violation(each, len(own), code) for each in found), sheet=code
        )


def _violation(each: Amiss, own: int, code: str) -> Violation:
    place = "modalities" if each.place is None else f"modalities[{each.place - own}]"
    sources = ModalitiesAmiss.reference("en", code), ModalitiesAmiss.reference("fr", code)
    return Violation(place, each.en, each.fr, *sources)


def _in_common(one: Modality, other: Modality) -> set[int]:
    """Return the competences that both assess by one route, unless one of them declares the other alongside."""
    said = other.id in one.alongside or one.id in other.alongside
    return set() if said or not set(one.routes) & set(other.routes) else set(one.competences) & set(other.competences)


def _within_reach(block: Block, assessed: frozenset[int]) -> bool:
    """Return whether these competences alone, with any marks, could meet the rule of a block."""
    return block.rule.rule(block.competences).supposing(reached=True).met_by(assessed)
