from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import ClassVar

from domain.jury.access import run, run_session
from domain.jury.deciding import check_before_them
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CandidateArrived
from domain.jury.hours import noted_at
from domain.jury.presence import note_present
from domain.jury.session import JurySession, NotOnThePanel
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class NoteCandidatePresent:
    """Record that a candidate came, in the room or remotely (noter la présence).

    The registrar or a member who is present does so. Where the rulebook requires candidates to sign in, the identity
    `document` that they showed, and that they `signed`, are recorded too. `at` is None for now, or if it is not known
    for a session held on paper. Loads the session and its rulebook, the candidacy, the deliberation.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (CandidateArrived,)
    session: SessionId
    candidacy: CandidacyId
    remote: bool = False
    document: IdentityDocument | None = None
    signed: bool = False
    at: time | None = None

    def execute(self, log: Log) -> None:
        session = self._led(log)
        candidacy = run(log, self.candidacy)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        rules = log.load(Rulebook, session.planned.rulebook).content
        arrived = note_present(
            deliberation,
            session,
            candidacy,
            rules,
            remote=self.remote,
            document=self.document,
            signed=self.signed,
            on=session.day_of(log.today),
            at=noted_at(session, log, self.at),
            by=log.actor.who,
        )
        log.record(deliberation, arrived)

    def _led(self, log: Log) -> JurySession:
        """Load the session that the actor manages, or deliberates in."""
        if log.actor.role is not Role.JUROR:
            return run_session(log, self.session)
        session = log.load(JurySession, self.session)
        check_before_them(log, session, self.candidacy)
        if log.actor.who not in session.sitting:
            raise NotOnThePanel(log.actor.who)
        return session
