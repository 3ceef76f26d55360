"""Rulings that follow the assessors' opinions: which ones, how they are counted, where a reason is asked."""

from __future__ import annotations

import re
from typing import Any

from tests.given.webapi.jury_pages import Desk, deciding, words

REASON = re.compile(r'<tr class="([^"]*)">(?:(?!</tr>).)*?<span class="no">(\d+)</span>', re.DOTALL)


def test_following_opinions_rules_refusals_as_acquisitions_and_leaves_no_competence_unruled(world: Any) -> None:
    session, page, _ = deciding(world, refused={3, 7})
    desk = Desk(world, world.jules, session)
    shown = desk.get(page)
    assert "Suivre 9 avis : 7 acquises, 2 non acquises" in words(shown)
    assert "concordant" not in words(shown), "one assessor's opinion agrees with none"
    followed = dict(re.findall(r'name="(ruling-\d+)" value="(\w+)">', shown.partition('id="part-2"')[0]))
    assert {name for name, way in followed.items() if way == "not_acquired"} == {"ruling-3", "ruling-7"}
    answer = desk.browser.post(f"{desk.at}{page}/rulings", data=desk.hidden(page) | followed | {"at": "1"})
    assert answer.status_code == 303, answer.text
    world.catch_up()
    block = desk.get(page).partition('id="part-2"')[0]
    assert "9 sur 9 appréciées" in block
    assert "pas encore appréciée" not in block


def test_a_reason_is_asked_only_where_the_jury_departs_from_the_opinion(world: Any) -> None:
    session, page, _ = deciding(world, refused={3})
    desk = Desk(world, world.jules, session)
    asks = {int(number): classes.split() for classes, number in REASON.findall(desk.get(page))}
    assert (asks[3], asks[4]) == (["if-yes"], ["if-no"])
    assert desk.post(f"{page}/rulings", page, at="1", ruling_3="not_acquired").status_code == 303
    for ruling in ({"ruling_3": "acquired"}, {"ruling_4": "not_acquired"}):
        departs = desk.post(f"{page}/rulings", page, at="1", **ruling)
        assert departs.status_code == 409
        assert "Le règlement exige un motif pour un écart aux avis" in words(departs.text)
