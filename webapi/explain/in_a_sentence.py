"""One-sentence answers to why a block or the title was granted or not."""

from __future__ import annotations

from adapters.text.wording import day, listed
from domain.standing.standing import BlockState
from domain.standing.why import BlockWhy, TitleWhy
from webapi.explain.explanation import gap, rule
from webapi.words import phrase
from webapi.words.catalogue import Words

QUESTIONS = {
    BlockState.GRANTED: phrase("Pourquoi le bloc {n} a-t-il été accordé ?"),
    BlockState.NOT_GRANTED: phrase("Pourquoi le bloc {n} n'a-t-il pas été accordé ?"),
    BlockState.NOT_DECIDED: phrase("Pourquoi le bloc {n} n'est-il pas encore décidé ?"),
    BlockState.NOT_SOUGHT: phrase("Pourquoi le bloc {n} n'est-il pas en jeu ?"),
}


def question(block: BlockWhy, say: Words) -> str:
    """Return the question about a block in its current state."""
    return say(QUESTIONS[block.state], n=block.number)


def title_question(title: TitleWhy, say: Words) -> str:
    """Return the question about the title in its current state."""
    if title.pronounced:
        return say(phrase("Pourquoi le titre a-t-il été prononcé ?"))
    return say(phrase("Pourquoi le titre n'a-t-il pas été prononcé ?"))


def of_block(block: BlockWhy, say: Words) -> str:
    """Return the reason for a block's state."""
    match block.state:
        case BlockState.GRANTED:
            return _granted(block, say)
        case BlockState.NOT_GRANTED:
            return _not_granted(block, say)
        case BlockState.NOT_DECIDED:
            return _undecided(block, say)
        case BlockState.NOT_SOUGHT:
            return say(phrase("Parce que la candidature ne porte pas sur ce bloc."))


def of_block_supposed(block: BlockWhy, say: Words) -> str:
    """Return a block's state under a hypothesis: granted, ready to be granted, or what would still be missing."""
    if block.state is BlockState.GRANTED:
        return say(phrase("Le bloc serait accordé."))
    if block.met:
        return say(phrase("La règle du bloc serait remplie : il resterait à un jury à l'accorder."))
    ways = _ways([gap(each, say) for each in block.missing], say)
    return say(phrase("La règle du bloc ne serait pas remplie ; il manquerait : {ways}."), ways=ways)


def of_title_supposed(title: TitleWhy, say: Words) -> str:
    """Return the title's state under a hypothesis."""
    if title.within_reach:
        return say(
            phrase("Les blocs qui font le titre seraient réunis, une fois accordés : un jury pourrait le prononcer.")
        )
    lacking, many = _lacking(title, say)
    return say.count(
        "Le titre ne tiendrait pas ; il manquerait le bloc {lacking}.",
        "Le titre ne tiendrait pas ; il manquerait les blocs {lacking}.",
        many,
        lacking=lacking,
    )


def of_title(title: TitleWhy, say: Words) -> str:
    """Return why the title was pronounced or not."""
    won = listed([leaf.number for leaf in title.rule.numbers if leaf.met], say.language)
    if title.pronounced and title.pronounced_on:
        on = day(title.pronounced_on, say.language)
        return say(phrase("Prononcé par le jury du {on} parce que sont accordés les blocs {won}."), on=on, won=won)
    if not title.sought:
        return say(phrase("Parce que les blocs demandés ne peuvent faire le titre à eux seuls."))
    if title.met:
        return say(phrase("Les blocs qui font le titre sont réunis : il reste à un jury à le prononcer."))
    lacking, many = _lacking(title, say)
    if title.within_reach:
        return say.count(
            "Parce qu'il manque encore le bloc {lacking}. La règle en est remplie : reste à l'accorder.",
            "Parce qu'il manque encore les blocs {lacking}. Leur règle est remplie : reste à les accorder.",
            many,
            lacking=lacking,
        )
    return say.count(
        "Parce qu'il manque le bloc {lacking}.", "Parce qu'il manque les blocs {lacking}.", many, lacking=lacking
    )


def _lacking(title: TitleWhy, say: Words) -> tuple[str, int]:
    """Return the missing blocks in words, and their number."""
    ways = _ways([gap(each, say) for each in title.missing], say)
    return ways, title.missing[0].size if title.missing else 0


def _granted(block: BlockWhy, say: Words) -> str:
    on = day(block.decided_on, say.language) if block.decided_on else ""
    if not block.met:
        return say(
            phrase("Compté comme accordé depuis le {on} parce qu'il a été obtenu ailleurs ou auparavant."), on=on
        )
    if not _counts(block):
        asked = rule(block.rule, say)
        return say(phrase("Obtenu le {on} parce que la règle du bloc est remplie : {rule}."), on=on, rule=asked)
    return say(
        phrase("Obtenu le {on} parce que le jury a jugé acquis ce que la règle demande : {counted}{mandatory}."),
        on=on,
        counted=_counted(block, say),
        mandatory=_with_mandatory(block, say),
    )


def _with_mandatory(block: BlockWhy, say: Words) -> str:
    mandatory = [leaf.number for leaf in block.rule.numbers if leaf.mandatory]
    numbers = listed(mandatory, say.language)
    if not mandatory:
        return ""
    if len(mandatory) == 1:
        return say(phrase(", dont l'obligatoire, la {numbers}"), numbers=numbers)
    return say(phrase(", dont les obligatoires {numbers}"), numbers=numbers)


def _not_granted(block: BlockWhy, say: Words) -> str:
    on = day(block.decided_on, say.language) if block.decided_on else ""
    lacking = [leaf.number for leaf in block.rule.numbers if leaf.mandatory and not leaf.met]
    enough = block.rule.have >= block.rule.required
    if block.met:
        return say(
            phrase(
                "Parce que le jury du {on} en a décidé ainsi, pour le motif qu'il donne ; la règle, elle, est "
                "remplie."
            ),
            on=on,
        )
    if not _counts(block):
        ways = _ways([gap(each, say) for each in block.missing], say)
        return say(phrase("Parce que, devant le jury du {on}, il manquait : {ways}."), on=on, ways=ways)
    said = {"on": on, "counted": _counted(block, say)}
    if not lacking:
        return say(phrase("Parce que, devant le jury du {on}, le nombre n'y est pas : {counted}."), **said)
    said["lacking"] = listed(lacking, say.language)
    if not enough:
        return say(
            phrase(
                "Parce que, devant le jury du {on}, le nombre n'y est pas : {counted} ; et parmi les obligatoires il "
                "manque {lacking}."
            ),
            **said,
        )
    one = phrase(
        "Parce que le jury du {on} n'a pas jugé acquise la compétence {lacking}, obligatoire. Le nombre, lui, "
        "suffisait : {counted}."
    )
    several = phrase(
        "Parce que le jury du {on} n'a pas jugé acquises les compétences {lacking}, obligatoires. Le nombre, lui, "
        "suffisait : {counted}."
    )
    return say(several if lacking[1:] else one, **said)


def _counted(block: BlockWhy, say: Words) -> str:
    """Return the numbers of acquired and required competences in words."""
    have = say.count("{n} compétence", "{n} compétences", block.rule.have)
    required = say.count("{n} requise", "{n} requises", block.rule.required)
    return say(phrase("{have} pour {required}"), have=have, required=required)


def _undecided(block: BlockWhy, say: Words) -> str:
    if block.met:
        return say(phrase("Sa règle est remplie ; aucun jury ne l'a encore accordé."))
    ways = _ways([gap(each, say) for each in block.missing], say)
    return say(phrase("Parce qu'aucun jury n'en a encore décidé. Il reste à acquérir : {ways}."), ways=ways)


def _counts(block: BlockWhy) -> bool:
    """Return whether the rule only asks for a number of competences, some of them mandatory."""
    return bool(block.rule.numbers) and not block.rule.branches and block.rule.mean is None


def _ways(ways: list[str], say: Words) -> str:
    """Join the smallest ways to fill the gap; one of them is enough."""
    return f" {say(phrase('ou bien'))} ".join(ways)
