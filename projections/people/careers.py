"""Where does each person work, whom do they represent, in what are they qualified, since when? Also linked files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from adapters.database.pool import Database
from domain.framework.jury_rule import Quality
from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import Purpose
from domain.organisation.institution import Habilitation, Institution
from domain.people.career import Career, Span
from domain.people.facts import Link
from domain.people.person import Person
from domain.ports import Find, OrganisationId, PersonId, S
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row

LINKED: Final = "same_as"


def rows(person: Person, _facts: Facts) -> Iterator[Row]:
    """One row per employment, mandate or quality, and per other file of the same person."""
    for organisation, link, span in person.career.affiliations:
        yield person.id, link.value, organisation, None, span.since, span.until
    for quality, certification, span in person.career.qualities:
        yield person.id, quality.value, None, certification, span.since, span.until
    for other in sorted(person.same_as):
        yield person.id, LINKED, other, None, None, None


CAREERS = PerStream("careers", Person, rows)


class KnownCareers:
    """What a jury's composition reads of its members, by two questions for however many: `find` gives it.

    Of a person their career and linked files, of an organisation what it is habilitated for; anything else is asked
    of `beyond`. They are not to be relied upon: a decision loads them.
    """

    def __init__(self, database: Database, people: Collection[PersonId], beyond: Find) -> None:
        """Ask of these people, then of who certifies and who is habilitated."""
        self._known: dict[tuple[type[Any], UUID], Any] = {}
        self._beyond = beyond
        ask(database, "careers", {"people": list(people)}, self._stated, "of")
        ask(database, "careers", {}, self._habilitated, "inside")

    def find(self, kind: type[S], stream: UUID, /) -> S:
        """What is known, or nothing yet; raises as `beyond` does."""
        if kind in {Person, Certifiers, Institution}:
            return cast("S", self._known.get((kind, stream)) or kind(id=stream))
        return self._beyond(kind, stream)

    def _stated(
        self, person: UUID, what: str, other: UUID | None, certification: str | None, *days: date | None
    ) -> None:
        since, until = days
        found = self.find(Person, person)
        career, same_as, span = found.career, found.same_as, Span(since=since or date.min, until=until)
        affiliations, qualities = career.affiliations, career.qualities
        if other is None:
            qualities = (*qualities, (Quality(what), certification, span))
        elif what == LINKED:
            same_as |= {PersonId(other)}
        else:
            affiliations = (*affiliations, (OrganisationId(other), Link(what), span))
        career = Career(affiliations=affiliations, qualities=qualities)
        self._known[Person, person] = Person(id=PersonId(person), career=career, same_as=same_as)

    def _habilitated(self, organisation: UUID, certification: str, first: date | None, last: date | None) -> None:
        house = OrganisationId(organisation)
        if first is None:
            of = Certifiers.id_of(certification)
            self._known[Certifiers, of] = Certifiers(id=of, named=self.find(Certifiers, of).named | {house})
            return
        held = self.find(Institution, house).habilitations
        each = Habilitation(
            certification=certification, purpose=Purpose.BOTH, sites=(), first_day=first, last_day=last
        )
        self._known[Institution, house] = Institution(id=house, habilitations={**held, UUID(int=len(held)): each})
