"""The right of a candidate to go on despite a registration that ended or is suspended (L6113-9 al. 2).

The text applies to a candidate who is certified, or was admissible in VAE or entered training while the registration
ran. It follows that a jury may still decide, without an authorisation.
"""

from __future__ import annotations

from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.framework.definition import Definition, Route
from domain.framework.registration import LateCause, Obstacle, Registration
from domain.ports import Find
from domain.rulebook.law import Law
from domain.rulebook.rule_set import RuleSet


def benefit(
    find: Find, candidacy: Candidacy, registration: Registration, of: Definition, on: date
) -> dict[Obstacle, RuleSet]:
    """Return the obstacles to the registration on that day that do not apply to this candidacy.

    Each comes with the text in force on that day that says so. Reads the law, if there is an obstacle.
    """
    obstacles, since, terms = registration.obstacles(on, of), candidacy.in_time_from, candidacy.terms
    if since is None or not obstacles or not (terms.route is Route.VAE or registration.runs(since, of)):
        return {}
    law = terms.under(find(Law, Law.the()), on)
    kept = {each: law.benefit(each.cause) for each in obstacles if _begun_before(each, since)}
    return {each: text for each, text in kept.items() if text is not None}


def _begun_before(obstacle: Obstacle, since: date) -> bool:
    """Return whether the candidate began while the registration ran, for an obstacle that the text covers.

    Of suspensions, the text covers only those for undeclared awards.
    """
    spoken_of = obstacle.cause is LateCause.END or obstacle.awards_undeclared
    return spoken_of and obstacle.ran_until is not None and since <= obstacle.ran_until
