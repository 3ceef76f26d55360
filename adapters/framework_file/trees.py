"""Reader of rules written as trees, over a block's competences or the title's blocks.

A node is written `all: […]`, `any: […]`, or `at_least: n` with `of: […]` and perhaps `mandatory: […]`; each entry of
its list is a number or a node. In a block's rule one node may be a `mean` of marks.
"""

from __future__ import annotations

from collections.abc import Callable

import yaml

from adapters.framework_file.document import Spot, distinct
from domain.framework.block_rule import DEEPEST, MOST_CASES, Rule, Way, all_of, any_of, at_least, mean_of

FORMS = ("all", "any", "at_least", "mean")
Amiss = Callable[[int], tuple[str, str] | None]
"""Function that returns the fault of a number in a rule, in English and French; None if there is none."""

_ALREADY = ("This is already named", "Ceci est déjà nommé")
_NOTHING = all_of()


def tree(spot: Spot, amiss: Amiss, *, marked: bool = True) -> Rule:
    """Read a rule from this node; return a neutral rule after a fault; `marked`: means of marks are allowed."""
    before = len(spot.faults.found)
    found = _node(spot, amiss, 1)
    means = [node for node in found.nodes() if node.mean]
    if len(means) > 1 or (means and not marked):
        en = "A block's rule has one mean at most; a title's has none: marks are of competences."
        spot.wrong(
            en, "La règle d'un bloc a une moyenne au plus ; celle d'un titre, aucune : on note des compétences."
        )
    if len(spot.faults.found) == before and found.cases > MOST_CASES:
        en = "This rule has too many cases for what is missing to be told: name fewer numbers twice, fewer groups."
        fr = (
            "Cette règle a trop de cas pour dire ce qui manque : nommez moins de numéros deux fois, moins de groupes."
        )
        spot.wrong(en, fr)
    return found if len(spot.faults.found) == before else _NOTHING


def _node(spot: Spot, amiss: Amiss, depth: int) -> Rule:
    if depth > DEEPEST:
        en = f"Rules stand in one another {DEEPEST} deep at most."
        spot.wrong(en, f"Des règles s'emboîtent sur {DEEPEST} niveaux au plus.")
        return _NOTHING
    at = spot.fields("", "all any at_least of mandatory mean out_of weights")
    if not spot.sound or not isinstance(spot.node, yaml.MappingNode):
        return _NOTHING
    forms = [form for form in FORMS if at[form].node]
    if len(forms) != 1:
        en = "A rule has exactly one of these keys: all, any, at_least, mean."
        spot.wrong(en, "Une règle a exactement une de ces clés : all, any, at_least, mean.")
        return _NOTHING
    for key, with_ in _WITH.items():
        if at[key].node and forms[0] not in with_:
            known = ", ".join(with_)
            at[key].wrong(f"This key goes with {known} only.", f"Cette clé ne va qu'avec {known}.")
    if forms[0] == "at_least":
        return _threshold(spot, at, amiss, depth)
    if forms[0] == "mean":
        return _mean(spot, at, amiss)
    ways = _ways(at[forms[0]], amiss, depth)
    return all_of(*ways) if forms[0] == "all" else any_of(*ways)


_WITH = {"of": ("at_least",), "mandatory": ("at_least", "mean"), "out_of": ("mean",), "weights": ("mean",)}


def _mean(spot: Spot, at: dict[str, Spot], amiss: Amiss) -> Rule:
    """Read a mean of marks, in points, and the competences that must be acquired whatever the mean."""
    before = len(spot.faults.found)
    least, most = at["mean"].points(), at["out_of"].points()
    for key in ("out_of", "weights"):
        spot.require(key, at)
    rows = [item.fields("competence weight") for item in at["weights"].items(least=1)]
    weights = [(row["competence"], row["competence"].whole(1), row["weight"].whole(1)) for row in rows]
    distinct([(place, number) for place, number, _ in weights], *_ALREADY)
    mandatory = [(item, item.whole(1)) for item in at["mandatory"].items()]
    distinct(mandatory, *_ALREADY)
    for place, number in (*((place, number) for place, number, _ in weights), *mandatory):
        said = amiss(number) if place.sound else None
        if said:
            place.wrong(*said)
    if at["mean"].sound and at["out_of"].sound and not 0 < least <= most:
        en = "This rule can never be met, or always is: the mean lies above nought and not beyond the points."
        fr = "Cette règle ne peut jamais être remplie, ou l'est toujours : la moyenne est entre zéro et le maximum."
        at["mean"].wrong(en, fr)
    if len(spot.faults.found) > before:
        return _NOTHING
    counted = {number: weight for _, number, weight in weights}
    return mean_of(least, most, counted, [number for _, number in mandatory])


def _threshold(spot: Spot, at: dict[str, Spot], amiss: Amiss, depth: int) -> Rule:
    before = len(spot.faults.found)
    required = at["at_least"].whole(1)
    spot.require("of", at)
    ways = _ways(at["of"], amiss, depth)
    mandatory = distinct([(item, item.whole(1)) for item in at["mandatory"].items()], *_ALREADY)
    if len(spot.faults.found) == before:
        for number, item in mandatory.at.items():
            if number not in ways:
                en = "What is mandatory stands itself in the list of this rule."
                item.wrong(en, "Ce qui est obligatoire figure soi-même dans la liste de cette règle.")
        if required > len(ways):
            en = f"This rule can never be met: its list has {len(ways)} entries."
            fr = f"Cette règle ne peut jamais être remplie : sa liste compte {len(ways)} entrées."
            at["at_least"].wrong(en, fr)
        elif len(mandatory.at) > required:
            en = f"{len(mandatory.at)} are mandatory, more than the number required, among which they count."
            fr = f"{len(mandatory.at)} sont obligatoires, plus que le nombre exigé, dans lequel ils comptent."
            at["at_least"].wrong(en, fr)
    return at_least(required, *ways, mandatory=mandatory.at)


def _ways(spot: Spot, amiss: Amiss, depth: int) -> tuple[Way, ...]:
    """Read the entries of a node's list; each may appear only once."""
    sound: list[tuple[Spot, Way]] = []
    for item in spot.items(least=1):
        before = len(spot.faults.found)
        way: Way
        if isinstance(item.node, yaml.MappingNode):
            way = _node(item, amiss, depth + 1)
        else:
            way = item.whole(1)
            said = amiss(way) if item.sound else None
            if said:
                item.wrong(*said)
        if len(spot.faults.found) == before:
            sound.append((item, way))
    return tuple(distinct(sound, *_ALREADY).at)
