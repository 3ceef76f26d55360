"""Rules on retakes: which marks and blocks are kept, how many attempts, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import months_after
from domain.framework.definition import Route
from domain.refusal import Refused


class RetakeTooLate(Refused):
    """A candidate comes back within the rulebook's time from the first jury that decided, or a rectified loss."""

    fr = (
        "Un candidat se représente dans le délai du règlement, compté du premier jury qui a décidé de lui, "
        "ou de la notification d'une rectification qui lui retire quelque chose."
    )
    source = "the certifier's rulebook (retakes)"
    source_fr = "le règlement du certificateur (nouvelles tentatives)"


@dataclass(frozen=True, kw_only=True)
class Retakes:
    """The time to return (rattrapage): a number of months from the first jury that decided on the candidate.

    `SessionRules.attempts` sets the number of attempts.
    """

    months: int
    source: str


class RetakeScope(StrEnum):
    """The marks kept in a block not granted: none, those of a modality passed whole, or of each competence."""

    NONE = "none"
    MODALITY = "modality"
    COMPETENCE = "competence"


@dataclass(frozen=True, kw_only=True)
class CarryOver:
    """The marks kept in a block not granted (conservation des notes): only those that mean acquired.

    They are kept on these `routes` (empty: on all) and for `months` after the jury that did not grant it (None:
    without end). A mark given since replaces a kept one.
    """

    scope: RetakeScope
    months: int | None
    source: str
    routes: tuple[Route, ...] = ()

    def keeps(self, route: Route, refused_on: date | None, on: date) -> bool:
        """Return whether marks from before a refusal are kept on a day; `refused_on` is unset until notified."""
        if self.scope is RetakeScope.NONE or (self.routes and route not in self.routes):
            return False
        return self.months is None or refused_on is None or on <= months_after(refused_on, self.months)
