"""The qualities in which each member of a jury counts on the day of its session.

Computed from dated facts about the persons and the organisations; nobody enters them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.framework.framework import Framework
from domain.framework.jury_rule import INSIDE, NO_CERTIFIER, UNAFFILIATED, Quality, Seat
from domain.jury.facts import JurorAppointed
from domain.jury.session import JurySession
from domain.organisation.certifiers import Certifiers
from domain.organisation.institution import Institution
from domain.people.one_person import OnePerson, files_of, one_person, twice
from domain.ports import Find, OrganisationId, PersonId
from domain.refusal import Missing
from domain.rulebook.rules import CompositionBasis, Rules


def seats(find: Find, session: JurySession, members: Iterable[PersonId], on: date) -> dict[PersonId, Seat]:
    """Return the seats of these members of a session, as they count on that day.

    Reads the framework, its certifiers, each member under each of their files, and the organisations where they work
    or hold a mandate.
    """
    certification = find(Framework, session.planned.framework).content.code
    certifiers = find(Certifiers, Certifiers.id_of(certification)).named
    persons = {member: one_person(find, member) for member in sorted(members)}
    where = {member: person.career.organisations(on) for member, person in persons.items()}
    inside = frozenset(
        organisation
        for organisation in sorted(frozenset[OrganisationId]().union(*where.values()))
        if organisation in certifiers or find(Institution, organisation).belongs(certification, on)
    )
    return {
        # A member without a stated employer is not presumed to come from outside; nor is any member while the
        # certifier is unknown. The reason is shown.
        member: _seat(
            session.seats[member],
            person,
            certification,
            on,
            inside=(
                *(() if certifiers else (NO_CERTIFIER,)),
                *(() if where[member] else (UNAFFILIATED,)),
                *(() if where[member].isdisjoint(inside) else (INSIDE,)),
            ),
        )
        for member, person in persons.items()
    }


def judged_at_opening(session: JurySession, present: Iterable[PersonId], rules: Rules) -> tuple[PersonId, ...]:
    """Return the members whose composition is checked at the opening: those present, or the jury as constituted."""
    constituted = rules.composition is CompositionBasis.CONSTITUTED
    return session.titulars if constituted else tuple(member for member in present if member in session.seats)


def panel(find: Find, session: JurySession, members: tuple[PersonId, ...], on: date) -> tuple[Seat, ...]:
    """Return the seats of these members, one for each time that they are named."""
    counted = seats(find, session, set(members), on)
    return tuple(counted[member] for member in members)


def seated_twice(find: Find, members: Iterable[PersonId]) -> frozenset[PersonId]:
    """Return the members who appear twice among these under different files; reads all the files of each."""
    return twice({member: files_of(find, member) for member in sorted(members)}, members)


def _seat(
    appointed: JurorAppointed, person: OnePerson, certification: str, on: date, *, inside: tuple[Missing, ...]
) -> Seat:
    return Seat(
        juror=person.id,
        external=not inside,
        side=person.career.side(on),
        sex=appointed.sex,
        profession=person.career.years(Quality.PROFESSION, None, on),
        qualified=person.career.years(Quality.QUALIFIED, certification, on),
        inside=inside,
    )
