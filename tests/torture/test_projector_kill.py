"""A projector killed at any moment loses no fact and projects none twice; a killed rebuild changes nothing.

Eight kills, or twenty (ACQUIS_TORTURE=short|long), or as many as ACQUIS_TORTURE_KILLS says; the moments come from a
seed that is printed on failure.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from domain.candidacy.facts import AssessorAssigned
from domain.ports import EvidenceId
from projections.engine.rebuild import rebuild
from projections.tables import digest
from tests.given.domain.people import ASTRID, MARIE_FI, MARIE_VAE, OWNERS, SAMIR_VAE, applied, put_in
from tests.given.domain.scenario import At
from tests.given.log.scene import Scene
from tests.given.waiting import until

PROCESS, REBUILD = (Path(__file__).with_name(f"{name}_process.py") for name in ("projector", "rebuild"))
LONG = os.environ.get("ACQUIS_TORTURE", "short") == "long"
KILLS = int(os.environ.get("ACQUIS_TORTURE_KILLS", "20" if LONG else "8"))


def test_a_projector_killed_at_any_moment_loses_nothing_and_tells_nothing_twice(database_url: str) -> None:
    seed = random.randrange(2**32)  # noqa: S311  (moments, not secrets)
    chance = random.Random(seed)  # noqa: S311
    scene = Scene(database_url)
    scene.given(*(applied(candidacy) for candidacy in OWNERS))
    scene.projector().catch_up()
    positions: list[int] = []
    with facts_keep_coming(scene, positions):
        for kill in range(KILLS):
            process = projector(database_url, batch=chance.choice((3, 20, 500)))
            before, deadline = scene.projector().position(), time.monotonic() + 20
            while kill % 2 and scene.projector().position() == before and time.monotonic() < deadline:
                time.sleep(0.01)  # every second one dies at work and not at its start
            time.sleep(chance.random() * 0.5)
            assert process.poll() is None, f"it ended by itself (seed {seed})"
            process.send_signal(signal.SIGKILL)
            process.wait()
            rebuild(scene.backstage, names=["competence_status", "decision_history"])  # while facts are recorded
    last = scene.projector().catch_up()
    assert last == max(positions), f"seed {seed}"
    told = [row[0] for row in scene.rows("select position from projection.decision_history order by 1")]
    kept = scene.rows(
        "select position from log.event where type in ('CandidacyOpened', 'EvidenceSubmitted', 'AssessorAssigned')"
        " order by 1"
    )
    assert told == [row[0] for row in kept], f"seed {seed}"
    live = digest(scene.backstage)
    rebuild(scene.backstage)
    assert digest(scene.backstage) == live, f"seed {seed}"
    scene.close()


def test_a_spare_waits_until_the_acting_projector_dies_and_then_acts_and_tells_nothing_twice(
    database_url: str,
) -> None:
    scene = Scene(database_url)
    acting = projector(database_url, batch=100)
    reached(scene, scene.given(applied(MARIE_FI)))
    spare = projector(database_url, batch=100)
    time.sleep(1.5)
    holders = (
        "select count(*) from pg_locks where locktype = 'advisory' and classid = 4714 and objid = 0 and granted"
        " and database = (select oid from pg_database where datname = current_database())"
    )
    assert scene.rows(holders) == [(1,)]
    acting.kill()
    acting.wait()
    reached(scene, scene.given(applied(SAMIR_VAE)))
    spare.kill()
    spare.wait()
    shown = digest(scene.backstage)
    rebuild(scene.backstage)
    assert digest(scene.backstage) == shown
    scene.close()


@pytest.mark.slow
def test_a_rebuild_of_which_a_process_is_killed_leaves_the_live_tables_and_can_begin_anew(database_url: str) -> None:
    seed = random.randrange(2**32)  # noqa: S311  (moments, not secrets)
    chance, scene = random.Random(seed), Scene(database_url)  # noqa: S311  (likewise)
    scene.given(*(applied(candidacy) for candidacy in OWNERS))
    for candidacy in (MARIE_FI, MARIE_VAE, SAMIR_VAE):
        assigned = tuple(AssessorAssigned(assessor=ASTRID, competences=(n % 30 + 1,)) for n in range(900))
        for _ in range(6):
            scene.given(At(candidacy, assigned))
    scene.projector().catch_up()
    scene.rows("update projection.competence_status set state = 'ruled' returning 1")  # a rebuild would correct it
    shown = digest(scene.backstage)
    lost = [killed_at_a_rebuild(database_url, chance, parent=bool(kill % 2)) for kill in range(KILLS)]
    assert digest(scene.backstage) == shown, f"seed {seed}"
    assert lost == [bool(kill % 2 == 0) for kill in range(KILLS)], f"seed {seed}"
    assert rebuild(scene.backstage, processes=2).changed.keys() == {"competence_status"}, f"seed {seed}"
    scene.close()


def killed_at_a_rebuild(dsn: str, chance: random.Random, *, parent: bool) -> bool:
    """Kill a rebuild or one of its processes; return whether the rebuild reported a lost process."""
    rebuilds = subprocess.Popen(
        [sys.executable, str(REBUILD), dsn, "2"], cwd=REBUILD.parents[2], stderr=subprocess.PIPE
    )
    until(lambda: len(children(rebuilds.pid)) == 2, "no processes share the dossiers")
    shares = children(rebuilds.pid)
    time.sleep(chance.random() * 0.02)
    os.kill(rebuilds.pid if parent else chance.choice(shares), signal.SIGKILL)
    _, said = rebuilds.communicate(timeout=30)
    assert rebuilds.returncode != 0, "it was done before it was killed"
    until(lambda: not any(map(alive, shares)), "a share goes on")
    return b"ShareLost" in said


def children(process: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def alive(process: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False


def reached(scene: Scene, position: int) -> None:
    until(lambda: scene.projector().position() >= position, "nobody projects")


def projector(dsn: str, batch: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(PROCESS), dsn, str(batch)], cwd=PROCESS.parents[2])


@contextmanager
def facts_keep_coming(scene: Scene, positions: list[int]) -> Iterator[None]:
    stop = threading.Event()

    def append() -> None:
        while not stop.wait(0.01):
            for candidacy in (MARIE_FI, MARIE_VAE, SAMIR_VAE):
                number = len(positions) % 30 + 1
                positions.append(scene.given(put_in(candidacy, EvidenceId(uuid4()), number)))
            assigned = AssessorAssigned(assessor=ASTRID, competences=(len(positions) % 30 + 1,))
            positions.append(scene.given(At(MARIE_FI, (assigned,))))

    writer = threading.Thread(target=append)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()
