"""Does a page ask the database as often, however much there is to show?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from adapters.database.pool import LIVES
from adapters.operations.sessions import SEEN
from projections.tables import NAMES
from tests.bench.dossiers import written
from tests.bench.pages import Behind, pages, signed_in
from tests.given.servers.statements import statements
from tests.given.webapi.demonstration_site import Place, played
from webapi.demonstration.present_day import FACES, PresentDay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

FEW, MORE = 20, 40
"""Dossiers behind the demonstration; and those that come on top: three times as many rows."""


class Familiar(Behind):
    """The demonstration's jurors sat on every session."""

    OURS_OF = 1


@pytest.fixture
def lived(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with played(server_url, template, tmp_path_factory.mktemp("counted")) as place:
        place.story.appeal()
        PresentDay(place.story).play()
        place.projector.catch_up()
        yield place


@pytest.mark.slow
def test_no_page_asks_more_often_where_three_times_as_much_is_to_be_shown(lived):
    behind(lived, FEW)
    desks = {name: signed_in(lived.acquis, lived.story.cast[name].actor) for name in FACES}
    opened = {name: list(pages(browser)) for name, browser in desks.items()}
    few = {(name, path): asked(desks[name], path) for name, paths in opened.items() for path in paths}
    behind(lived, MORE)
    more = {(name, path): asked(desks[name], path) for name, path in few}
    wrong = [
        f"{name} {path}: {few[name, path].total()}, then {sent.total()}: {list(sent - few[name, path])}"
        for (name, path), sent in more.items()
        if sent.total() > few[name, path].total()
    ]
    assert not wrong, "\n".join(wrong)


def behind(place: Place, dossiers: int) -> None:
    """So many dossiers that were closed, or wait, come behind what is there."""
    acquis = place.acquis
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select max(position) from log.fact")
        ((after,),) = cursor.fetchall()
    written(str(place.settings.database_url), Familiar(dossiers, place.story), acquis.vault, NAMES, after)


def asked(browser: FlaskClient, path: str) -> Counter[str]:
    """The statements that a page sends, but for what time alone makes it send: that a session is used is noted once a
    minute, and a connection that rested is asked whether it lives."""
    with statements() as sent:
        assert browser.get(path).status_code == 200, path
    return Counter(each for each in sent if each not in {SEEN, LIVES})
