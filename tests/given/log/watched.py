"""An application with a signed log, its watch, and a superuser who changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.doubt import LogFinding, confirm
from adapters.log.watching import Watch
from adapters.settings import Settings
from domain.commands.organisation.accept_doubt import AcceptDoubt
from domain.commands.people.register_person import RegisterPerson
from domain.organisation.facts import Doubted
from domain.ports import OPERATOR, Role
from tests.given.log import superuser
from webapi.signing.checkpoint_key import Checkpointing, create, watching
from webapi.wiring import App, assemble

FACTS = 40
REHASH = """
update log.leaf l set hash = sha256('\\x00'::bytea || convert_to(log.line(e), 'UTF8'))
  from log.event e where e.position = l.position
"""
NODES = """
update log.node n set hash = (select log.over(array_agg(l.hash order by l.index)) from log.leaf l
                               where l.index / 16 = n.index) where level = 4
"""


@dataclass
class Watched:
    """An application with a signed log, and its watch."""

    acquis: App
    database: Database
    making: Checkpointing
    watch: Watch
    url: str

    @property
    def folder(self) -> CheckpointFolder:
        return CheckpointFolder(self.acquis.settings.checkpoint_folder)

    def register(self) -> int:
        return self.acquis.do(RegisterPerson(name="Alix Essai", given=(Role.CANDIDATE,)), OPERATOR).position

    def found(self) -> list[tuple[str, str]]:
        """Return the findings of a whole round."""
        return [(each.slug, each.place) for each in self.watch.whole_round()]

    def tamper(self, *statements: str) -> None:
        """Run statements as a superuser, who enables the triggers again afterwards."""
        superuser.tamper(self.url, *statements)

    def run(self, *statements: str) -> None:
        superuser.run(self.url, *statements)

    @contextmanager
    def spared(self) -> Iterator[None]:
        """Restore everything."""
        notes, copy = self.folder.path, self.folder.path.with_name("copy")
        shutil.copytree(notes, copy)
        self.run(*(f"create table public.kept_{name} as table log.{name}" for name in (*superuser.TABLES, "head")))
        yield
        back = [f"truncate log.{name}; insert into log.{name} table public.kept_{name}" for name in superuser.TABLES]
        head = "update log.head h set next_index = k.next_index, sealed = k.sealed, at = k.at from public.kept_head k"
        self.tamper("delete from log.doubt", *back, head)
        self.run(*(f"drop table public.kept_{name}" for name in (*superuser.TABLES, "head")))
        shutil.rmtree(notes)
        copy.rename(notes)
        self.watch = watching(self.acquis.settings, self.database)


@contextmanager
def signed(settings: Settings) -> Iterator[Watched]:
    """Return an installation with 41 facts, and notes over 21 and 41 of them."""
    server = DatabaseServer(str(settings.database_url))
    with (
        closing(assemble(settings, server, FixedClock(date(2021, 2, 1)))) as acquis,
        closing(server.open("acquis_projector", 2)) as projecting,
    ):
        create(acquis)
        making = Checkpointing(settings, projecting)
        world = Watched(acquis, projecting, making, watching(settings, projecting), str(settings.database_url))
        for number in range(FACTS // 2):
            world.register()
            if number == 9:
                making()
        making()
        yield world


def body(position: int, key: str = "on", value: str = "2020-01-01") -> str:
    """Change the value of a key in a fact."""
    changed = f"""jsonb_set(body::jsonb, '{{{key}}}', '"{value}"')::text"""
    return f"update log.event set body = {changed} where position = {position}"  # noqa: S608  (our own words)


def accept(watched: Watched, findings: list[LogFinding]) -> None:
    """Accept findings as the operator, with a second person's confirmation that the watch reads."""
    named = tuple(Doubted(slug=each.slug, place=each.place, digest=each.digest) for each in findings)
    recorded = watched.acquis.do(AcceptDoubt(findings=named, reason="looked into"), OPERATOR)
    confirm(watched.database, recorded.position)
    watched.watch.step()
