"""Where the jurors of the tests work, whom they represent, and since when: what their seats follow from."""

from __future__ import annotations

from datetime import date

from domain.career import AffiliationStated, Link, QualityRecognised
from domain.certifiers import CertifierNamed, Certifiers
from domain.fact import Personal
from domain.institution import OrganisationRegistered
from domain.jury_rule import Quality
from domain.ports import OrganisationId, PersonId
from tests.domain.harness import At
from tests.domain.people import EDITH, ELSA, EMMA, KARIM, KEMAL, LEO, LUC, MARC, NADIA, NINA, PAUL, SACHA, known

HOUSE_OF_JURIES = OrganisationId(known("the certifier"))
ATELIER, SYNDICAT = OrganisationId(known("atelier")), OrganisationId(known("syndicat"))
LONG_AGO = date(2008, 9, 1)


def works(
    who: PersonId,
    where: OrganisationId,
    link: Link = Link.EMPLOYMENT,
    since: date = LONG_AGO,
    until: date | None = None,
) -> At:
    return At(who, (AffiliationStated(organisation=where, link=link, since=since, until=until),))


def recognised(
    who: PersonId,
    quality: Quality,
    certification: str | None = None,
    since: date = LONG_AGO,
    until: date | None = None,
) -> At:
    fact = QualityRecognised(
        quality=quality, certification=certification, since=since, until=until, ground=Personal("x", who)
    )
    return At(who, (fact,))


ORGANISATIONS = (
    At(HOUSE_OF_JURIES, (OrganisationRegistered(legal_name="Le certificateur", siret=None),)),
    At(ATELIER, (OrganisationRegistered(legal_name="Atelier Fictif", siret=None),)),
    At(SYNDICAT, (OrganisationRegistered(legal_name="Syndicat Imaginaire", siret=None),)),
    At(
        Certifiers.id_of("RNCP31936"),
        (CertifierNamed(certification="RNCP31936", organisation=HOUSE_OF_JURIES, keeps_register=True),),
    ),
)
CAREERS = (
    *ORGANISATIONS,
    *(works(who, HOUSE_OF_JURIES) for who in (PAUL, NADIA, LUC, MARC, NINA, LEO)),
    *(works(who, ATELIER, Link.MANDATE) for who in (EMMA, ELSA, EDITH)),
    *(works(who, SYNDICAT, Link.MANDATE) for who in (KARIM, SACHA, KEMAL)),
    *(recognised(who, Quality.EMPLOYERS) for who in (EMMA, ELSA, EDITH)),
    *(recognised(who, Quality.EMPLOYEES) for who in (KARIM, SACHA, KEMAL)),
)
"""The seats of `SEATS` and `RENEWED_SEATS`, as facts about the persons: nothing of profession or qualification."""
PROFESSIONALS = tuple(recognised(who, Quality.PROFESSION) for who in (EMMA, ELSA, KARIM, SACHA, LUC))
