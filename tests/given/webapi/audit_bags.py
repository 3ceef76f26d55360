"""Audit exports over HTTP, and their verification."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.database.pool import Database
from adapters.verify.facts import decode
from adapters.verify.proof import LogLine
from adapters.verify.verifier import verify
from domain.replay.judge import Unchecked, Unlawful, replay_in_part
from tests.given.webapi.backups import checkpoint
from tests.given.webapi.whole_path import done
from webapi.signing.checkpoint_key import signer

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World


def types(bag: Path) -> set[str]:
    return {LogLine.read(raw).type for raw in (bag / "data/facts.ndjson").read_bytes().splitlines()}


def about(bag: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((bag / "data/export.json").read_bytes())
    return found


def unchecked(bag: Path) -> list[str]:
    """Return the facts of a bag that the replay cannot judge; check that none was unlawful."""
    facts = [LogLine.read(raw) for raw in (bag / "data/facts.ndjson").read_bytes().splitlines()]
    whole = frozenset(UUID(each) for each in about(bag)["whole_streams"])
    found = list(replay_in_part((decode(line).told for line in facts), whole))
    assert not [each for each in found if isinstance(each, Unlawful)]
    names = {line.position: line.type for line in facts}
    return sorted({names[each.position] for each in found if isinstance(each, Unchecked)})


ASKED = "/api/v1/audit-exports"


def fetched(world: World, asked: dict[str, str], folder: Path, who: Caller | None = None) -> Path:
    """Request an export as the auditor; return its bag."""
    who = who or world.sacha
    world.projector.catch_up()
    checkpoint(world)
    answer = who.post(ASKED, asked)
    data = who.get(f"{ASKED}/{done(answer)['position']}").data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        packed.extractall(folder)
    (bag,) = folder.iterdir()
    return bag


def report_of(world: World, bag: Path) -> Any:
    with closing(Database(world.url, role="acquis_projector", size=2)) as database:
        return verify(bag, str(signer(world.acquis.settings, database).key))
