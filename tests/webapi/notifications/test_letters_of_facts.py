"""Tests of letters about facts: recipients, single delivery, and what is recorded on delivery."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import date
from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from domain.candidacy.credit import Credit
from domain.candidacy.facts import CreditFell, Fall
from domain.fact import Personal
from domain.fraud.facts import FraudDismissed, FraudReported, FraudToldToCandidate
from domain.fraud.fraud import Fraud
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionRestored, DecisionTakenBack, TitleFell, TitleRestored
from domain.ports import Role
from domain.rulebook.fraud_rules import FraudBody
from tests.given.domain import people
from tests.given.domain.people import JUNE, JURY_DAY, MARIE_VAE, NADIA, PANEL
from tests.given.domain.scenario import At, Scenario
from tests.given.webapi.browsers import Browser
from tests.given.webapi.browsing import browse
from tests.given.webapi.jury_acts import confirm_annulment
from tests.given.webapi.letters import say
from tests.given.webapi.post_offices import ServerInMemory
from tests.given.webapi.reviews import ASKED, decided
from tests.given.webapi.town import FEBRUARY
from tests.given.webapi.whole_path import apply, assessed, done, etag, open_session, plan
from webapi.notifications.catalogue import letters_of
from webapi.notifications.from_log import letter_id, queue_letters
from webapi.notifications.outcome import note_sent
from webapi.upkeep.letters import send_waiting

if TYPE_CHECKING:
    from uuid import UUID

    from tests.given.webapi.town import World

MARIE = "marie@example.org"
UNTOLD = """
select kind, failed from desk.letter
 where fact is not null and sealed is null and sent_at is null and told_on is null and candidacy = %s order by fact
"""


@pytest.fixture
def server(world: World) -> ServerInMemory:
    """Return a mail server; earlier facts send no letters."""
    world.catch_up()
    world.acquis.letters.skip_past()
    say(world, "delete from desk.letter")
    return ServerInMemory()


def send(world: World, server: ServerInMemory) -> None:
    """Queue and send the waiting letters once."""
    world.catch_up()
    house = replace(world.acquis, post=server)
    queue_letters(house)
    send_waiting(house)
    note_sent(house)


def signed_in(world: World, name: str) -> Browser:
    """Return a browser signed in as one of the people."""
    world.catch_up()
    return Browser(world, browse(world, world.people[name]))


def address(world: World, name: str) -> str:
    """Return a person's address for letters: the account's login, or the registered address."""
    return world.acquis.accounts.held(world.people[name].id).get("login", f"{name}@example.org")


def apply_for_vae(world: World) -> tuple[UUID, str]:
    """Return Marie's application by VAE, with a feasibility file."""
    candidacy = apply(world, world.marie, "VAE")
    base = f"/api/v1/candidacies/{candidacy}"
    done(world.marie.post(f"{base}/feasibility-file", {}))
    return candidacy, base


def ready_for_jury(world: World) -> UUID:
    """Return Marie's application, assessed."""
    candidacy = apply(world, world.marie)
    done(world.marie.upload(candidacy, competences=range(1, 31)))
    assessed(world, candidacy)
    return candidacy


def test_candidate_is_notified_of_admissibility_once_when_the_log_is_read_twice(world, server):
    candidacy, base = apply_for_vae(world)
    verdict = {"admissible": True, "file_received_on": FEBRUARY.isoformat()}
    done(world.rose.post(f"{base}/admissibility", verdict, If_Match=etag(world.rose, base)))
    send(world, server)
    say(world, "update desk.letters_from_log set position = 0")
    send(world, server)
    assert server.kinds(MARIE).count("Votre demande est recevable") == 1
    assert f"/candidacies/{candidacy}" in server.taken[-1].text
    assert "Marie" not in server.taken[-1].text


def test_admissibility_can_be_corrected_until_the_mail_server_accepts_its_letter(world, server):
    candidacy, base = apply_for_vae(world)
    refusal = {"admissible": False, "file_received_on": FEBRUARY.isoformat(), "gaps": "Aucune activité."}
    error = {"error": "file", "reason": "Dossier d'une homonyme."}
    done(world.rose.post(f"{base}/admissibility", refusal, If_Match=etag(world.rose, base)))
    done(world.rose.post(f"{base}/admissibility/correction", error, If_Match=etag(world.rose, base)))
    done(world.rose.post(f"{base}/admissibility", refusal, If_Match=etag(world.rose, base)))
    send(world, server)
    late = world.rose.post(f"{base}/admissibility/correction", error, If_Match=etag(world.rose, base))
    assert (late.status_code, late.json["type"]) == (409, "/problems/decision-notified")
    asked = {"reason": "Deux contrats de plus.", "asked_on": world.clock.today().isoformat()}
    done(world.rose.post(f"{base}/admissibility/reconsideration", asked, If_Match=etag(world.rose, base)))
    send(world, server)
    assert server.kinds(MARIE)[-1] == "La recevabilité de votre demande est réexaminée"
    assert not say(world, UNTOLD, str(candidacy))


def test_candidate_and_jurors_are_notified_of_summons_postponement_and_cancellation(world, server):
    candidacy, session = ready_for_jury(world), plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    send(world, server)
    assert server.kinds(MARIE) == ["Votre convocation devant le jury"]
    assert server.kinds(address(world, "jules")) == ["Votre convocation comme membre d'un jury"]
    moved = {"held_on": "2021-07-01", "reason": "Une grève."}
    done(world.rose.post(f"{session}/postponement", moved, If_Match=etag(world.rose, session)))
    done(world.rose.post(f"{session}/cancellation", {"reason": "Une grève."}))
    send(world, server)
    for each in (MARIE, address(world, "jules")):
        assert server.kinds(each)[1:] == ["Le jury est reporté", "Le jury est annulé"]
    assert "grève" not in "".join(each.text for each in server.taken), "a letter gives no reason"


def test_result_is_notified_only_when_the_mail_server_accepts_the_letter(world, server):
    candidacy, session, review = decided(world)
    notice = review.replace("/review", "/notice")
    world.catch_up()
    queue_letters(world.acquis)
    world.refuses(404, "not-found", lambda: world.marie.get(notice))
    send(world, server)
    assert "Votre résultat est publié" in server.kinds(MARIE)
    shown = world.marie.get(notice).json
    assert (shown["channel"], shown["notified_on"]) == ("email", world.clock.today().isoformat())
    send(world, server)
    assert server.kinds(MARIE).count("Votre résultat est publié") == 1
    assert not say(world, UNTOLD, str(candidacy))
    del session


@pytest.mark.parametrize("server_there", [True, False])
def test_result_is_not_notified_when_the_address_is_wrong_or_no_server_is_named(world, server, server_there):
    server.delivers, server.unknown = server_there, {MARIE} if server_there else set()
    candidacy, _, review = decided(world)
    send(world, server)
    world.refuses(404, "not-found", lambda: world.marie.get(review.replace("/review", "/notice")))
    assert ("result_out", "Unsent" if server_there else "NoServer") in say(world, UNTOLD, str(candidacy))


def test_candidate_notified_by_the_registrar_is_not_listed_as_unreached(world, server):
    server.delivers = False
    candidacy, _, review = decided(world)
    send(world, server)
    done(world.rose.post(review.replace("/review", "/notice"), {"channel": "post"}))
    send(world, server)
    assert "result_out" not in [kind for kind, _ in say(world, UNTOLD, str(candidacy))]


def test_invitation_form_sent_twice_sends_one_letter(world, server):
    rose = signed_in(world, "rose")
    page = f"/people/{world.nadia.id}"
    world.catch_up()
    key = str(uuid4())
    for _ in range(2):
        assert rose.post(f"{page}/invitation", page, form=key).status_code == 303
        send(world, server)
    assert server.kinds("nadia@example.org") == ["Votre accès à Acquis"]


def test_invitation_is_shown_as_sent_only_after_the_mail_server_accepts_it(world, server):
    rose, page = signed_in(world, "rose"), f"/people/{world.nadia.id}"
    world.catch_up()
    assert rose.post(f"{page}/invitation", page).status_code == 303
    assert "invitation à envoyer" in unescape(rose.get(page).text)
    send(world, server)
    assert "invitation envoyée" in rose.get(page).text


def test_registrar_sees_unreached_people_and_records_the_notice_given(world, server):
    server.unknown = {MARIE}
    candidacy, session, _ = decided(world)
    send(world, server)
    rose, page = signed_in(world, "rose"), "/registrar/to-tell"
    shown = unescape(rose.get(page).text)
    assert "Votre résultat est publié" in shown
    assert "le serveur de courrier a refusé l'adresse" in shown
    results = unescape(rose.get(f"/registrar/sessions/{session[-36:]}/results").text)
    assert "À prévenir vous-même" in results
    (result,) = say(world, "select id from desk.letter where kind = 'result_out' and candidacy = %s", str(candidacy))
    today = world.clock.today().isoformat()
    spoken = rose.post(page, page, letter=str(result[0]), how="telephone", on=today)
    assert spoken.status_code == 422
    assert rose.post(page, page, letter=str(result[0]), how="post", on=today).status_code == 303
    world.catch_up()
    assert "par courrier" in unescape(rose.get(f"/registrar/sessions/{session[-36:]}/results").text)
    assert "Votre résultat est publié" not in unescape(rose.get(page).text)


def test_registrar_can_resend_an_unsent_letter(world, server):
    server.unknown = {MARIE}
    _, base = apply_for_vae(world)
    verdict = {"admissible": True, "file_received_on": FEBRUARY.isoformat()}
    done(world.rose.post(f"{base}/admissibility", verdict, If_Match=etag(world.rose, base)))
    send(world, server)
    rose, page = signed_in(world, "rose"), "/registrar/to-tell"
    (letter,) = say(world, "select id from desk.letter where kind = 'admissible'")
    server.unknown = set()
    assert rose.post(f"{page}/again", page, letter=str(letter[0])).status_code == 303
    send(world, server)
    assert server.kinds(MARIE) == ["Votre demande est recevable"]


def test_candidate_and_juror_see_their_notices_on_their_pages(world, server):
    candidacy, session = ready_for_jury(world), plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    moved = {"held_on": "2021-07-01", "reason": "Une grève."}
    done(world.rose.post(f"{session}/postponement", moved, If_Match=etag(world.rose, session)))
    send(world, server)
    told = unescape(signed_in(world, "marie").get("/notices").text)
    assert "convoqué" in told
    assert "report" in told
    assert "Le jury est reporté" in unescape(signed_in(world, "jules").get("/jury").text)


def test_admissibility_is_recorded_as_notified_when_the_mail_server_accepts_the_letter(world, server):
    _, base = apply_for_vae(world)
    verdict = {"admissible": False, "reason": "Hors du champ.", "file_received_on": FEBRUARY.isoformat()}
    done(world.rose.post(f"{base}/admissibility", verdict, If_Match=etag(world.rose, base)))
    send(world, server)
    facts = [each["fact"] for each in world.marie.get(f"{base}/history").json["items"]]
    assert facts[-1] == "AdmissibilityNotified"
    assert "champ" not in server.taken[-1].text, "a letter gives no reason"


def test_enrolment_file_invites_the_enrolled_and_lists_those_not_invited(world, server):
    rose, page = signed_in(world, "rose"), "/enrolment/file"
    head = "nom;prénom;adresse électronique;né le;certification;voie\n"
    csv = f"{head}Neuve;Zoé;zoe.neuve@example.org;12/03/1990;RNCP31936;FI\nSeul;Yann;;13/03/1990;RNCP31936;FI\n"
    content = b64encode(csv.encode()).decode()
    for _ in range(2):
        said = unescape(rose.post(page, page, content=content, do="enrol").text)
        send(world, server)
    assert "1 invitation est écrite" in said
    assert "1 candidat sans adresse attend une invitation" in said
    assert server.kinds("zoe.neuve@example.org") == ["Votre accès à Acquis"]
    world.catch_up()
    accounts = unescape(rose.get("/registrar/to-tell/accounts").text)
    assert "Zoé Neuve" in accounts.partition("Pas encore invités")[0]
    assert "Yann Seul" in accounts.partition("Pas encore invités")[2]


def test_other_jurors_but_not_the_candidate_are_notified_of_a_decision_taken_back(world, server):
    candidacy, session = ready_for_jury(world), plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    there = f"{session}/deliberations/{candidacy}"
    done(world.jules.post(f"{there}/opening"))
    rulings = {"rulings": [{"competence": number, "acquired": True} for number in range(1, 31)]}
    done(world.jules.post(f"{there}/rulings", rulings, If_Match=etag(world.jules, there)))
    blocks = [{"block": block, "granted": True} for block in (1, 2, 3, 4)]
    decision = {"outcome": "unanimous", "title": True, "decisions": blocks}
    done(world.jules.post(f"{there}/decision", decision, If_Match=etag(world.jules, there)))
    back = {"blocks": [], "reason": "Une erreur de bloc."}
    done(world.jules.post(f"{there}/taking-back", back, If_Match=etag(world.jules, there)))
    send(world, server)
    told = "Une décision de votre jury est reprise"
    assert told in server.kinds(address(world, "katia"))
    assert told not in server.kinds(address(world, "jules")), "who did it knows"
    assert told not in server.kinds(MARIE), "nothing was released"
    assert "erreur" not in "".join(each.text for each in server.taken), "a letter gives no reason"
    page = f"/jury/{session.rpartition('/')[2]}/candidates/{candidacy}"
    assert any(page in each.text for each in server.taken if each.to == address(world, "katia"))
    world.catch_up()
    shown = unescape(browse(world, world.katia).get(page).text)
    assert "Repris par la présidence" in shown
    assert "Une erreur de bloc." in shown


def test_recused_juror_is_not_notified_of_a_decision_taken_back():
    scenario = Scenario(today=JURY_DAY)
    scenario.given(*people.vae_filed(MARIE_VAE), *people.before_the_jury(MARIE_VAE))
    panel = tuple(juror for juror in PANEL if juror != NADIA)
    scenario.given(people.recused(MARIE_VAE, NADIA), people.heard(MARIE_VAE, panel=panel, sought=(1, 2, 3, 4)))
    scenario.given(people.granted(MARIE_VAE, 3))
    reason = Personal("Erreur de saisie.", people.MARIE)
    back = DecisionTakenBack(session=JUNE, candidacy=MARIE_VAE, blocks=(), title=False, reason=reason)
    scenario.given(At(Deliberation.id_of(JUNE, MARIE_VAE), (back,)))
    told: Any = scenario.store.told[-1]
    log: Any = scenario.log
    assert {letter.person for letter in letters_of(told, log)} == set(panel) - {told.stamp.by}


def test_candidate_is_notified_of_a_rejected_review(world, server):
    candidacy, _, review = decided(world)
    done(world.marie.post(review, ASKED))
    rejected = {"accepted": False, "reason": "Ce juré n'a formé personne."}
    done(world.rose.post(f"{review}/answer", rejected, If_Match=etag(world.rose, review)))
    send(world, server)
    assert server.kinds(MARIE)[-1] == "Votre demande de réexamen a une réponse"
    assert f"/candidacies/{candidacy}/result" in server.taken[-1].text
    assert "formé" not in server.taken[-1].text, "a letter gives no reason"


def test_registrar_records_a_rejected_review_notified_by_post_when_the_letter_fails(world, server):
    server.unknown = {MARIE}
    _, _, review = decided(world)
    done(world.marie.post(review, ASKED))
    rejected = {"accepted": False, "reason": "Non."}
    done(world.rose.post(f"{review}/answer", rejected, If_Match=etag(world.rose, review)))
    send(world, server)
    rose, page = signed_in(world, "rose"), "/registrar/to-tell"
    (letter,) = say(world, "select id from desk.letter where kind = 'review_answered'")
    told = {"letter": str(letter[0]), "on": world.clock.today().isoformat()}
    assert rose.post(page, page, how="telephone", **told).status_code == 422
    assert rose.post(page, page, how="post", **told).status_code == 303
    assert "Votre demande de réexamen" not in unescape(rose.get(page).text)


def test_candidate_is_notified_of_each_step_of_a_fraud_and_of_its_lifting(world, server):
    candidacy, session, _ = decided(world)
    send(world, server)
    marie = signed_in(world, "marie")
    login = address(world, "marie")
    path = f"/api/v1/candidacies/{candidacy}/frauds"
    done(world.jules.post(path, {"competences": [26, 27], "statement": "Copié."}))
    send(world, server)
    assert server.kinds(login) == [], "a report is told with the hearing"
    case = f"{path}/{world.rose.get(path).json['items'][0]['case']}"
    done(world.rose.post(f"{case}/notice", {"hearing_on": "2021-06-23"}))
    send(world, server)
    assert "Vous serez entendu le 23 juin 2021." in server.taken[-1].text
    assert f"/candidacies/{candidacy}/history?kind=fraud" in server.taken[-1].text
    assert "Copié." in unescape(marie.get(f"/candidacies/{candidacy}/history?kind=fraud").text)
    world.clock.set(date(2021, 6, 23))
    done(world.rose.post(f"{case}/hearing", {"statement": "C'est vrai."}))
    decision = {"found": True, "reason": "Établi.", "withdraws": [session.rsplit("/", 1)[-1]]}
    done(world.rose.post(f"{case}/decision", decision, If_Match=etag(world.rose, path)))
    confirm_annulment(world, candidacy)
    warning = {"sanction": "avertissement", "reason": "Grave."}
    done(world.rose.post(f"{case}/sanctions", warning, If_Match=etag(world.rose, path)))
    done(world.marie.post(f"{case}/review", {"ground": "procedural", "statement": "Une erreur."}))
    rudy = world.join("rudy", Role.REGISTRAR)
    answer = {"accepted": False, "reason": "Non."}
    done(rudy.post(f"{case}/review/answer", answer, If_Match=etag(rudy, path)))
    done(world.marie.post(f"{case}/review", {"ground": "procedural", "statement": "Une erreur encore."}))
    done(rudy.post(f"{case}/review/answer", answer | {"accepted": True}, If_Match=etag(rudy, path)))
    confirm_annulment(world, candidacy, world.rose)
    send(world, server)
    assert server.kinds(login)[1:] == [
        "Une décision est prise sur le signalement qui vous concerne",
        "La décision du jury est annulée",
        "Une sanction est prononcée à votre égard",
        "Votre demande de réexamen a une réponse",
        "La décision de fraude à votre égard est levée",
        "La décision du jury vaut de nouveau",
    ]


def told_of(*facts: At) -> list[tuple[str, UUID]]:
    """Return the kind and id of each letter to Marie, who has a title, about these facts of one append."""
    scenario = Scenario(today=JURY_DAY)
    scenario.given(*people.won(MARIE_VAE))
    start = len(scenario.store.told)
    scenario.given(*facts)
    append = scenario.store.told[-1].stamp.append_id
    told: Any = [replace(fact, stamp=replace(fact.stamp, append_id=append)) for fact in scenario.store.told[start:]]
    log: Any = scenario.log
    return [(each.kind, letter_id(fact.stamp.position, each)) for fact in told for each in letters_of(fact, log)]


def test_candidate_is_notified_of_a_title_lost_with_another_decision():
    fell = TitleFell(session=JUNE, candidacy=MARIE_VAE)
    assert [kind for kind, _ in told_of(At(Deliberation.id_of(JUNE, MARIE_VAE), (fell,)))] == ["title_fell"]


def test_blocks_lost_together_are_notified_in_one_letter():
    fell = tuple(
        CreditFell(candidacy=MARIE_VAE, block=block, fall=Fall.ANNULLED, since=JURY_DAY, fell_on=JURY_DAY)
        for block in (1, 2)
    )
    letters = told_of(At(Credit.id_of(MARIE_VAE), fell))
    assert [kind for kind, _ in letters] == ["credit_fell", "credit_fell"]
    assert len(set(letters)) == 1


def test_decision_and_title_restored_together_are_notified_in_one_letter():
    restored = DecisionRestored(session=JUNE, candidacy=MARIE_VAE, restored_on=JURY_DAY)
    title = TitleRestored(session=JUNE, candidacy=MARIE_VAE)
    letters = told_of(At(Deliberation.id_of(JUNE, MARIE_VAE), (restored, title)))
    assert len({letter for _, letter in letters}) == 1
    assert letters[0][0] == "decision_restored", "its letter starts the time limits"


@pytest.mark.parametrize("told", [True, False])
def test_dismissal_of_a_fraud_is_notified_only_to_a_candidate_who_was_notified_of_the_report(told):
    case = uuid4()
    reported = FraudReported(
        case=case,
        candidacy=MARIE_VAE,
        reported_by=NADIA,
        session=JUNE,
        sitting=None,
        evidence=(),
        competences=(21,),
        statement=Personal("Copié.", people.MARIE),
    )
    hearing = FraudToldToCandidate(case=case, candidacy=MARIE_VAE, hearing_on=JURY_DAY)
    reason = Personal("Rien ne le montre.", people.MARIE)
    dismissed = FraudDismissed(case=case, candidacy=MARIE_VAE, body=FraudBody.CERTIFIER, reason=reason)
    facts = (reported, *([hearing] if told else []), dismissed)
    kinds = [kind for kind, _ in told_of(At(Fraud.id_of(people.MARIE), facts))]
    assert kinds == (["fraud_hearing", "fraud_decided"] if told else [])
