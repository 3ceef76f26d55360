"""Can a registrar make a session up by its pages alone: planned, staffed lawfully, called, followed, released?"""

from __future__ import annotations

import io
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from domain.commands.people.declare_tie import DeclareTie
from domain.people.facts import Tie
from domain.ports import PersonId
from tests.given.files.specimens import PDF
from tests.given.webapi.browsing import browse
from tests.given.webapi.jury_acts import grant, rule
from tests.given.webapi.town import PLACE
from tests.given.webapi.whole_path import JURY_DAY, apply, assessed, done, etag

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import World

FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
OF_A_ROW = ("rule",)
"""What tells the forms of one act apart, hidden in each."""
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Registrar:
    """Rose at her desk: she reads pages and sends their forms, each with what stands in it."""

    def __init__(self, world: World) -> None:
        self.world, self.browser = world, browse(world, world.rose)

    def read(self, path: str) -> str:
        self.world.catch_up()
        answer = self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text).replace("\u00a0", " ")

    def send(self, path: str, action: str, /, **said: Any) -> TestResponse:
        """Send the first form of a page that leads to this address and holds, hidden, what is said so."""
        page = self.read(path)
        forms = [form for form in FORM.findall(page) if f'action="{action}"' in form]
        hidden = [dict(FIELD.findall(form)) for form in forms]
        kept = next(
            each for each in hidden if all(each.get(name, said.get(name)) == said.get(name) for name in OF_A_ROW)
        )
        return self.browser.post(action, data={**kept, **said})

    def board(self, session: str) -> str:
        """The session's board, on which what is done on its day stands."""
        return f"/jury/{session[-36:]}"

    def done(self, path: str, action: str, /, **said: Any) -> str:
        """Send it; the page to which it leads."""
        answer = self.send(path, action, **said)
        assert answer.status_code == 303, unescape(answer.text)
        return self.read(answer.location)


@pytest.fixture
def rose(world: World) -> Registrar:
    return Registrar(world)


def planned(rose: Registrar, **instead: str) -> str:
    new = "/registrar/sessions/new"
    said = {
        "held_on": JURY_DAY.isoformat(),
        "starts_at": "09:30",
        "route": "FI",
        "rulebook": str(rose.world.rulebook),
        "where": f"|{PLACE}",
        "places": "12",
    }
    answer = rose.send(new, new, **said | instead)
    assert answer.status_code == 303, unescape(answer.text)
    return str(answer.location.partition("?")[0])


def staffed(rose: Registrar, session: str, chair: str = "jules") -> str:
    """The five whom the page suggests together have their seats."""
    page = rose.read(session)
    form = next(each for each in FORM.findall(page) if "/jurors/together" in each)
    jurors = re.findall(r'name="juror" value="([^"]+)"', form)
    return rose.done(session, f"{session}/jurors/together", juror=jurors, chair=str(rose.world.people[chair].id))


def seen(page: str, inside: str) -> str:
    """A section of the page by its heading's id, without its tags."""
    found = re.search(rf'<section[^>]*aria-labelledby="{inside}".*?</section>', page, re.DOTALL)
    assert found, inside
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def to_sign(board: str) -> list[str]:
    """The members of whom a board may note that they signed the attendance sheet."""
    return re.findall(r'/signatures">(?:(?!</form>).)*?name="juror" value="([^"]+)"', board, re.DOTALL)


def test_a_session_is_planned_where_the_sheet_allows_and_waits_to_be_made_up(rose):
    session = planned(rose)
    page = rose.read(session)
    assert "15 juin 2021, 9 h 30" in page
    assert PLACE in page
    listed = rose.read("/registrar/sessions?show=staff")
    assert session in listed
    assert "0 sur 5" in listed


def test_error_in_a_session_plan_is_shown_next_to_its_field(rose):
    new = "/registrar/sessions/new"
    answer = rose.send(new, new, held_on="", route="FI", rulebook=str(rose.world.rulebook), where="", places="200")
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert "Dites où elle se tient." in page or "Ce champ manque." in page
    assert 'value="200"' in page
    elsewhere = rose.send(
        new, new, held_on="2021-06-15", route="FI", rulebook=str(rose.world.rulebook), where="|Ailleurs", places="9"
    )
    assert elsewhere.status_code == 409
    assert "lieux de certification de la fiche" in unescape(elsewhere.text)


def test_suggested_members_make_the_jury_lawful_rule_by_rule(rose):
    session = planned(rose)
    before = seen(rose.read(session), "h-rules")
    assert "5 membres, toutes personnes distinctes : non respecté 0 / 5" in before
    page = staffed(rose, session)
    assert "Membres nommés." in page
    rules = seen(page, "h-rules")
    assert "non respecté" not in rules
    assert "5 membres, toutes personnes distinctes : respecté 5 / 5" in rules
    assert "Jules Exemple préside" in seen(page, "h-jury")
    assert session not in rose.read("/registrar/sessions?show=staff")


def test_person_who_cannot_sit_is_shown_with_the_rule(rose):
    """Odile and Maud both represent employers: with four seated, one more of that side leaves employees without."""
    session = planned(rose)
    for name in ("jules", "katia", "lucien", "maud"):
        sex = "f" if name in {"katia", "maud"} else "m"
        rose.done(session, f"{session}/jurors", juror=str(rose.world.people[name].id), sex=sex)
    people = seen(rose.read(session), "h-jury")
    odile, noe = (people.index(f"{name} Exemple", people.index("Qui peut siéger")) for name in ("Odile", "Noe"))
    assert noe < odile, "who suits comes first"
    assert "mène à un jury conforme" in people[noe:odile]
    assert "ne rend pas le jury conforme" in people[odile:]


def test_a_tie_is_shown_before_and_after_the_candidate_is_called(rose):
    world = rose.world
    session, marie = planned(rose), apply(world, world.marie)
    tie = DeclareTie(person=world.noe.id, candidate=PersonId(world.marie.id), tie=Tie.FAMILY)
    world.acquis.do(tie, world.noe.actor)
    staffed(rose, session)
    waiting = seen(rose.read(session), "h-candidates")
    assert re.search("Marie Exemple .* Noe Exemple se retirerait", waiting)
    page = rose.done(session, f"{session}/summonses", candidacy=str(marie))
    assert "Candidats convoqués." in page
    called = seen(page, "h-candidates")
    assert "Noe Exemple se retire pour ce candidat" in called, "he alone represents employees"
    assert "1 convoqué" in called


def test_a_candidate_called_elsewhere_is_not_ready_and_the_page_says_before_which_jury(rose):
    world = rose.world
    marie = apply(world, world.marie)
    first, second = planned(rose), planned(rose, held_on="2021-06-16")
    rose.done(first, f"{first}/summonses", candidacy=str(marie))
    ticked = f'value="{marie}"'
    assert ticked not in rose.read(second)
    assert "Convoqué devant le jury du 15 juin 2021" in seen(rose.read(second), "h-candidates")
    freed = rose.done(first, f"{first}/candidates/{marie}/freed", reason="Jury trop chargé.")
    assert "Candidat dessaisi." in freed
    assert ticked in rose.read(second)


def test_a_candidate_of_vae_without_livret_2_is_not_ready_and_the_page_says_so(rose):
    world = rose.world
    candidacy = apply(world, world.nadia, "VAE")
    base, session = f"/api/v1/candidacies/{candidacy}", planned(rose, route="VAE")
    assert "Recevabilité pas encore décidée" in seen(rose.read(session), "h-candidates")
    verdict = {"admissible": True, "file_received_on": "2021-02-01"}
    done(world.rose.post(f"{base}/admissibility", verdict, If_Match=etag(world.rose, base)))
    world.catch_up()
    assert "Dossier de validation (livret 2) non déposé" in seen(rose.read(session), "h-candidates")
    assert f'value="{candidacy}"' not in rose.read(session)
    piece = done(world.nadia.upload(candidacy, competences=range(1, 10)))["id"]
    filing = {"evidence": [piece]}
    done(world.nadia.post(f"{base}/validation-files", filing, If_Match=etag(world.nadia, base)))
    world.catch_up()
    assert "1 candidat prêt à être convoqué" in seen(rose.read(session), "h-candidates")


def test_the_page_calls_no_candidate_if_more_are_ticked_than_there_are_places(rose):
    world = rose.world
    both = [str(apply(world, who)) for who in (world.marie, world.nadia)]
    session = planned(rose, places="1")
    answer = rose.send(session, f"{session}/summonses", candidacy=both)
    page = unescape(answer.text).replace("\u00a0", " ")
    assert answer.status_code == 409
    assert page.index("Personne n'a été convoqué.") < page.index('id="h-candidates"')
    assert "Places : 1 ; libres : 1 ; candidats choisis : 2." in page
    assert "0 convoqué" in seen(page, "h-candidates")


def test_a_jury_named_together_has_a_chair_who_has_what_the_rulebook_asks(rose):
    session = planned(rose)
    form = next(each for each in FORM.findall(rose.read(session)) if "/jurors/together" in each)
    proposed = re.search(r'<option value="([^"]+)" selected>', form.partition('id="chair"')[2])
    assert proposed, "a chair is proposed"
    jurors = re.findall(r'name="juror" value="([^"]+)"', form)
    assert proposed[1] in jurors
    page = rose.done(session, f"{session}/jurors/together", juror=jurors, chair=proposed[1])
    assert "Jury conforme, règle par règle." in page
    assert "préside" in seen(page, "h-jury")


def test_until_the_session_opens_its_chair_changes_and_a_member_is_removed_with_a_reason(rose):
    session, people = planned(rose), rose.world.people
    staffed(rose, session)
    katia, lucien = str(people["katia"].id), str(people["lucien"].id)
    page = rose.done(session, f"{session}/chair", juror=katia)
    assert "Présidence nommée." in page
    assert "Katia Exemple préside" in seen(page, "h-jury")
    page = rose.done(session, f"{session}/chair/removal")
    assert "Exemple préside" not in seen(page, "h-jury")
    assert "est présent et signera le procès-verbal : non respecté" in seen(page, "h-rules")
    unsaid = rose.send(session, f"{session}/jurors/{lucien}/removal")
    assert unsaid.status_code == 422
    page = rose.done(session, f"{session}/jurors/{lucien}/removal", reason="Il ne peut pas venir.")
    assert "Membre retiré du jury." in page
    assert "4 / 5" in seen(page, "h-rules")
    again = rose.done(session, f"{session}/jurors", juror=lucien, sex="m", chair="true")
    assert "Lucien Exemple préside" in seen(again, "h-jury")


def test_a_candidate_let_go_by_mistake_is_taken_back_with_a_reason(rose):
    session, marie = planned(rose), apply(rose.world, rose.world.marie)
    rose.done(session, f"{session}/summonses", candidacy=str(marie))
    freed = rose.done(session, f"{session}/candidates/{marie}/freed", reason="Jury trop chargé.")
    assert "Reprendre Marie Exemple" in freed
    undoing = f"{session}/candidates/{marie}/freed/undoing"
    assert rose.send(session, undoing).status_code == 422, "no reason is made up"
    page = rose.done(session, undoing, reason="Dessaisie par erreur : elle vient.")
    assert "Candidat repris." in page
    assert "1 convoqué" in seen(page, "h-candidates")
    assert "Reprendre Marie Exemple" not in page


def test_empty_selection_and_a_refusal_keep_the_page(rose):
    session = planned(rose)
    marie = apply(rose.world, rose.world.marie)
    assert "Cochez un candidat au moins." in unescape(rose.send(session, f"{session}/summonses").text)
    rose.done(session, f"{session}/summonses", candidacy=str(marie))
    rose.world.clock.set(JURY_DAY)
    board = rose.board(session)
    answer = rose.send(board, f"{board}/opening")
    assert answer.status_code == 409
    page = unescape(answer.text)
    assert "Le jury satisfait à la fiche" in page


def test_a_day_is_put_off_by_whoever_saw_the_session_as_it_is(rose):
    session = planned(rose)
    late = dict(FIELD.findall(rose.read(session).partition("/postponement")[2]))
    page = rose.done(
        session, f"{session}/postponement", held_on="2021-06-17", starts_at="14:00", reason="Salle prise."
    )
    assert "17 juin 2021, 14 h 00" in page
    stale = rose.browser.post(f"{session}/postponement", data=late | {"held_on": "2021-06-18", "reason": "Autre."})
    assert stale.status_code == 412
    assert "a changé depuis" in unescape(stale.text)
    assert "Session annulée." in rose.done(session, f"{session}/cancellation", reason="Faute de candidats.")
    assert "annulée" in rose.read("/registrar/sessions?show=past")


BALANCED = {"jules": "m", "katia": "f", "lucien": "m", "maud": "f", "noe": "m"}
MEN = BALANCED | {"maud": "m"}


def seated(rose: Registrar, session: str, sexes: dict[str, str]) -> None:
    """These five have their seats, given one by one; the first presides."""
    for name, sex in sexes.items():
        chair = {"chair": "true"} if name == "jules" else {}
        rose.done(session, f"{session}/jurors", juror=str(rose.world.people[name].id), sex=sex, **chair)


def test_a_shortfall_of_balance_is_derogated_to_with_reason_and_proof(rose):
    session = planned(rose)
    seated(rose, session, MEN)
    unmet = seen(rose.read(session), "h-rules")
    assert "Parité dans le jury : écart de 1 au plus : non respecté 1 F, 4 H" in unmet
    for unmet_rule in ("panel-balance-externals", "panel-balance-panel"):
        said = {"rule": unmet_rule, "reason": "Aucune candidate.", "proof": "Douze refus, joints."}
        page = rose.done(session, f"{session}/derogations", **said)
    rules = seen(page, "h-rules")
    assert "non respecté" not in rules
    assert rules.count("dérogation accordée") == 2
    assert "Jury conforme, règle par règle." in page


def test_on_the_day_a_substitute_sits_in_place_of_a_member(rose):
    world, session = rose.world, planned(rose)
    seated(rose, session, BALANCED)
    odile = {"juror": str(world.odile.id), "substitute": "true", "sex": "f"}
    rose.done(session, f"{session}/jurors", **odile)
    board = rose.board(session)
    assert "Faire siéger" not in rose.read(board), "not before the day"
    world.clock.set(JURY_DAY)
    assert f'href="{board}"' in rose.read(session), "the page on which it was prepared leads there"
    swap = {"substitute": str(world.odile.id), "replaced": str(world.maud.id)}
    page = rose.done(board, f"{board}/substitutes", **swap)
    assert "remplacé par Odile Exemple" in seen(page, "h-members")
    assert "remplacé par Odile Exemple" in seen(rose.read(session), "h-jury")
    expected = to_sign(page)
    assert str(world.odile.id) in expected
    assert str(world.maud.id) not in expected


def test_a_session_held_on_paper_opens_once_its_signed_minutes_are_there(rose):
    session = planned(rose, held_on="2021-01-15", on_paper="true")
    staffed(rose, session)
    scan = session + "/transcription"
    board = rose.board(session)
    before = rose.read(board).partition(f'action="{board}/opening"')[2]
    assert 'aria-disabled="true"' in before
    assert "copie est d'abord déposée" in before
    form = rose.read(session).partition(f'action="{scan}"')[2]
    sent = dict(FIELD.findall(form.partition("</form>")[0]))
    answer = rose.browser.post(scan, data=sent | {"file": (io.BytesIO(PDF), "pv.pdf")})
    assert answer.status_code == 303, unescape(answer.text)
    page = rose.read(answer.location)
    assert "Copie du procès-verbal déposée." in page
    assert rose.browser.get(f"{scan}/content").data == PDF
    for member in to_sign(rose.read(board)):
        rose.done(board, f"{board}/signatures", juror=member)
    assert "Session ouverte." in rose.done(board, f"{board}/opening")


def granted_title(world: World, deliberation: str) -> None:
    """The jury's chair takes the candidate up, and the jury grants the title."""
    done(world.jules.post(f"{deliberation}/opening"))
    rule(world, deliberation, range(1, 31))
    grant(world, deliberation, 1, 2, 3, 4)
    done(
        world.jules.post(
            f"{deliberation}/decision",
            {"outcome": "unanimous", "title": True},
            If_Match=etag(world.jules, deliberation),
        )
    )


def test_from_the_opening_to_released_results(rose):
    """The registrar's acts by pages; what the jury decides, as the jury would."""
    world = rose.world
    marie, nadia = apply(world, world.marie), apply(world, world.nadia)
    session = planned(rose)
    staffed(rose, session)
    rose.done(session, f"{session}/summonses", candidacy=[str(marie), str(nadia)])
    assessed(world, marie)
    board, results = rose.board(session), f"{session}/results"
    assert 'aria-disabled="true"' in rose.read(board).partition(f'action="{board}/opening"')[2], "not before the day"
    world.clock.set(JURY_DAY)
    members = to_sign(rose.read(board))
    assert len(members) == 5, "nobody is there who has not signed"
    for member in members:
        page = rose.done(board, f"{board}/signatures", juror=member)
        assert "d’après sa signature sur papier" in page
    assert "5 membres ont émargé" in page
    page = rose.done(board, f"{board}/opening")
    assert "Session ouverte." in page
    assert "présence à noter, ou absence" in page, "what holds up the closing"
    assert 'aria-disabled="true"' in page.partition(f'action="{board}/closing"')[2], "not all is decided"
    before = f"{board}/candidates"
    page = rose.done(f"{before}/{marie}", f"{before}/{marie}/attendance")
    assert "Candidats du jour" in page, "the next one's coming is noted from there"
    assert "présent" in rose.read(results)
    rose.done(f"{before}/{nadia}", f"{before}/{nadia}/absence", excused="true", reason="Grippe.")
    corrected = rose.done(f"{before}/{nadia}", f"{before}/{nadia}/attendance/correction", reason="Elle est là.")
    assert "Présence à noter de nouveau." in corrected
    rose.done(f"{before}/{nadia}", f"{before}/{nadia}/absence")
    jury = f"/api/v1/jury-sessions/{session[-36:]}"
    granted_title(world, f"{jury}/deliberations/{marie}")
    assert "Session close" in rose.done(board, f"{board}/closing")
    waits = rose.read(results)
    assert 'aria-disabled="true"' in waits
    assert "attend la signature" in waits
    done(world.jules.post(f"{jury}/minutes", If_Match=etag(world.jules, jury)))
    ready = rose.read(results)
    assert "Publier 2 résultats" in ready
    assert "titre prononcé" in ready
    released = rose.done(results, f"{results}/release")
    assert "Résultats publiés le 15 juin 2021." in released
    assert session not in rose.read("/registrar/sessions?show=release")


def test_member_who_would_leave_too_few_to_deliberate_is_not_suggested(rose):
    """Of five, four must be left: Lucien is tied to Marie, and so is Noe, who alone represents employees."""
    world = rose.world
    session, marie = planned(rose), apply(world, world.marie)
    for tied in (world.lucien, world.noe):
        tie = DeclareTie(person=tied.id, candidate=PersonId(world.marie.id), tie=Tie.FAMILY)
        world.acquis.do(tie, tied.actor)
    four = {name: sex for name, sex in BALANCED.items() if name != "noe"}
    seated(rose, session, four)
    assert "le jury serait conforme" in rose.read(session), "nobody is called yet"
    page = rose.done(session, f"{session}/summonses", candidacy=str(marie))
    assert "le jury serait conforme" not in page
    people = seen(page, "h-jury")
    noe = people[people.index("Noe Exemple", people.index("Qui peut siéger")) :]
    assert "ne rend pas le jury conforme" in noe.partition("Nommer en suppléance")[0]
    assert "Trop peu de membres délibéreraient sur un candidat." in noe
