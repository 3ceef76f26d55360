from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.jury.deciding import before
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionConfirmed
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class ConfirmDecision:
    """Confirm what was recorded on a candidate, as a member who deliberates (confirmer une décision).

    The rulebook may require that a majority confirm before the session closes. Loads what every decision of the
    session on this candidate relies on, and the deliberation.
    """

    roles: ClassVar = frozenset({Role.JUROR})
    records: ClassVar = (DecisionConfirmed,)
    session: SessionId
    candidacy: CandidacyId

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        context = before(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        log.record(deliberation, deliberation.confirm(context))
