"""The pages of a decision taken back before the release, and of a recusal declared after it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from tests.given.webapi.jury_acts import grant, rule
from tests.given.webapi.jury_pages import Desk, deciding, words
from tests.given.webapi.whole_path import JURY_DAY, done, etag


def decided(world: Any) -> tuple[str, str]:
    """A candidate granted blocks 1 and 2: the session's path, their page's."""
    session, page, deliberation = deciding(world)
    rule(world, deliberation, range(1, 31))
    grant(world, deliberation, 1, 2)
    world.catch_up()
    return session, page


def test_the_chair_sees_what_falls_then_takes_back_one_block_with_a_reason(world: Any) -> None:
    session, page = decided(world)
    chair = Desk(world, world.jules, session)
    assert "Revenir sur cette décision" in words(chair.get(page))
    at = f"{page}/taking-back?block=2"
    shown = words(chair.get(at))
    falls = shown[shown.index("Ce qui tombe Bloc") :]
    assert "Bloc 2 : accordé Le vote noté : à l'unanimité" in falls
    assert "Bloc 1" not in falls
    stale = chair.hidden(at)
    assert chair.send(at, stale).status_code == 422, "the reason is asked"
    assert chair.send(at, stale, reason="Erreur de saisie.").status_code == 303
    world.catch_up()
    assert "Bloc 1 accordé Bloc 2 à décider" in words(chair.get(page))
    assert chair.send(at, stale, reason="Encore.").status_code in {409, 412}, "of two tabs, the second does nothing"


def test_a_member_who_does_not_preside_has_no_form_to_take_a_decision_back(world: Any) -> None:
    session, page = decided(world)
    member = Desk(world, world.katia, session)
    assert "Revenir sur cette décision" not in words(member.get(page))
    at = f"{page}/taking-back"
    assert "Ce qui tombe Bloc" not in words(member.get(at))
    assert member.send(at, member.hidden(page), reason="Non.").status_code == 403


def test_a_recusal_declared_after_a_decision_waits_until_the_chair_who_sees_what_falls_confirms_it(
    world: Any,
) -> None:
    session, page = decided(world)
    member, chair = Desk(world, world.katia, session), Desk(world, world.jules, session)
    left = member.post(f"{page}/recusals", page, juror=str(world.katia.id), reason="Ancienne collègue.")
    assert left.status_code == 303
    world.catch_up()
    told = words(member.browser.get(left.location).text)
    assert "Votre retrait est déclaré. Il attend la confirmation de la présidence ou du gestionnaire." in told
    assert "Retrait enregistré." not in told
    assert "Confirmer ce retrait" not in told
    shown = words(chair.get(page))
    assert "déclare se retirer après la décision. Ancienne collègue." in shown
    assert "Bloc 1 : accordé Bloc 2 : accordé Le vote noté : à l'unanimité 30 appréciations du jury" in shown
    confirmed = chair.post(f"{page}/recusals/{world.katia.id}/confirmation", page, reason="Ancienne collègue.")
    assert confirmed.status_code == 303
    world.catch_up()
    assert "Bloc 1 à décider Bloc 2 à décider" in words(chair.get(page))
    member.get(page, status=404)


def test_the_board_says_on_which_day_a_session_was_closed_again(world: Any) -> None:
    session, _, deliberation = deciding(world)
    rule(world, deliberation, range(1, 31))
    whole = {
        "outcome": "unanimous",
        "title": True,
        "decisions": [{"block": n, "granted": True} for n in (1, 2, 3, 4)],
    }
    there = world.jules
    done(there.post(f"{deliberation}/decision", whole, If_Match=etag(there, deliberation)))
    assert there.post(f"{session}/closing", {"at": "04:00"}).json["type"].endswith("hour-out-of-order")
    done(there.post(f"{session}/closing"))
    world.clock.set(JURY_DAY + timedelta(days=3))
    back = {"blocks": [], "reason": "Erreur de saisie."}
    done(there.post(f"{deliberation}/taking-back", back, If_Match=etag(there, deliberation)))
    done(there.post(f"{deliberation}/decision", whole, If_Match=etag(there, deliberation)))
    done(there.post(f"{session}/closing"))
    world.catch_up()
    day = (JURY_DAY + timedelta(days=3)).day
    assert re.search(rf"depuis [^,]+, close le {day} \w+ \d{{4}} à", words(Desk(world, there, session).get()))


def test_a_member_reads_what_falls_before_they_step_out(world: Any) -> None:
    session, page, deliberation = deciding(world)
    rule(world, deliberation, range(1, 31))
    world.catch_up()
    member = Desk(world, world.katia, session)
    shown = words(member.get(page))
    assert "Ce qui tombe avec votre retrait : 30 appréciations du jury" in shown
    done(world.katia.post(f"{session}/attendance/departures", {"juror": str(world.katia.id)}))
    world.catch_up()
    left = words(member.get(page))
    assert "Ce qui tombe avec votre retrait" not in left
    assert "Je me retire" not in left, "a member who left has nothing to step out of"


def test_a_page_whose_newest_reason_cannot_be_read_yet_asks_again_until_it_can(world: Any) -> None:
    session, page = decided(world)
    chair, deliberation = Desk(world, world.jules, session), f"{session}/deliberations/{page.rpartition('/')[2]}"
    assert follows(chair, page) > 0
    back = {"blocks": [1], "reason": "Erreur de saisie."}
    done(world.jules.post(f"{deliberation}/taking-back", back, If_Match=etag(world.jules, deliberation)))
    assert follows(chair, page) == 0
    assert "Repris par la présidence" in words(chair.get(page))
    world.catch_up()
    assert follows(chair, page) > 0
    assert "Erreur de saisie." in words(chair.get(page))


def follows(desk: Desk, page: str) -> int:
    """The version that an open page says it shows when it asks for a later one."""
    found = re.search(r'data-follow="[^"]*known=(\d+)', desk.get(page))
    assert found
    return int(found[1])
