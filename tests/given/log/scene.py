"""A real store with given facts, commands executed on it, and a projector."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid4

from adapters.database.pool import Database
from adapters.log.application import WrittenFact
from adapters.log.codec import Envelope
from adapters.log.recorder import LogRecorder
from adapters.log.store import PREPARED, PostgresStore
from domain.appeal.facts import AnnulmentProposed
from domain.commands.appeal.confirm_annulment import ConfirmAnnulment
from domain.execute import execute
from domain.fact import Fact, Personal
from domain.people.facts import Registered, RoleGranted
from domain.ports import Actor, Command, Recorded, Request, Role
from projections.engine.runner import Projector
from tests.given.domain.people import HOUSE, JURY_DAY, RENEE
from tests.given.domain.scenario import COLLEAGUE, NOON, At
from tests.given.log.vaults import a_vault


class Scene:
    """A database that already holds the certifier's installation."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.web = Database(dsn, role="acquis_web", prepared=[PREPARED])
        self.backstage = Database(dsn, role="acquis_projector")
        self.vault = a_vault(dsn)
        self.store = PostgresStore.of(self.web, self.vault)
        self.versions: dict[UUID, int] = {}
        self.given(*HOUSE)

    def projector(self, batch: int = 5_000) -> Projector:
        return Projector(self.backstage, LogRecorder(self.backstage), batch=batch)

    def given(self, *steps: At | Iterable[At], on: date = JURY_DAY) -> int:
        """Append facts; return the last position."""
        last = 0
        for step in steps:
            for at in [step] if isinstance(step, At) else step:
                last = self._append(at.stream, at.facts, on)
        return last

    def _append(self, stream: UUID, facts: tuple[Fact, ...], on: date) -> int:
        append_id, seen = uuid4(), self.versions.get(stream, 0)
        head = Envelope(by=RENEE, role="registrar", on=on, request=None)
        written = [
            WrittenFact(
                originator_id=stream, originator_version=seen + n + 1, fact=fact, append_id=append_id, n=n, head=head
            )
            for n, fact in enumerate(facts)
        ]
        stored = self.store.append(written, append_id, {}, None)
        self.versions[stream] = seen + len(facts)
        return stored[-1].id

    def do(self, command: Command, by: Actor, on: date = JURY_DAY) -> Recorded:
        """Execute a command on the real store."""
        recorded = execute(
            command, self.store.about(command), Request(actor=by, append_id=uuid4(), today=on, hour=NOON)
        )
        self.versions |= recorded.versions
        return recorded

    def annuls(self, command: Command, by: Actor, on: date = JURY_DAY) -> Recorded:
        """Execute a command that proposes an annulment, which a second registrar then confirms."""
        (proposed,) = self.do(command, by, on).facts
        assert isinstance(proposed, AnnulmentProposed)
        if COLLEAGUE not in self.versions:
            self.given(At(COLLEAGUE, (Registered(name=Personal("x", COLLEAGUE)), RoleGranted(role=Role.REGISTRAR))))
        confirm = ConfirmAnnulment(candidacy=proposed.candidacy, about=proposed.about)
        return self.do(confirm, Actor(person=COLLEAGUE, role=Role.REGISTRAR), on)

    def rows(self, query: str, *given: object) -> list[tuple[object, ...]]:
        with self.backstage.connection() as connection, connection.cursor() as cursor:
            cursor.execute(query, given)
            return cursor.fetchall()

    def close(self) -> None:
        self.web.close()
        self.vault.close()
        self.backstage.close()
