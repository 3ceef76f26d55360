"""Does an assessor's desk keep what they write, hand in what they read, and name nobody?"""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from PIL import Image

from domain.framework.scale import Points
from domain.ports import Role
from tests.given.files import reading_copies as copies
from tests.given.webapi.browsing import browse
from tests.given.webapi.rulebooks import next_version
from tests.given.webapi.sittings import sat
from tests.given.webapi.town import FEBRUARY
from tests.given.webapi.whole_path import apply, done, plan

if TYPE_CHECKING:
    from flask.testing import FlaskClient

HIDDEN = re.compile(r'name="(csrf_token|form|version|shown|since-\d+)" value="([^"]*)"')


class Desk:
    """Hugo's browser, before one dossier."""

    def __init__(self, browser: FlaskClient, candidacy: UUID) -> None:
        self.browser = browser
        self.at = f"/assessments/{candidacy}"

    def get(self, path: str = "") -> Any:
        return self.browser.get(self.at + path)

    def shown(self, path: str = "") -> dict[str, str]:
        """What its forms hold that nobody types."""
        return dict(HIDDEN.findall(self.get(path).text))

    def post(self, path: str, _headers: dict[str, str] | None = None, **typed: Any) -> Any:
        fields = {name.replace("_", "-"): value for name, value in typed.items()}
        return self.browser.post(self.at + path, data=fields, headers=_headers)

    def save(self, shown: dict[str, str] | None = None, **typed: Any) -> Any:
        hidden = self.shown() if shown is None else shown
        return self.browser.post(
            f"{self.at}/drafts", data=hidden | {name.replace("_", "-"): value for name, value in typed.items()}
        )


@pytest.fixture
def desk(world):
    candidacy = apply(world, world.join("yann", Role.CANDIDATE))
    done(world.yann.upload(candidacy, name="Charte.pdf", competences=[1, 2]))
    named = {"assessor": str(world.hugo.id), "competences": [1, 2, 3]}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", named))
    world.projector.catch_up()
    return Desk(browse(world, world.hugo), candidacy)


def api(desk: Desk) -> str:
    return f"/api/v1/candidacies/{desk.at[-36:]}/assessments/mine"


def test_the_queue_says_how_far_each_dossier_has_come_and_names_nobody(world, desk):
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": desk.at[-36:]}))
    world.projector.catch_up()
    assert desk.save(mark_1="acquired").status_code == 303
    page = desk.browser.get("/assessments").text
    assert "1 / 3" in page
    assert "Jury du" in page
    assert 'datetime="2021-06-15"' in page
    assert "Yann" not in page + desk.get().text
    assert desk.at in page
    assert browse(world, world.ines).get("/assessments").text.count(desk.at) == 0
    assert browse(world, world.ines).get(desk.at).status_code == 404


def test_the_pages_around_the_one_that_is_read_stand_beside_it_however_many_there_are(world, desk):
    (piece,) = world.yann.get(f"/api/v1/candidacies/{desk.at[-36:]}/evidence").json["items"]
    kept = piece["id"], UUID(desk.at[-36:]), world.yann.id
    for pages, read, beside in (
        (1, 1, []),
        (3, 2, [1, 2, 3]),
        (300, 1, [*range(1, 10), 300]),
        (300, 150, [1, *range(142, 159), 300]),
        (300, 9_999, [1, *range(292, 301)]),
    ):
        copies.put(world.acquis, *kept, copies.pages(*[""] * pages), pages=pages)
        page = desk.get(f"?page={read}").text
        assert [int(each) for each in re.findall(r'id="page-(\d+)" value', page)] == beside
        assert len(page) < 30_000
    at = f"/candidacies/{desk.at[-36:]}/evidence/{piece['id']}/pages/2"
    for small, size in (("", (60, 80)), ("?small=", (60, 80))):  # an older copy has no small ones
        with Image.open(io.BytesIO(desk.browser.get(at + small).data)) as drawn:
            assert drawn.size == size
    listed = [copies.PAGE, copies.PAGE | {"picture": "page-0002.webp", "small": "small-0002.webp"}]
    parts = {"page-0001.webp": copies.picture(), "page-0002.webp": copies.picture()}
    parts["small-0002.webp"] = copies.picture(12, 16)
    copies.put(world.acquis, *kept, copies.archive({"kind": "pages", "pages": listed}, parts), pages=2)
    tags = set()
    for small, size in (("", (60, 80)), ("?small=", (12, 16))):
        answer = desk.browser.get(at + small)
        tags.add(answer.headers["ETag"])
        with Image.open(io.BytesIO(answer.data)) as drawn:
            assert drawn.size == size
    assert len(tags) == 2, "a browser keeps both"


def test_saved_draft_is_readable_only_by_its_assessor(world, desk):
    typed = {"mark_1": "acquired", "comment_1": "Plan net.", "comment_3": "À revoir."}
    answer = desk.save(**typed)
    assert answer.status_code == 303
    assert "done=grid.save" in answer.headers["Location"]
    page = desk.get().text
    assert "Plan net." in page
    assert "À revoir." in page
    assert "1 sur 3" in page
    assert world.hugo.get(api(desk)).json["marks"] == [], "nothing is recorded yet"
    before = desk.shown()
    desk.save(before, **typed)
    assert desk.shown()["since-1"] == before["since-1"], "what stands is not saved anew"


def test_two_tabs_lose_nothing(desk):
    first = desk.shown()
    desk.save(first, mark_1="acquired", comment_1="Plan net.")
    answer = desk.save(first, mark_1="not_acquired", comment_1="Plan flou.", mark_2="acquired")
    assert answer.status_code == 409
    for said in ("Un autre onglet", "Plan net.", "Plan flou."):
        assert said in answer.text
    again = dict(HIDDEN.findall(answer.text))
    assert desk.save(again, mark_1="not_acquired", comment_1="Plan flou.", mark_2="acquired").status_code == 303
    page = desk.get().text
    assert "Plan flou." in page
    assert "2 sur 3" in page


def test_a_script_is_told_what_of_the_page_changed(desk):
    shown = desk.shown()
    fields = shown | {"mark-1": "acquired"}
    answer = desk.browser.post(f"{desk.at}/drafts", data=fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="since-1"' in answer.text
    assert "1 sur 3" in answer.text
    assert len(answer.data) < 30_000


def test_a_comment_of_the_bank_is_put_in_and_kept(world, desk):
    bank = world.acquis.comments
    kept = bank.add(world.hugo.id, "La charte ne renvoie pas au plan.")
    desk.save(comment_1="Vu.", bank=str(kept), into="1", insert="1")
    assert "Vu. La charte ne renvoie pas au plan." in desk.get().text
    assert bank.of(world.hugo.id)[0].uses == 1
    desk.save(comment_2="Ton juste.", into="2", keep="1")
    page = desk.browser.get("/assessments/comments").text
    assert "Ton juste." in page
    token = desk.shown()["csrf_token"]
    refused = desk.browser.post("/assessments/comments", data={"csrf_token": token, "text": " "})
    assert refused.status_code == 422
    added = desk.browser.post("/assessments/comments", data={"csrf_token": token, "text": "Complet."})
    assert added.status_code == 303
    path = f"/assessments/comments/{kept}/removal"
    assert desk.browser.post(path, data={"csrf_token": token}).status_code == 303
    assert {each.text for each in bank.of(world.hugo.id)} == {"Ton juste.", "Complet."}


REMARK = "Deux critères manquent."


def test_a_remark_is_inserted_once_however_often_its_click_is_sent(world, desk):
    kept = world.acquis.comments.add(world.hugo.id, REMARK)
    fields = desk.shown() | {"comment-1": "Vu.", "bank": str(kept), "into": "1", "insert": "1"}
    answers = [desk.browser.post(f"{desk.at}/drafts", data=fields) for _ in range(3)]
    assert [each.status_code for each in answers] == [303, 303, 303], "a retry is answered as the first time"
    other_tab = desk.browser.post(f"{desk.at}/drafts", data=desk.shown() | fields | {"comment-1": f"Vu. {REMARK}"})
    assert other_tab.status_code == 303
    assert f">Vu. {REMARK}</textarea>" in desk.get().text
    assert world.acquis.comments.of(world.hugo.id)[0].uses == 1


def test_a_remark_that_is_part_of_a_longer_sentence_is_inserted_all_the_same(world, desk):
    kept = world.acquis.comments.add(world.hugo.id, "Sans preuve")
    desk.save(comment_1="Sans preuves jointes", bank=str(kept), into="1", insert="1")
    assert ">Sans preuves jointes Sans preuve</textarea>" in desk.get().text


def test_a_remark_is_kept_once_by_two_clicks_at_the_same_moment(world, desk):
    form = dict(
        re.findall(r'name="(csrf_token|form)" value="([^"]*)"', desk.browser.get("/assessments/comments").text)
    )
    tabs = [desk.browser, browse(world, world.hugo)]
    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(lambda tab: add_remark(tab, form), tabs))
    assert sent == [303, 303]
    assert [each.text for each in world.acquis.comments.of(world.hugo.id)].count("Gardé une fois.") == 1
    assert add_remark(desk.browser, form, text="Une autre.") == 303, (
        "who goes back and writes something else adds that"
    )
    assert "Une autre." in {each.text for each in world.acquis.comments.of(world.hugo.id)}


def add_remark(tab: FlaskClient, form: dict[str, str], text: str = "Gardé une fois.") -> int:
    token = re.search(r'name="csrf_token" value="([^"]*)"', tab.get("/assessments/comments").text)
    assert token
    given = form | {"csrf_token": token[1], "text": text}
    return tab.post("/assessments/comments", data=given).status_code


def test_assessment_is_handed_in_as_read_with_every_gap_acknowledged(world, desk):
    desk.save(mark_1="acquired", mark_2="not_acquired", comment_2="Peu.")
    read = desk.shown("/filing")
    for said in ("sans avis sur 1 compétence\u00a0: 3.", "Rendre définitivement 2 avis", "Peu."):
        assert said in desk.get("/filing").text
    assert desk.browser.post(f"{desk.at}/filing", data=read).status_code == 422
    desk.save(mark_1="not_acquired", mark_2="not_acquired", comment_2="Peu.")
    stale = desk.browser.post(f"{desk.at}/filing", data=read | {"without": "true"})
    assert stale.status_code == 412, "another tab changed what was read"
    assert world.hugo.get(api(desk)).json["filed"] is False
    handed = desk.browser.post(f"{desk.at}/filing", data=desk.shown("/filing") | {"without": "true"})
    assert handed.status_code == 303
    mine = world.hugo.get(api(desk)).json
    assert mine["filed"] is True
    assert [(each["mark"], each["comment"]) for each in mine["marks"]] == [
        ("not_acquired", None),
        ("not_acquired", "Peu."),
    ]
    assert world.acquis.drafts.of(world.hugo.id, UUID(desk.at[-36:])) == {}
    assert desk.at not in desk.browser.get("/assessments").text
    assert desk.at in desk.browser.get("/assessments/handed-in").text
    assert "elle ne change plus" in desk.get().text
    again = desk.browser.post(f"{desk.at}/filing", data=desk.shown("/filing") | read | {"without": "true"})
    assert again.status_code in {409, 412}


def test_a_reason_without_an_opinion_is_said_not_to_be_handed_in(desk):
    desk.save(mark_1="acquired", comment_1="Net.", comment_2="Je ne sais pas encore.")
    page = desk.get("/filing").text.replace("&#39;", "'")
    assert page.count("Sans avis, ce motif n'est pas rendu.") == 1


def test_assessment_without_an_opinion_cannot_be_handed_in(desk):
    page = desk.get("/filing").text
    assert "un avis au moins" in page
    refused = desk.browser.post(f"{desk.at}/filing", data=desk.shown("/filing") | {"without": "true"})
    assert refused.status_code == 409
    assert "au moins une appréciation" in refused.text


def test_a_dossier_is_handed_over_by_who_knows_its_candidate(world, desk):
    desk.save(mark_1="acquired")
    assert desk.browser.post(f"{desk.at}/tie", data=desk.shown("/tie")).status_code == 422
    fields = desk.shown("/tie") | {"tie": "trained", "reason": "Je l'ai formé l'an dernier."}
    answer = desk.browser.post(f"{desk.at}/tie", data=fields)
    assert answer.status_code == 303
    world.projector.catch_up()
    assert desk.get().status_code == 404
    assert desk.at not in desk.browser.get("/assessments").text
    told = world.rose.get(f"/api/v1/candidacies/{desk.at[-36:]}/history").text
    assert "AssessorReleased" in told


def test_the_queue_asks_no_more_questions_for_more_dossiers(world, desk, monkeypatch):
    """One dossier or several, the page asks as many: no query per row."""
    asked: list[int] = []
    real = world.app.extensions["acquis"].database.connection

    def counting() -> Any:
        asked.append(1)
        return real()

    monkeypatch.setattr(world.app.extensions["acquis"].database, "connection", counting)
    desk.browser.get("/assessments")
    first = len(asked)
    for name in ("ugo", "vera"):
        candidacy = apply(world, world.join(name, Role.CANDIDATE))
        named = {"assessor": str(world.hugo.id), "competences": [1]}
        done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", named))
    world.projector.catch_up()
    asked.clear()
    page = desk.browser.get("/assessments").text
    assert page.count("compétence 1 ·") + page.count("0 / 1") >= 2
    assert len(asked) <= first


def test_a_paper_is_marked_and_handed_in_by_its_number(world):
    if "olive" not in world.people:
        world.join("olive", Role.INVIGILATOR)
    world.clock.set(FEBRUARY)
    authors = [world.join(name, Role.CANDIDATE) for name in ("adele", "bruno")]
    dossiers = [apply(world, author) for author in authors]
    sitting = sat(world, *dossiers)[-36:]
    done(world.rose.post(f"/api/v1/sittings/{sitting}/markers", {"assessor": str(world.ines.id)}))
    world.projector.catch_up()
    browser = browse(world, world.ines)
    assert f"/assessments/papers/{sitting}" in browser.get("/assessments").text
    first = browser.get(f"/assessments/papers/{sitting}").headers["Location"]
    number = int(first.rsplit("/", 1)[1])

    def post(act: str, **typed: str) -> Any:
        forms = browser.get(first).text.split("<form")
        (form,) = [each for each in forms if f'action="{first}/{act}"' in each]
        return browser.post(f"{first}/{act}", data=dict(HIDDEN.findall(form)) | typed)

    assert post("marks").status_code == 422
    assert post("filing").status_code == 409, "nothing was marked"
    assert post("marks", **{"mark-1": "acquired", "comment-1": "Net."}).status_code == 303
    world.projector.catch_up()
    page = browser.get(first).text
    assert "Net." in page
    assert not any(each in page for each in ("Adele", "Bruno", *map(str, dossiers)))
    assert browse(world, world.hugo).get(first).status_code == 404
    handed = post("filing")
    assert handed.status_code == 303
    world.projector.catch_up()
    following = browser.get(f"/assessments/papers/{sitting}").headers["Location"]
    assert following != first, "the next one that is not handed in"
    assert f"Copie n° {number}" in browser.get(following).text
    assert "ses avis ne changent plus" in browser.get(first).text


def test_a_grid_of_thirty_shows_a_block_at_a_time_and_keeps_what_was_typed_on_the_way_to_another(world):
    candidacy = apply(world, world.join("lise", Role.CANDIDATE), "FC")
    named = {"assessor": str(world.hugo.id), "competences": list(range(1, 31))}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", named))
    world.projector.catch_up()
    desk = Desk(browse(world, world.hugo), candidacy)
    assert 'id="c1"' in desk.get().text
    assert 'id="c12"' not in desk.get().text
    assert len(desk.get().data) <= 30_000
    answer = desk.save(mark_9="acquired", block="2")
    there = desk.browser.get(answer.headers["Location"]).text
    assert 'id="c12"' in there
    assert 'id="c1"' not in there
    assert "1 sur 30" in there
    assert "Suivante sans avis" in there


def test_points_are_typed_where_the_rulebook_has_them_and_a_mark_that_is_none_is_refused(world):
    points = Points(least=0, most=2000, step=25, acquired_from=1000, source="art. 3")
    book = next_version(world, points=points, anonymous_assessment=True)
    gina = world.join("gina", Role.CANDIDATE)
    body = {"framework": str(world.framework), "rulebook": str(book), "route": "FI"}
    candidacy = UUID(done(gina.post("/api/v1/candidacies", body))["id"])
    done(gina.upload(candidacy, name="Gina.pdf", competences=[1, 2, 3]))
    named = {"assessor": str(world.hugo.id), "competences": [1, 2]}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", named))
    world.projector.catch_up()
    desk = Desk(browse(world, world.hugo), candidacy)
    page = desk.get().text
    assert "Pièce 1, compétences 1 à 3" in page, "a number and what it shows, where nobody is named"
    assert "gina" not in page.lower()
    desk.save(mark_1="12,5", mark_2="21")
    assert "12,5 / 20" in desk.get("/filing").text
    refused = desk.browser.post(f"{desk.at}/filing", data=desk.shown("/filing"))
    assert refused.status_code == 422
    assert "l'échelle du règlement" in refused.text.replace("&#39;", "'")
    desk.save(mark_1="12,5", mark_2="8")
    assert desk.browser.post(f"{desk.at}/filing", data=desk.shown("/filing")).status_code == 303
    assert [each["mark"] for each in world.hugo.get(api(desk)).json["marks"]] == ["12.5", "8"]


def test_a_mark_that_is_recorded_is_handed_in_and_shown_though_its_field_was_emptied(world):
    book = next_version(world, points=Points(least=0, most=2000, step=25, acquired_from=1000, source="art. 3"))
    who = world.join("iris", Role.CANDIDATE)
    body = {"framework": str(world.framework), "rulebook": str(book), "route": "FI"}
    candidacy = UUID(done(who.post("/api/v1/candidacies", body))["id"])
    done(who.upload(candidacy, name="Iris.pdf", competences=[1, 2]))
    named = {"assessor": str(world.hugo.id), "competences": [1, 2]}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", named))
    mark = {"competence": 1, "mark": "14"}
    done(world.hugo.post(f"/api/v1/candidacies/{candidacy}/assessments", mark))
    world.projector.catch_up()
    desk = Desk(browse(world, world.hugo), candidacy)
    desk.save(mark_1="", comment_1="Finalement, je m'abstiens.", mark_2="8")
    page = desk.get("/filing").text
    assert "14 / 20" in page, "it cannot be taken back, and the jury would read it"
    assert "sans avis" not in page
    assert desk.browser.post(f"{desk.at}/filing", data=desk.shown("/filing")).status_code == 303
    told = {each["competence"]: (each["mark"], each["comment"]) for each in world.hugo.get(api(desk)).json["marks"]}
    assert told[1] == ("14", "Finalement, je m'abstiens.")
