"""How is a juror appointed?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury import JurorAppointed, JurySession
from domain.jury_rule import Sex, Side
from domain.person import Person, RoleNotHeld
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
        session = log.load(JurySession, self.session)
        if Role.JUROR not in log.load(Person, self.juror).roles:
            raise RoleNotHeld(self.juror, Role.JUROR.value)
        seat = JurorAppointed(
            juror=self.juror,
            external=self.external,
            side=self.side,
            sex=self.sex,
            substitute=self.substitute,
            chair=self.chair,
        )
        log.record(session, session.appoint(seat))
