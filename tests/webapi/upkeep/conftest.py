"""What is shared here?"""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.extensions import make_dsn

from adapters.backup.signature import backup_signer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def elsewhere(backed, tmp_path) -> Iterator:
    """Empty databases and an empty data folder, with the same checkpoints, register and master key."""
    here = backed.acquis.settings
    data = tmp_path / "elsewhere"
    backup_signer(here.backup_key)  # made by the first backup, and kept with the master key
    shutil.copytree(here.data / "keys", data / "keys")
    shutil.copytree(here.checkpoint_folder, data / "checkpoints")
    name = f"acquis_restored_{uuid4().hex[:12]}"
    yield replace(here, data=data, database_url=make_dsn(str(here.database_url), dbname=name))
    with closing(psycopg2.connect(make_dsn(backed.url, dbname="postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for each in (name, f"{name}_keys"):
                cursor.execute(f"drop database if exists {each} with (force)")
