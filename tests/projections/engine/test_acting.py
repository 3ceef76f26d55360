"""The acting projector holds a lock of its session: a projector that loses it stops, and later takes it again."""

from __future__ import annotations

from contextlib import closing

from adapters.database.pool import Database
from domain.framework.definition import Definition
from domain.ports import FrameworkId
from projections.engine.published import Publications
from projections.engine.pulse import keeps_up
from tests.given.domain.people import MARIE_VAE, SAMIR_VAE, applied
from tests.given.log.acting_projector import running
from tests.given.log.scene import Scene
from tests.given.waiting import until

HOLDING = "select pid from pg_locks where locktype = 'advisory' and classid = 4714 and objid = 0 and granted"
HERE = " and database = (select oid from pg_database where datname = current_database())"


def test_a_projector_whose_session_is_terminated_takes_its_place_again_and_is_ready(scene: Scene) -> None:
    with running(scene.projector()):
        until(lambda: keeps_up(scene.web))
        for candidacy in (MARIE_VAE, SAMIR_VAE):
            (before,) = holding(scene)
            end_session(scene, before)
            until(lambda: keeps_up(scene.web))
            assert holding(scene) != [before]
            projected(scene, scene.given(applied(candidacy)))


def test_a_spare_takes_the_place_of_one_whose_session_is_terminated_and_one_acts(scene: Scene) -> None:
    with running(scene.projector()), running(scene.projector()):
        until(lambda: keeps_up(scene.web))
        (before,) = holding(scene)
        end_session(scene, before)
        until(lambda: keeps_up(scene.web))
        projected(scene, scene.given(applied(MARIE_VAE)))
        assert len(holding(scene)) == 1


def test_active_projector_without_tables_is_not_ready(scene: Scene) -> None:
    place = Database(scene.dsn, "acquis_projector", size=1)
    with closing(place), place.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(4714, 0)")
        assert not keeps_up(scene.web)


class EndsAsItIsRead(Publications):
    """Publications whose database session ends in the first fold that reads a framework."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._scene: Scene | None = scene

    def definition(self, framework: FrameworkId) -> Definition:
        scene, self._scene = self._scene, None
        if scene and self.cursor:
            end_session(scene, self.cursor.connection.info.backend_pid)
        return super().definition(framework)


def test_a_projector_whose_database_ends_while_it_folds_blames_no_fact_and_goes_on(scene: Scene) -> None:
    projector = scene.projector()
    projector.kept.published = EndsAsItIsRead(scene)
    with running(projector):
        until(lambda: keeps_up(scene.web))
        projected(scene, scene.given(applied(MARIE_VAE)))
    assert scene.rows("select candidacy from projection.candidacy_overview") == [(MARIE_VAE,)]


def holding(scene: Scene) -> list[object]:
    return [pid for (pid,) in scene.rows(HOLDING + HERE)]


def end_session(scene: Scene, pid: object) -> None:
    with closing(Database(scene.dsn)) as owner, owner.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", (pid,))


def projected(scene: Scene, position: int) -> None:
    until(lambda: scene.rows("select position from projection.tracking") == [(position,)])
