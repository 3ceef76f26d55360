"""Tests of private links to portfolio pieces: content, expiry, revocation and use."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from tests.given.files import reading_copies as copies
from tests.given.webapi.erasures import erasures
from tests.given.webapi.portfolios import ADDRESS, keep
from tests.given.webapi.whole_path import done
from webapi.privacy.personal_export import export_zip

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import Caller, World

LINKS = "/api/v1/private-links"
ENDS = date(2021, 3, 1)


def give(who: Caller, *pieces: str, ends_on: date = ENDS, **headers: str) -> dict[str, Any]:
    body = {"pieces": pieces, "ends_on": ends_on.isoformat(), "for_whom": "Ville de Lyon"}
    given = done(who.post(LINKS, body, **headers))
    who.world.catch_up()
    return given


def opened(world: World, secret: str, more: str = "") -> TestResponse:
    """Open a private link without signing in."""
    world.catch_up()
    return world.app.test_client().get(f"{LINKS}/shown/{secret}{more}", buffered=True)


def test_private_link_shows_only_the_selected_pieces_and_their_copies(world: World) -> None:
    shown, kept = (done(keep(world.marie, title=title))["id"] for title in ("Plan", "Secret"))
    copies.put(world.acquis, shown, None, world.marie.id, copies.pages("Bonjour"), pages=1)
    secret = give(world.marie, shown)["secret"]
    answer: Any = opened(world, secret).json
    assert (answer["person_name"], answer["ends_on"]) == ("Marie Exemple", "2021-03-01")
    assert [(each["id"], each["title"]) for each in answer["pieces"]] == [(shown, "Plan")]
    assert "put_into" not in answer["pieces"][0]
    copy: Any = opened(world, secret, f"/pieces/{shown}/copy").json
    assert copy["pages"][0]["text"] == "Bonjour"
    assert opened(world, secret, f"/pieces/{shown}/copy/pages/1").mimetype == "image/webp"
    for other in (f"/pieces/{kept}/copy", f"/pieces/{shown}/content", f"/pieces/{kept}/copy/pages/1"):
        assert opened(world, secret, other).status_code == 404
    assert opened(world, secret[:-1]).status_code == 404


def test_private_link_works_until_its_last_day_or_its_revocation(world: World) -> None:
    piece = done(keep(world.marie))["id"]
    first, second = (give(world.marie, piece) for _ in range(2))
    done(world.marie.post(f"{LINKS}/{first['id']}/revocation"))
    assert world.nadia.post(f"{LINKS}/{second['id']}/revocation").status_code == 404
    assert opened(world, first["secret"]).status_code == 404
    world.clock.set(ENDS)
    assert opened(world, second["secret"]).status_code == 200
    world.clock.set(ENDS + timedelta(days=1))
    assert opened(world, second["secret"]).status_code == 404
    assert opened(world, second["secret"], f"/pieces/{piece}/copy").status_code == 404


def test_private_link_and_its_use_are_listed_only_to_its_giver(world: World) -> None:
    piece = done(keep(world.marie))["id"]
    given = give(world.marie, piece)
    for _ in range(3):
        opened(world, given["secret"])
    for _ in range(3):
        opened(world, given["secret"], f"/pieces/{piece}/copy")
    (link,) = world.marie.read(LINKS)["items"]
    assert (link["for_whom"], link["pieces"], link["opens"], link["revoked_on"]) == (
        "Ville de Lyon",
        [piece],
        True,
        None,
    )
    assert sorted(str(use["piece"]) for use in link["uses"]) == sorted(["None", piece]), "one line a day and piece"
    assert world.nadia.get(LINKS).json == {"items": []}
    assert world.rose.get(LINKS).status_code == 403


def test_private_link_requested_again_with_its_key_gets_a_new_secret(world: World) -> None:
    piece = done(keep(world.marie))["id"]
    first, again = (give(world.marie, piece, Idempotency_Key="link") for _ in range(2))
    assert first["id"] == again["id"]
    assert [opened(world, each["secret"]).status_code for each in (first, again)] == [404, 200]


def test_private_link_no_longer_shows_removed_or_erased_pieces(world: World) -> None:
    one, two = (done(keep(world.marie, title=title))["id"] for title in ("Un", "Deux"))
    secret = give(world.marie, one, two)["secret"]
    done(world.marie.post(f"{ADDRESS}/{one}/removal"))
    answer: Any = opened(world, secret).json
    assert [each["id"] for each in answer["pieces"]] == [two]
    assert opened(world, secret, f"/pieces/{one}/copy").status_code == 404
    world.ulysse.post(erasures(world.marie), {"classes": ["portfolio"]})
    assert opened(world, secret).status_code == 404


def test_personal_export_lists_private_links_and_their_use_without_secrets(world: World) -> None:
    given = give(world.marie, done(keep(world.marie))["id"])
    opened(world, given["secret"])
    with (
        export_zip(world.acquis, world.marie.id, world.marie.actor) as packed,
        ZipFile(io.BytesIO(packed.read())) as got,
    ):
        whole = json.loads(got.read("person.json"))
    assert [each["link"] for each in whole["account"]["private_links"]] == [given["id"]]
    assert whole["account"]["private_link_uses"]
    assert given["secret"] not in json.dumps(whole)
