"""A candidate as one line of the file states them, and the errors found before any rule is applied."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from marshmallow import ValidationError, validate

from adapters.text.birth import birth, only_a_day
from adapters.text.wording import day
from domain.framework.definition import Route
from domain.framework.jury_rule import Sex
from domain.people.naming import NameUnfit, fit_name
from domain.ports import FrameworkId, RulebookId
from projections.framework.certification_catalogue import Certification
from webapi.enrolment.csv_file import CALLED, CsvColumn, CsvRow, LineFault, plain

LONGEST_NAME: Final = 200
FIRST_BIRTH: Final = date(1900, 1, 1)
ADDRESS: Final = validate.And(validate.Length(max=254), validate.Email())
NUMBERS: Final = re.compile(r"\d{1,4}(?:[\s,;+/]+\d{1,4})*")
ROUTES: Final = {
    "formation initiale": Route.FI,
    "statut d'élève ou d'étudiant": Route.FI,
    "apprentissage": Route.CA,
    "contrat d'apprentissage": Route.CA,
    "formation continue": Route.FC,
    "contrat de professionnalisation": Route.CQ,
    "candidature individuelle": Route.CL,
    "candidature libre": Route.CL,
    "validation des acquis de l'expérience": Route.VAE,
    "par expérience": Route.VAE,
}
"""How a route is written where its code is not."""
SEXES: Final = {
    "f": Sex.F,
    "féminin": Sex.F,
    "femme": Sex.F,
    "female": Sex.F,
    "woman": Sex.F,
    "m": Sex.M,
    "masculin": Sex.M,
    "homme": Sex.M,
    "male": Sex.M,
    "man": Sex.M,
}
"""How a sex is written, beside the letter."""
BY_SEX: Final = {plain(name): sex for name, sex in SEXES.items()}
BY_NAME: Final = {plain(name): route for name, route in ROUTES.items()} | {plain(each.value): each for each in Route}


@dataclass(frozen=True, kw_only=True)
class EnrolmentCandidate:
    """Who is to be enrolled, for what: as one line says it, nothing looked up but the certification."""

    line: int
    name: str
    email: str | None
    born_on: date | None
    born: str | None
    sex: Sex | None
    certification: Certification
    rulebook: RulebookId
    route: Route
    blocks: tuple[int, ...]
    option: str | None
    began_on: date | None

    @property
    def framework(self) -> FrameworkId:
        """The version of the certification."""
        return FrameworkId(self.certification.framework)


@dataclass(frozen=True)
class PublishedOffer:
    """What one may be enrolled for: the versions of each certification, and the last rulebook of each certifier."""

    certifications: tuple[Certification, ...]
    rulebooks: dict[str, RulebookId]

    def of(self, code: str) -> list[Certification]:
        """Return the versions of a certification, the latest first."""
        found = [each for each in self.certifications if each.code.casefold() == code.casefold()]
        return sorted(found, key=lambda each: -each.version)


@dataclass
class _Reading:
    """One line while it is read."""

    row: CsvRow
    published: PublishedOffer
    today: date
    faults: list[LineFault] = field(default_factory=list)

    def wrong(self, column: CsvColumn | None, fr: str, en: str) -> None:
        """Note what is wrong in a column, and what to do."""
        called = CALLED[column][0] if column else None
        self.faults.append(LineFault(line=self.row.line, column=called, fr=fr, en=en))

    def name(self) -> str:
        last, first = self.row.said(CsvColumn.NAME), self.row.said(CsvColumn.FIRST_NAME)
        if last is None:
            self.wrong(CsvColumn.NAME, "Le nom manque : écrivez-le.", "The name is missing: write it.")
            return ""
        name = f"{first} {last}" if first else last
        if len(name) > LONGEST_NAME:
            self.wrong(
                CsvColumn.NAME,
                f"Plus de {LONGEST_NAME} caractères : abrégez.",
                f"More than {LONGEST_NAME} characters: shorten it.",
            )
            return ""
        try:
            return fit_name(name)
        except NameUnfit:
            self.wrong(CsvColumn.NAME, NameUnfit.fr, NameUnfit.sentence("en"))
            return ""

    def email(self) -> str | None:
        said = self.row.said(CsvColumn.EMAIL)
        if said is None:
            return None
        try:
            ADDRESS(said)
        except ValidationError:
            fr = f"« {said} » n'est pas une adresse électronique : corrigez-la, ou laissez la cellule vide."
            self.wrong(CsvColumn.EMAIL, fr, f"“{said}” is no e-mail address: mend it, or leave the cell empty.")
            return None
        return said

    def day(self, column: CsvColumn) -> date | None:
        said = self.row.said(column)
        if said is None:
            return None
        found = only_a_day(said)
        if found is None:
            fr = f"« {said} » n'est pas un jour : écrivez JJ/MM/AAAA ou AAAA-MM-JJ."
            self.wrong(column, fr, f"“{said}” is no day: write DD/MM/YYYY or YYYY-MM-DD.")
        elif not FIRST_BIRTH <= found <= self.today:
            fr = f"Le {day(found, 'fr')} n'est pas un jour passé depuis 1900 : vérifiez-le."
            self.wrong(column, fr, f"{day(found, 'en')} is no past day since 1900: check it.")
            return None
        return found

    def sex(self) -> Sex | None:
        said = self.row.said(CsvColumn.SEX)
        found = BY_SEX.get(plain(said)) if said else None
        if said and found is None:
            fr = f"« {said} » n'est pas un sexe déclaré : écrivez F ou M, ou laissez la cellule vide."
            self.wrong(
                CsvColumn.SEX, fr, f"“{said}” is no sex that is stated: write F or M, or leave the cell empty."
            )
        return found

    def certification(self) -> Certification | None:
        code, version = self.row.said(CsvColumn.CERTIFICATION), self.row.said(CsvColumn.VERSION)
        if code is None:
            self.wrong(
                CsvColumn.CERTIFICATION,
                "La certification manque : écrivez son code.",
                "The certification is missing: write its code.",
            )
            return None
        versions = self.published.of(code)
        if not versions:
            known = ", ".join(dict.fromkeys(each.code for each in self.published.certifications))
            fr = f"Aucune certification « {code} » n'est publiée ici : écrivez l'un de ces codes : {known}."
            self.wrong(
                CsvColumn.CERTIFICATION,
                fr,
                f"No certification “{code}” is published here: write one of these codes: {known}.",
            )
            return None
        chosen = [each for each in versions if version in {None, str(each.version)}]
        if not chosen:
            there = ", ".join(str(each.version) for each in versions)
            fr = f"La fiche n'a pas de version « {version} » : écrivez {there}, ou laissez vide pour la dernière."
            self.wrong(
                CsvColumn.VERSION,
                fr,
                f"The sheet has no version “{version}”: write {there}, or leave empty for the last.",
            )
            return None
        return chosen[0]

    def route(self, certification: Certification | None) -> Route | None:
        said = self.row.said(CsvColumn.ROUTE)
        found = BY_NAME.get(plain(said)) if said else None
        if found is None:
            routes = ", ".join(certification.open_routes if certification else [each.value for each in Route])
            fr = (
                f"« {said} » n'est pas une voie d'accès : écrivez l'une de : {routes}."
                if said
                else f"La voie manque : écrivez l'une de : {routes}."
            )
            en = (
                f"“{said}” is no route of access: write one of: {routes}."
                if said
                else f"The route is missing: write one of: {routes}."
            )
            self.wrong(CsvColumn.ROUTE, fr, en)
        return found

    def blocks(self) -> tuple[int, ...]:
        said = self.row.said(CsvColumn.BLOCKS)
        if said is None:
            return ()
        if not NUMBERS.fullmatch(said):
            fr = f"« {said} » : écrivez les numéros des blocs séparés par des espaces, ou laissez vide pour tous."
            self.wrong(
                CsvColumn.BLOCKS,
                fr,
                f"“{said}”: write the numbers of the blocks with spaces between, or leave empty for all.",
            )
            return ()
        return tuple(sorted({int(number) for number in re.findall(r"\d+", said)}))

    def rulebook(self, certification: Certification | None) -> RulebookId | None:
        found = self.published.rulebooks.get(certification.certifier) if certification else None
        if certification and found is None:
            fr = f"{certification.certifier} n'a publié aucun règlement : publiez-le d'abord."
            self.wrong(
                CsvColumn.CERTIFICATION,
                fr,
                f"{certification.certifier} has published no rulebook: publish one first.",
            )
        return found


def candidate(row: CsvRow, published: PublishedOffer, today: date) -> EnrolmentCandidate | list[LineFault]:
    """Whom a line enrols, for what; or all that is wrong with it."""
    said = _Reading(row, published, today)
    name, email, born_on = said.name(), said.email(), said.day(CsvColumn.BORN_ON)
    certification = said.certification()
    rulebook, route = said.rulebook(certification), said.route(certification)
    blocks, began_on, sex = said.blocks(), said.day(CsvColumn.BEGAN_ON), said.sex()
    if not (row.said(CsvColumn.EMAIL) or row.said(CsvColumn.BORN_ON)):
        said.wrong(
            CsvColumn.EMAIL,
            "Écrivez l'adresse électronique ou le jour de naissance : sans eux, deux homonymes se confondent.",
            "Write the e-mail address or the day of birth: without them two people of one name are taken for one.",
        )
    if said.faults or certification is None or rulebook is None or route is None:
        return said.faults
    return EnrolmentCandidate(
        line=row.line,
        name=name,
        email=email,
        born_on=born_on,
        born=birth(born_on, row.said(CsvColumn.BORN_AT)),
        sex=sex,
        certification=certification,
        rulebook=rulebook,
        route=route,
        blocks=blocks,
        option=row.said(CsvColumn.OPTION),
        began_on=began_on,
    )
