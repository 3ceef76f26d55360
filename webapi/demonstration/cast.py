"""People of the demonstration: obviously fictitious, with random passwords."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.commands.people.register_person import RegisterPerson
from domain.framework.jury_rule import Sex
from domain.people.secrecy import SWORN, TEXT
from domain.ports import OPERATOR, Actor, PersonId, Role
from webapi.wiring import App

Known = tuple[str, str, tuple[Role, ...]]
"""Short name, name, roles."""
CAST: tuple[Known, ...] = (
    ("alix", "Alix Exemple", (Role.CANDIDATE,)),
    ("basile", "Basile Fictif", (Role.CANDIDATE,)),
    ("capucine", "Capucine Modèle", (Role.CANDIDATE,)),
    ("dorian", "Dorian Imaginaire", (Role.CANDIDATE,)),
    ("elodie", "Élodie Démonstration", (Role.CANDIDATE,)),
    ("firmin", "Firmin Spécimen", (Role.CANDIDATE,)),
    ("garance", "Garance Prétexte", (Role.CANDIDATE,)),
    ("hugo", "Hugo Évaluateur", (Role.ASSESSOR,)),
    ("ines", "Inès Évaluatrice", (Role.ASSESSOR,)),
    ("jules", "Jules Président", (Role.JUROR,)),
    ("katia", "Katia Jurée", (Role.JUROR,)),
    ("lucien", "Lucien Juré", (Role.JUROR,)),
    ("maud", "Maud Employeuse", (Role.JUROR,)),
    ("noe", "Noé Salarié", (Role.JUROR,)),
    ("odile", "Odile Suppléante", (Role.JUROR,)),
    ("romane", "Romane Gestionnaire", (Role.REGISTRAR,)),
    ("rose", "Rose Gestionnaire", (Role.REGISTRAR,)),
    ("sacha", "Sacha Auditeur", (Role.AUDITOR,)),
    ("tess", "Tess Rapporteuse", (Role.REPORTER,)),
    ("ulysse", "Ulysse Administrateur", (Role.ADMIN,)),
    ("victoire", "Victoire Présidente", (Role.JUROR,)),
    ("wassim", "Wassim Juré", (Role.JUROR,)),
    ("xenia", "Xénia Jurée", (Role.JUROR,)),
    ("yanis", "Yanis Employeur", (Role.JUROR,)),
    ("zoe", "Zoé Salariée", (Role.JUROR,)),
)


STATED: Final = {
    "alix": (Sex.F, "3 mars 1988 à Brest"),
    "basile": (Sex.M, "21 juin 1979 à Dakar"),
    "capucine": (Sex.F, "9 janvier 2001 à Lille"),
    "dorian": (Sex.M, "30 novembre 1994 à Pau"),
    "elodie": (Sex.F, "14 juillet 1996 à Nice"),
}
"""Sex and birth of those who stated them; the others did not."""


@dataclass(frozen=True)
class Player:
    """A person of the demonstration, with the login and password to sign in."""

    id: PersonId
    name: str
    login: str
    password: str
    role: Role

    @property
    def actor(self) -> Actor:
        """The person in their role."""
        return Actor(person=self.id, role=self.role)


def enrol(acquis: App, cast: Iterable[Known] = CAST) -> dict[str, Player]:
    """Register people, each with an account and a random password."""
    return {short: _enrol(acquis, short, name, roles) for short, name, roles in cast}


def _enrol(acquis: App, short: str, name: str, roles: tuple[Role, ...]) -> Player:
    login = f"{short}@demonstration.example"
    sex, born = STATED.get(short, (None, None))
    recorded = acquis.do(RegisterPerson(name=name, email=login, born=born, sex=sex, given=roles), OPERATOR)
    person = PersonId(next(iter(recorded.versions)))
    if roles[0] in SWORN:
        acquis.do(AcceptSecrecy(person=person, secrecy_text=TEXT), Actor(person=person, role=roles[0]))
    password = secrets.token_urlsafe(12)
    acquis.accounts.add(person, login, password, drawn=True)
    return Player(person, name, login, password, roles[0])
