from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.commands.jury.summon_candidate import list_candidate
from domain.jury.access import run, run_session
from domain.jury.changes_before_opening import take_back, without_freeing
from domain.jury.facts import CandidateTakenBack, ReleaseWithheld
from domain.ports import CandidacyId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class TakeCandidateBack:
    """Undo the freeing of a candidate, before the session opens (reprendre un candidat dessaisi).

    Loads what a summons loads. The candidate must meet the conditions of a summons now, except the notice period,
    which the first summons observed.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (CandidateTakenBack, ReleaseWithheld)
    session: SessionId
    candidacy: CandidacyId
    reason: str

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        candidacy = run(log, self.candidacy)
        before = without_freeing(session, candidacy.id)
        would, *waits = list_candidate(log, before, candidacy, called_before=True)
        log.record(session, take_back(session, candidacy, would, self.reason), *waits)
