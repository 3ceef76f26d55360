from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.framework.assessable import check_assessable
from domain.framework.definition import Modality, Route
from domain.framework.facts import RouteOpened
from domain.framework.framework import Framework, RouteOpenedInThePast
from domain.ports import FrameworkId, Log, Role


@dataclass(frozen=True, kw_only=True)
class OpenRoute:
    """Open a route from a day, with the modalities the sheet does not state (ouvrir une voie).

    Loads the framework.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.OPERATOR})
    records: ClassVar = (RouteOpened,)
    framework: FrameworkId
    route: Route
    opened_on: date
    ground: str
    modalities: tuple[Modality, ...] = ()

    def execute(self, log: Log) -> None:
        if self.opened_on < log.today and log.actor.role is not Role.OPERATOR:
            raise RouteOpenedInThePast(self.opened_on.isoformat())
        framework = log.load(Framework, self.framework)
        check_assessable(framework.content, self.modalities, self.route)
        log.record(framework, framework.open_route(self.route, self.opened_on, self.ground, self.modalities))
