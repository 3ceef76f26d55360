from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.jury.access import oneself
from domain.jury.facts import MinutesSigned
from domain.jury.minutes import decided, sign
from domain.jury.session import JurySession
from domain.ports import Log, Role, SessionId
from domain.refusal import NotFound, StaleVersion


@dataclass(frozen=True, kw_only=True)
class SignMinutes:
    """Sign the minutes of a closed session, as its chair or another signatory (signer le procès-verbal).

    `digest` is that of the minutes shown, if they were shown; signatures by others do not change it. Loads the
    session, the deliberation of each candidacy on its list, and all the files of the signatory.
    """

    roles: ClassVar = frozenset({Role.JUROR})
    records: ClassVar = (MinutesSigned,)
    session: SessionId
    digest: str | None = None

    @property
    def subject(self) -> SessionId:
        """The stream that the user was shown, whose version is checked."""
        return self.session

    def execute(self, log: Log) -> None:
        """Record MinutesSigned; raise StaleVersion if the minutes have changed since they were shown."""
        session = log.load(JurySession, self.session)
        if log.actor.who not in session.seats:
            raise NotFound(self.session)
        signed = sign(session, decided(log, session), log.actor.who, oneself(log))
        if self.digest not in {None, signed.digest}:
            raise StaleVersion(self.session)
        log.record(session, signed)
