"""Uniqueness of stream ids: no two subjects share a stream."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from uuid import UUID

import pytest

import domain
from domain.framework.definition import Route

SAMPLES: dict[str, tuple[object, object]] = {
    "str": ("RNCP1", "RNCP2"),
    "int": (1, 2),
    "Route": (Route.VAE, Route.FI),
}
IDS = UUID(int=1), UUID(int=2)
MODULES = [importlib.import_module(each.name) for each in pkgutil.walk_packages(domain.__path__, "domain.")]
STREAMS: dict[str, Callable[..., UUID]] = {
    name: kind.id_of
    for module in MODULES
    for name, kind in inspect.getmembers(module, inspect.isclass)
    if hasattr(kind, "id_of") and kind.__module__ == module.__name__
    if name != "Reminder"  # of a deadline: it has a test of its own
}


def samples(id_of: Callable[..., UUID]) -> list[tuple[object, object]]:
    """Return two values for each argument of the id: text, number, route or id."""
    return [SAMPLES.get(str(each.annotation), IDS) for each in inspect.signature(id_of).parameters.values()]


@pytest.mark.parametrize("id_of", STREAMS.values(), ids=STREAMS)
def test_stream_ids_differ_when_any_argument_differs(id_of: Callable[..., UUID]) -> None:
    pairs = samples(id_of)
    first = [one for one, _ in pairs]
    others = [[*first[:place], other, *first[place + 1 :]] for place, (_, other) in enumerate(pairs)]
    assert len({id_of(*each) for each in (first, *others)}) == 1 + len(pairs)


def test_stream_kinds_are_discovered() -> None:
    assert {"Deliberation", "Framework", "Fraud"} <= STREAMS.keys()


def test_stream_kinds_do_not_share_an_id() -> None:
    assert len({id_of(*[one for one, _ in samples(id_of)]) for id_of in STREAMS.values()}) == len(STREAMS)
