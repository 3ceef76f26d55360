"""How is a juror appointed?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import holding, run_session
from domain.jury import JurorAppointed
from domain.jury_rule import Sex, Side
from domain.ports import Log, PersonId, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class AppointJuror:
    """Give a person a seat on a jury, titular or substitute (nommer un juré). Loads the session and the person."""

    roles: ClassVar = frozenset({Role.REGISTRAR})
    session: SessionId
    juror: PersonId
    external: bool
    side: Side | None = None
    sex: Sex = Sex.UNSTATED
    substitute: bool = False
    chair: bool = False

    def execute(self, log: Log) -> None:
        """Record JurorAppointed."""
        session = run_session(log, self.session)
        person = holding(log, self.juror, Role.JUROR)
        seat = JurorAppointed(
            juror=self.juror,
            external=self.external,
            side=self.side,
            sex=self.sex,
            substitute=self.substitute,
            chair=self.chair,
        )
        log.record(session, session.appoint(seat, person.names))
