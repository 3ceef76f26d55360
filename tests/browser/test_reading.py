"""Can what the pages say be read: what is pointed at, a title of several lines, what somebody said?"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pointed", ["hover", "focus"])
def test_a_button_that_is_pointed_at_keeps_its_contrast(visit, scheme, pointed):
    page = visit(path="/sign-in")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    getattr(page.get_by_role("button", name="Se connecter"), pointed)()
    page.wait_for_function("document.getAnimations().every(each => each.playState === 'finished')")
    found = Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    assert not found, [each["nodes"][0]["any"][0]["message"] for each in found]


def test_a_title_of_several_lines_leaves_room_between_them_on_a_phone(visit):
    page = visit("firmin", width=360)
    title = page.locator("#put-in ~ form fieldset summary").first
    line, size = title.evaluate("each => [getComputedStyle(each).lineHeight, getComputedStyle(each).fontSize]")
    assert title.bounding_box()["height"] > 2 * float(size[:-2]), "it takes several lines"
    assert float(line[:-2]) >= 1.3 * float(size[:-2])


@pytest.mark.parametrize(("language", "colon"), [("fr-FR", '"\u00a0: "'), ("en-GB", '": "')])
def test_what_was_said_stands_after_the_readers_own_colon(visit, language, colon):
    page = visit("capucine", language=language)
    first = page.locator(".said dt").first
    assert first.evaluate("each => getComputedStyle(each, '::after').content") == colon
