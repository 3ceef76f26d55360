"""The page that reviews a candidate before the chair records the decision; what other members see of it."""

from __future__ import annotations

import re
from typing import Any

from tests.given.webapi.jury_acts import rule
from tests.given.webapi.jury_pages import Desk, deciding, words

DECISIONS = re.compile(r'name="(decisions-\d+-\w+|title)" value="(\w+)"')


def test_the_chair_reviews_rules_opinions_and_departures_then_records_the_vote_and_all_it_decided(world: Any) -> None:
    session, page, deliberation = deciding(world, refused={7})
    rule(world, deliberation, range(1, 7))
    rule(world, deliberation, range(7, 8), reason="L'entretien l'a montré.")
    rule(world, deliberation, range(8, 31))
    world.catch_up()
    chair, review = Desk(world, world.jules, session), f"{page}/review"
    shown = chair.get(review)
    said = words(shown)
    assert "La règle est satisfaite : le bloc 1 est accordé." in said
    assert "Non acquis Solide. " in said, "the opinion, with its reason"
    assert "Acquise s’écarte de l’avis L'entretien l'a montré." in said
    assert "5 membres délibèrent, quorum 4" in said
    assert 'name="outcome" value="unanimous" required>' in shown, "no outcome is chosen at first"
    assert "checked" not in shown
    typed = chair.hidden(review) | dict(DECISIONS.findall(shown))
    at = f"{chair.at}{page}/decision"
    assert chair.browser.post(at, data=typed).status_code == 422, "the vote is asked"
    assert chair.browser.post(at, data=typed | {"outcome": "unanimous"}).status_code == 303
    world.catch_up()
    member = words(Desk(world, world.katia, session).get(page))
    assert "Bloc 1 accordé Bloc 2 accordé Bloc 3 accordé Bloc 4 accordé Titre prononcé" in member


def test_a_member_reads_the_review_as_it_changes_and_cannot_record_it(world: Any) -> None:
    session, page, deliberation = deciding(world)
    member, review = Desk(world, world.katia, session), f"{page}/review"
    shown = member.get(review)
    assert "C’est à la présidence d’enregistrer." in words(shown)
    assert '<form method="post" action="/jury' not in shown
    again = re.search(r'hx-get="([^"]*)"', shown)
    assert again
    assert member.browser.get(again[1]).status_code == 204
    rule(world, deliberation, range(1, 10))
    world.catch_up()
    assert "le bloc 1 est accordé" in member.browser.get(again[1]).text
    sent = {"outcome": "unanimous", "decisions-0-block": "1", "decisions-0-granted": "true"}
    refused = member.browser.post(f"{member.at}{page}/decision", data=member.hidden(page) | sent)
    assert refused.status_code == 403
    assert "Le président" in words(refused.text) or "la présidence" in words(refused.text).lower()


def test_a_vote_without_majority_is_recorded_alone_and_a_block_can_be_left_for_later(world: Any) -> None:
    session, page, deliberation = deciding(world)
    rule(world, deliberation, range(1, 31))
    world.catch_up()
    chair = Desk(world, world.jules, session)
    review = f"{page}/review?later=2"
    shown = chair.get(review)
    found = dict(DECISIONS.findall(shown))
    assert [found[name] for name in sorted(found) if name.endswith("block")] == ["1", "3", "4"]
    assert "title" not in found, "it rests on a block left for later"
    tied = chair.hidden(review) | found | {"outcome": "none"}
    assert chair.browser.post(f"{chair.at}{page}/decision", data=tied).status_code == 303
    world.catch_up()
    assert "Le dernier vote est sans majorité : votez de nouveau." in words(chair.get(review))
    again = chair.hidden(review) | found | {"outcome": "majority"}
    assert chair.browser.post(f"{chair.at}{page}/decision", data=again).status_code == 303
    world.catch_up()
    assert "Bloc 1 accordé Bloc 2 à décider" in words(chair.get(page))
