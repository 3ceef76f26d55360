"""A whole running Acquis, green when a test begins, for those that hurt one; figures are printed at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.given.servers.figures import FIGURE
from tests.given.servers.whole_acquis import Known, Serving, serving

GREEN = 200
LONGEST = pytest.mark.timeout(6 * 3600)
"""What is killed over and over takes hours where it is asked to."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Only a torture takes that long."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(LONGEST)


class Shared:
    """The server that a module's tests share for as long as each leaves it green."""

    def __init__(self) -> None:
        self._held = ExitStack()
        self._found: tuple[Serving, Known] | None = None

    def green(self) -> tuple[Serving, Known]:
        """The one that stands, if all is well with it; else a new one."""
        if self._found is None or self._found[0].health("/readyz") != GREEN:
            self.close()
            self._found = self._held.enter_context(serving())
        return self._found

    def close(self) -> None:
        """Clear it away."""
        self._found = None
        self._held.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    """No server until one is asked for."""
    with closing(Shared()) as found:
        yield found


@pytest.fixture
def server_and_known(shared: Shared) -> tuple[Serving, Known]:
    """A green server on a data folder of its own, with a certification, a registrar and an assessor."""
    return shared.green()


@pytest.fixture
def server(server_and_known: tuple[Serving, Known]) -> Serving:
    """That server."""
    return server_and_known[0]


@pytest.fixture
def known(server_and_known: tuple[Serving, Known]) -> Known:
    """Its certification and people."""
    return server_and_known[1]


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Note a figure that was seen, for the end of the run."""
    return lambda said: request.node.user_properties.append((FIGURE, said))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was seen, by whichever of the runner's processes."""
    reports = [each for found in ("passed", "failed") for each in terminalreporter.getreports(found)]
    said = [
        f"{each.nodeid.rpartition('::')[2]}: {figure}"
        for each in reports
        if each.when == "call"
        for name, figure in each.user_properties
        if name == FIGURE
    ]
    if said:
        terminalreporter.section("figures")
        for line in said:
            terminalreporter.write_line(line)
