from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.jury.deciding import before
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionDeferred, KeyedFromPaper
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class DeferDecisions:
    """Defer, with a reason, the undecided blocks that the candidate seeks and the title won (surseoir à statuer).

    What is decided is kept; another jury may decide the rest. Loads what every decision relies on, and the
    deliberation.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (DecisionDeferred, KeyedFromPaper)
    session: SessionId
    candidacy: CandidacyId
    reason: str

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown, whose version is checked."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record DecisionDeferred; for a session held on paper, KeyedFromPaper before it."""
        context = before(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        log.record(
            deliberation,
            *deliberation.keyed(context.session, self.candidacy, log.actor.who),
            deliberation.defer(context, self.reason),
        )
