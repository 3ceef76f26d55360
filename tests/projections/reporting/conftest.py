"""The demonstration, which annuls, withholds, restores and rectifies, as the projector stores it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from projections.engine.runner import Projector
from tests.given.log.demonstrated import demonstration
from tests.given.servers.databases import a_database, as_url


@pytest.fixture(scope="module")
def projecting(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with a_database(server_url, template) as url:
        data: Path = tmp_path_factory.mktemp("reported")
        story = demonstration(Settings(data=data, database_url=as_url(url), secret_key="x" * 32))
        made = Database(url, role="acquis_projector", size=2)
        Projector(made, LogRecorder(made)).catch_up()
        yield made
        made.close()
        story.acquis.close()
