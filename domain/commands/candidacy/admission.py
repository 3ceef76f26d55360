from __future__ import annotations

from collections.abc import Set as AbstractSet

from domain.candidacy.benefit import benefit
from domain.candidacy.candidacy import Candidacy, CandidacyAlreadyOpen, Opening
from domain.candidacy.facts import PlaceTaken
from domain.candidacy.quota import Places
from domain.framework.definition import Route
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.fraud.fraud import Fraud
from domain.people.one_person import files_of
from domain.ports import CandidacyId, Log, PersonId
from domain.rulebook.rulebook import Rulebook


def admit(log: Log, candidacy: CandidacyId, terms: Opening, resumed: Candidacy | None = None) -> Framework:
    """Admit a candidacy by the route of its terms, and take its place where the rulebook counts places.

    Loads what `check_admits` loads, the rulebook, the year's places, and the candidate's candidacies for the same
    framework, under each of their files, which may have come to this route since. Records PlaceTaken before the facts
    of the caller, which depend on it.
    """
    framework = check_admits(log, terms, resumed)
    names = files_of(log.find, terms.candidate)
    check_only(terms, [log.find(Candidacy, each) for each in others(candidacy, terms, names)])
    allowed = log.load(Rulebook, terms.rulebook).content.journeys.places(terms.route)
    if allowed:
        places = log.find(Places, Places.id_of(terms.framework, terms.route, log.today.year))
        if taken := places.take(place(candidacy, terms, log.today.year), allowed):
            log.record(places, taken)
    return framework


def check_admits(log: Log, terms: Opening, resumed: Candidacy | None = None) -> Framework:
    """Refuse to admit a candidate by a closed route, outside the registration, or while excluded for fraud.

    The candidate of a candidacy that is `resumed` may go on despite a registration that does not run (L6113-9). Loads
    the framework, its registration, and the exclusions of the candidate, under each of the files linked to theirs;
    the law, where that right matters.
    """
    for name in sorted(files_of(log.find, terms.candidate)):
        log.find(Fraud, Fraud.id_of(name)).check_admits(log.today)
    framework = log.load(Framework, terms.framework)
    registration = log.find(Registration, Registration.id_of(terms.framework))
    kept = benefit(log.find, resumed, registration, framework.content, log.today) if resumed else {}
    framework.admit(terms.route, log.today, kept=bool(kept))
    registration.check_admits(log.today, framework.content, kept)
    return framework


def place(candidacy: CandidacyId, terms: Opening, year: int) -> PlaceTaken:
    """Return the place of a candidacy in a year."""
    return PlaceTaken(
        framework=terms.framework, route=terms.route, year=year, candidacy=candidacy, rulebook=terms.rulebook
    )


def others(candidacy: CandidacyId, terms: Opening, names: AbstractSet[PersonId]) -> list[CandidacyId]:
    """Return the candidate's other candidacies for this framework, under each of these files, by any first route."""
    begun = (Candidacy.id_of(name, terms.framework, route) for name in sorted(names) for route in Route)
    return [each for each in begun if each != candidacy]


def check_only(terms: Opening, begun: list[Candidacy]) -> None:
    """Refuse a second candidacy on a route that another one is on; under another file, only if it is under way."""
    for each in begun:
        same = each.version and each.terms.route is terms.route
        if same and (each.terms.candidate == terms.candidate or each.life.ended is None):
            raise CandidacyAlreadyOpen(terms.route.value)
