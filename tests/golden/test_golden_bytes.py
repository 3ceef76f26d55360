"""The demonstration's log, an audit bag of it, every projection and the catalogue of facts are what they were.

Where one is meant to differ: `make golden` writes golden.json anew, and the commit says what differs and why.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.given.servers.databases import a_database
from tests.golden.digests import GOLDEN, digests, settled, texts, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.golden.digests import Texts


@pytest.fixture(scope="module")
def found(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Texts]:
    with a_database(server_url, template) as url:
        aside = tmp_path_factory.mktemp("golden")
        yield texts(settled(aside / "data", url), aside)


@pytest.mark.parametrize("part", ["log", "bag", "projections", "catalogue"])
def test_the_bytes_are_what_they_were(part: str, found: Texts, tmp_path: Path) -> None:
    """What differs is named, and written where the same of an earlier commit can be compared with it."""
    golden, now = json.loads(GOLDEN.read_text("utf-8"))[part], digests(found)[part]
    differs = sorted(name for name in golden | now if golden.get(name) != now.get(name))
    write({part: {name: found[part][name] for name in differs if name in now}}, tmp_path)
    assert not differs, f"of the {part}: {', '.join(differs)} (as it is now: {tmp_path})"


def test_golden_digest_covers_many_bytes(found: Texts) -> None:
    """No part is compared that holds nothing."""
    assert found["log"]["every fact in order"].count("\n") > 500
    assert {"data/facts.ndjson", "data/summary.html", "manifest-sha256.txt"} <= set(found["bag"])
    assert all(found["projections"][name] for name in ("dossier", "block_status", "jury_sessions", "reviews"))
