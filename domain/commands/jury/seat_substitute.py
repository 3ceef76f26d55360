from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import conduct_session, holding
from domain.jury.facts import SubstituteSeated
from domain.jury.panel import seats
from domain.ports import Log, PersonId, Role, SessionId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class SeatSubstitute:
    """Seat a substitute in place of a member who cannot come (faire siéger un suppléant).

    The registrar or the chair does so. Loads the session, its rulebook, and the substitute, who must still be a
    juror; where they must be of the same quality, both persons and where they work on the day of the session.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (SubstituteSeated,)
    session: SessionId
    substitute: PersonId
    replaced: PersonId

    def execute(self, log: Log) -> None:
        session = conduct_session(log, self.session)
        rules = log.load(Rulebook, session.planned.rulebook).content
        both = {self.substitute, self.replaced} & session.seats.keys()
        alike = seats(log.find, session, both, session.planned.held_on) if rules.substitute_same_quality else None
        seated = session.seat_substitute(self.substitute, self.replaced, alike, log.today)
        holding(log, self.substitute, Role.JUROR)
        log.record(session, seated)
