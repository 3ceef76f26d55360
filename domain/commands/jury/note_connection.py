from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import conduct_session
from domain.jury.connection import Connections
from domain.jury.facts import ConnectionLost, ConnectionRestored
from domain.jury.hours import noted_at
from domain.ports import Log, PersonId, Role, SessionId
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class NoteConnection:
    """Record that a remote member's connection was lost, or restored (noter une interruption).

    The registrar or the chair does so. Loads the session and its connections.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (ConnectionLost, ConnectionRestored)
    again: ClassVar[Again] = {"lost": lambda append: bool(append.of(ConnectionLost))}
    session: SessionId
    juror: PersonId
    lost: bool

    def execute(self, log: Log) -> None:
        session = conduct_session(log, self.session)
        connections = log.find(Connections, Connections.id_of(self.session))
        change = connections.lose if self.lost else connections.restore
        log.record(connections, change(session, self.juror, log.today, noted_at(session, log, None)))
