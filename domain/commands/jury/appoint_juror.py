from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.framework.jury_rule import Sex
from domain.jury.access import holding, run_session
from domain.jury.facts import JurorAppointed
from domain.jury.lawful_panel import check_seat
from domain.people.one_person import one_person
from domain.ports import Log, PersonId, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class AppointJuror:
    """Give a person a seat on a jury, titular or substitute (nommer un juré).

    What they count as follows from the facts about them. Loads the session and the person, under each of their files.
    Loads the law and the candidates already called, where that law keeps some persons off their panel.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (JurorAppointed,)
    session: SessionId
    juror: PersonId
    sex: Sex = Sex.UNSTATED
    substitute: bool = False
    chair: bool = False

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        holding(log, self.juror, Role.JUROR)
        seat = JurorAppointed(
            juror=self.juror,
            sex=self.sex,
            substitute=self.substitute,
            chair=self.chair,
        )
        juror = one_person(log.find, self.juror)
        appointed = session.appoint(seat, juror.names)
        check_seat(log.find, session, juror)
        log.record(session, appointed)
