"""How is an explanation said, in French and in English? Why, why not and what if, as lines for people to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from adapters.wording import day, listed, ranges
from domain.framework.block_rule import Gap
from domain.framework.scale import written
from domain.framework.weighted_mean import Raise
from domain.standing.comparison import Changed
from domain.standing.standing import BlockState
from domain.standing.what_if import WhatIf
from domain.standing.why import BlockWhy, Branch, CompetenceWhy, MeanWhy, TitleWhy, Why
from webapi.language import Tell, tell

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "under": (
        "{framework} v{version}, règlement {rulebook} v{of}",
        "{framework} v{version}, rulebook {rulebook} v{of}",
    ),
    "law": ("Droit : {reference}", "Law: {reference}"),
    "title": ("Titre", "Title"),
    "title.option": ("Option : {option}", "Option: {option}"),
    "title.pronounced": ("Prononcé", "Pronounced"),
    "title.met": ("À prononcer par un jury", "For a jury to pronounce"),
    "title.within_reach": (
        "À portée : des blocs dont la règle est remplie restent à accorder",
        "Within reach: blocks whose rule is met are still to be granted",
    ),
    "title.not_sought": ("Non demandé", "Not sought"),
    "title.not_yet": ("Pas encore", "Not yet"),
    "rule.met": ("Règle remplie : {rule}", "Rule met: {rule}"),
    "rule.not_met": ("Règle non remplie : {rule}", "Rule not met: {rule}"),
    "of": ("{n} parmi {ways}", "{n} of {ways}"),
    "among": (", dont {numbers}", ", including {numbers}"),
    "mean": ("moyenne d'au moins {least} / {most} ({weights})", "a mean of at least {least} / {most} ({weights})"),
    "mean.now": (", aujourd'hui {now}", ", now {now}"),
    "weighed": ("compétence {number}, coefficient {weight}", "competence {number}, weight {weight}"),
    "raise": ("note de {number} : de {worth} à {to}", "mark of {number}: from {worth} to {to}"),
    "raise.none": ("aucune", "none"),
    "missing.competence": ("Compétence manquante : {gap}", "Missing competence: {gap}"),
    "missing.competences": ("Compétences manquantes : {gap}", "Missing competences: {gap}"),
    "missing.block": ("Bloc manquant : {gap}", "Missing block: {gap}"),
    "missing.blocks": ("Blocs manquants : {gap}", "Missing blocks: {gap}"),
    "missing.or": ("ou bien : {gap}", "or else: {gap}"),
    "needed": ("Compétences à acquérir, au moins : {n}", "Competences to acquire, at least: {n}"),
    "fact": ("fait {positions}", "fact {positions}"),
    "facts": ("faits {positions}", "facts {positions}"),
    "supposed": ("supposé", "supposed"),
    "not_by_this_jury": ("Pas appréciée par ce jury", "Not ruled on by this jury"),
    "gained": ("Règle remplie en plus, blocs : {blocks}", "Rule now met, blocks: {blocks}"),
    "lost": ("Règle qui ne serait plus remplie, blocs : {blocks}", "Rule no longer met, blocks: {blocks}"),
    "title_gained": ("Les blocs qui font le titre seraient réunis", "The blocks that make the title would be there"),
    "title_lost": ("Le titre prononcé ne tiendrait plus", "The title pronounced would no longer stand"),
    "unchanged": ("Aucun bloc ne serait gagné ni perdu", "No block would be gained or lost"),
    "fell": ("Ne seraient pas là non plus, faits : {positions}", "Not there either, facts: {positions}"),
    "then": ("Ce qui serait :", "What would be:"),
    "nothing_recorded": ("Rien n'a été enregistré.", "Nothing was recorded."),
}


def phrases(language: str) -> Tell:
    """What says a phrase of this catalogue in one language."""
    column = 0 if language == "fr" else 1

    def say(key: str, **values: object) -> str:
        return PHRASES[key][column].format(**values)

    return say


def rule(branch: Branch, language: str) -> str:
    """A rule in words: 1 et ((2 et 3) ou (4 et 5)); 5 parmi 1 à 9, dont 4."""
    say = phrases(language)
    if branch.mean:
        return _mean(branch.mean, language)
    numbers = [leaf.number for leaf in branch.numbers]
    nested = [f"({rule(each, language)})" if _several(each) else rule(each, language) for each in branch.branches]
    mandatory = [leaf.number for leaf in branch.numbers if leaf.mandatory]
    if branch.required == 1 < _ways(branch) and not mandatory:
        return f" {'ou' if language == 'fr' else 'or'} ".join([*map(str, numbers), *nested])
    ways = [*ranges(numbers, language), *nested]
    if branch.required == _ways(branch):
        return listed(ways, language)
    among = say("among", numbers=listed(mandatory, language)) if mandatory else ""
    return say("of", n=branch.required, ways=listed(ways, language)) + among


def _mean(mean: MeanWhy, language: str) -> str:
    """A mean in words: moyenne d'au moins 10 / 20 (compétence 1, coefficient 2 ; …), aujourd'hui 9,5."""
    say = phrases(language)
    weights = "; ".join(say("weighed", number=each.number, weight=each.weight) for each in mean.weights)
    said = say("mean", least=_points(mean.least, language), most=_points(mean.most, language), weights=weights)
    return said if mean.now is None else said + say("mean.now", now=_points(mean.now, language))


def _points(worth: int, language: str) -> str:
    return written(worth).replace(".", "," if language == "fr" else ".")


def _ways(branch: Branch) -> int:
    return len(branch.numbers) + len(branch.branches)


def _several(branch: Branch) -> bool:
    return _ways(branch) > 1


def gap(missing: Gap, language: str) -> str:
    """What is missing in words: 7 et 9, et 2 parmi 1 à 3."""
    say = phrases(language)
    parts = [listed(ranges(missing.numbers, language), language)] if missing.numbers else []
    parts += [
        say("of", n=each.count, ways=listed(ranges(each.among, language), language)) for each in missing.choices
    ]
    parts += [_raised(each, language) for each in missing.raises]
    return f", {'et' if language == 'fr' else 'and'} ".join(parts)


def _raised(each: Raise, language: str) -> str:
    say = phrases(language)
    worth = say("raise.none") if each.worth is None else _points(each.worth, language)
    return say("raise", number=each.number, worth=worth, to=_points(each.to, language))


def explained(answer: Why, language: str, block: int | None = None) -> Iterator[str]:
    """Why a candidacy stands where it stands: the whole, the title, each block (or one) with its competences."""
    say = phrases(language)
    supposed = frozenset(source.position for source in answer.sources if source.supposed)
    yield tell(language)(f"outcome.{answer.outcome.value}")
    yield say(
        "under",
        framework=answer.framework,
        version=answer.framework_version,
        rulebook=answer.rulebook,
        of=answer.rulebook_version,
    )
    for reference in dict.fromkeys(each.reference for each in answer.law):
        yield say("law", reference=reference)
    if block is None:
        yield from _title(answer.title, supposed, language)
    for each in sorted(answer.blocks, key=lambda each: each.number):
        if block in {None, each.number}:
            yield from _block(each, supposed, language)


def what_would_be(answer: WhatIf, language: str) -> Iterator[str]:
    """What would be, under what is supposed: blocks gained and lost, then the whole of it."""
    say = phrases(language)
    changes = list(_changes(answer, language))
    yield from changes or [say("unchanged")]
    if answer.fell:
        yield say("fell", positions=listed([each.position for each in answer.fell], language))
    yield say("then")
    yield from (f"  {line}" for line in explained(answer.then, language))
    yield say("nothing_recorded")


def would_change(changed: Changed, language: str) -> str:
    """What one candidacy would gain and lose, on one line."""
    return " · ".join(_changes(changed, language))


def _changes(changed: Changed | WhatIf, language: str) -> Iterator[str]:
    say = phrases(language)
    for key, blocks in (("gained", changed.gained), ("lost", changed.lost)):
        if blocks:
            yield say(key, blocks=listed(blocks, language))
    if changed.title_gained:
        yield say("title_gained")
    if changed.title_lost:
        yield say("title_lost")


def _title(title: TitleWhy, supposed: frozenset[int], language: str) -> Iterator[str]:
    say = phrases(language)
    ways = {
        "pronounced": title.pronounced,
        "met": title.met,
        "within_reach": title.within_reach,
        "not_sought": not title.sought,
        "not_yet": True,
    }
    state = say(f"title.{next(way for way, so in ways.items() if so)}")
    on = f" ({day(title.pronounced_on, language)})" if title.pronounced_on else ""
    yield f"{say('title')} · {state}{on}{_facts(title.positions, supposed, language)}"
    if title.option_title:
        yield f"  {say('title.option', option=title.option_title)}"
    yield f"  {_rule(title.rule, language)}"
    yield from _missing("block", title.missing, language)
    if title.competences_needed:
        yield f"  {say('needed', n=title.competences_needed)}"


def _block(block: BlockWhy, supposed: frozenset[int], language: str) -> Iterator[str]:
    words = tell(language)
    on = f" ({day(block.decided_on, language)})" if block.decided_on else ""
    name, state = words("block.name", number=block.number), words(f"block.{block.state.value}")
    yield f"{name} · {state}{on}{_facts(block.positions, supposed, language)}"
    if block.state is BlockState.NOT_SOUGHT:
        return
    if block.state is not BlockState.GRANTED or block.met:
        yield f"  {_rule(block.rule, language)}"
    yield from _missing("competence", block.missing, language)
    if block.state is BlockState.NOT_GRANTED:
        yield f"  {words('block.ruled_anew')}"
    for line in block.competences:
        sign = {True: "+", False: "-", None: " "}[line.acquired]
        yield f"    {line.number:>2} {sign} {_said(line, language)}{_facts(line.positions, supposed, language)}"


def _said(line: CompetenceWhy, language: str) -> str:
    if line.acquired is not None:
        return tell(language)("competence.acquired" if line.acquired else "competence.not_acquired")
    if line.state.value == "ruled":
        return phrases(language)("not_by_this_jury")
    return tell(language)(f"competence.{line.state.value}")


def _rule(branch: Branch, language: str) -> str:
    return phrases(language)("rule.met" if branch.met else "rule.not_met", rule=rule(branch, language))


def _missing(what: str, gaps: Iterable[Gap], language: str) -> Iterator[str]:
    """The smallest ways, each on its line."""
    for place, each in enumerate(gaps):
        key = "or" if place else what if each.size == 1 else f"{what}s"
        yield f"  {phrases(language)(f'missing.{key}', gap=gap(each, language))}"


def _facts(positions: Iterable[int], supposed: frozenset[int], language: str) -> str:
    """The facts behind a line, by their positions; one that is supposed has none."""
    say = phrases(language)
    told = [say("supposed") if position in supposed else str(position) for position in positions]
    return f" · {say('facts' if told[1:] else 'fact', positions=', '.join(told))}" if told else ""
