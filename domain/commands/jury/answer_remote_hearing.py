from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import reach
from domain.jury.deliberation import Deliberation
from domain.jury.facts import RemoteHearingAnswered
from domain.jury.presence import answer_remote
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.refusal import NotFound


@dataclass(frozen=True, kw_only=True)
class AnswerRemoteHearing:
    """Accept or decline a remote hearing (répondre à la proposition d'audition à distance).

    Loads the candidacy, the session and the deliberation. Raises NotFound if the candidate is not called before the
    session.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE})
    records: ClassVar = (RemoteHearingAnswered,)
    session: SessionId
    candidacy: CandidacyId
    accepted: bool

    def execute(self, log: Log) -> None:
        candidacy = reach(log, self.candidacy)
        if self.session not in candidacy.sessions:
            raise NotFound(self.session)
        session = log.load(JurySession, self.session)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        log.record(deliberation, answer_remote(deliberation, session, candidacy, accepted=self.accepted))
