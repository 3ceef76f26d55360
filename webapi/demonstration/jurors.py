"""Affiliations and qualities of the demonstration's jurors, as dated facts that decide their seats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from domain.commands.organisation.name_certifier import NameCertifier
from domain.commands.organisation.register_organisation import RegisterOrganisation
from domain.commands.people.recognise_quality import RecogniseQuality
from domain.commands.people.state_affiliation import StateAffiliation
from domain.framework.jury_rule import Quality
from domain.people.facts import OrganisationLink
from domain.ports import OPERATOR, Actor, Command, OrganisationId, PersonId, Recorded

ORGANISATIONS = {
    "certifier": "IMCI (démonstration)",
    "company": "Atelier Fictif, communication",
    "union": "Syndicat Imaginaire des métiers du numérique",
}
SINCE = date(2012, 9, 3)


class Working(NamedTuple):
    """Where a juror works or has a mandate, and their recognised qualities."""

    organisation: str
    link: OrganisationLink
    qualities: tuple[Quality, ...] = ()


JURORS: Mapping[str, Working] = {
    "jules": Working("certifier", OrganisationLink.EMPLOYMENT),
    "katia": Working("certifier", OrganisationLink.EMPLOYMENT),
    "lucien": Working("certifier", OrganisationLink.EMPLOYMENT, (Quality.PROFESSION,)),
    "maud": Working("company", OrganisationLink.EMPLOYMENT, (Quality.EMPLOYERS, Quality.PROFESSION)),
    "noe": Working("union", OrganisationLink.MANDATE, (Quality.EMPLOYEES, Quality.PROFESSION)),
    "odile": Working("company", OrganisationLink.MANDATE, (Quality.EMPLOYERS, Quality.PROFESSION)),
    "victoire": Working("certifier", OrganisationLink.EMPLOYMENT),
    "wassim": Working("certifier", OrganisationLink.EMPLOYMENT, (Quality.PROFESSION,)),
    "xenia": Working("certifier", OrganisationLink.EMPLOYMENT),
    "yanis": Working("company", OrganisationLink.EMPLOYMENT, (Quality.EMPLOYERS, Quality.PROFESSION)),
    "zoe": Working("union", OrganisationLink.MANDATE, (Quality.EMPLOYEES, Quality.PROFESSION)),
}


def qualify(
    do: Callable[[Command, Actor], Recorded],
    certification: str,
    people: Mapping[str, PersonId],
    registrar: Actor,
    ground: Callable[[str], str] = lambda _: "Attestation fictive, au dossier du juré.",
) -> dict[str, OrganisationId]:
    """Register the organisations, name the certifier, and state the jurors' affiliations and qualities.

    Return the organisations by their short names.
    """
    organisations = {
        short: OrganisationId(next(iter(do(RegisterOrganisation(legal_name=name), OPERATOR).versions)))
        for short, name in ORGANISATIONS.items()
    }
    named = NameCertifier(certification=certification, organisation=organisations["certifier"], keeps_register=True)
    do(named, OPERATOR)
    for short, working in JURORS.items():
        if short not in people:
            continue
        person = people[short]
        do(
            StateAffiliation(
                person=person, organisation=organisations[working.organisation], link=working.link, since=SINCE
            ),
            registrar,
        )
        for quality in working.qualities:
            do(RecogniseQuality(person=person, quality=quality, since=SINCE, ground=ground(short)), registrar)
    return organisations
