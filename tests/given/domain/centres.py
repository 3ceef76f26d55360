"""Organisations in the tests: the certifier, and a centre in Lyon with its habilitation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.framework.facts import FrameworkPublished
from domain.framework.framework import Framework
from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import CertifierNamed, HabilitationGranted, OrganisationRegistered, Purpose
from domain.organisation.institution import Institution
from domain.ports import FrameworkId
from domain.rulebook.rules import RemoteActivity
from tests.given.domain.people import RNCP31936, RULES, VAE_OPENED, known
from tests.given.domain.scenario import At

IMCI_SIRET, LYON_SIRET = "99999999900017", "99999999900025"
IMCI, LYON = Institution.id_of(IMCI_SIRET), Institution.id_of(LYON_SIRET)
CERTIFIERS = Certifiers.id_of("RNCP31936")
SITE = "Centre de Lyon - 3, place de la Fiction - 69000 Lyon"
SHEETS = "IMCI - 207, rue du Faubourg Saint Martin - 75010 Paris"
GRANTED = HabilitationGranted(
    habilitation=known("habilitation"),
    certification="RNCP31936",
    granted_by=IMCI,
    purpose=Purpose.ORGANISE,
    sites=(SITE,),
    first_day=date(2021, 1, 1),
    last_day=date(2023, 12, 18),
)
CERTIFIER = (
    At(IMCI, (OrganisationRegistered(legal_name="IMCI", siret=IMCI_SIRET),)),
    At(CERTIFIERS, (CertifierNamed(certification="RNCP31936", organisation=IMCI, keeps_register=True),)),
)
REGISTERED = At(LYON, (OrganisationRegistered(legal_name="Centre de Lyon", siret=LYON_SIRET),))
HABILITATED = (*CERTIFIER, REGISTERED, At(LYON, (GRANTED,)))

# --- the same sheet, with its place of certification
PLACED = FrameworkId(Framework.id_of("RNCP31936", 2))
PLACED_SHEET = replace(RNCP31936, version=2, certification_places=(SHEETS,))
STATED = At(PLACED, (FrameworkPublished(definition=PLACED_SHEET), VAE_OPENED))
REMOTE_ALLOWED = replace(RULES, version=3, remote=(RemoteActivity.SESSION, RemoteActivity.SITTING))
