"""The demonstration, played once for all tests of the verifier, and packed into a bag from the ADR alone."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import psycopg2
import pytest

from adapters.database.pool import Database
from adapters.keys.vault import FieldPlace
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from domain.fact import Retention
from domain.ports import EvidenceId
from tests.given.log.demonstrated import demonstration as demonstrated
from tests.given.log.packing import Packing, Row
from tests.given.log.random_logs import Signer
from tests.given.servers.databases import a_database
from webapi.wiring import App

SEALED = """
select convert_to(log.line(e), 'UTF8'), l.index, l.position, l.hash
  from log.event e join log.leaf l using (position) order by position
"""


@pytest.fixture(scope="session")
def demonstration(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packing]:
    """All that a bag of the demonstration's whole log holds."""
    data = tmp_path_factory.mktemp("verified")
    with a_database(server_url, template) as url:
        settings = Settings(data=data, database_url=url, secret_key="tests only " * 4)
        acquis = demonstrated(settings).acquis
        with closing(Database(url)) as owner:
            LogRecorder(owner).seal()
        yield packing(acquis, url)
        acquis.close()


def packing(acquis: App, url: str) -> Packing:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(SEALED)
        rows = [Row(bytes(line), index, position, bytes(kept)) for line, index, position, kept in cursor.fetchall()]
    log = "7d5c1c9a-5d0e-4a53-8a52-3c62a1f0b9aa"
    signer = Signer(seed=b"verify" * 5 + b"..", name=f"acquis/{log}")
    packed = Packing(log=log, rows=rows, signer=signer, older=(len(rows) // 3, 2 * len(rows) // 3))
    for row in rows:
        fact = json.loads(row.line)
        body = json.loads(fact["body"])
        for name, held in body.get("sealed", {}).items():
            _open(acquis, packed, fact, name, held)
        if fact["type"] == "EvidenceSubmitted":
            evidence, candidate = UUID(body["evidence"]), UUID(body["sealed"]["digest"]["of"])
            with acquis.files.open(EvidenceId(evidence), candidate) as content:
                packed.evidence[str(evidence)] = content.read(10_000_000)
    return packed


def _open(acquis: App, packed: Packing, fact: dict, name: str, held: dict) -> None:
    where = FieldPlace(UUID(fact["append_id"]), fact["n"], UUID(fact["stream"]), fact["type"], fact["version"], name)
    person, kept = UUID(held["of"]), Retention(held["class"])
    key, value = (
        acquis.vault.opening().content_key(person, kept, where),
        acquis.vault.open(held["text"], person, kept, where),
    )
    assert key
    assert value
    packed.opened.append(
        {
            "field": name,
            "key": base64.b64encode(key).decode(),
            "position": fact["position"],
            "value": json.loads(value),
        }
    )


@pytest.fixture(scope="session")
def packed_once(demonstration: Packing, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demonstration.pack(tmp_path_factory.mktemp("bags") / "whole")


@pytest.fixture
def bag(packed_once: Path, tmp_path: Path) -> Path:
    """A bag of the whole demonstration, of this test's own."""
    return Path(shutil.copytree(packed_once, tmp_path / "bag"))
