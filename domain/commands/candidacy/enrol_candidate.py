from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.facts import CandidacyOpened, PlaceTaken
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.people.register_person import RegisterPerson
from domain.framework.definition import Route
from domain.framework.framework import Framework
from domain.framework.jury_rule import Sex
from domain.jury.access import oneself
from domain.organisation.institution import Institution, NotOfThisCentre
from domain.people.facts import Registered, RoleGranted
from domain.people.person import Person
from domain.ports import FrameworkId, Log, OrganisationId, PersonId, Role, RulebookId


@dataclass(frozen=True, kw_only=True)
class EnrolCandidate:
    """Register a person who is not known yet, and open their candidacy in the same append (inscrire).

    `centre` is the training centre that enrols them; a user who acts for a centre must give it. Loads what opening a
    candidacy loads; for a centre, its habilitations, and the employment of the user who acts for it.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.CENTRE, Role.OPERATOR})
    records: ClassVar = (Registered, RoleGranted, CandidacyOpened, PlaceTaken)
    name: str
    framework: FrameworkId
    rulebook: RulebookId
    route: Route
    email: str | None = None
    born: str | None = None
    sex: Sex | None = None
    blocks: tuple[int, ...] = ()
    began_on: date | None = None
    option: str | None = None
    centre: OrganisationId | None = None

    def execute(self, log: Log) -> None:
        self._check_centre(log)
        RegisterPerson(
            name=self.name, email=self.email, born=self.born, sex=self.sex, given=(Role.CANDIDATE,)
        ).execute(log)
        OpenCandidacy(
            candidate=PersonId(log.new_id("person")),
            framework=self.framework,
            rulebook=self.rulebook,
            route=self.route,
            blocks=self.blocks,
            began_on=self.began_on,
            option=self.option,
        ).apply(log, self.centre)

    def _check_centre(self, log: Log) -> None:
        if log.actor.role is Role.CENTRE:
            works = log.load(Person, log.actor.who).career.placed(log.today, oneself(log))
            if self.centre is None or self.centre not in works:
                raise NotOfThisCentre(*filter(None, (self.centre,)))
        if self.centre is not None:
            certification = log.load(Framework, self.framework).content.code
            log.load(Institution, self.centre).check_trains(certification, log.today)
