"""Is every page light once the first one has come, at ten dossiers as at hundreds, all that it opens included?"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from projections.engine.runner import Projector
from tests.bench.pages import NAMED, at_work, pages, signed_in
from tests.given.servers.databases import a_database
from tests.given.webapi.demonstration_site import address_of
from webapi.demonstration.present_day import TODAY
from webapi.wiring import assemble

if TYPE_CHECKING:
    from pathlib import Path

    from domain.ports import Actor
    from webapi.wiring import App

MOST = 30_000
"""Bytes that a page may weigh after the first, as it leaves the house: pages are not compressed (BREACH)."""
DOSSIERS = 400
"""As many as fill a list, and the session that the demonstration plans."""
PART = re.compile(r'href="(/[^"#]*)[^"]*" data-part="([^"]*)"')
"""A link that opens a part of its page: where it leads, and which part."""


@pytest.fixture(scope="module")
def at_its_desks(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[App, list[Actor]]]:
    """The demonstration's present day with hundreds of dossiers behind it, and who stands for each role."""
    with a_database(server_url, template) as url:
        data: Path = tmp_path_factory.mktemp("weighed")
        settings = Settings(
            data=data, database_url=address_of(url), secret_key=secrets.token_hex(32), clock=TODAY, sign_up=True
        )
        faces = at_work(settings, DOSSIERS)
        with closing(Database(url, role="acquis_projector")) as projecting:
            Projector(projecting, LogRecorder(projecting)).catch_up()
        with closing(assemble(settings, DatabaseServer(str(settings.database_url)), FixedClock(TODAY))) as acquis:
            yield acquis, faces


@pytest.mark.slow
def test_no_page_weighs_more_than_30_kilobytes_nor_with_any_part_of_it_opened(at_its_desks):
    acquis, faces = at_its_desks
    weighed = {}
    for face in faces:
        browser = signed_in(acquis, face)
        for path in pages(browser):
            page = browser.get(path)
            weighed[face.role, path] = len(page.data)
            for opening, part in PART.findall(page.text):
                opened = browser.get(opening).text
                weighed[face.role, opening] = len(opened.encode())
                assert f'id="{part}"' in opened, opening
                assert f'data-part="{part}"' not in opened, f"{opening} opens nothing"
    assert len({NAMED.sub("…", path.partition("?")[0]) for _, path in weighed}) > 80
    heavy = {at: weight for at, weight in weighed.items() if weight > MOST}
    assert not heavy, "\n".join(f"{weight} {role} {path}" for (role, path), weight in sorted(heavy.items()))
