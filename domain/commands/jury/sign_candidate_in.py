from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import run
from domain.jury.deciding import check_before_them
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CandidateSignedIn
from domain.jury.presence import sign_in
from domain.jury.session import JurySession
from domain.people.identity import IdentityDocument
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class SignCandidateIn:
    """Let a candidate who came sign in, identity checked (faire émarger).

    The registrar checks, or a member of the jury who signed in. Loads the session, the candidacy, the deliberation.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (CandidateSignedIn,)
    session: SessionId
    candidacy: CandidacyId
    document: IdentityDocument
    remote: bool = False

    def execute(self, log: Log) -> None:
        session = log.load(JurySession, self.session)
        if log.actor.role is Role.JUROR:
            check_before_them(log, session, self.candidacy)
            if log.actor.who not in session.present:
                raise NotFound(self.session)
        candidacy = run(log, self.candidacy)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        signed = sign_in(deliberation, session, candidacy, self.document, log.today, remote=self.remote)
        log.record(deliberation, signed)
