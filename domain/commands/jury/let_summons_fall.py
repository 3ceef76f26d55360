from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.fraud.exclusion import excluded_until
from domain.jury.access import run, run_session
from domain.jury.deliberation import Deliberation
from domain.jury.facts import SummonsFell
from domain.jury.presence import let_fall
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class LetSummonsFall:
    """Void a summons that an exclusion pronounced since covers (constater la caducité d'une convocation).

    The summonses of the candidacy in which it was pronounced are voided with it. Loads the session, the candidacy,
    its candidate, their fraud cases under each file, and the deliberation.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (SummonsFell,)
    session: SessionId
    candidacy: CandidacyId

    def execute(self, log: Log) -> None:
        session, candidacy = run_session(log, self.session), run(log, self.candidacy)
        until = excluded_until(log.find, candidacy.terms.candidate)
        deliberation = log.find(Deliberation, Deliberation.id_of(self.session, self.candidacy))
        log.record(deliberation, let_fall(deliberation, session, self.candidacy, until, log.today))
