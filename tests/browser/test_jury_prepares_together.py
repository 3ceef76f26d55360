"""Members of a jury prepare rulings together in their browsers; only the chair's review page records the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, Route, expect

from tests.given.webapi.access import barriers
from tests.given.webapi.jury_day import jury_day
from tests.given.webapi.pictures import picture
from webapi.demonstration.story import RENEWED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.given.webapi.demonstration_site import Place


def test_rulings_are_shared_as_they_are_chosen_and_only_the_chair_records_them(
    visit: Callable[..., Page], place: Place
) -> None:
    day = jury_day(place)
    place.story.open(day.session, RENEWED)
    place.story.deliberate(day.session, day.candidacies[0], by="victoire")
    place.projector.catch_up()
    wassim, xenia = visit("wassim", path=day.page(0)), visit("xenia", path=day.page(0))
    second = xenia.get_by_role("group", name="Le jury, compétence 2", exact=True)
    wassim.get_by_role("group", name="Le jury, compétence 1", exact=True).get_by_label("Acquise", exact=True).check()
    expect(wassim.get_by_text("Appréciation enregistrée : les autres membres la voient.")).to_be_visible()
    expect(xenia.locator("#part-1")).to_contain_text("1 sur 9 appréciées")

    second.get_by_label("Non acquise").check()  # the opinion says otherwise: it waits for its reason
    expect(xenia.get_by_text("Appréciation pas encore enregistrée.")).to_be_visible()
    xenia.get_by_label("Motif, compétence 2").fill("L'entretien")
    wassim.get_by_role("group", name="Le jury, compétence 4", exact=True).get_by_label("Acquise", exact=True).check()
    expect(xenia.locator("#part-1")).to_contain_text("2 sur 9 appréciées")
    expect(xenia.get_by_label("Motif, compétence 2")).to_have_value("L'entretien")
    expect(xenia.locator("#saved")).to_contain_text("Brouillon gardé")
    xenia.goto("/jury")
    xenia.goto(day.page(0))
    expect(second.get_by_label("Non acquise")).to_be_checked()
    xenia.get_by_label("Motif, compétence 2").fill("L'entretien ne l'a pas montré.")
    xenia.get_by_label("Motif, compétence 2").blur()
    expect(wassim.locator("#part-1")).to_contain_text("3 sur 9 appréciées")
    expect(wassim.get_by_text("L'entretien ne l'a pas montré.")).to_be_visible()
    assert not barriers(wassim)

    expect(wassim.get_by_text("C’est à la présidence d’enregistrer.")).to_be_visible()
    wassim.get_by_role("link", name="Relire ce qui sera décidé").click()
    victoire = visit("victoire", path=day.page(0))
    victoire.get_by_role("button", name="Suivre 6 avis").click()
    expect(wassim.locator("#review-1")).to_contain_text("À ne pas accorder")
    picture(wassim, "jury-review-member")
    assert not barriers(wassim)
    victoire.get_by_role("link", name="Relire et enregistrer la décision").click()
    victoire.get_by_label("Motif du refus").fill("La charte n'est pas reliée au plan.")
    victoire.get_by_label("À l'unanimité").check()
    victoire.get_by_role("button", name="Enregistrer la décision du jury").click()
    expect(wassim.locator("#review-1")).to_contain_text("Non accordé")
    expect(xenia.locator("#sum")).to_contain_text("non accordé")


def test_a_member_does_not_replace_a_ruling_that_they_have_not_seen(visit: Callable[..., Page], place: Place) -> None:
    day = jury_day(place, (("cyriaque", "Cyriaque Gabarit", set(range(1, 31))),))
    place.story.open(day.session, RENEWED)
    place.story.deliberate(day.session, day.candidacies[0], by="victoire")
    place.projector.catch_up()
    wassim = visit("wassim", path=day.page(0))
    sent: list[str | None] = []

    def record_another_first(route: Route) -> None:
        """Let Victoire rule on the competence before the first choice of Wassim arrives."""
        if not sent:
            ruled = set(range(1, 31)) - {2}
            place.story.rule(day.session, day.candidacies[0], acquired=ruled, among=(2,), by="victoire")
            place.projector.catch_up()
        sent.append(route.request.post_data)
        route.continue_()

    wassim.route("**/rulings", record_another_first)
    second = wassim.get_by_role("group", name="Le jury, compétence 2", exact=True)
    second.get_by_label("Acquise", exact=True).check()
    said = "Compétence 2 : un autre membre vient d’enregistrer « Non acquise »."
    expect(wassim.locator("#shared")).to_contain_text(said)
    expect(second.get_by_label("Acquise", exact=True)).to_be_checked()
    expect(wassim.locator("#saved")).to_contain_text("Brouillon gardé")
    assert len(sent) == 1, "the choice was not sent again"
    assert not barriers(wassim)
    xenia = visit("xenia", path=day.page(0))
    shown = xenia.get_by_role("group", name="Le jury, compétence 2", exact=True)
    expect(shown.get_by_label("Non acquise", exact=True)).to_be_checked()

    wassim.get_by_role("group", name="Le jury, compétence 3", exact=True).get_by_label("Acquise", exact=True).check()
    expect(xenia.locator("#part-1")).to_contain_text("2 sur 9 appréciées")
