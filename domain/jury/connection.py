"""Remote members of a session and the state of their connection (membre à distance).

A member whose connection is lost does not hear what is said meanwhile. The jury decides nothing on a candidate on
whom that member deliberates until the member is back or has stepped out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Self, assert_never
from uuid import UUID

from domain.fact import stream_of
from domain.jury.facts import ConnectionLost, ConnectionRestored, ConnectionsFact, JurorConnected
from domain.jury.session import JurySession, NotOnThePanel, SessionNotDue, SessionNotOpen, SessionStage
from domain.people.identity import IdentityDocument
from domain.ports import PersonId, SessionId
from domain.refusal import Refused


class RemoteNotAllowed(Refused):
    """A member sits, or a candidate is heard, remotely where the rulebook says so."""

    fr = "Un membre siège, ou un candidat est entendu, à distance là où le règlement le permet."
    source = "the certifier's rulebook"
    source_fr = "le règlement du certificateur"


class AlreadyConnected(Refused):
    """A member connects once, and again only after the connection was lost."""

    fr = "Un membre se connecte une fois, et de nouveau seulement après une interruption."


class NotConnected(Refused):
    """Only the connection of a member who is connected can be lost."""

    fr = "Seule la connexion d'un membre connecté peut être perdue."


class MemberUnseen(Refused):
    """In a session held remotely, a member counts whose identity was checked and connection recorded on that day."""

    fr = "Dans une session à distance compte un membre dont l'identité et la connexion ont été constatées ce jour-là."


@dataclass(frozen=True, kw_only=True)
class Connections:
    """The remote members of one session: the day on which each last joined, and whose connection is lost."""

    id: UUID
    version: int = 0
    joined: dict[PersonId, date] = field(default_factory=dict)
    lost: frozenset[PersonId] = frozenset()

    @property
    def remote(self) -> frozenset[PersonId]:
        """The members who have joined remotely."""
        return frozenset(self.joined)

    @staticmethod
    def id_of(session: SessionId) -> UUID:
        """Return the stream id of a session's connections."""
        return stream_of("connections", session)

    def connect(
        self,
        session: JurySession,
        juror: PersonId,
        document: IdentityDocument,
        *,
        allowed: bool,
        today: date,
        at: time | None,
    ) -> JurorConnected:
        """Connect a seated member remotely on the day of the session, before it opens or later."""
        _under_way(session)
        if not allowed:
            raise RemoteNotAllowed(juror)
        if today < session.planned.held_on:
            raise SessionNotDue(session.id)
        if juror not in session.titulars:
            raise NotOnThePanel(juror)
        if juror in self._seen(today):
            raise AlreadyConnected(juror)
        return JurorConnected(session=session.id, juror=juror, document=document, connected_on=today, at=at)

    def check_seen(self, session: JurySession, present: Iterable[PersonId], today: date) -> None:
        """Refuse to open a session held remotely with a member whose presence was not recorded that day.

        A session held on paper is not checked: all who were present signed the minutes.
        """
        plan = session.planned
        if plan.remote and not plan.on_paper and (unseen := set(present) - self._seen(today)):
            raise MemberUnseen(*sorted(unseen))

    def _seen(self, today: date) -> frozenset[PersonId]:
        return frozenset(juror for juror, day in self.joined.items() if day == today)

    def lose(self, session: JurySession, juror: PersonId, today: date, at: time | None) -> ConnectionLost:
        """Record that a remote member lost the connection."""
        _under_way(session)
        if juror not in self.remote - self.lost:
            raise NotConnected(juror)
        return ConnectionLost(session=session.id, juror=juror, at=at, day=session.later_day(today))

    def restore(self, session: JurySession, juror: PersonId, today: date, at: time | None) -> ConnectionRestored:
        """Record that a remote member is connected again."""
        _under_way(session)
        if juror not in self.lost:
            raise AlreadyConnected(juror)
        return ConnectionRestored(session=session.id, juror=juror, at=at, day=session.later_day(today))

    def evolve(self, fact: ConnectionsFact) -> Self:
        match fact:
            case JurorConnected(juror=juror, connected_on=day):
                return replace(self, joined={**self.joined, juror: day}, lost=self.lost - {juror})
            case ConnectionLost(juror=juror):
                return replace(self, lost=self.lost | {juror})
            case ConnectionRestored(juror=juror):
                return replace(self, lost=self.lost - {juror})
            case _:
                assert_never(fact)


def _under_way(session: JurySession) -> None:
    """Refuse to record a connection before members may sign in or after the session is closed."""
    if session.stage not in {SessionStage.PLANNED, SessionStage.OPEN}:
        raise session.not_now(SessionNotOpen)
