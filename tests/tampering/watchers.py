"""Who notices? Each watcher looks at a world as people let it look, and answers whether something is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import psycopg2
from eventsourcing.persistence import PersistenceError

from adapters.bag.export import Exporter
from adapters.bag.folder import BagFolder
from adapters.database.pool import Database
from adapters.log.check import check
from adapters.log.checkpoint import CheckpointUnreadable
from adapters.log.doubt import LogDoubted, LogFinding
from adapters.log.outside import witness
from adapters.trouble import Trouble
from adapters.verify.verifier import verify
from domain.refusal import Refused
from projections.engine.advance import PoisonFact
from projections.engine.compare import compare
from tests.given.log.played import ALL
from tests.tampering.world import World
from webapi.upkeep.alarms import alarms
from webapi.upkeep.scrubbing import scrub
from webapi.upkeep.slow_checks import look_closely

ROUNDS = 2
"""Rounds of the watch that are waited for."""
STOPS = (
    Refused,
    Trouble,
    CheckpointUnreadable,
    PoisonFact,
    psycopg2.Error,
    PersistenceError,
    LookupError,
    ValueError,
)
"""What a watcher that goes no further ends with: it has noticed."""


def notices(look: Callable[[World], bool]) -> Callable[[World], bool]:
    """A look that goes no further has noticed."""

    def looked(world: World) -> bool:
        try:
            return look(world)
        except STOPS:
            return True

    looked.__doc__ = look.__doc__
    return looked


def server(world: World) -> int:
    """After how many rounds of its watch the log is in doubt, or `/readyz` is red; 0: never."""
    with suppress(LogDoubted, Refused, *STOPS):
        world.project()
    for number in range(1, ROUNDS + 1):
        try:
            doubted = [*a_round(world), *world.watch.held()]
        except STOPS:
            return number
        if doubted or unready(world):
            return number
    return 0


def a_round(world: World) -> list[LogFinding]:
    """The steps of the watch that a minute or more brings: a new round begins, and comes to its end in one step."""
    world.watch.shortest = 0.0
    return world.watch.step()


def unready(world: World) -> bool:
    """Whether `/readyz` is red."""
    return any(each.unready for each in alarms(world.acquis, running=False))


@notices
def doctor(world: World) -> bool:
    """`acquis doctor`"""
    return bool(alarms(world.acquis, running=False) or look_closely(world.acquis))


@notices
def check_log(world: World) -> bool:
    """`acquis check-log`"""
    return not check(world.projecting, world.folder).sound


@notices
def rebuild_check(world: World) -> bool:
    """`acquis rebuild --check`"""
    return not compare(world.projecting).sound


@notices
def verifier(world: World) -> bool:
    """`acquis verify` on a bag of the whole log, with the note that its reader took home before"""
    out = world.settings.data.with_name(f"{world.settings.data.name}-bag")
    try:
        exporter = Exporter(
            database=world.acquis.database,
            vault=world.acquis.vault,
            files=world.acquis.files,
            checkpoints=world.folder,
        )
        with exporter.planned(ALL) as planned:
            exporter.write(planned, BagFolder(out))
        return not verify(out, own_key(world), [world.older]).sound
    finally:
        shutil.rmtree(out, ignore_errors=True)


def own_key(world: World) -> str:
    """The key that the reader trusts: they have it of their own, from before."""
    return Path(f"{world.older}.key").read_text("utf-8").strip()


@notices
def scrubbing(world: World) -> bool:
    """`acquis evidence scrub`"""
    return not scrub(world.acquis).sound


@notices
def outside_witness(world: World) -> bool:
    """`acquis witness` on another host, with the note that it made before"""
    notes = world.settings.data.with_name(f"{world.settings.data.name}-outside")
    shutil.copytree(world.outside, notes)
    try:
        with closing(Database(world.url, role="acquis_auditor", size=2)) as database:
            return bool(witness(database, notes).findings)
    finally:
        shutil.rmtree(notes, ignore_errors=True)


OTHERS: dict[str, Callable[[World], bool]] = {
    "doctor": doctor,
    "check-log": check_log,
    "verify": verifier,
    "outside witness": outside_witness,
    "rebuild --check": rebuild_check,
    "evidence scrub": scrubbing,
}
"""The watchers that one starts, in the order of the page's columns."""
