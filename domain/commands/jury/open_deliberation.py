from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from domain.fraud.exclusion import check_taken_up
from domain.jury.deciding import before
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DeliberationOpened, KeyedFromPaper
from domain.jury.hours import noted_at
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class OpenDeliberation:
    """Start the deliberation on a candidate who came (ouvrir la délibération).

    Loads what every decision of the session on this candidate relies on, the deliberation, and the candidate's fraud
    cases: a candidate excluded since the call is refused.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (DeliberationOpened, KeyedFromPaper)
    session: SessionId
    candidacy: CandidacyId
    at: time | None = None

    def execute(self, log: Log) -> None:
        """Record DeliberationOpened, if no member present is tied to the candidate.

        For a session held on paper, KeyedFromPaper before it.
        """
        context = before(log, self.session, self.candidacy)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        check_taken_up(log.find, context.candidacy, context.session)
        session, coming = context.session, deliberation.coming
        hours = session.hours_on(log.today, frozenset())
        hours += (coming.at,) if coming.arrived_on == log.today else ()
        log.record(
            deliberation,
            *deliberation.keyed(session, self.candidacy, log.actor.who),
            deliberation.open(context, log.today, noted_at(session, log, self.at, after=hours)),
        )
