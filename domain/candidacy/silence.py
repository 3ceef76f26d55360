"""The certifier's time for a feasibility file and the candidate's time afterwards, by the law of the parcours."""

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
    """Return the law's rule on the certifier's silence on a candidacy. Loads the law and the candidacy's rulebook."""
    rules = log.load(Rulebook, candidacy.terms.rulebook).content
    return silence_of(candidacy.terms, log.find(Law, Law.the()), rules)


def silence_of(terms: Opening, law: Law, rules: Rules) -> Silence | None:
    """Return how long silence lasts and what it means, by law, counted as the rulebook says; None without a law."""
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
    """Return how long an admissibility waits for a step of the candidate's, by law; None if it never lapses."""
    provisions = terms.under(law)
    text, source = provisions.lapse, provisions.source(Provision.LAPSE)
    if text is None or source is None:
        return None
    return LapseTime(months=text.months, rule_set=source.id, calendar=rules.journeys.calendar)
