from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import conduct_session
from domain.jury.connection import Connections
from domain.jury.facts import JurorConnected
from domain.jury.hours import noted_at
from domain.people.identity import IdentityDocument
from domain.ports import Log, PersonId, Role, SessionId
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import RemoteActivity


@dataclass(frozen=True, kw_only=True)
class ConnectJuror:
    """Sign in a remote member, identity checked, before the session opens or later (siéger à distance).

    The registrar or the chair does so. Loads the session, its rulebook, and its connections.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR, Role.JUROR})
    records: ClassVar = (JurorConnected,)
    session: SessionId
    juror: PersonId
    document: IdentityDocument

    def execute(self, log: Log) -> None:
        session = conduct_session(log, self.session)
        rules = log.load(Rulebook, session.planned.rulebook).content
        allowed = session.planned.remote or RemoteActivity.MEMBER in rules.remote
        connections = log.find(Connections, Connections.id_of(self.session))
        connected = connections.connect(
            session,
            self.juror,
            self.document,
            allowed=allowed,
            today=log.today,
            at=noted_at(session, log, None),
        )
        log.record(connections, connected)
