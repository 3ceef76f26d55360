"""How long may the certifier take over a feasibility file, and the candidate then, by the law of the parcours?"""

from __future__ import annotations

from domain.candidacy.admissibility_lapse import LapseTime
from domain.candidacy.candidacy import Candidacy, Opening
from domain.candidacy.feasibility import Silence
from domain.ports import Log
from domain.rulebook.law import Law
from domain.rulebook.rule_set import Provision
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules


def silence(log: Log, candidacy: Candidacy) -> Silence | None:
    """What the law says of the certifier's silence on a candidacy. Loads the law and the candidacy's rulebook."""
    rules = log.load(Rulebook, candidacy.terms.rulebook).content
    return silence_of(candidacy.terms, log.find(Law, Law.the()), rules)


def silence_of(terms: Opening, law: Law, rules: Rules) -> Silence | None:
    """How long silence lasts and what it means, by law; counted as the rulebook says. None where no law is known."""
    provisions = terms.under(law)
    text, source = provisions.admissibility, provisions.source(Provision.ADMISSIBILITY)
    if text is None or source is None:
        return None
    return Silence(
        months=text.months,
        admits=text.silence_admits,
        rule_set=source.id,
        calendar=rules.journeys.calendar,
        counted_from=text.counted_from,
    )


def lapse_of(terms: Opening, law: Law, rules: Rules) -> LapseTime | None:
    """How long an admissibility waits for a step of the candidate's, by law. None where no text lets it lapse."""
    provisions = terms.under(law)
    text, source = provisions.lapse, provisions.source(Provision.LAPSE)
    if text is None or source is None:
        return None
    return LapseTime(months=text.months, rule_set=source.id, calendar=rules.journeys.calendar)
