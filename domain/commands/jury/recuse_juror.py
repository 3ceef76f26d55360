from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import run, run_session
from domain.jury.deciding import check_before_them
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DeliberationReopened, JurorRecused, KeyedFromPaper
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, PersonId, Role, SessionId
from domain.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class RecuseJuror:
    """Let a juror step out of one candidate's deliberation (se déporter).

    The juror says it, or the registrar. From the opening on; before it, a substitute is seated. Loads the
    session, the candidacy and the deliberation.
    """

    roles: ClassVar = frozenset({Role.JUROR, Role.REGISTRAR})
    records: ClassVar = (JurorRecused, DeliberationReopened, KeyedFromPaper)
    session: SessionId
    candidacy: CandidacyId
    juror: PersonId
    reason: str

    def execute(self, log: Log) -> None:
        """Record JurorRecused, and DeliberationReopened where something was decided with them.

        KeyedFromPaper before it, of a session held on paper.
        """
        if log.actor.role is Role.JUROR and log.actor.person != self.juror:
            raise NotFound(self.juror)
        registrar = log.actor.role is Role.REGISTRAR
        session = run_session(log, self.session) if registrar else log.load(JurySession, self.session)
        if not registrar:
            check_before_them(log, session, self.candidacy)
        candidacy = run(log, self.candidacy)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        out = deliberation.recuse(self.juror, session, candidacy, self.reason)
        log.record(deliberation, *deliberation.keyed(session, self.candidacy, log.actor.who), out)
        if undone := deliberation.left(out, self.reason):
            log.record(deliberation, undone)
