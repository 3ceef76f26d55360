"""Tests of who sees a jury's rulings before and after the release, in API, pages and tables alike."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg2
import pytest

from domain.ports import Role
from tests.given.webapi.hearings import hearing
from tests.given.webapi.jury_acts import grant, link, page, read, recuse, release, rule, unlink
from tests.given.webapi.whole_path import JURY_DAY, SEATS, apply, assessed, done, etag, plan, signed_in

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World

VOID = "Motif d'avant le retrait."
STATES = """
select competence, released_state, released_acquired, released_positions
  from projection.competence_status where candidacy = %s order by competence
"""


def voided(world: World) -> tuple[UUID, str, str]:
    """Play eleven rulings, a recusal, nine new rulings and a granted block."""
    candidacy, session, deliberation = hearing(world)
    assessed(world, candidacy, range(1, 12))
    done(world.jules.post(f"{deliberation}/opening"))
    rule(world, deliberation, range(1, 12), VOID)
    recuse(world, deliberation, world.lucien)
    rule(world, deliberation, range(1, 10), "Motif d'après.")
    grant(world, deliberation, 1)
    return candidacy, session, deliberation


def table(world: World, candidacy: UUID) -> list[Any]:
    world.projector.catch_up()
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute(STATES, (str(candidacy),))
        return cursor.fetchall()


def test_standing_page_and_table_agree_on_rulings_voided_by_a_recusal(world):
    candidacy, session, _ = voided(world)
    release(world, session)
    path = f"/api/v1/candidacies/{candidacy}"
    expected = table(world, candidacy)
    assert [state for _, state, *_ in expected] == ["ruled"] * 9 + ["no_evidence"] * 21
    for reader in (world.marie, world.sacha, world.hugo):
        lines = read(reader, f"{path}/standing")["competences"]
        assert [(e["number"], e["state"], e["acquired"], e["positions"]) for e in lines] == expected, reader.role
    shown = page(world, world.marie, f"/candidacies/{candidacy}?block=1")
    assert shown.count('<li class="yes') == 9
    assert shown.count("Motif d&#39;après.") == 9
    assert VOID.replace("'", "&#39;") not in shown


def test_history_marks_the_voided_rulings(world):
    candidacy, session, _ = voided(world)
    for reader in (world.rose, world.jules, world.marie):
        if reader is world.marie:
            release(world, session)
        items = read(reader, f"/api/v1/candidacies/{candidacy}/history")["items"]
        ruled = [item["voided"] for item in items if item["fact"] == "CompetenceRuled"]
        assert ruled == [True] * 11 + [False] * 9, reader.role
        assert not any(item["voided"] for item in items if item["fact"] != "CompetenceRuled")
        shown = page(world, reader, f"/candidacies/{candidacy}/history?page=all")
        assert shown.count("Ne compte plus") == 11


def test_standing_as_of_before_a_recusal_shows_the_rulings(world):
    candidacy, _, deliberation = hearing(world)
    assessed(world, candidacy, range(1, 3))
    done(world.jules.post(f"{deliberation}/opening"))
    rule(world, deliberation, range(1, 3))
    path = f"/api/v1/candidacies/{candidacy}/standing"
    before = int(world.jules.get(path).headers["Acquis-Position"])
    recuse(world, deliberation, world.lucien)

    def ruled(reader: Caller, query: str = "") -> int:
        return sum(line["state"] == "ruled" for line in read(reader, f"{path}{query}")["competences"])

    for reader in (world.jules, world.rose):
        assert (ruled(reader), ruled(reader, f"?as_position={before}")) == (0, 2), reader.role
    assert world.lucien.get(f"{path}?as_position={before}").status_code == 404, "who he is to it is asked of today"


def test_rulings_and_dossier_are_hidden_from_jurors_who_do_not_sit(world):
    """A recused juror, a replaced titular and a substitute who was not seated, in API and pages."""
    candidacy = apply(world, world.marie)
    session = plan(world)
    world.join("paula", Role.JUROR)
    works = {"organisation": str(world.houses["certifier"]), "link": "employment", "since": "2020-09-01"}
    world.join("lea", Role.JUROR)
    done(world.rose.post(f"/api/v1/persons/{world.lea.id}/affiliations", works))
    for name in ("lea", "paula"):
        seat = {"juror": str(world.people[name].id), "sex": "f", "substitute": True}
        done(world.rose.post(f"{session}/jurors", seat))
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    world.clock.set(JURY_DAY)
    replaced = {"substitute": str(world.lea.id), "replaced": str(world.katia.id)}
    done(world.rose.post(f"{session}/substitutes", replaced))
    path, deliberation = f"/api/v1/candidacies/{candidacy}", f"{session}/deliberations/{candidacy}"

    def finds(reader: Caller) -> tuple[bool, ...]:
        listed = [item["id"] for item in read(reader, "/api/v1/candidacies?limit=100")["items"]]
        seen = {reader.get(each).status_code == 200 for each in (path, f"{path}/history", deliberation)}
        assert len(seen) == 1, "dossier, history and deliberation say the same"
        return str(candidacy) in listed, *seen

    for reader, there in ((world.jules, True), (world.lea, True), (world.katia, False), (world.paula, False)):
        assert finds(reader) == (there, there), reader.id
    world.clock.set(world.clock.today().replace(month=6, day=15))
    sits = [str(world.people[name].id) for name in ("jules", "lucien", "maud", "noe", "lea")]
    signed_in(world, session, sits)
    done(world.rose.post(f"{session}/opening"))
    recuse(world, deliberation, world.lucien)
    for reader, there in ((world.lea, True), (world.katia, False), (world.paula, False), (world.lucien, False)):
        assert finds(reader) == (there, there), reader.id


def test_juror_s_list_shows_only_released_results(world):
    candidacy, session, _ = voided(world)

    def outcome(reader: Caller) -> str:
        items = read(reader, "/api/v1/candidacies?limit=100")["items"]
        return next(str(item["outcome"]) for item in items if item["id"] == str(candidacy))

    assert (outcome(world.rose), outcome(world.jules), outcome(world.marie)) == ("partial", *["in_progress"] * 2)
    release(world, session)
    assert [outcome(reader) for reader in (world.rose, world.jules, world.marie)] == ["partial"] * 3


def test_juror_who_is_also_a_candidate_sees_every_row_of_their_list(world):
    both = world.join("quentin", Role.JUROR, Role.CANDIDATE)
    apply(world, world.token(both.id, Role.CANDIDATE))
    others = [apply(world, world.marie), apply(world, world.nadia)]
    session = plan(world)
    seat = {"juror": str(both.id), "sex": "m", "substitute": True}
    done(world.rose.post(f"{session}/jurors", seat))
    for candidacy in others:  # not their own candidacy: a person cannot be seated and summoned in one session
        done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    world.clock.set(JURY_DAY)
    taken = {"substitute": str(both.id), "replaced": str(world.lucien.id)}
    done(world.rose.post(f"{session}/substitutes", taken))
    seen, cursor = [], ""
    while True:
        answer = read(both, f"/api/v1/candidacies?limit=1{cursor}")
        assert len(answer["items"]) == 1
        seen.append(answer["items"][0]["id"])
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    assert seen == [str(each) for each in others]


def test_juror_s_sex_is_shown_only_to_registrar_auditor_and_panel(world):
    candidacy, _, _ = hearing(world)
    assessed(world, candidacy, range(1, 2))
    for reader, told in ((world.rose, 1), (world.sacha, 1), (world.jules, 1), (world.marie, 0), (world.hugo, 0)):
        items = read(reader, f"/api/v1/candidacies/{candidacy}/history")["items"]
        appointed = [item["says"] for item in items if item["fact"] == "JurorAppointed"]
        assert len(appointed) == len(SEATS)
        assert sum("sex" in said for said in appointed) == told * len(SEATS), reader.role
        assert all("substitute" in said for said in appointed)


def test_filing_is_refused_when_a_piece_was_changed_after_it_was_shown(world):
    candidacy = apply(world, world.marie)
    base = f"/api/v1/candidacies/{candidacy}"
    piece = done(world.marie.upload(candidacy, checked=False))["id"]
    listed = world.marie.get(f"{base}/evidence")
    shown, versions = listed.headers["ETag"], {item["id"]: item["version"] for item in listed.json["items"]}
    form = page(world, world.marie, f"/candidacies/{candidacy}/filing")
    assert re.findall(rf'name="version-{piece}" value="(\d+)"', form) == ["0"]
    world.worked_off()
    done(
        world.rose.post(
            f"{base}/evidence/{piece}/redirections", {"competences": [7]}, If_Match=etag(world.rose, base)
        )
    )
    body = {"evidence": [piece], "versions": versions}
    stale = lambda: world.marie.post(f"{base}/validation-files", body, If_Match=shown)  # noqa: E731
    world.refuses(412, "stale-version", stale)
    (again,) = read(world.marie, f"{base}/evidence")["items"]
    assert (again["competences"], again["version"]) == ([7], 2)
    body = {"evidence": [piece], "versions": {piece: 2}}
    done(world.marie.post(f"{base}/validation-files", body, If_Match=shown))


def test_filing_is_accepted_when_only_the_check_of_a_piece_ended_since(world):
    candidacy = apply(world, world.marie)
    base = f"/api/v1/candidacies/{candidacy}"
    piece = done(world.marie.upload(candidacy, checked=False))["id"]
    shown = etag(world.marie, f"{base}/evidence")
    assert world.worked_off() == 1
    done(world.marie.post(f"{base}/validation-files", {"evidence": [piece], "versions": {piece: 0}}, If_Match=shown))


def test_page_of_a_refused_block_says_that_a_new_jury_rules_on_all_of_it(world):
    candidacy, session, deliberation = hearing(world)
    assessed(world, candidacy, range(1, 10))
    done(world.jules.post(f"{deliberation}/opening"))
    rulings = [{"competence": number, "acquired": number < 3, "reason": "Peu montré."} for number in range(1, 10)]
    shown = etag(world.jules, deliberation)
    done(world.jules.post(f"{deliberation}/rulings", {"rulings": rulings}, If_Match=shown))
    refused = {
        "outcome": "unanimous",
        "decisions": [{"block": 1, "granted": False, "reason": "Trop tôt.", "advice": "Revenez."}],
    }
    done(world.jules.post(f"{deliberation}/decision", refused, If_Match=etag(world.jules, deliberation)))
    sentence = "Un nouveau jury se prononcera sur toutes ses compétences"
    assert sentence not in page(world, world.marie, f"/candidacies/{candidacy}")
    release(world, session)
    assert page(world, world.marie, f"/candidacies/{candidacy}").count(sentence) == 1


# One whose other file is the candidate's

REASONS = (VOID, "Motif d'après.", VOID.replace("'", "&#39;"), "Motif d&#39;après.")


def read_of(world: World, **ids: object) -> list[str]:
    """Return every GET path with these URL variables, including routes added later."""
    found = world.app.url_map.bind("localhost")
    rules = (rule for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or ()))
    return sorted(
        found.build(rule.endpoint, {name: ids[name] for name in rule.arguments})
        for rule in rules
        if rule.rule.startswith("/api/v1/") and rule.arguments and rule.arguments <= ids.keys()
    )


def leaves(found: Any, path: str = "") -> set[tuple[str, str]]:
    """Yield the values of an answer, nested ones included."""
    match found:
        case dict():
            return {leaf for name, each in found.items() for leaf in leaves(each, f"{path}.{name}")}
        case list():
            return {leaf for each in found for leaf in leaves(each, f"{path}[]")}
        case None:  # no value for this reader
            return set()
        case _:
            return {(path, str(found))}


def asked(who: Caller, paths: list[str]) -> dict[str, Any]:
    """Return the answer of each path that gives one."""
    who.world.projector.catch_up()
    browser = who.world.app.test_client()
    answers = {path: browser.get(path, headers=who.bearer) for path in paths}
    return {path: each.json for path, each in answers.items() if each.status_code == 200 and each.is_json}


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.AUDITOR, Role.JUROR, Role.ASSESSOR])
def test_reader_with_a_linked_file_sees_no_more_of_their_candidacy_than_the_candidate(world, role):
    candidacy, session, deliberation = voided(world)
    who = {Role.JUROR: world.jules, Role.ASSESSOR: world.hugo}.get(role) or world.join("twin", role)
    paths = read_of(world, candidacy=candidacy, session=UUID(session[-36:]))
    paths += ["/api/v1/candidacies", "/api/v1/rectifications", "/api/v1/deadlines", "/api/v1/reviews"]
    own = [f"/api/v1/candidacies/{candidacy}{each}" for each in ("/standing", "/history", "/why")]
    assert {*own, f"{session}/minutes", deliberation, f"{deliberation}/rectification"} <= {*paths}
    before, theirs = asked(who, paths), asked(world.marie, paths)
    link(world, who, world.marie)
    linked = asked(who, paths)
    assert linked.keys() <= before.keys()
    for path, answer in linked.items():
        assert not any(reason in str(answer) for reason in REASONS), path
        assert leaves(answer) <= leaves(before[path]) | leaves(theirs.get(path)), path
    assert not {f"{session}/minutes", f"{session}/commissions", deliberation} & linked.keys()
    if role in {Role.JUROR, Role.ASSESSOR}:
        assert not {*own} & linked.keys()
        assert str(candidacy) not in str(linked["/api/v1/candidacies"])
    else:
        assert linked[own[0]] == theirs[own[0]]
        assert not any(
            reason in page(world, who, f"/candidacies/{candidacy}{at}")
            for reason in REASONS
            for at in ("", "/history")
        )
    unlink(world, world.marie, who)
    assert asked(who, paths) == before, "unlinking gives back what the link took"


def test_registrar_with_a_linked_file_cannot_write_on_their_own_candidacy(world):
    """Tests a few writes; `tests/domain/candidacy/test_own_candidacy.py` tests every one."""
    candidacy, session, deliberation = hearing(world)
    twin = world.join("twin", Role.REGISTRAR)
    link(world, twin, world.marie)
    noted = {"excused": False}
    world.refuses(409, "own-work", lambda: twin.post(f"{deliberation}/absence", noted))
    world.refuses(409, "own-work", lambda: twin.post(f"{session}/closing"))
    link_back = {"other": str(world.nadia.id), "reason": "x"}
    world.refuses(409, "own-work", lambda: twin.post(f"/api/v1/persons/{world.marie.id}/duplicates", link_back))
    assert str(candidacy) in twin.get("/api/v1/candidacies").text
