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


def test_a_session_is_planned_where_the_sheet_allows_and_waits_to_be_made_up(rose):
    session = planned(rose)
    page = rose.read(session)
    assert "15 juin 2021, 09:30" in page
    assert PLACE in page
    listed = rose.read("/registrar/sessions?show=staff")
    assert session in listed
    assert "0 sur 5" in listed


def test_what_is_wrong_with_a_plan_stands_beside_its_field(rose):
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


def test_whoever_is_suggested_together_makes_the_jury_lawful_rule_by_rule(rose):
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


def test_who_cannot_sit_is_told_by_which_rule(rose):
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


def test_who_is_called_elsewhere_does_not_wait_here(rose):
    world = rose.world
    marie = apply(world, world.marie)
    first, second = planned(rose), planned(rose, held_on="2021-06-16")
    rose.done(first, f"{first}/summonses", candidacy=str(marie))
    assert str(marie) not in rose.read(second)
    freed = rose.done(first, f"{first}/candidates/{marie}/freed", reason="Jury trop chargé.")
    assert "Candidat dessaisi." in freed
    assert str(marie) in rose.read(second)


def test_nobody_ticked_and_a_refusal_keep_the_page(rose):
    session = planned(rose)
    marie = apply(rose.world, rose.world.marie)
    assert "Cochez un candidat au moins." in unescape(rose.send(session, f"{session}/summonses").text)
    rose.done(session, f"{session}/summonses", candidacy=str(marie))
    rose.world.clock.set(JURY_DAY)
    board = rose.board(session)
    answer = rose.send(board, f"{board}/opening", present=[str(rose.world.jules.id)])
    assert answer.status_code == 409
    page = unescape(answer.text)
    assert "Seuls les membres présents" in page or "Le jury satisfait à la fiche" in page


def test_a_day_is_put_off_by_whoever_saw_the_session_as_it_is(rose):
    session = planned(rose)
    late = dict(FIELD.findall(rose.read(session).partition("/postponement")[2]))
    page = rose.done(
        session, f"{session}/postponement", held_on="2021-06-17", starts_at="14:00", reason="Salle prise."
    )
    assert "17 juin 2021, 14:00" in page
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
    present = re.findall(r'name="present" value="([^"]+)"', page)
    assert str(world.odile.id) in present
    assert str(world.maud.id) not in present


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
    members = re.findall(r'name="present" value="([^"]+)"', rose.read(board))
    assert "Session ouverte." in rose.done(board, f"{board}/opening", present=members)


def granted_title(world: World, deliberation: str) -> None:
    """The jury's chair takes the candidate up, and the jury grants the title."""
    done(world.jules.post(f"{deliberation}/opening"))
    rule(world, deliberation, range(1, 31))
    grant(world, deliberation, 1, 2, 3, 4)
    done(world.jules.post(f"{deliberation}/title", If_Match=etag(world.jules, deliberation)))


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
    members = re.findall(r'name="present" value="([^"]+)"', rose.read(board))
    assert len(members) == 5
    page = rose.done(board, f"{board}/opening", present=members)
    assert "Session ouverte." in page
    assert 'aria-disabled="true"' in page.partition(f'action="{board}/closing"')[2], "not all is decided"
    before = f"{board}/candidates"
    page = rose.done(f"{before}/{marie}", f"{before}/{marie}/attendance", document="passport")
    assert "Candidats du jour" in page, "the next one's coming is noted from there"
    assert "a émargé" in rose.read(results)
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


def test_nobody_is_suggested_with_whom_too_few_would_be_left_to_deliberate(rose):
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
