"""A played house that is copied whole, database, keys and folders, for somebody to tamper with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.clock import FixedClock
from adapters.database import DatabaseServer, beside
from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.outside import witness
from adapters.log.recorder import LogRecorder
from adapters.log.watching import Watch
from adapters.settings import Settings
from domain.commands.people.register_person import RegisterPerson
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, PersonId, Role
from projections.engine.runner import Projector
from tests.given.log import superuser
from webapi.demonstration.story import BEGINS, Story
from webapi.privacy.erasure import erase
from webapi.signing.checkpoint_key import Checkpointing, create, watching
from webapi.wiring import App, assemble


@dataclass(kw_only=True)
class World:
    """A house with what watches it; whoever tampers is a superuser and may write every folder."""

    acquis: App
    projecting: Database
    url: str
    watch: Watch
    older: Path
    """The note that a reader took home before."""

    @property
    def outside(self) -> Path:
        """The notes that a witness on another host made before."""
        return self.older.with_name("outside")

    @property
    def settings(self) -> Settings:
        return self.acquis.settings

    @property
    def folder(self) -> CheckpointFolder:
        return CheckpointFolder(self.settings.checkpoint_folder)

    @property
    def sign(self) -> Checkpointing:
        return Checkpointing(self.settings, self.projecting)

    def sql(self, *statements: str) -> None:
        """As a superuser, once every guard is out of the way; the guards are set back afterwards."""
        superuser.tamper(self.url, *statements)

    def open(self, *statements: str) -> None:
        """As a superuser, and the guards stay as these statements leave them."""
        superuser.run(self.url, *statements)

    def keys(self, *statements: str) -> None:
        """As a superuser of the keys' database."""
        superuser.run(beside(self.url), *statements)

    def one(self, question: str) -> Any:
        with closing(psycopg2.connect(self.url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(question)
            ((answer,),) = cursor.fetchall()
        return answer

    def a_fact(self, kind: str, nth: int = 0) -> int:
        """The position of a fact of this kind."""
        found: int = self.one(
            f"select position from log.event where type = '{kind}' order by position offset {nth} limit 1"  # noqa: S608
        )
        return found

    def project(self) -> None:
        """The projector's turn: what is recorded is sealed and told."""
        Projector(self.projecting, LogRecorder(self.projecting)).catch_up()


@contextmanager
def opened(settings: Settings, older: Path) -> Iterator[World]:
    """The house on these settings."""
    server = DatabaseServer(str(settings.database_url))
    with ExitStack() as stack:
        acquis = stack.enter_context(closing(assemble(settings, server, FixedClock(BEGINS))))
        projecting = stack.enter_context(closing(server.open("acquis_projector", 4)))
        yield World(
            acquis=acquis,
            projecting=projecting,
            url=str(settings.database_url),
            watch=watching(settings, projecting),
            older=older,
        )


def play(settings: Settings, older: Path) -> None:
    """The demonstration, a second note after it, somebody erased, and a third note."""
    with opened(settings, older) as world:
        create(world.acquis)
        clock = world.acquis.clock
        assert isinstance(clock, FixedClock)
        story = Story(world.acquis, clock)
        story.play()
        world.project()
        world.sign()
        older.write_text(str(world.folder.newest()), "utf-8")
        older.with_name(f"{older.name}.key").write_text(str(world.folder.keys()[0]), "utf-8")
        gone = world.acquis.do(RegisterPerson(name="Zoé Essai", given=(Role.CANDIDATE,)), OPERATOR)
        person = PersonId(next(iter(gone.versions)))
        world.project()
        world.sign()
        erase_now(world, person)
        world.project()
        world.sign()
        assert clock.today() > date(2019, 1, 7)
        with closing(Database(world.url, role="acquis_auditor", size=2)) as auditing:
            assert witness(auditing, world.outside).findings == ()


def erase_now(world: World, person: PersonId) -> None:
    """Erase somebody to the end."""
    erase(world.acquis, person, (Retention.IDENTITY,), ErasureGround.REQUEST, world.acquis.request_of(OPERATOR))


@contextmanager
def copied(settings: Settings, older: Path, server_url: str, place: Path) -> Iterator[World]:
    """A copy of all that a house has."""
    name = f"acquis_test_{uuid4().hex[:16]}"
    template = parse_dsn(str(settings.database_url))["dbname"]
    with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        try:
            for of in ("", "_keys"):
                cursor.execute(f"create database {name}{of} template {template}{of}")
            shutil.copytree(settings.data, place)
            moved = replace(settings, data=place, database_url=make_dsn(server_url, dbname=name))
            with opened(moved, older) as world:
                yield world
        finally:
            for of in ("", "_keys"):
                cursor.execute(f"drop database if exists {name}{of} with (force)")
            shutil.rmtree(place, ignore_errors=True)
