"""A sitting that does not go by the book: members who are not the chair, chairs who leave or lose their role.

Also confirmations by a majority, signatures that fall with a decision taken back, and sessions keyed from paper.
"""

from __future__ import annotations

import io
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from domain.rulebook.session_rules import ConfirmationRule, SessionRules, Signatories
from tests.given.files.specimens import PDF
from tests.given.webapi.hearings import hearing
from tests.given.webapi.jury_acts import grant, put_off, rule
from tests.given.webapi.jury_pages import Desk, deciding, words
from tests.given.webapi.paper_minutes import session_of
from tests.given.webapi.rulebooks import next_version
from tests.given.webapi.whole_path import apply, assessed, done, etag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.given.webapi.town import World

GRANT = {"outcome": "unanimous", "decisions": [{"block": 1, "granted": True}]}


@pytest.fixture
def confirmed(world: World) -> Iterator[World]:
    """The town under a rulebook that asks a majority to confirm, and all who are present to sign."""
    sessions = SessionRules(confirmed_by=ConfirmationRule.MAJORITY, minutes_signed_by=Signatories.ALL_PRESENT)
    world.rulebook = next_version(world, sessions=sessions)
    yield world
    world.rulebook = next_version(world)


# Who is not the chair


def test_acts_of_the_chair_are_refused_to_another_member_s_token(world: World) -> None:
    _, session, waiting = hearing(world)
    katia, jules, maud = world.people["katia"], world.jules, world.people["maud"]
    of_maud = {"juror": str(maud.id)}
    acts: tuple[tuple[str, Any], ...] = (
        (f"{session}/closing", {}),
        (f"{session}/attendance/absences", of_maud),
        (f"{session}/attendance/signatures", of_maud),
        (f"{session}/attendance/departures", of_maud),
        (f"{session}/attendance/returns", of_maud),
        (f"{session}/substitutes", {"substitute": str(world.odile.id), "replaced": str(maud.id)}),
        (f"{session}/one-sex", {"reason": "Aucune candidate."}),
        (f"{waiting}/absence", {"excused": False}),
        (f"{waiting}/opening", {}),
        (f"{waiting}/referral", {}),
    )
    for path, body in acts:
        world.refuses(403, "not-the-chair", partial(katia.post, path, body))
    done(jules.post(f"{waiting}/attendance"))
    world.refuses(403, "not-the-chair", lambda: katia.post(f"{waiting}/attendance/correction", {"reason": "x"},
                                                           If_Match=etag(katia, waiting)))  # fmt: skip
    assessed_and_open(world, waiting)
    shown = etag(katia, waiting)
    signed: tuple[tuple[str, Any], ...] = (
        ("decision", GRANT),
        ("deferral", {"reason": "Tard."}),
        ("taking-back", {"reason": "Erreur."}),
        ("reopening", {"reason": "Lien."}),
    )
    for path, body in signed:
        world.refuses(403, "not-the-chair", partial(katia.post, f"{waiting}/{path}", body, If_Match=shown))
    grant(world, waiting, 1)
    leaves = of_maud | {"reason": "Ancien collègue."}
    done(maud.post(f"{waiting}/recusals", leaves))
    world.refuses(403, "not-the-chair", lambda: katia.post(f"{waiting}/recusals", leaves))


def assessed_and_open(world: World, deliberation: str) -> None:
    """Hand in all marks, open the deliberation, and rule on block 1."""
    assessed(world, UUID(deliberation.rpartition("/")[2]))
    done(world.jules.post(f"{deliberation}/opening"))
    rule(world, deliberation, range(1, 10))


def test_the_board_and_the_candidate_s_page_offer_another_member_no_act_of_the_chair(world: World) -> None:
    session, page, _ = deciding(world)
    board, shown = (Desk(world, world.katia, session).get(path) for path in ("", page))
    for act in ("/closing", "/absences", "/substitutes"):
        assert f'action="/jury/{session[-36:]}{act}"' not in board
    assert "Noter son départ" not in board
    assert "Je quitte la séance" in board
    assert "Enregistrer la décision du jury" not in words(Desk(world, world.katia, session).get(f"{page}/review"))
    assert "Reporter, renvoyer" not in words(shown)


# Chairs


def test_once_the_chair_is_a_juror_no_more_the_next_member_records_and_signs_in_their_stead(world: World) -> None:
    session, page, deliberation = deciding(world)
    rule(world, deliberation, range(1, 31))
    chair, katia = Desk(world, world.jules, session), Desk(world, world.katia, session)
    chair.get(page)
    done(world.ulysse.post(f"/api/v1/persons/{world.jules.id}/roles/withdrawals", {"role": "juror"}))
    try:
        world.catch_up()
        shown = etag(world.katia, deliberation)
        lost = world.jules.post(f"{deliberation}/decision", GRANT, If_Match=shown)
        assert lost.status_code in {401, 403}
        assert chair.browser.get(chair.at + page).status_code in {401, 403, 404}
        world.refuses(
            409, "not-on-the-panel", lambda: world.katia.post(f"{deliberation}/decision", GRANT, If_Match=shown)
        )
        assert "Le jury n'est pas conforme pour ce candidat" in words(katia.get(page))
        left = Desk(world, world.rose, session).post("/departures", juror=str(world.jules.id))
        assert left.status_code == 303
        world.catch_up()
        assert "Relire et enregistrer la décision" in words(katia.get(page))
        done(world.katia.post(f"{deliberation}/decision", GRANT, If_Match=etag(world.katia, deliberation)))
        later = {"reason": "Une prochaine session en décidera."}
        done(world.katia.post(f"{deliberation}/deferral", later, If_Match=etag(world.katia, deliberation)))
        world.catch_up()
        assert katia.post("/closing").status_code == 303
        typed = {"juror": str(world.katia.id), "reason": "La présidence n'est plus membre du jury."}
        rose = Desk(world, world.rose, session)
        assert rose.post("/minutes/chair", "/minutes", **typed).status_code == 303
        assert katia.post("/minutes/signature", "/minutes").status_code == 303
    finally:
        done(world.ulysse.post(f"/api/v1/persons/{world.jules.id}/roles", {"role": "juror"}))


def test_the_member_who_presides_now_acts_and_the_former_one_does_not(world: World) -> None:
    session, page, deliberation = deciding(world)
    rule(world, deliberation, range(1, 31))
    chair, next_one = Desk(world, world.jules, session), Desk(world, world.katia, session)
    assert chair.post("/departures", juror=str(world.jules.id)).status_code == 303
    world.catch_up()
    review = f"{page}/review"
    decision = {"outcome": "majority", "decisions-0-block": "1", "decisions-0-granted": "true"}
    shown = next_one.hidden(review)
    assert "Enregistrer la décision du jury" in words(next_one.get(review))
    assert chair.post("/returns", juror=str(world.jules.id)).status_code == 303
    world.catch_up()
    assert "Enregistrer la décision du jury" in words(next_one.get(review)), "the chair is off this deliberation"
    shown_now = etag(world.jules, deliberation)
    world.refuses(
        409, "not-on-the-panel", lambda: world.jules.post(f"{deliberation}/decision", GRANT, If_Match=shown_now)
    )
    assert next_one.browser.post(f"{next_one.at}{page}/decision", data=shown | decision).status_code == 303
    closing = next_one.browser.post(f"{next_one.at}/closing", data=next_one.hidden())
    assert closing.status_code == 403, "the chair is back, and conducts"


def test_two_browsers_of_the_chair_record_a_decision_once(
    world: World,
) -> None:
    session, page, deliberation = deciding(world)
    rule(world, deliberation, range(1, 31))
    world.catch_up()
    one, other = Desk(world, world.jules, session), Desk(world, world.jules, session)
    review = f"{page}/review"
    shown = one.hidden(review), other.hidden(review)
    decision = {"outcome": "majority", "decisions-0-block": "1", "decisions-0-granted": "true"}
    assert one.browser.post(f"{one.at}{page}/decision", data=shown[0] | decision).status_code == 303
    refused = other.browser.post(f"{other.at}{page}/decision", data=shown[1] | decision)
    assert refused.status_code in {409, 412}
    found: Any = world.jules.get(deliberation).json
    assert found["granted"] == [1]


# Presence out of order


def test_a_candidate_is_not_noted_present_or_absent_once_the_deliberation_is_open(world: World) -> None:
    session, page, deliberation = deciding(world)
    world.refuses(409, "already-decided", lambda: world.rose.post(f"{deliberation}/attendance"))
    world.refuses(409, "already-decided", lambda: world.rose.post(f"{deliberation}/absence", {"excused": False}))
    rule(world, deliberation, range(1, 31))
    grant(world, deliberation, 1, 2, 3, 4)
    world.refuses(409, "already-decided", lambda: world.rose.post(f"{deliberation}/attendance"))
    refused = Desk(world, world.jules, session).post(f"{page}/attendance", page)
    assert refused.status_code == 409
    world.catch_up()
    assert "Noter la présence" not in words(Desk(world, world.jules, session).get(page))


def test_a_member_who_leaves_amid_a_vote_voids_it_and_what_the_chair_had_typed_is_kept(world: World) -> None:
    session, page, deliberation = deciding(world, refused=(7,))
    rule(world, deliberation, [n for n in range(1, 31) if n != 7])
    missing = {"rulings": [{"competence": 7, "acquired": False, "reason": "Non montrée."}]}
    done(world.jules.post(f"{deliberation}/rulings", missing, If_Match=etag(world.jules, deliberation)))
    world.catch_up()
    chair, katia = Desk(world, world.jules, session), Desk(world, world.katia, session)
    shown = chair.hidden(f"{page}/review")
    done(world.jules.post(f"{deliberation}/decision", {"outcome": "none"}, If_Match=etag(world.jules, deliberation)))
    assert katia.post("/departures", juror=str(world.katia.id)).status_code == 303
    world.catch_up()
    found: Any = world.jules.get(deliberation).json
    assert (found["vote"], len(found["panel"])) == (None, 4)
    typed = {"outcome": "majority", "decisions-0-block": "1", "decisions-0-granted": "false"}
    typed |= {"decisions-0-reason": "La compétence 7 manque."}
    stale = chair.browser.post(f"{chair.at}{page}/decision", data=shown | typed)
    assert stale.status_code == 412
    assert "La compétence 7 manque." in stale.text
    assert (
        chair.browser.post(f"{chair.at}{page}/decision", data=chair.hidden(f"{page}/review") | typed).status_code
        == 303
    )


# Confirmations and signatures


def test_members_confirm_once_until_a_majority_did_and_the_board_names_who_is_awaited(
    confirmed: World,
) -> None:
    world = confirmed
    session, page, deliberation = deciding(world)
    asks, chair, katia = (
        "Je confirme cette décision",
        *(Desk(world, who, session) for who in (world.jules, world.katia)),
    )
    assert asks not in words(chair.get(page)), "nothing is decided"
    assert chair.post(f"{page}/confirmation", page).status_code == 409
    rule(world, deliberation, range(1, 31))
    grant(world, deliberation, 1, 2, 3)
    world.catch_up()
    assert asks not in words(katia.get(page)), "block 4 is not decided"
    put_off(world, session)
    world.catch_up()
    assert "3 confirmations attendues pour clore la session." in words(katia.get(page))
    assert "décision à confirmer par la majorité de ceux qui délibèrent" in words(chair.get())
    assert chair.post("/closing").status_code == 409
    for left, who in ((2, world.jules), (1, world.katia), (0, world.people["lucien"])):
        desk = Desk(world, who, session)
        assert desk.post(f"{page}/confirmation", page).status_code == 303
        world.catch_up()
        shown = words(desk.get(page))
        assert asks not in shown
        assert ("attendue" in shown) is (left > 0)
    shown_now = etag(world.jules, deliberation)
    again = partial(world.jules.post, f"{deliberation}/confirmation", If_Match=shown_now)
    world.refuses(409, "nothing-to-confirm", again)
    assert asks in words(Desk(world, world.people["maud"], session).get(page)), "others may still confirm"
    assert asks not in words(Desk(world, world.rose, session).get(page))
    assert chair.post("/closing").status_code == 303


def test_signatures_fall_with_a_decision_taken_back_and_all_sign_anew(confirmed: World) -> None:
    world = confirmed
    session, page, deliberation = deciding(world)
    rule(world, deliberation, range(1, 31))
    grant(world, deliberation, 1, 2, 3)
    put_off(world, session)
    members = [Desk(world, world.people[name], session) for name in ("jules", "katia", "lucien", "maud", "noe")]
    chair, katia, lucien, *_ = members
    close(world, members, page)
    for desk in (chair, katia):
        assert desk.post("/minutes/signature", "/minutes").status_code == 303
    world.catch_up()
    falls = words(chair.get(f"{page}/taking-back"))
    assert "La clôture : la session siège de nouveau sur ce candidat." in falls
    assert "Les signatures : " in falls
    signed = falls[falls.index("Les signatures : ") :].partition(".")[0]
    assert {"Jules Exemple", "Katia Exemple"} == set(signed.removeprefix("Les signatures : ").split(", "))
    back = f"{page}/taking-back"
    assert chair.post(back, back, reason="Le bloc 4 était décidé.").status_code == 303
    world.catch_up()
    minutes = words(chair.get("/minutes"))
    assert "Projet de procès-verbal" in minutes
    assert lucien.post("/minutes/signature", "/minutes").status_code in {403, 409}, "nobody signs what is open"
    grant(world, deliberation, 1, 2, 3, 4)
    put_off(world, session)
    close(world, members, page)
    assert "À vous" not in words(katia.get()), "the next act is the signature"
    assert "Le procès-verbal attend votre signature." in words(katia.get())
    for desk in members:
        assert desk.post("/minutes/signature", "/minutes").status_code == 303
    world.catch_up()
    done(world.rose.post(f"{session}/release"))


def close(world: World, members: list[Desk], page: str) -> None:
    """Have three members confirm, and close."""
    world.catch_up()
    for desk in members[:3]:
        assert desk.post(f"{page}/confirmation", page).status_code == 303
    world.catch_up()
    assert members[0].post("/closing").status_code == 303
    world.catch_up()


# On paper


def test_the_registrar_keys_a_session_held_on_paper_on_the_same_pages_and_takes_a_decision_back(world: World) -> None:
    candidacy = apply(world, world.marie)
    assessed(world, candidacy)
    world.clock.set(date(2021, 9, 1))
    session = session_of(world, on_paper=True)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    world.catch_up()
    rose, jules, page = (
        Desk(world, world.rose, session),
        Desk(world, world.jules, session),
        f"/candidates/{candidacy}",
    )
    members = [str(world.people[name].id) for name in ("jules", "katia", "lucien", "maud", "noe")]
    assert rose.post("/signatures", juror=members[0]).status_code == 409, "the signed minutes come first"
    put_scan(world, rose, session)
    world.catch_up()
    for at, juror in zip(("08:50", "08:51", "", "", ""), members, strict=True):
        assert rose.post("/signatures", juror=juror, at=at).status_code == 303
    world.catch_up()
    board = words(rose.get())
    assert "5 membres ont émargé sur 5." in board
    assert "A émargé 8 h 50 d’après sa signature sur papier" in board
    assert "À vous : émargez" not in words(jules.get())
    assert rose.post("/opening").status_code == 303
    world.catch_up()
    assert rose.post(f"{page}/attendance", page, at="09:10").status_code == 303
    world.catch_up()
    assert rose.post(f"{page}/opening", page).status_code == 303
    world.catch_up()
    key_rulings(world, rose, page)
    assert "Enregistrer la décision du jury" not in words(jules.get(f"{page}/review")), "the registrar keys it"
    granted = {"outcome": "majority", "title": "true"}
    for place, block in enumerate((1, 2, 3, 4)):
        granted |= {f"decisions-{place}-block": str(block), f"decisions-{place}-granted": "true"}
    review = f"{page}/review"
    recorded = rose.browser.post(f"{rose.at}{page}/decision", data=rose.hidden(review) | granted)
    assert recorded.status_code == 303
    world.catch_up()
    back = f"{page}/taking-back"
    assert "Le titre, prononcé" in words(rose.get(back))
    assert rose.post(back, back, reason="Le papier dit : à l'unanimité.").status_code == 303
    world.catch_up()
    granted["outcome"] = "unanimous"
    assert rose.browser.post(f"{rose.at}{page}/decision", data=rose.hidden(review) | granted).status_code == 303
    world.catch_up()
    assert "Vote à l'unanimité" in words(rose.get(page))
    assert rose.post("/closing").status_code == 303
    world.catch_up()
    assert jules.post("/minutes/signature", "/minutes").status_code == 303
    minutes = words(rose.get("/minutes"))
    assert "Jules Exemple" in minutes


def key_rulings(world: World, rose: Desk, page: str) -> None:
    """Key every competence as acquired, block by block."""
    for block, numbers in ((1, range(1, 10)), (2, range(10, 21)), (3, range(21, 26)), (4, range(26, 31))):
        rulings = {f"ruling-{n}": "acquired" for n in numbers} | {"at": str(block)}
        answer = rose.browser.post(f"{rose.at}{page}/rulings", data=rose.hidden(page) | rulings)
        assert answer.status_code == 303, words(answer.text)
        world.catch_up()


def put_scan(world: World, rose: Desk, session: str) -> None:
    """Put the signed minutes in on the registrar's page of the session."""
    hidden = rose.hidden() | {"version": etag(world.rose, session).strip('W/"')}
    file = (io.BytesIO(PDF), "pv.pdf", "application/pdf")
    put = rose.browser.post(f"/registrar/sessions/{session[-36:]}/transcription", data=hidden | {"file": file})
    assert put.status_code == 303, words(put.text)
