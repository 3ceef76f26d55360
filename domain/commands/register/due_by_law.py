"""Legal due days of a declaration, and of the answer to a request for correction."""

from __future__ import annotations

from datetime import date

from domain.candidacy.candidacy import Candidacy
from domain.deadlines.deadline import Duty, RunningPeriod, deadline, to_declare
from domain.ports import Log
from domain.register.certificates import Papers, RegisterHolding
from domain.register.declaration import DeclarationLimit
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook


def declaring(log: Log, held: RegisterHolding) -> DeclarationLimit:
    """Return the due day for declaring the title that is held, as in its deadline; raise NotHeld."""
    _, session = held.title()
    candidacy, sat_on = held.candidacy, session.opened_on or session.planned.held_on
    delivered_on = log.find(Papers, Papers.id_of(candidacy.id)).delivered.get(sat_on)
    return _due(log, candidacy, to_declare(session.id, delivered_on or sat_on, candidacy.called_as.get(session.id)))


def answering(log: Log, candidacy: Candidacy, requested_on: date) -> DeclarationLimit:
    """Return the due day for answering a request of that day, as in its deadline."""
    return _due(log, candidacy, RunningPeriod(duty=Duty.CORRECTION, since=requested_on))


def _due(log: Log, candidacy: Candidacy, clock: RunningPeriod) -> DeclarationLimit:
    law, rules = log.find(Law, Law.the()), log.load(Rulebook, candidacy.terms.rulebook).content
    found = deadline(clock, candidacy.terms, law, rules, registration_ends=date.max)
    return DeclarationLimit(found.ends_on, found.rule_set) if found else DeclarationLimit()
