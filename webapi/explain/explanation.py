"""Explanations (why, why not, what if) as readable lines in French and English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from adapters.text.wording import day, listed, ranges
from domain.framework.block_rule import Gap
from domain.framework.scale import written
from domain.framework.weighted_mean import Raise
from domain.standing.comparison import Changed
from domain.standing.standing import BlockState, CompetenceLine, CompetenceState, Outcome
from domain.standing.what_if import WhatIf
from domain.standing.why import BlockWhy, Branch, CompetenceWhy, MeanWhy, StandingExplanation, TitleWhy
from webapi.words import phrase
from webapi.words.catalogue import Words

OUTCOMES: Final = {
    Outcome.FULL: phrase("Certification obtenue"),
    Outcome.PARTIAL: phrase("Validation partielle"),
    Outcome.NONE: phrase("Aucun bloc accordé"),
    Outcome.IN_PROGRESS: phrase("En cours"),
}
ENDED: Final = {"withdrawn": phrase("Retirée"), "lapsed": phrase("Caduque")}
NOT_ADMISSIBLE: Final = phrase("Non recevable")
ADMISSIBLE: Final = phrase("Recevable")
FILED: Final = phrase("Dossier de validation déposé")
BLOCKS: Final = {
    BlockState.GRANTED: phrase("Accordé"),
    BlockState.NOT_GRANTED: phrase("Non accordé"),
    BlockState.NOT_SOUGHT: phrase("Non demandé"),
    BlockState.NOT_DECIDED: phrase("Pas encore décidé"),
}
COMPETENCES: Final = {
    CompetenceState.NO_EVIDENCE: phrase("Sans preuve"),
    CompetenceState.EVIDENCED: phrase("Preuve déposée"),
    CompetenceState.ASSESSED: phrase("Évaluée"),
}
ACQUIRED: Final = {True: phrase("Acquise"), False: phrase("Non acquise")}
ANEW: Final = phrase(
    "Un nouveau jury se prononcera sur toutes ses compétences : seuls les blocs accordés restent acquis."
)
MISSING: Final = {
    "competence": (phrase("Compétence manquante : {gap}"), phrase("Compétences manquantes : {gap}")),
    "block": (phrase("Bloc manquant : {gap}"), phrase("Blocs manquants : {gap}")),
}


def state_of(outcome: str, ended: str | None, admissible: bool | None) -> str:
    """Return a candidacy's state in a word or two: its outcome, its end, its refusal, or that it is running."""
    if outcome not in {Outcome.IN_PROGRESS, Outcome.NONE}:
        return OUTCOMES[Outcome(outcome)]
    if ended:
        return ENDED[ended]
    return NOT_ADMISSIBLE if admissible is False else OUTCOMES[Outcome(outcome)]


def stage_of(outcome: str, ended: str | None, admissible: bool | None, *, filed: bool) -> str:
    """Return a candidacy's state for lists; for a running candidacy, its stage."""
    said = state_of(outcome, ended, admissible)
    if outcome != Outcome.IN_PROGRESS or said != OUTCOMES[Outcome.IN_PROGRESS]:
        return said
    return FILED if filed else ADMISSIBLE if admissible else said


def rule(branch: Branch, say: Words) -> str:
    """Return a rule in words: 1 et ((2 et 3) ou (4 et 5)); 5 parmi 1 à 9, dont 4."""
    if branch.mean:
        return _mean(branch.mean, say)
    numbers = [leaf.number for leaf in branch.numbers]
    nested = [f"({rule(each, say)})" if _several(each) else rule(each, say) for each in branch.branches]
    mandatory = [leaf.number for leaf in branch.numbers if leaf.mandatory]
    if branch.required == 1 < _ways(branch) and not mandatory:
        return f" {say('ou')} ".join([*map(str, numbers), *nested])
    ways = [*ranges(numbers, say.language), *nested]
    if branch.required == _ways(branch):
        return listed(ways, say.language)
    among = say(", dont {numbers}", numbers=listed(mandatory, say.language)) if mandatory else ""
    return say("{n} parmi {ways}", n=branch.required, ways=listed(ways, say.language)) + among


def _mean(mean: MeanWhy, say: Words) -> str:
    """Return a mean in words: moyenne d'au moins 10 / 20 (compétence 1, coefficient 2 ; …), aujourd'hui 9,5."""
    weights = "; ".join(
        say("compétence {number}, coefficient {weight}", number=each.number, weight=each.weight)
        for each in mean.weights
    )
    said = say(
        "moyenne d'au moins {least} / {most} ({weights})",
        least=_points(mean.least, say),
        most=_points(mean.most, say),
        weights=weights,
    )
    return said if mean.now is None else said + say(", aujourd'hui {now}", now=_points(mean.now, say))


def _points(worth: int, say: Words) -> str:
    return written(worth).replace(".", "," if say.language == "fr" else ".")


def _ways(branch: Branch) -> int:
    return len(branch.numbers) + len(branch.branches)


def _several(branch: Branch) -> bool:
    return _ways(branch) > 1


def gap(missing: Gap, say: Words) -> str:
    """Return the missing numbers in words: 7 et 9, et 2 parmi 1 à 3."""
    parts = [listed(ranges(missing.numbers, say.language), say.language)] if missing.numbers else []
    parts += [
        say("{n} parmi {ways}", n=each.count, ways=listed(ranges(each.among, say.language), say.language))
        for each in missing.choices
    ]
    parts += [_raised(each, say) for each in missing.raises]
    return f", {say('et')} ".join(parts)


def _raised(each: Raise, say: Words) -> str:
    worth = say("aucune") if each.worth is None else _points(each.worth, say)
    return say("note de {number} : de {worth} à {to}", number=each.number, worth=worth, to=_points(each.to, say))


def explained(answer: StandingExplanation, say: Words, block: int | None = None) -> Iterator[str]:
    """Yield the explanation of a candidacy's state: the outcome, the title, and each block with its competences.

    With `block`, the title is left out and only that block is explained.
    """
    supposed = frozenset(source.position for source in answer.sources if source.supposed)
    yield say(OUTCOMES[answer.outcome])
    yield say(
        "{framework} v{version}, règlement {rulebook} v{of}",
        framework=answer.framework,
        version=answer.framework_version,
        rulebook=answer.rulebook,
        of=answer.rulebook_version,
    )
    for reference in dict.fromkeys(each.reference for each in answer.law):
        yield say("Droit : {reference}", reference=reference)
    if block is None:
        yield from _title(answer.title, supposed, say)
    for each in sorted(answer.blocks, key=lambda each: each.number):
        if block in {None, each.number}:
            yield from _block(each, supposed, say)


def what_would_be(answer: WhatIf, say: Words) -> Iterator[str]:
    """Yield the result of a hypothesis: blocks gained and lost, then the full explanation."""
    changes = list(_changes(answer, say))
    yield from changes or [say("Aucun bloc ne serait gagné ni perdu")]
    if answer.fell:
        yield say(
            "Ne seraient pas là non plus, faits : {positions}",
            positions=listed([each.position for each in answer.fell], say.language),
        )
    yield say("Ce qui serait :")
    yield from (f"  {line}" for line in explained(answer.then, say))
    yield say("Rien n'a été enregistré.")


def would_change(changed: Changed, say: Words) -> str:
    """Return a candidacy's gains and losses on one line."""
    return " · ".join(_changes(changed, say))


def _changes(changed: Changed | WhatIf, say: Words) -> Iterator[str]:
    if changed.gained:
        yield say("Règle remplie en plus, blocs : {blocks}", blocks=listed(changed.gained, say.language))
    if changed.lost:
        yield say("Règle qui ne serait plus remplie, blocs : {blocks}", blocks=listed(changed.lost, say.language))
    if changed.title_gained:
        yield say("Les blocs qui font le titre seraient réunis")
    if changed.title_lost:
        yield say("Le titre prononcé ne tiendrait plus")


def _title(title: TitleWhy, supposed: frozenset[int], say: Words) -> Iterator[str]:
    ways = (
        (title.pronounced, phrase("Prononcé")),
        (title.met, phrase("À prononcer par un jury")),
        (title.within_reach, phrase("À portée : des blocs dont la règle est remplie restent à accorder")),
        (not title.sought, phrase("Non demandé")),
        (True, phrase("Pas encore")),
    )
    state = say(next(way for so, way in ways if so))
    on = f" ({day(title.pronounced_on, say.language)})" if title.pronounced_on else ""
    yield f"{say('Titre')} · {state}{on}{_facts(title.positions, supposed, say)}"
    if title.option_title:
        yield f"  {say('Option : {option}', option=title.option_title)}"
    yield f"  {_rule(title.rule, say)}"
    yield from _missing("block", title.missing, say)
    if title.competences_needed:
        yield f"  {say('Compétences à acquérir, au moins : {n}', n=title.competences_needed)}"


def _block(block: BlockWhy, supposed: frozenset[int], say: Words) -> Iterator[str]:
    on = f" ({day(block.decided_on, say.language)})" if block.decided_on else ""
    name, state = say("Bloc {number}", number=block.number), say(BLOCKS[block.state])
    yield f"{name} · {state}{on}{_facts(block.positions, supposed, say)}"
    if block.state is BlockState.NOT_SOUGHT:
        return
    if block.state is not BlockState.GRANTED or block.met:
        yield f"  {_rule(block.rule, say)}"
    yield from _missing("competence", block.missing, say)
    if block.state is BlockState.NOT_GRANTED:
        yield f"  {say(ANEW)}"
    for line in block.competences:
        sign = {True: "+", False: "-", None: " "}[line.acquired]
        yield f"    {line.number:>2} {sign} {_said(line, say)}{_facts(line.positions, supposed, say)}"


def _said(line: CompetenceWhy, say: Words) -> str:
    if line.acquired is not None:
        return say(ACQUIRED[line.acquired])
    if line.state is CompetenceState.RULED:
        return say("Pas appréciée par ce jury")
    return say(COMPETENCES[line.state])


def how_far(line: CompetenceLine, say: Words) -> str:
    """Return a competence's state in words."""
    if line.state is CompetenceState.RULED:
        return say(ACQUIRED[bool(line.acquired)])
    return say(COMPETENCES[line.state])


def _rule(branch: Branch, say: Words) -> str:
    said = rule(branch, say)
    return say("Règle remplie : {rule}", rule=said) if branch.met else say("Règle non remplie : {rule}", rule=said)


def _missing(what: str, gaps: Iterable[Gap], say: Words) -> Iterator[str]:
    """Yield the smallest ways to fill the gap, one per line."""
    for place, each in enumerate(gaps):
        one, several = MISSING[what]
        way = phrase("ou bien : {gap}") if place else one if each.size == 1 else several
        yield f"  {say(way, gap=gap(each, say))}"


def _facts(positions: Iterable[int], supposed: frozenset[int], say: Words) -> str:
    """Return the positions of the facts behind a line; a hypothetical fact has no position."""
    each = [say("supposé") if position in supposed else str(position) for position in positions]
    if not each:
        return ""
    where = ", ".join(each)
    return f" · {say('faits {positions}', positions=where) if each[1:] else say('fait {positions}', positions=where)}"
