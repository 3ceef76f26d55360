from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.candidacy.facts import CandidacyOpened, PlaceTaken
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.people.register_person import RegisterPerson
from domain.framework.definition import Route
from domain.people.facts import Registered, RoleGranted
from domain.ports import FrameworkId, Log, PersonId, Role, RulebookId


@dataclass(frozen=True, kw_only=True)
class EnrolCandidate:
    """Register a person who is not known yet, and open their candidacy at once: both or neither (inscrire).

    Loads what opening a candidacy loads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (Registered, RoleGranted, CandidacyOpened, PlaceTaken)
    name: str
    framework: FrameworkId
    rulebook: RulebookId
    route: Route
    email: str | None = None
    born: str | None = None
    blocks: tuple[int, ...] = ()
    began_on: date | None = None
    option: str | None = None

    def execute(self, log: Log) -> None:
        RegisterPerson(name=self.name, email=self.email, born=self.born, given=(Role.CANDIDATE,)).execute(log)
        OpenCandidacy(
            candidate=PersonId(log.new_id("person")),
            framework=self.framework,
            rulebook=self.rulebook,
            route=self.route,
            blocks=self.blocks,
            began_on=self.began_on,
            option=self.option,
        ).apply(log)
