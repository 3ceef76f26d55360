from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.organisation.institution import Institution
from domain.people.facts import AffiliationStated, OrganisationLink
from domain.people.one_person import files_of
from domain.people.person import Person
from domain.ports import Log, OrganisationId, PersonId, Role
from domain.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class StateAffiliation:
    """State an employment or a mandate of a person, from a day and until another (déclarer un emploi, un mandat).

    A juror states their own, the registrar anybody's. Stating it again from the same day sets its end; jurors may do
    so only for what nobody else stated. Loads the person, their other files and the organisation.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (AffiliationStated,)
    person: PersonId
    organisation: OrganisationId
    link: OrganisationLink
    since: date
    until: date | None = None

    def execute(self, log: Log) -> None:
        if log.actor.role is Role.JUROR and log.actor.person != self.person:
            raise NotFound(self.person)
        log.load(Institution, self.organisation)
        person = log.load(Person, self.person)
        stated = AffiliationStated(
            organisation=self.organisation,
            link=self.link,
            since=self.since,
            until=self.until,
            stated_by=log.actor.who,
        )
        log.record(person, person.career.affiliate(stated, files_of(log.find, self.person)))
