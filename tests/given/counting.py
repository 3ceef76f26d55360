"""Reading of the counts that processes have written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from adapters.process import metrics
from adapters.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def counting(tmp_path: Path) -> Iterator[Path]:
    """Set this process to count into the folder."""
    settings = Settings(data=tmp_path, metrics="127.0.0.1:1")
    metrics.begin(settings, "tests")
    yield metrics.folder_of(settings)
    metrics._forked()  # noqa: SLF001  (it gives back the place, which else only the end of the process does)


def counted(folder: Path) -> list[tuple[str, dict[str, str], float]]:
    """Return all samples that processes have counted: name, labels, value."""
    registry: Any = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))
    return samples(registry)


def samples(of: Collector) -> list[tuple[str, dict[str, str], float]]:
    """Return all samples of a collector: name, labels, value."""
    return [(each.name, dict(each.labels), each.value) for family in of.collect() for each in family.samples]


def total(folder: Path, name: str, **labels: str) -> float:
    """Return what processes have counted under this name with these labels, whatever the other labels are."""
    return sum(value for of, has, value in counted(folder) if of == name and labels.items() <= has.items())
