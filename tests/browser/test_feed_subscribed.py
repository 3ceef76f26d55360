"""An administrator has the feed sent, sees who is not reached and what was given up, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from adapters.operations.subscriptions import Subscriptions
from tests.given.slow import slow_case
from tests.given.webapi.access import barriers
from tests.given.webapi.demonstration_site import Place
from tests.given.webapi.pictures import picture
from tests.given.webapi.telephones import code_of

STATES = """
update desk.subscription
   set cursor = case label when 'Lac de données' then 12 else 3 end,
       told_at = case when label <> 'Branche professionnelle' then now() - interval '1 day' end,
       tries = case when label = 'Branche professionnelle' then 14 else 0 end,
       failing_since = case when label = 'Branche professionnelle' then now() - interval '2 days' end,
       trouble = case when label = 'Branche professionnelle' then '503' end,
       due_at = case when label = 'Branche professionnelle' then now() + interval '1 hour' else now() end
"""


@pytest.fixture
def kept(place: Place) -> Iterator[Subscriptions]:
    """Nobody subscribes before, nor after."""
    found = place.acquis.subscriptions
    yield found
    for each in found.all():
        found.remove(each.id)


def looked_at(page: Page, name: str) -> None:
    """Nothing of it breaks a rule of access, nor is wider than the screen."""
    assert not barriers(page), name
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{name} is wider than the screen"
    picture(page, f"feed-{name}")


@pytest.mark.parametrize(
    ("width", "language"),
    [
        (1280, "fr"),
        slow_case(390, "en"),
        slow_case(390, "fr"),
        slow_case(1280, "en"),
    ],
)
def test_the_feed_is_sent_to_a_webhook_and_the_page_says_what_keeps_it_from_coming(
    visit: Callable[..., Page], place: Place, kept: Subscriptions, width: int, language: str
) -> None:
    french, at = language == "fr", f"{width}-{language}"
    locale = "fr-FR" if french else "en-GB"
    page = visit("ulysse", path="/admin/feed", width=width, language=locale)
    expect(page.locator("h1")).to_have_text("Flux de faits" if french else "Feed of facts")
    looked_at(page, f"nobody-{at}")

    page.locator("[name=label]").fill("SI scolarité")
    page.locator("[name=address]").fill("http://si.example/acquis")
    page.locator("[name=code]").fill(code_of(place.acquis, place.story.cast["ulysse"].id))
    page.get_by_role("button", name="Envoyer le flux" if french else "Send the feed").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_at(page, f"refused-{at}")
    assert kept.all() == [], "nothing without TLS"
    page.locator("[name=address]").fill("https://si.example/acquis")
    page.locator("[name=code]").fill(code_of(place.acquis, place.story.cast["ulysse"].id))
    page.get_by_role("button", name="Envoyer le flux" if french else "Send the feed").click()
    assert page.locator("#made").input_value().startswith("whsec_")
    looked_at(page, f"made-{at}")

    long_path = "a-very-long-path-without-any-break-at-all" * 3
    kept.add("webhook", "Branche professionnelle", f"https://branche.example/{long_path}?token=1")
    kept.add("nats", "Lac de données", "acquis.facts", personal=True)
    with place.acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(STATES)
        cursor.execute(
            "insert into desk.dead_letter (subscription, cursor, tries, trouble, died_at) "
            "select id, n, 80, 'private-address', now() - %s from desk.subscription, generate_series(1, 3) n "
            "where label = 'SI scolarité'",
            (timedelta(days=1),),
        )
    page.goto("/admin/feed")
    expect(page.locator("main section.panel")).to_have_count(4)
    private = "cette adresse est celle d'un réseau privé" if french else "this address is one of a private network"
    expect(page.locator("main li").first).to_contain_text(private)
    looked_at(page, f"all-{at}")
    page.get_by_role("button", name="Envoyer de nouveau" if french else "Send again").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert [each.again for each in kept.all() if each.dead] == [1]
    looked_at(page, f"again-{at}")
    page.goto("/admin")
    expect(page.locator("main")).to_contain_text("Branche professionnelle")
    looked_at(page, f"alarm-{at}")
