"""Tests of heavy views, which give 429 with Retry-After while their turns are taken."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, Any

from adapters.process.heavy_answers import HeavyKind
from tests.given.waiting import until

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def test_third_concurrent_export_of_one_person_gives_429_with_retry_after(world: World) -> None:
    turns, end = world.acquis.heavy[HeavyKind.OWN], Event()

    def made() -> None:
        with turns.turn(world.marie.id):
            assert end.wait(30)

    def export() -> Any:
        return world.app.test_client().get(
            f"/api/v1/persons/{world.marie.id}/export", headers=world.marie.bearer, buffered=True
        )

    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(made), threads.submit(made)]
        until(lambda: len(turns._held) > 3, "the second one does not wait")  # noqa: SLF001  (the bytes that it locks)
        answer = export()
        end.set()
        for each in asked:
            each.result(30)
    assert (answer.status_code, answer.json["type"]) == (429, "/problems/own-answers-in-the-making")
    assert int(answer.headers["Retry-After"]) > 0
    assert export().status_code == 200


def test_heavy_views_of_the_api_document_429(world: World) -> None:
    document: Any = world.app.test_client().get("/api/openapi.json").json
    heavy = [path for path in document["paths"] if path.endswith(("{person}/export", "/what-if", "/figures"))]
    assert heavy
    for path in heavy:
        assert "429" in document["paths"][path]["get"]["responses"], path
