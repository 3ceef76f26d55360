from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import run_session
from domain.jury.facts import ChairReplaced
from domain.jury.minutes import replace_chair
from domain.ports import Log, PersonId, Role, SessionId
from domain.rulebook.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class ReplaceChair:
    """Name a member present who signs the minutes in place of the chair, with a reason (suppléer le président).

    The rulebook says which member; where it is silent, the certifier names one. Loads the session and its rulebook.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (ChairReplaced,)
    session: SessionId
    juror: PersonId
    reason: str

    def execute(self, log: Log) -> None:
        session = run_session(log, self.session)
        rules = log.load(Rulebook, session.planned.rulebook).content
        log.record(session, replace_chair(session, self.juror, self.reason, rules.sessions))
