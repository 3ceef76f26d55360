"""Time of the reporter's page with a hundred thousand candidacies, now and as of a day.

They are written into the reporting tables, three versions and four blocks each, in addition to the demonstration.
They cover ten years with twenty-six weeks of juries each.
"""

from __future__ import annotations

import secrets
import time
from contextlib import closing
from statistics import median
from typing import TYPE_CHECKING, Final

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from projections.engine.runner import Projector
from projections.framework.certification_catalogue import certifications
from tests.bench.pages import signed_in
from tests.bench.pairs import Figure, Goal
from tests.bench.sizes import sized
from tests.given.webapi.crowd import crowd
from webapi.demonstration import story as demonstrated
from webapi.wiring import assemble

if TYPE_CHECKING:
    from tests.bench.server import Server

EVERYBODY: Final = sized(100_000, 1_000)
MOST: Final = 300.0
"""The most milliseconds for a page."""
ASKED: Final = (
    "/reports?year=2020",
    "/reports?year=2020&route=VAE",
    "/reports?year=2018&as_of=2019-12-31",
    "/reports/figures.csv?year=2020",
    "/reports/cohorts",
)


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the milliseconds of each page."""
    settings = Settings(
        data=server.folder / "figures",
        database_url=server.database("figures"),
        secret_key=secrets.token_hex(32),
    )
    clock = FixedClock(demonstrated.BEGINS)
    with closing(assemble(settings, DatabaseServer(str(settings.database_url)), clock)) as acquis:
        story = demonstrated.Story(acquis, clock)
        story.play()
        with closing(Database(acquis.server.dsn, role="acquis_projector", size=2)) as projecting:
            Projector(projecting, LogRecorder(projecting)).catch_up()
            with projecting.connection() as connection, connection.cursor() as cursor:
                cursor.execute("select rulebook from projection.reported_candidacies limit 1")
                ((rulebook,),) = cursor.fetchall()
            framework = certifications(acquis.database)[0].framework
            crowd(projecting, EVERYBODY, framework, rulebook, last=2020, years=10, sessions=26)
        browser = signed_in(acquis, story.cast["tess"].actor)
        goal = Goal(MOST, at_least=False)
        found = []
        for path in ASKED:
            browser.get(path)
            taken = []
            for _ in range(pairs):
                began = time.perf_counter()
                assert browser.get(path).status_code == 200
                taken.append(1000 * (time.perf_counter() - began))
            found.append(Figure(path, taken, [], "ms", goal, [f"median {median(taken):.0f} ms"]))
        return found
