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
    """Put off the blocks sought and the title won of which nothing is decided, with the reason (surseoir à statuer).

    What is decided stays; another jury may decide the rest. Loads what every decision relies on, the deliberation.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (DecisionDeferred, KeyedFromPaper)
    session: SessionId
    candidacy: CandidacyId
    reason: str

    @property
    def subject(self) -> UUID:
        """What the user was shown."""
        return Deliberation.id_of(self.session, self.candidacy)

    def execute(self, log: Log) -> None:
        """Record DecisionDeferred; KeyedFromPaper before it, of a session held on paper."""
        context = before(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, self.subject)
        log.record(
            deliberation,
            *deliberation.keyed(context.session, self.candidacy, log.actor.who),
            deliberation.defer(context, self.reason),
        )
