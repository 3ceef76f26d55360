"""Rulings that a jury's member chose and did not record, kept as drafts by the decision page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.given.webapi.jury_day import JuryDay, jury_day
from tests.given.webapi.pictures import picture
from webapi.demonstration.story import RENEWED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.given.webapi.demonstration_site import Place


@pytest.fixture
def day(place: Place) -> JuryDay:
    """A session that sits, with one candidate whose deliberation is open."""
    found = jury_day(place, (("zelie", "Zélie Croquis", set(range(1, 31))),))
    place.story.open(found.session, RENEWED)
    place.story.deliberate(found.session, found.candidacies[0], by="victoire")
    place.projector.catch_up()
    return found


def test_rulings_not_recorded_are_there_again_for_their_member_alone(
    visit: Callable[..., Page], day: JuryDay
) -> None:
    page = visit("victoire", path=f"{day.page(0)}?block=2")
    block = page.locator("#part-2")
    ruling = block.get_by_role("group", name="Le jury, compétence 11", exact=True)
    ruling.get_by_label("Non acquise", exact=True).check()  # it waits for its reason: nothing is recorded
    expect(page.locator("#shared")).to_contain_text("pas encore enregistrée")
    block.get_by_label("Motif, compétence 11").fill("L'outil n'est pas maîtrisé.")
    expect(page.locator("#saved")).to_contain_text("Brouillon gardé")
    with page.expect_response(lambda answer: answer.url.endswith("/drafts")):
        block.get_by_label("Motif, compétence 11").fill("L'outil n'est pas encore maîtrisé.")

    page.goto(day.board)
    page.goto(f"{day.page(0)}?block=2")
    expect(block.locator(".note")).to_contain_text("1 appréciation n’est pas encore enregistrée")
    expect(ruling.get_by_label("Non acquise", exact=True)).to_be_checked()
    expect(block.get_by_label("Motif, compétence 11")).to_have_value("L'outil n'est pas encore maîtrisé.")
    picture(page, "jury-draft")
    other = visit("xenia", path=f"{day.page(0)}?block=2")
    expect(other.get_by_text("L'outil n'est pas encore maîtrisé.")).to_have_count(0)

    page.get_by_role("button", name="Enregistrer les appréciations du bloc 2").click()
    expect(page.get_by_text("Appréciations enregistrées.")).to_be_visible()
    expect(block.get_by_text("n’est pas encore enregistrée")).to_have_count(0)
    page.goto(f"{day.page(0)}?block=2")
    twelfth = block.get_by_role("group", name="Le jury, compétence 12", exact=True)
    twelfth.get_by_label("Non acquise", exact=True).check()  # it waits for its reason
    expect(page.locator("#saved")).to_contain_text("Brouillon gardé")
    page.reload()
    page.get_by_role("button", name="Abandonner ce brouillon").click()
    expect(page.get_by_text("Brouillon abandonné")).to_be_visible()
    expect(twelfth.locator(":checked")).to_have_count(0)
    for reason in ("Un premier motif", "Un second motif"):  # the member leaves before the draft is sent
        twelfth.get_by_label("Non acquise", exact=True).check()
        block.get_by_label("Motif, compétence 12").fill(reason)
        page.goto(day.board)
        kept = page.locator("#part-2").get_by_label("Motif, compétence 12")
        for _ in range(20):  # the server may still be receiving what the page sent as it went
            page.goto(f"{day.page(0)}?block=2")
            if kept.input_value() == reason:
                break
            page.wait_for_timeout(250)
        expect(kept).to_have_value(reason)
