"""The first jury of a new installation (D6412-6: composed as the certification says).

Five members are appointed, about whom nothing was recorded, and no certifier is named. The opening is refused, and
the refusal says which facts are missing, about whom. The registrar records them, one kind after another:
organisations, who keeps the register, where each member works, whom each represents. Each refusal lists fewer facts
than the one before, until none is missing.
"""

from __future__ import annotations

from datetime import date

from domain.commands.jury.open_session import OpenSession
from domain.commands.organisation.name_certifier import NameCertifier
from domain.commands.organisation.register_organisation import RegisterOrganisation
from domain.commands.people.recognise_quality import RecogniseQuality
from domain.commands.people.state_affiliation import StateAffiliation
from domain.framework.jury_rule import Quality
from domain.jury.facts import SessionOpened
from domain.jury.session import JuryComposition
from domain.people.facts import OrganisationLink
from domain.ports import Command, OrganisationId, PersonId
from domain.refusal import Missing
from tests.given.domain.people import (
    AS_RENEE,
    EMMA,
    JUNE,
    JURY_DAY,
    KARIM,
    PANEL,
    SEATS,
    UNSTATED,
    planned,
    signed_in,
)
from tests.given.domain.scenario import Scenario

SINCE = date(2018, 9, 1)


def test_refused_opening_lists_the_missing_facts_until_none_is_missing() -> None:
    scene = Scenario(today=JURY_DAY, replayed=True)
    scene.given(UNSTATED, planned(JUNE, seats=SEATS))

    def records(command: Command) -> OrganisationId:
        scene.when(command, by=AS_RENEE)
        scene.then_recorded(type(scene.store.told[-1].fact))
        return OrganisationId(scene.store.told[-1].stamp.stream)

    def missing(rule: str) -> dict[str, Missing]:
        scene.given(signed_in(JUNE, PANEL))
        scene.when(OpenSession(session=JUNE), by=AS_RENEE)
        found = {each.rule: each.missing for each in scene.then_refused(JuryComposition).violations}
        return {each.fact: each for each in found.get(rule, ())}

    def works(who: PersonId, where: OrganisationId) -> None:
        records(StateAffiliation(person=who, organisation=where, link=OrganisationLink.EMPLOYMENT, since=SINCE))

    # nothing is recorded: the certifier is missing for no person, an employment for each
    wanted = missing("panel-externals")
    assert wanted.keys() == {"certifier", "affiliation"}
    assert (wanted["certifier"].of, set(wanted["affiliation"].of)) == ((), set(PANEL))
    assert wanted["affiliation"].sentence("fr").startswith("Aucun emploi ni mandat n'est déclaré ce jour-là : ")

    # the organisations; the first certifier named keeps the register
    school, workshop, union = (
        records(RegisterOrganisation(legal_name=name))
        for name in ("École Exemple", "Atelier Fictif", "Syndicat Fictif")
    )
    records(NameCertifier(certification="RNCP31936", organisation=school, keeps_register=True))
    assert missing("panel-externals").keys() == {"affiliation"}

    # where each works: nothing more is missing for the school's own staff, but they are not external
    inside = set(PANEL) - {EMMA, KARIM}
    for who in sorted(inside):
        works(who, school)
    wanted = missing("panel-externals")
    assert wanted.keys() == {"affiliation", "outside"}
    assert (set(wanted["affiliation"].of), set(wanted["outside"].of)) == ({EMMA, KARIM}, inside)
    works(EMMA, workshop)
    works(KARIM, union)

    # the side that they represent is recognised, never presumed
    wanted = missing("panel-employers")
    assert wanted.keys() == {"quality", "outside"}
    assert set(wanted["quality"].of) == {EMMA, KARIM}
    ground = "Désignation du 1er septembre 2018."
    for who, side in ((EMMA, Quality.EMPLOYERS), (KARIM, Quality.EMPLOYEES)):
        records(RecogniseQuality(person=who, quality=side, since=SINCE, ground=ground))

    scene.given(signed_in(JUNE, PANEL))
    scene.when(OpenSession(session=JUNE), by=AS_RENEE)
    scene.then_recorded(SessionOpened)
