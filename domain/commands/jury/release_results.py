from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import run_session
from domain.jury.commission import check_signed, released_with, reporting
from domain.jury.facts import ResultsReleased
from domain.jury.minutes import decided
from domain.jury.tainted_decision import check_sound
from domain.ports import Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class ReleaseResults:
    """Release the results of a signed session (communiquer les résultats).

    Loads the session, its commissions, the deliberation of each candidacy on its list, and what `check_sound` reads.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (ResultsReleased,)
    session: SessionId

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        released = session.release(log.today)
        check_sound(log.find, session, decided(log, session))
        commissions = reporting(log, session)
        check_signed(commissions)
        log.record(session, released)
        for commission in commissions:
            if theirs := released_with(session.evolve(released), commission, log.today):
                log.record(commission, theirs)
