"""By which text does a candidate keep the benefit of a registration that ended, or is suspended? (L6113-9 al. 2)

The text speaks of who is certified, and was admissible in VAE, or entered training, while the registration ran: that
a jury may still decide is what follows from it, and no authorisation is asked for.
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
    """What, of all that keeps the registration from running on that day, does not stand for this candidacy.

    Each with the text that says so, in force on that day. Finds the law, where there is an obstacle.
    """
    obstacles, since, terms = registration.obstacles(on, of), candidacy.in_time_from, candidacy.terms
    if since is None or not obstacles or not (terms.route is Route.VAE or registration.runs(since, of)):
        return {}
    law = terms.under(find(Law, Law.the()), on)
    kept = {each: law.benefit(each.cause) for each in obstacles if _begun_before(each, since)}
    return {each: text for each, text in kept.items() if text is not None}


def _begun_before(obstacle: Obstacle, since: date) -> bool:
    """Whether they had begun while it ran; of suspensions, the text speaks of those for undeclared awards only."""
    spoken_of = obstacle.cause is LateCause.END or obstacle.awards_undeclared
    return spoken_of and obstacle.ran_until is not None and since <= obstacle.ran_until
