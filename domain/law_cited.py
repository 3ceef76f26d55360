"""Which texts of law stand behind a dossier: those that bound each jury that sat, and the step before it?

Among them the temporary ones that changed values of the rulebook for that jury.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.candidacy import CandidacyOpened
from domain.candidacy_life import RouteChanged
from domain.fact import Told
from domain.framework import Route
from domain.jury import SessionOpened
from domain.law import HowKnown, Law, Provision, RuleSet
from domain.ports import SessionId


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A text that binds this parcours: what it provides for, before which jury, and how it is known here."""

    rule_set: str
    reference: str
    known: HowKnown
    provides: Provision
    session: SessionId | None = None


def cited(law: Law, facts: Iterable[Told]) -> tuple[Cited, ...]:
    """The texts behind these facts; none while no law is published."""
    return tuple(_cited(law, list(facts)))


def _cited(law: Law, facts: list[Told]) -> Iterator[Cited]:
    opened = next((told.fact for told in facts if isinstance(told.fact, CandidacyOpened)), None)
    if opened is None:
        return
    route, began_on = opened.route, opened.opened_on
    yield from _before_the_jury(law, route, began_on)
    for told in facts:
        match told.fact:
            case RouteChanged(route=route, changed_on=began_on):
                yield from _before_the_jury(law, route, began_on)
            case SessionOpened(opened_on=day):
                found = law.in_force(route, began_on=began_on, session_on=day)
                for provides in (Provision.JURY, Provision.RULEBOOK):
                    if text := found.source(provides):
                        yield _of(text, provides, SessionId(told.stamp.stream))
            case _:
                pass


def _before_the_jury(law: Law, route: Route, began_on: date) -> Iterator[Cited]:
    """The text by which a candidacy is admissible, in the one route that has the step."""
    if route is Route.VAE and (text := law.in_force(route, began_on=began_on).source(Provision.ADMISSIBILITY)):
        yield _of(text, Provision.ADMISSIBILITY, None)


def _of(text: RuleSet, provides: Provision, session: SessionId | None) -> Cited:
    return Cited(rule_set=text.id, reference=text.reference, known=text.known, provides=provides, session=session)
