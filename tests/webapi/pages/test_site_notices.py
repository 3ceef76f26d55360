"""What is a candidate told of on the site, until they have read it?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.given.webapi.browsing import browse
from tests.given.webapi.erasures import decided
from tests.given.webapi.town import FEBRUARY
from tests.given.webapi.whole_path import apply, done, etag
from webapi.pages.reader import notices

if TYPE_CHECKING:
    from flask.testing import FlaskClient

FIELDS = re.compile(r'name="(csrf_token|newest)" value="([^"]+)"')


def count(browser: FlaskClient, candidacy: object) -> str:
    found = re.search(r'Notifications <span class="n">(\d+)</span>', browser.get(f"/candidacies/{candidacy}").text)
    return found[1] if found else "none"


def test_a_candidate_is_told_what_others_did_until_they_say_that_they_read_it(world):
    candidacy = decided(world)
    world.catch_up()
    marie = browse(world, world.marie)
    page = marie.get("/notices").text
    told = page.count('<li class="row apart">')
    assert told > 1
    assert page.count("nouveau") == told
    assert "Une preuve a été déposée" not in page, "what one did oneself is no news"
    assert count(marie, candidacy) == str(told)
    form = dict(FIELDS.findall(page))
    assert marie.post("/notices/read", data=form).status_code == 303
    again = marie.get("/notices").text
    assert "nouveau" not in again
    assert again.count('<li class="row apart">') == told
    assert count(marie, candidacy) == "none"


def test_notices_of_a_person_are_hidden_from_others(world):
    decided(world)
    world.catch_up()
    assert "Rien de nouveau" in browse(world, world.nadia).get("/notices").text
    assert browse(world, world.people["rose"]).get("/notices").status_code == 403


def test_notices_show_the_dossiers_that_changed_last(world, monkeypatch):
    monkeypatch.setattr(notices, "DOSSIERS", 1)
    _first, last = apply(world, world.nadia), apply(world, world.nadia, "VAE")
    base = f"/api/v1/candidacies/{last}"
    done(world.nadia.post(f"{base}/feasibility-file", {}))
    verdict = {"admissible": True, "file_received_on": FEBRUARY.isoformat()}
    done(world.rose.post(f"{base}/admissibility", verdict, If_Match=etag(world.rose, base)))
    world.catch_up()
    assert str(last) in browse(world, world.nadia).get("/notices").text
