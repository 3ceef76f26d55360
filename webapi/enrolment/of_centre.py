"""Training centres of the caller, and the certifications for which they enrol today (centre de formation)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from domain.organisation.facts import Purpose
from domain.organisation.institution import Institution
from domain.people.person import Person
from webapi.accounts.authentication import actor, reader
from webapi.current import acquis
from webapi.enrolment.candidate import PublishedOffer


def own_centres() -> list[Institution]:
    """Return the organisations that the caller works for today, as stated by somebody else."""
    with acquis().store.attempt(acquis().request_of(actor()), frozenset()) as log:
        person = log.load(Person, actor().who)
        return log.find_all(Institution, sorted(person.career.placed(log.today, reader().files)))


def trained_for(known: PublishedOffer, centres: Iterable[Institution], today: date) -> PublishedOffer:
    """Of what is published, that for which one of these centres is habilitated to train today."""
    there = list(centres)
    held = (each for each in known.certifications if any(one.may(Purpose.TRAIN, each.code, today) for one in there))
    return replace(known, certifications=tuple(held))
