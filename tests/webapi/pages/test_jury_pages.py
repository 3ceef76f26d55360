"""Does a jury's desk show each what they may see, as it is now, and say why something cannot be done?"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pyotp

from domain.ports import Role
from tests.given.webapi.browsing import browse
from tests.given.webapi.hearings import hearing, tie
from tests.given.webapi.jury_acts import confirm_annulment, grant, put_off, recuse, rule
from tests.given.webapi.jury_pages import Desk, deciding, words
from tests.given.webapi.reviews import ASKED, decided
from tests.given.webapi.town import PLACE
from tests.given.webapi.whole_path import JURY_DAY, apply, assessed, done, etag, open_session, plan, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from tests.given.webapi.town import World

KNOWN = re.compile(r"known=(\d+)")


def test_a_board_that_knows_what_is_so_is_told_nothing_and_another_what_changed(world):
    _, session, deliberation = hearing(world)
    desk = Desk(world, world.katia, session)
    known = KNOWN.findall(desk.get())[0]
    assert desk.browser.get(f"{desk.at}?known={known}").status_code == 204
    done(world.jules.post(f"{deliberation}/attendance"))
    changed = desk.browser.get(f"{desk.at}?known={known}")
    assert changed.status_code == 200
    assert "Présent, à entendre" in changed.text
    assert KNOWN.findall(changed.text)[0] > known


def test_a_board_asks_no_more_questions_for_more_candidates(world, monkeypatch):
    session = plan(world)
    for name in ("marie", "nadia"):
        done(world.rose.post(f"{session}/summonses", {"candidacy": str(apply(world, world.people[name]))}))
    one = plan(world)
    done(world.rose.post(f"{one}/summonses", {"candidacy": str(apply(world, world.join("ugo", Role.CANDIDATE)))}))
    for each in (one, session):
        open_session(world, each)
    world.catch_up()
    asked: list[int] = []
    real = world.app.extensions["acquis"].database.connection

    def counting() -> Any:
        asked.append(1)
        return real()

    monkeypatch.setattr(world.app.extensions["acquis"].database, "connection", counting)
    counts = []
    for each in (one, session):
        desk = Desk(world, world.jules, each)
        desk.get()
        asked.clear()
        known = KNOWN.findall(desk.get())[0]
        counts.append(len(asked))
        asked.clear()
        desk.browser.get(f"{desk.at}?known={known}")
        counts.append(len(asked))
    assert counts[0] == counts[2]
    assert counts[1] == counts[3] < counts[0]


def test_every_panel_rule_is_shown_with_the_members_who_break_it(world):
    _, session, deliberation = hearing(world)
    tie(world, "lucien")
    board = words(Desk(world, world.jules, session).get())
    assert "Retrait à régler pour Marie Exemple. Lucien Exemple : l'a accompagné." in board
    assert "1 point à régler" in board
    assert re.search(r"Un candidat est délibéré par le nombre .{1,120} 5 / 4", board)
    assert re.search(r"Extérieurs au certificateur : 2 au moins : respecté 2 / 2", board)
    recuse(world, deliberation, world.lucien)
    after = words(Desk(world, world.jules, session).get())
    assert "conforme, 4 membres" in after
    assert re.search(
        r"Lucien Exemple Titulaire Présent 12 h 00 d’après sa signature sur papier .{0,60}Marie Exemple", after
    )


def test_juror_who_stepped_out_sees_nothing_of_the_candidate(world):
    session, page, deliberation = deciding(world)
    recuse(world, deliberation, world.lucien)
    world.catch_up()
    desk = Desk(world, world.lucien, session)
    desk.get(page, 404)
    assert "Marie Exemple FI à décider à décider à décider à décider à décider" in words(
        Desk(world, world.katia, session).get("/minutes")
    ), "a title that is not decided yet is not refused"
    assert "vous vous en êtes retiré" in desk.get()
    assert "la décision ne vous est pas montrée" in desk.get("/minutes")


def test_a_substitute_who_has_no_seat_yet_reads_the_list_to_declare_ties_and_no_dossier(world):
    candidacy, session = apply(world, world.marie), plan(world)
    done(world.rose.post(f"{session}/jurors", {"juror": str(world.odile.id), "sex": "f", "substitute": True}))
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    world.catch_up()
    odile, jules = Desk(world, world.odile, session), Desk(world, world.jules, session)
    assert f"/candidates/{candidacy}" in jules.get()
    assert "Marie Exemple" in words(odile.get())
    assert f"/candidates/{candidacy}" not in odile.get()
    odile.get(f"/candidates/{candidacy}", 404)
    assert odile.post("/ties", candidate=str(world.marie.id), tie="family").status_code == 303


def test_a_page_that_another_has_overtaken_says_who_did_what_and_keeps_what_was_typed(world):
    session, page, _ = deciding(world)
    katia, jules = Desk(world, world.katia, session), Desk(world, world.jules, session)
    old = katia.hidden(page)
    first = {"at": "1", "ruling_1": "acquired"}
    assert jules.post(f"{page}/rulings", page, **first).status_code == 303
    late = katia.send(f"{page}/rulings", old, at="1", ruling_2="not_acquired", reason_2="Analyse absente.")
    assert late.status_code == 412
    assert "Le jury s&#39;est prononcé" in late.text or "membre du jury" in late.text or "juré" in late.text
    assert ">Analyse absente.</textarea>" in late.text
    assert re.search(r'name="ruling-2" value="not_acquired" checked', late.text)


def test_juror_whose_form_is_gone_reads_why_and_keeps_their_text(world):
    session, page, deliberation = deciding(world)
    rule(world, deliberation, range(1, 10))
    world.catch_up()
    other = Desk(world, world.jules, session)
    shown = other.hidden(page)
    grant(world, deliberation, 1)
    refusal = {"at": "1", "outcome": "majority", "decisions-0-block": "1", "decisions-0-granted": "false"}
    refusal |= {"decisions-0-reason": "La compétence 7 n'est pas montrée."}
    answer = other.browser.post(f"{other.at}{page}/decision", data=shown | refusal)
    assert answer.status_code in {409, 412}
    told = words(answer.text)
    assert 'role="alert"' in answer.text, "the block is decided, and its form gone"
    assert "Ce que vous aviez écrit n'est pas enregistré : La compétence 7 n'est pas montrée." in told


def test_empty_or_unchanged_ruling_is_refused(world):
    session, page, _ = deciding(world)
    desk = Desk(world, world.jules, session)
    assert desk.post(f"{page}/rulings", page, at="1").status_code == 422
    assert desk.post(f"{page}/rulings", page, at="1", ruling_1="acquired").status_code == 303
    again = desk.post(f"{page}/rulings", page, at="1", ruling_1="acquired", was_1="acquired", because_1="")
    assert again.status_code == 422
    assert "Rien n&#39;est choisi autrement" in again.text
    long = desk.post(f"{page}/rulings", page, at="1", ruling_2="not_acquired", reason_2="x" * 4001)
    assert long.status_code == 422
    assert "Un motif compte 4000 caractères au plus." in long.text


def test_the_page_offers_no_act_that_the_state_forbids_and_the_server_refuses_it(world):
    session, page, _ = deciding(world)
    desk = Desk(world, world.jules, session)
    review = desk.get(f"{page}/review")
    assert "Rien encore : aucun bloc n’est entièrement apprécié." in words(review)
    assert re.findall(r'name="outcome" value="(\w+)"', review) == ["none"]
    asked = {"at": "1", "outcome": "unanimous", "decisions-0-block": "1", "decisions-0-granted": "true"}
    refused = desk.browser.post(f"{desk.at}{page}/decision", data=desk.hidden(page) | asked)
    assert refused.status_code == 422
    assert "qu&#39;il a évalué" in refused.text


def called_by_vae(world: World) -> tuple[UUID, str]:
    """Marie has filed her dossier of VAE, and is called before a jury that is open; its path."""
    candidacy = apply(world, world.marie, "VAE")
    base = f"/api/v1/candidacies/{candidacy}"
    verdict = {"admissible": True, "file_received_on": "2021-02-01"}
    done(world.rose.post(f"{base}/admissibility", verdict, If_Match=etag(world.rose, base)))
    piece = done(world.marie.upload(candidacy, name="Charte.pdf", competences=range(1, 31)))
    filed = {"evidence": [piece["id"]]}
    done(world.marie.post(f"{base}/validation-files", filed, If_Match=etag(world.marie, base)))
    session = plan(world, "VAE")
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    world.catch_up()
    return candidacy, session


def test_the_page_asks_for_the_presence_of_a_candidate_before_a_deliberation(world):
    """A title was granted in four clicks to a candidate who never came, and the page said that they were heard."""
    candidacy, session = called_by_vae(world)
    desk, page = Desk(world, world.jules, session), f"/candidates/{candidacy}"
    (row,) = re.findall(r"<tr>.*?</tr>", desk.get().partition("h-members")[0].partition("<tbody>")[2], re.DOTALL)
    assert "Attendu" in row
    assert re.findall(r'class="btn small nowrap"[^>]*>\s*Noter la présence', row)
    shown = desk.get(page)
    (main,) = re.findall(r'<button class="">(.*?)</button>', shown)
    assert "Noter la présence" in main
    assert "Ouvrir la délibération" not in shown
    assert "entendu le" not in shown
    refused = desk.post(f"{page}/opening", page)
    assert refused.status_code == 409
    assert "Nul n'est jugé sans être venu" in words(refused.text)
    late = desk.post(f"{page}/attendance", page, at="23:59")
    assert late.status_code == 422
    assert "à une heure déjà venue" in words(late.text)
    assert desk.post(f"{page}/attendance", page, at="09:05").status_code == 303
    world.catch_up()
    assert "Présence notée le 15 juin 2021 à 9 h 05" in words(desk.get(page))
    assert desk.post(f"{page}/opening", page).status_code == 303
    world.catch_up()
    assert "entendu le 15 juin 2021" in words(desk.get(page))


def test_in_vae_pieces_stand_in_place_of_opinions(world):
    candidacy, session = called_by_vae(world)
    done(world.jules.post(f"{session}/deliberations/{candidacy}/attendance"))
    done(world.jules.post(f"{session}/deliberations/{candidacy}/opening"))
    world.catch_up()
    desk, page = Desk(world, world.jules, session), f"/candidates/{candidacy}"
    shown = words(desk.get(page))
    assert "Avis 1" not in shown
    assert "Pièce 1 : Charte.pdf" in shown
    assert "Déclarer acquises les 9 compétences restantes" in shown
    rulings = {f"ruling-{n}": "acquired" for n in range(1, 10)}
    answer = desk.browser.post(f"{desk.at}{page}/rulings", data=desk.hidden(page) | rulings | {"at": "1"})
    assert answer.status_code == 303
    world.catch_up()
    assert "9 sur 9 appréciées" in desk.get(page)


def test_minutes_are_refused_with_a_reason_and_signed_in_the_chair_s_stead_by_who_has_a_code(world):
    session, _, _ = deciding(world)
    put_off(world, session)
    rose, jules, katia = (Desk(world, who, session) for who in (world.rose, world.jules, world.katia))
    assert rose.post("/closing").status_code == 303
    typed = {"juror": str(world.jules.id), "reason": "Je conteste le décompte."}
    assert jules.post("/minutes/refusals", "/minutes", **typed).status_code == 303
    typed = {"juror": str(world.katia.id), "reason": "La présidence refuse."}
    assert rose.post("/minutes/chair", "/minutes", **typed).status_code == 303
    world.catch_up()
    said = words(katia.get("/minutes"))
    assert "Jules Exemple n’a pas signé : Je conteste le décompte." in said
    assert "Katia Exemple signe à la place de la présidence : La présidence refuse." in said
    factors = world.app.extensions["acquis"].factors
    telephone = pyotp.TOTP(str(factors.begin(world.katia.id)))
    assert factors.accepts(world.katia.id, telephone.at(time.time() - 30), proved=False)
    assert "Code de votre double authentification" in katia.get("/minutes")
    wrong = katia.post("/minutes/signature", "/minutes", code="000000")
    assert wrong.status_code == 422
    assert "Ce code n&#39;est pas le bon" in wrong.text
    assert katia.post("/minutes/signature", "/minutes", code=telephone.now()).status_code == 303
    world.catch_up()
    assert "Signé" in words(katia.get("/minutes"))


def test_a_jury_compares_its_commissions_and_follows_them_but_where_it_says_why(world):
    candidacy = apply(world, world.marie)
    assessed(world, candidacy)
    jury = plan(world)
    called = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FI", "places": 12}
    called |= {"held_on": JURY_DAY.isoformat(), "place": PLACE, "reports_to": jury[-36:]}
    commission = f"/api/v1/jury-sessions/{done(world.rose.post('/api/v1/jury-sessions', called))['id']}"
    for name, seat in (("jules", {"sex": "m", "chair": True}), ("katia", {"sex": "f"})):
        done(world.rose.post(f"{commission}/jurors", {"juror": str(world.people[name].id), **seat}))
    for session in (commission, jury):
        done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    world.clock.set(JURY_DAY)
    signed_in(world, commission, [str(world.people[name].id) for name in ("jules", "katia")])
    done(world.rose.post(f"{commission}/opening"))
    theirs = f"{commission}/deliberations/{candidacy}"
    done(world.jules.post(f"{theirs}/opening"))
    world.catch_up()
    page = f"/candidates/{candidacy}"
    desk = Desk(world, world.jules, commission)
    rulings = {f"ruling-{n}": "acquired" if n != 7 else "not_acquired" for n in range(1, 31)} | {"reason-7": "Court."}
    assert desk.browser.post(f"{desk.at}{page}/rulings", data=desk.hidden(page) | rulings).status_code == 303
    world.catch_up()
    assert "Accorder le bloc" not in desk.get(page), "a commission grants nothing"
    done(world.rose.post(f"{commission}/closing"))
    done(world.jules.post(f"{commission}/minutes", If_Match=etag(world.jules, f"{commission}/minutes")))
    open_session(world, jury)
    done(world.jules.post(f"{jury}/deliberations/{candidacy}/opening"))
    world.catch_up()
    ours = Desk(world, world.jules, jury)
    compared = words(ours.get("/harmonisation"))
    assert "0 / 30" in compared
    assert re.search(r"\b7 [^0-9]+ 0 / 1", compared)
    assert ours.post(f"{page}/harmonisation", page).status_code == 303
    changed = {"at": "1", "ruling-7": "acquired", "reason-7": "Harmonisée.", "was-7": "not_acquired"}
    assert ours.browser.post(f"{ours.at}{page}/rulings", data=ours.hidden(page) | changed).status_code == 303
    world.catch_up()
    assert re.search(r"29 / 30 7 ", words(ours.get("/harmonisation")))


def test_an_agenda_begins_with_what_is_next_and_with_what_is_asked(world):
    session, page, _ = deciding(world)
    browser = browse(world, world.katia)
    shown = browser.get("/jury").text
    assert f'href="/jury/{session[-36:]}{page}"' in shown
    assert "Reprendre : Marie Exemple" in words(shown)
    put_off(world, session)
    done(world.rose.post(f"{session}/closing"))
    world.catch_up()
    assert "Le procès-verbal attend votre signature." in words(browse(world, world.jules).get("/jury").text)
    assert "Le procès-verbal attend votre signature." not in words(browser.get("/jury").text)
    assert "Aucune session à venir" in browse(world, world.join("vida", Role.JUROR)).get("/jury").text


def test_annulled_decision_is_shown_as_annulled_and_not_as_waiting(world):
    candidacy, session, review = decided(world)
    done(world.marie.post(review, ASKED))
    answer = {"accepted": True, "reason": "C'est exact."}
    done(world.rose.post(f"{review}/answer", answer, If_Match=etag(world.rose, review)))
    confirm_annulment(world, candidacy)
    world.catch_up()
    desk = Desk(world, world.katia, session)
    board, page, minutes = (words(desk.get(at)) for at in ("", f"/candidates/{candidacy}", "/minutes"))
    assert "Décision annulée" in board
    assert "Reprendre" not in board
    assert "La décision de ce jury sur ce candidat est annulée." in page
    assert "pas appréciée" not in page, "what it had ruled is still read"
    assert "Marie Exemple décision annulée depuis FI accordé" in minutes, "what the jury signed is still read"
    assert "à décider" not in minutes


def test_juror_reads_the_granted_blocks_but_never_the_reasons(world):
    candidacy, session, deliberation = hearing(world)
    page, why = f"/candidates/{candidacy}", "Une dyslexie."
    world.catch_up()
    assert "Aménagement" not in words(Desk(world, world.jules, session).get(page))
    officer = world.people.get("dina") or world.join("dina", Role.DISABILITY_OFFICER)
    of = f"/api/v1/candidacies/{candidacy}/accommodation"
    done(world.marie.post(of, {"reason": why}))
    measures = {"extra_time": {"numerator": 1, "denominator": 3}, "breaks": 15}
    done(officer.post(f"{of}/grant", measures, If_Match=etag(officer, of)))
    world.catch_up()
    for taken_up in (False, True):
        if taken_up:
            assessed(world, candidacy)
            done(world.jules.post(f"{deliberation}/opening"))
            world.catch_up()
        for who in (world.jules, world.rose):
            shown = words(Desk(world, who, session).get(page))
            assert "Aménagement temps majoré d'un tiers 15 minutes de pause" in shown
            assert why not in shown


def test_minutes_say_of_who_is_sent_on_that_they_are_and_are_signed_as_they_were_shown_only(world):
    session, page, deliberation = deciding(world)
    for juror in (world.katia, world.people["lucien"]):
        recuse(world, deliberation, juror)
    done(world.jules.post(f"{deliberation}/referral"))
    done(world.rose.post(f"{session}/closing"))
    world.catch_up()
    desk = Desk(world, world.jules, session)
    minutes = words(desk.get("/minutes"))
    assert "à décider" not in minutes
    assert "renvoyé renvoyé renvoyé renvoyé renvoyé" in minutes
    shown = desk.hidden("/minutes")
    assert desk.send("/minutes/signature", shown | {"digest": ""}).status_code == 422
    assert desk.send("/minutes/signature", shown | {"digest": "0" * 64}).status_code == 412
    assert desk.send("/minutes/signature", shown).status_code == 303
    assert page
