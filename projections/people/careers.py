"""Table of persons' employments, mandates and qualities, with their days, and of linked files of one person."""

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
from domain.people.facts import OrganisationLink
from domain.people.person import Person
from domain.ports import Find, OrganisationId, PersonId, S
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row

LINKED: Final = "same_as"


def rows(person: Person, _facts: Facts) -> Iterator[Row]:
    """Yield one row per employment, mandate or quality, and per other file of the same person."""
    for organisation, link, span in person.career.affiliations:
        yield person.id, link.value, organisation, None, span.since, span.until
    for quality, certification, span in person.career.qualities:
        yield person.id, quality.value, None, certification, span.since, span.until
    for other in sorted(person.same_as):
        yield person.id, LINKED, other, None, None, None


CAREERS = PerStream("careers", Person, rows)


class KnownCareers:
    """The data on members that the rules of a jury's composition read, from two queries for any number of members.

    `find` returns a person with their career and linked files, or an organisation with its habilitations; it passes
    anything else on to `beyond`. The tables may lag behind the log: a command that decides loads the streams instead.
    """

    def __init__(self, database: Database, people: Collection[PersonId], beyond: Find) -> None:
        """Query the careers of these people, then all certifiers and habilitations."""
        self._known: dict[tuple[type[Any], UUID], Any] = {}
        self._beyond = beyond
        ask(database, "careers", {"people": list(people)}, self._stated, "of")
        ask(database, "careers", {}, self._habilitated, "inside")

    def find(self, kind: type[S], stream: UUID, /) -> S:
        """Return the aggregate as far as it is known, an empty one if nothing is; raises what `beyond` raises."""
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
            affiliations = (*affiliations, (OrganisationId(other), OrganisationLink(what), span))
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
