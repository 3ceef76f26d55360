"""What does anybody learn who has a paper's number in hand, and what whoever has not?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.given.webapi.browsers import TOKEN
from tests.given.webapi.browsing import browse
from tests.given.webapi.jury_acts import confirm_annulment
from tests.given.webapi.reviews import decided
from tests.given.webapi.whole_path import done, etag
from webapi.app import create_app

if TYPE_CHECKING:
    from uuid import UUID

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import World

NUMBER = re.compile(r"À vérifier sur [^<]*/verifier<br><b class=\"nowrap\">([0-9]+(?:-[A-Z2-7]{4}){3})</b>")


def check(browser: FlaskClient, number: str) -> TestResponse:
    found = TOKEN.search(browser.get("/verifier").text)
    assert found
    return browser.post("/verifier", data={"csrf_token": found[1], "number": number})


def test_a_paper_is_checked_by_what_is_printed_on_it_and_by_nothing_less(world):
    candidacy, _, review = decided(world)
    papers = f"/api/v1/candidacies/{candidacy}/papers"
    title = done(world.rose.post(f"{papers}/certificate", {}))["position"]
    block = done(world.rose.post(f"{papers}/blocks", {"block": 2}))["position"]
    marie, anybody = browse(world, world.marie), world.app.test_client()
    world.catch_up()
    printed = {
        each: NUMBER.search(marie.get(f"/candidacies/{candidacy}/papers/{each}").text) for each in (title, block)
    }
    numbers = {each: found[1] for each, found in printed.items() if found}
    assert len(numbers) == 2

    said = check(anybody, numbers[title].lower().replace("-", " ")).text
    assert "ce qu&#39;il certifie tient" in said
    assert "Marie Exemple" in said
    assert "Attestation du bloc 2" in check(anybody, numbers[block]).text

    rekeyed = replace(world.acquis.settings, secret_key="another secret, years later " * 2)
    later = create_app(replace(world.acquis, settings=rekeyed)).test_client()
    assert "Marie Exemple" in check(later, numbers[title]).text, "what is printed outlives every key"

    own = numbers[title].partition("-")[2]
    for wrong in (f"{block}-{own}", f"{title}", "", f"{title + 1}-{own}", f"{title}-AAAA-AAAA-AAAA", "x" * 50):
        answer = check(anybody, wrong)
        assert answer.status_code == 422, wrong
        assert "Marie" not in answer.text

    ruling = {"court": "Tribunal", "ruled_on": "2021-06-15", "reference": "x", "annuls": True}
    done(world.rose.post(f"{review}/court-rulings", ruling))
    confirm_annulment(world, candidacy)
    world.catch_up()
    assert "ne fait plus foi" in check(anybody, numbers[title]).text


def test_a_duplicate_bears_the_name_of_the_paper_that_was_lost_and_its_check_says_it(world):
    candidacy, _, _ = decided(world)
    papers, marie = f"/api/v1/candidacies/{candidacy}/papers", browse(world, world.marie)
    done(world.rose.post(f"{papers}/certificate", {}))
    of_old = done(world.rose.post(f"{papers}/duplicates", {"loss": "lost"}))["position"]
    proposal = f"/api/v1/persons/{world.marie.id}/identity-proposal"
    said = {"name": "Marie Modèle", "seen": "marriage_record", "dated": "2021-05-29", "reason": "Mariée."}
    done(world.rose.post(proposal, said | {"cause": "civil_status"}, If_Match=etag(world.rose, proposal)))
    number = checked_on(world, marie, candidacy, of_old, "Marie Exemple")
    done(world.ulysse.post(f"{proposal}/approval", If_Match=etag(world.ulysse, proposal)))
    done(world.rose.post(f"{papers}/reissues", {}))
    of_new = done(world.rose.post(f"{papers}/duplicates", {"loss": "lost"}))["position"]
    world.catch_up()
    checked_on(world, marie, candidacy, of_new, "Marie Modèle")
    before = check(world.app.test_client(), number).text
    assert ("ne fait plus foi" in before, "Marie Exemple" in before) == (True, True)
    person, name = f"/api/v1/persons/{world.marie.id}", {"name": "Marie Exemple", "document": "Jugement"}
    done(
        world.rose.post(f"{person}/identity-corrections", name, If_Match=etag(world.rose, person))
    )  # the town lives on


def checked_on(world: World, marie: FlaskClient, candidacy: UUID, paper: int, holder: str) -> str:
    """The number of a paper, once it is seen to bear this name, and its check to say it."""
    world.catch_up()
    page = marie.get(f"/candidacies/{candidacy}/papers/{paper}").text
    assert f'<p class="name">{holder}</p>' in page
    number = NUMBER.search(page)
    assert number
    assert holder in check(world.app.test_client(), number[1]).text
    return number[1]


def test_guessing_paper_numbers_is_throttled(world):
    anybody = world.app.test_client()
    statuses = [check(anybody, f"{each}-AAAA-AAAA-AAAA").status_code for each in range(40)]
    assert statuses[-1] == 429
