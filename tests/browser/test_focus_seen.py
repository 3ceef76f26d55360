"""Does who goes by keyboard see where they are? WCAG 2.2, 1.4.11: three to one between what shows it and the page."""

from __future__ import annotations

import re

import pytest

SHOWN = """() => {
  const each = document.activeElement, style = getComputedStyle(each);
  const typed = each.matches("input:not([type=checkbox], [type=radio], [type=file]), select, textarea");
  return [each.outerHTML.slice(0, 100), typed ? style.borderTopStyle : style.outlineStyle,
          typed ? style.borderTopColor : style.outlineColor];
}"""


def light(colour: str, behind: tuple[float, ...] = (0, 0, 0)) -> float:
    """The relative luminance of a colour as a browser says it, over what is behind it (WCAG 2.2)."""
    red, green, blue, *rest = seen(colour)
    over = [
        one * (rest or [1])[0] + other * (1 - (rest or [1])[0])
        for one, other in zip((red, green, blue), behind, strict=True)
    ]
    straight = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in (o / 255 for o in over)
    ]
    return sum(part * each for part, each in zip((0.2126, 0.7152, 0.0722), straight, strict=True))


def seen(colour: str) -> tuple[float, ...]:
    return tuple(float(each) for each in re.findall(r"[\d.]+", colour))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/account/tokens", "/candidacies"])
def test_whatever_is_reached_by_keyboard_shows_it(visit, path, scheme):
    page = visit("firmin", path=path)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    behind = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    faint, reached = [], 0
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        page.wait_for_function("document.getAnimations().every(each => each.playState === 'finished')")
        what, style, colour = page.evaluate(SHOWN)
        reached += 1
        dark, bright = sorted((light(colour, seen(behind)[:3]), light(behind)))
        if style == "none" or (bright + 0.05) / (dark + 0.05) < 3:
            faint.append((what, style, colour))
    assert reached > 10
    assert not faint
