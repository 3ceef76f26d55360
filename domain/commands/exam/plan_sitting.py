from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import ClassVar

from domain.exam.facts import SittingPlanned
from domain.exam.sitting import Sitting
from domain.framework.framework import Framework
from domain.jury.access import centre_of, holding
from domain.ports import FrameworkId, Log, OrganisationId, PersonId, Role, RulebookId, SittingId
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import RemoteActivity


@dataclass(frozen=True, kw_only=True)
class PlanSitting:
    """Plan an épreuve that the framework states for a day, with its subject and invigilator (fixer une épreuve).

    `place` is one of the sheet's, or a site of the `centre` named. Loads the framework, the rulebook, that centre,
    and the invigilator, who must have that role.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (SittingPlanned,)
    framework: FrameworkId
    rulebook: RulebookId
    modality: str
    subject: str
    held_on: date
    starts_at: time
    place: str
    places: int
    invigilator: PersonId
    centre: OrganisationId | None = None
    remote: bool = False

    def execute(self, log: Log) -> None:
        """Record SittingPlanned on a new stream."""
        rules = log.load(Rulebook, self.rulebook).content
        framework = log.load(Framework, self.framework)
        holding(log, self.invigilator, Role.INVIGILATOR)
        sitting = log.find(Sitting, SittingId(log.new_id("sitting")))
        planned = sitting.call(
            SittingPlanned(
                framework=self.framework,
                rulebook=self.rulebook,
                modality=self.modality,
                subject=self.subject,
                held_on=self.held_on,
                starts_at=self.starts_at,
                minutes=0,
                place=self.place,
                centre=self.centre,
                remote=self.remote,
                places=self.places,
                invigilator=self.invigilator,
            ),
            framework.modality(self.modality),
            log.today,
        )
        planned.venue.check(
            RemoteActivity.SITTING, self.held_on, framework.content, rules, centre_of(log, self.centre)
        )
        log.record(sitting, planned)
