"""A whole running Acquis for the tests that hurt one; each gets its own. A test's figures are printed at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.torture.serving import Known, Serving, serving

SAID: list[str] = []


@pytest.fixture
def server_and_known() -> Iterator[tuple[Serving, Known]]:
    """A green server on a fresh data folder, with a certification, a registrar and an assessor."""
    with serving() as found:
        yield found


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
    return lambda said: SAID.append(f"{request.node.name}: {said}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was seen."""
    if SAID:
        terminalreporter.section("figures")
        for line in SAID:
            terminalreporter.write_line(line)
