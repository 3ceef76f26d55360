from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.exam.accommodation import Accommodation
from domain.jury.access import run
from domain.jury.deliberation import Deliberation
from domain.jury.facts import RemoteHearingOffered
from domain.jury.presence import offer_remote
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class OfferRemoteHearing:
    """Offer a candidate on the list a remote hearing (proposer une audition à distance).

    Loads the session and its rulebook, the candidacy with its accommodation, and the deliberation.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (RemoteHearingOffered,)
    session: SessionId
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        session = log.load(JurySession, self.session)
        candidacy = run(log, self.candidacy)
        rules = log.load(Rulebook, session.planned.rulebook).content
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        granted = log.find(Accommodation, Accommodation.id_of(self.candidacy)).measures
        log.record(deliberation, offer_remote(deliberation, session, candidacy, rules, granted))
