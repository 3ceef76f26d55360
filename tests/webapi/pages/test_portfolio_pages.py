"""What does a candidate do on the pages of their own pieces, and what is kept of a form that is not taken?"""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.given.files.specimens import PDF
from tests.given.webapi.browsing import browse
from tests.given.webapi.portfolios import keep, kept, packed
from tests.given.webapi.whole_path import apply, done

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.given.webapi.town import World

HIDDEN = re.compile(r'name="(csrf_token|form|since)" value="([^"]*)"')


class Folder:
    """Marie's browser."""

    def __init__(self, world: World) -> None:
        self.world, self.browser = world, browse(world, world.marie)
        self.candidacy = apply(world, world.marie)
        world.catch_up()

    @property
    def dossier(self) -> str:
        return f"/candidacies/{self.candidacy}"

    def send(self, path: str, shown_at: str = "", /, **typed: Any) -> Any:
        """Fill in the form of a page and send it."""
        hidden = dict(HIDDEN.findall(self.browser.get(shown_at or path).text))
        answer = self.browser.post(path, data=hidden | typed)
        self.world.worked_off()
        self.world.catch_up()
        return answer

    def kept(self, title: str, **said: Any) -> str:
        """Something that she keeps already."""
        piece = done(keep(self.world.marie, title=title, **said))["id"]
        self.world.catch_up()
        return str(piece)

    def evidence(self) -> list[dict[str, Any]]:
        answer: Any = self.world.marie.get(f"/api/v1{self.dossier}/evidence").json
        return list(answer["items"])


@pytest.fixture
def folder(world: World) -> Folder:
    return Folder(world)


def test_a_file_a_link_and_a_text_are_kept_described_and_deleted(folder: Folder) -> None:
    assert "Gardez une première pièce" in folder.browser.get("/portfolio").text
    new = "/portfolio/new"
    file = (io.BytesIO(PDF), "plan.pdf")
    said = {"employer": "Ville de Lyon", "dated": "2020-05-04", "serves": ["RNCP31936:7", "RNCP31936:4", "zut"]}
    assert folder.send("/portfolio/files", new, **said, file=file).status_code == 303
    for kind, text in (("link", "https://example.org/a"), ("statement", "Mon bilan.")):
        answer = folder.send("/portfolio/written", new, kind=kind, title=f"Un {kind}", **{kind: text})
        assert answer.status_code == 303
    pieces = {each["title"]: each for each in kept(folder.world.marie)}
    assert set(pieces) == {"plan.pdf", "Un link", "Un statement"}
    plan = pieces["plan.pdf"]
    assert (plan["employer"], plan["dated"], plan["check"]) == ("Ville de Lyon", "2020-05-04", "cleared")
    assert plan["serves"] == [{"certification": "RNCP31936", "competences": [4, 7]}]
    here = f"/portfolio/{plan['id']}"
    shown = folder.browser.get(f"{here}/description").text
    assert 'value="RNCP31936:4" checked' in shown
    assert folder.send(f"{here}/description", title="Le plan", serves=["RNCP31936:9"]).status_code == 303
    page = folder.browser.get(here).text
    assert "Le plan" in page
    assert "Ville de Lyon" not in page
    assert folder.browser.get(f"{here}/original", buffered=True).data == PDF
    assert folder.send(f"{here}/removal", here).status_code == 303
    assert {each["title"] for each in kept(folder.world.marie)} == {"Un link", "Un statement"}
    assert folder.browser.get(here).status_code == 404


def test_refused_piece_is_shown_again_with_its_typed_values(folder: Folder) -> None:
    new, serves = "/portfolio/new", ["RNCP31936:4"]
    typed = {"title": "Mon plan", "reflection": "À revoir.", "serves": serves}
    for sent, wrong, status in (
        ({"file": (io.BytesIO(b""), "")}, "Choisissez le fichier", 422),
        ({"file": (io.BytesIO(PDF), "plan.pdf"), "dated": "hier"}, "keep-dated-wrong", 422),
        ({"file": (io.BytesIO(b"\x7fELF\x02\x01\x01" + bytes(500)), "x")}, "Une preuve est un PDF", 415),
    ):
        answer = folder.send("/portfolio/files", new, **typed, **sent)
        assert answer.status_code == status, sent
        for kept_typed in (wrong, 'value="Mon plan"', "À revoir.", 'value="RNCP31936:4" checked'):
            assert kept_typed in answer.text, (sent, kept_typed)
    answer = folder.send("/portfolio/written", new, kind="link", title="Un lien", link="ftp://example.org")
    assert (answer.status_code, "ftp://example.org" in answer.text) == (422, True)
    assert kept(folder.world.marie) == []
    stranger = browse(folder.world, folder.world.nadia)
    piece = folder.kept("Plan")
    assert stranger.get(f"/portfolio/{piece}").status_code == 404


def test_a_kept_piece_goes_into_a_candidacy_once_for_the_competences_ticked(folder: Folder) -> None:
    piece = folder.kept("Plan", serves="RNCP31936:4,7")
    choose = f"{folder.dossier}/portfolio"
    assert "Plan" in folder.browser.get(choose).text
    shown = folder.browser.get(f"{choose}/{piece}?for=9").text
    for number in (4, 7, 9):
        assert f'name="competences" value="{number}" checked' in shown
    none = folder.send(f"{choose}/{piece}")
    assert (none.status_code, "Cochez les compétences" in none.text) == (422, True)
    hidden = dict(HIDDEN.findall(folder.browser.get(f"{choose}/{piece}").text))
    for _ in range(2):  # pressed twice
        answer = folder.browser.post(f"{choose}/{piece}", data=hidden | {"competences": ["4", "5"]})
        assert answer.status_code == 303, answer.text
    folder.world.catch_up()
    assert [each["competences"] for each in folder.evidence()] == [[4, 5]]
    assert "Déjà dans cette candidature" in folder.browser.get(choose).text
    assert f"{folder.dossier}#piece-" in folder.browser.get("/portfolio").text


def test_a_self_assessment_says_what_was_answered_only(folder: Folder) -> None:
    at, rows = f"{folder.dossier}/self-assessment", {f"statements-{n}-competence": str(n) for n in (4, 5, 6)}
    assert folder.send(at, **rows).status_code == 422
    alone = folder.send(at, **rows, **{"statements-5-comment": "Hm"})
    assert (alone.status_code, "Dites où vous en êtes" in alone.text) == (422, True)
    for number in ("9" * 5000, "9" * 19, "-4"):
        odd = folder.send(at, **{"statements-0-competence": number, "statements-0-level": "mastered"})
        assert odd.status_code == 422, number[:20]
    told = {"statements-4-level": "mastered", "statements-6-level": "not_yet", "statements-6-comment": "Jamais fait."}
    assert folder.send(at, **rows, **told).status_code == 303
    said: Any = folder.world.marie.get(f"/api/v1{at}").json
    assert [(each["competence"], each["level"], each["comment"]) for each in said["statements"]] == [
        (4, "mastered", None),
        (6, "not_yet", "Jamais fait."),
    ]
    assert "Jamais fait." in folder.browser.get(at).text


def test_a_description_is_a_draft_until_it_is_added_once(folder: Folder) -> None:
    text = uuid4()
    at = f"{folder.dossier}/descriptions/{text}"
    assert 'name="competences" value="4" checked' in folder.browser.get(f"{at}?for=4").text
    first = dict(HIDDEN.findall(folder.browser.get(at).text))
    typed = {"title": "Le festival", "statement": "J'ai conçu le plan.", "competences": ["4"]}
    saved = folder.browser.post(at, data=first | typed, headers={"HX-Request": "true"})
    assert (saved.status_code, "Brouillon enregistré" in saved.text, "<html" in saved.text) == (200, True, False)
    other = folder.browser.post(at, data=first | typed | {"statement": "Autre chose."})
    assert (other.status_code, "Un autre onglet" in other.text, "Autre chose." in other.text) == (409, True, True)
    assert "J&#39;ai conçu le plan." in folder.browser.get(at).text
    assert "Le festival" in folder.browser.get(f"{folder.dossier}/descriptions").text
    lacking = folder.send(at, title="", statement="J'ai conçu le plan.", add="1")
    assert (lacking.status_code, "Donnez-lui un titre" in lacking.text) == (422, True)
    hidden = dict(HIDDEN.findall(folder.browser.get(at).text))
    for _ in range(2):  # pressed twice
        assert folder.browser.post(at, data=hidden | typed | {"add": "1"}).status_code == 303
    folder.world.catch_up()
    assert [(each["form"], each["competences"]) for each in folder.evidence()] == [("statement", [4])]
    assert "Aucun brouillon" in folder.browser.get(f"{folder.dossier}/descriptions").text
    again = folder.browser.post(at, data=hidden | typed | {"statement": "Depuis."})
    assert (again.status_code, "n&#39;est plus là" in again.text or "n'est plus là" in again.text) == (409, True)


def test_refused_description_is_corrected_in_the_same_page(folder: Folder) -> None:
    at = f"{folder.dossier}/descriptions/{uuid4()}"
    typed = {"title": "Le festival", "competences": ["4"], "add": "1"}
    refused = folder.send(at, statement="Le\x07 plan.", **typed)
    assert (refused.status_code, "sans caractère" in refused.text) == (422, True)
    hidden = dict(HIDDEN.findall(refused.text))
    assert folder.browser.post(at, data=hidden | typed | {"statement": "Le plan."}).status_code == 303


def test_a_draft_that_was_saved_in_another_tab_is_not_deleted_unseen(folder: Folder) -> None:
    at = f"{folder.dossier}/descriptions/{uuid4()}"
    assert folder.send(at, statement="Un texte.").status_code == 303
    hidden = dict(HIDDEN.findall(folder.browser.get(at).text))
    assert folder.send(at, statement="Un autre texte.").status_code == 303
    stale = folder.browser.post(at, data=hidden | {"statement": "Un texte.", "drop": "1"})
    assert (stale.status_code, "Un autre texte." in stale.text) == (409, True)
    assert folder.browser.post(at, data=dict(HIDDEN.findall(stale.text)) | {"drop": "1"}).status_code == 303
    assert "Aucun brouillon" in folder.browser.get(f"{folder.dossier}/descriptions").text


def test_an_advisor_and_others_write_no_description_of_a_candidate(folder: Folder) -> None:
    stranger = browse(folder.world, folder.world.nadia)
    for path in ("descriptions", f"descriptions/{uuid4()}", "self-assessment", "portfolio"):
        assert stranger.get(f"{folder.dossier}/{path}").status_code == 404, path


def test_a_link_is_told_once_read_by_whoever_has_it_and_revoked(folder: Folder) -> None:
    shown, hidden = (folder.kept(title) for title in ("Plan", "Secret"))
    links = "/portfolio/links"
    assert "Cochez les pièces" in folder.send(links, ends_on="2021-03-01").text
    late = folder.send(links, pieces=[shown], ends_on="2031-03-01")
    assert (late.status_code, f'value="{shown}" checked' in late.text) == (422, True)
    made = folder.send(links, pieces=[shown], ends_on="2021-03-01", for_whom="Mme Roux")
    (address,) = re.findall(r'id="made" value="http://[^/]+(/[^"]+)"', made.text)
    anybody: FlaskClient = folder.world.app.test_client()
    page = anybody.get(address)
    assert ("Plan" in page.text, "Secret" in page.text) == (True, False)
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert "Contenu" in anybody.get(f"{address}/pieces/{shown}").text
    assert anybody.get(f"{address}/pieces/{hidden}").status_code == 404
    told = folder.browser.get(links).text
    assert address not in told
    assert "2 lectures" in told
    (link,) = re.findall(r'action="(/portfolio/links/[^"]+/revocation)"', told)
    assert folder.send(link, links).status_code == 303
    assert anybody.get(address).status_code == 404
    assert "Révoqué le" in folder.browser.get(links).text


def test_an_archive_is_looked_at_before_it_is_kept(folder: Folder) -> None:
    folder.kept("Plan")
    archive = folder.browser.get("/portfolio/archive.zip", buffered=True).data
    nadia = browse(folder.world, folder.world.nadia)
    hidden = dict(HIDDEN.findall(nadia.get("/portfolio/archive").text))
    for query, said, there in (("?look=1", "serait gardée", 0), ("", "1 pièce gardée", 1), ("", "y est déjà", 1)):
        sent = hidden | {"file": (io.BytesIO(archive), "portfolio.zip")}
        answer = nadia.post(f"/portfolio/archive{query}", data=sent)
        folder.world.catch_up()
        assert (answer.status_code, said in answer.text) == (200, True), said
        assert len(kept(folder.world.nadia)) == there
    nothing = nadia.post("/portfolio/archive", data=hidden | {"file": (io.BytesIO(b"x"), "x.zip")})
    assert (nothing.status_code, "portfolio.json" in nothing.text) == (422, True)


def test_preview_counts_only_the_pieces_within_the_limit(folder: Folder) -> None:
    folder.kept("Plan")
    texts = [{"title": f"Texte {n}", "name": "a", "form": "statement", "text": f"Récit {n}."} for n in range(500)]
    archive = packed(("portfolio.json", json.dumps({"format": "acquis-portfolio/1", "pieces": texts})))
    hidden = dict(HIDDEN.findall(folder.browser.get("/portfolio/archive").text))
    looked = folder.browser.post(
        "/portfolio/archive?look=1", data=hidden | {"file": (io.BytesIO(archive), "portfolio.zip")}
    )
    assert "499 pièces seraient gardées" in looked.text
    assert "500 pièces au plus" in looked.text
