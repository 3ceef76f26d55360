"""Tests that a recorded scan of signed minutes keeps its file under concurrency."""

from __future__ import annotations

import io
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.files.named import names, sealed_up_to
from adapters.files.reaping import Reaper
from adapters.files.store import EvidenceStore
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.withdraw_role import WithdrawRole
from domain.ports import OPERATOR, Role
from tests.given.files.specimens import PDF
from tests.given.webapi.evidence import held
from tests.given.webapi.evidence_folder import aged, evidence_folder, told
from tests.given.webapi.paper_minutes import session_of
from tests.given.webapi.whole_path import apply, done, etag
from webapi.upkeep import scrubbing

if TYPE_CHECKING:
    from collections.abc import Collection

    import pytest

    from tests.given.webapi.town import World

AFTER = date(2021, 9, 1)
WAITING = (
    "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    " and database = (select oid from pg_database where datname = current_database())"
)


def on_paper(world: World) -> str:
    """Return a session held on paper that waits for its minutes."""
    candidacy = apply(world, world.marie)
    world.clock.set(AFTER)
    session = session_of(world, on_paper=True)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    return str(session)


def scan(world: World, session: str) -> Any:
    """Upload the same scan with the same request."""
    return world.app.test_client().post(
        f"{session}/transcription",
        data={"file": (io.BytesIO(PDF), "pv.pdf", "application/pdf")},
        headers=world.rose.bearer | {"Idempotency-Key": "scan", "If-Match": etag(world.sacha, session)},
    )


def test_scan_of_minutes_sent_again_after_a_day_keeps_its_file_during_a_reaper_run(world):
    """The first process died before the fact, which is recorded after the reaper looked for one."""
    session, before, acquis = on_paper(world), set(world.pieces()), world.acquis
    with held(world, UUID(session[-36:])):
        assert scan(world, session).status_code == 503
    (kept,) = (evidence_folder(world) / name for name in set(world.pieces()) - before)
    aged(kept)
    with ThreadPoolExecutor(1) as pool:
        again: list[Future[Any]] = []
        asked: list[int] = []

        def named(among: Collection[UUID], after: int) -> set[UUID]:
            found = names(acquis.database, among, after)
            asked.append(after)
            if len(asked) == 2:  # first for all files, then once more for this one
                again.append(pool.submit(scan, world, session))
                while not (again[0].done() or told(world, WAITING)):
                    time.sleep(0.01)
            return found

        Reaper(
            store=acquis.files,
            named=named,
            sealed=partial(sealed_up_to, acquis.database),
            live=acquis.uploads.live_stretches,
            ended=acquis.uploads.ended_stretches,
            held=partial(scrubbing._held, acquis),  # noqa: SLF001  (the reaper's own)
        ).reap(datetime.now(UTC))
        assert again[0].result().status_code == 201
    assert world.rose.get(f"{session}/transcription/content").data == PDF


def test_refused_scan_of_minutes_does_not_remove_the_file_of_a_concurrent_one(world, monkeypatch: pytest.MonkeyPatch):
    session, remove = on_paper(world), EvidenceStore.remove
    recorded: list[int | None] = []
    world.acquis.do(WithdrawRole(person=world.rose.id, role=Role.REGISTRAR), OPERATOR)

    def remove_late(*given: Any) -> bool:
        if not recorded:
            recorded.append(None)
            world.acquis.do(GrantRole(person=world.rose.id, role=Role.REGISTRAR), OPERATOR)
            with ThreadPoolExecutor(1) as another:  # a separate request, not nested in the first
                recorded.append(another.submit(scan, world, session).result().status_code)
        return remove(*given)

    with monkeypatch.context() as late:
        late.setattr(EvidenceStore, "remove", remove_late)
        assert scan(world, session).status_code == 403
    assert recorded == [None, 201]
    assert world.rose.get(f"{session}/transcription/content").data == PDF
