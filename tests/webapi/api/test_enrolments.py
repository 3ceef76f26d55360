"""Tests of the enrolment of candidates from a file, over HTTP and at the terminal."""

from __future__ import annotations

import base64
import csv
from functools import partial
from typing import TYPE_CHECKING, Any

from domain.ports import Role
from tests.given.webapi.jury_acts import link
from tests.given.webapi.terminal import facts
from tests.given.webapi.whole_path import done

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller

HEAD = "nom;prénom;né(e) le;lieu de naissance;adresse électronique;certification;voie;blocs"
FIRST = (
    "Premier;Léa;01/03/1980;Lyon;lea@premier.example;RNCP31936;FC;1 2",
    "Second;Ève;;;eve@second.example;rncp31936;formation initiale;",
    "Troisième;Max;1990-12-31;Oslo;;RNCP31936;VAE;",
)


def a_file(*lines: str) -> bytes:
    return "\n".join((HEAD, *lines, "")).encode()


def sent(who: Caller, content: bytes, *, dry_run: bool = False, **decisions: str | None) -> dict[str, Any]:
    """Send a file and return the answer; the keyword `_3` is the decision about line 3."""
    said = [{"line": int(line[1:]), "person": person} for line, person in decisions.items()]
    body = {"file": base64.b64encode(content).decode(), "dry_run": dry_run, "decisions": said}
    answer: Any = who.post("/api/v1/enrolments", body)
    assert answer.status_code == 200, answer.text
    who.world.projector.catch_up()
    return dict(answer.json)


def outcomes(answer: dict[str, Any]) -> list[str]:
    return [each["outcome"] for each in answer["lines"]]


def test_enrolment_dry_run_reports_each_line_and_records_nothing(world):
    before = facts(world.acquis.settings)
    answer = sent(world.rose, a_file(*FIRST), dry_run=True)
    assert (answer["dry_run"], answer["position"], outcomes(answer)) == (True, 0, ["new"] * 3)
    assert [each["name"] for each in answer["lines"]] == ["Léa Premier", "Ève Second", "Max Troisième"]
    assert not any(each["done"] for each in answer["lines"])
    assert facts(world.acquis.settings) == before
    assert answer["counts"]["new"] == 3


def test_enrolment_file_sent_again_by_any_registrar_records_each_line_once(world):
    content = a_file(*(line.replace("example;", "once.example;") for line in FIRST[:2]))
    first = sent(world.rose, content)
    assert (outcomes(first), [each["done"] for each in first["lines"]]) == (["new"] * 2, [True] * 2)
    candidacy = world.rose.get(f"/api/v1/candidacies/{first['lines'][0]['candidacy']}").json
    assert (candidacy["candidate_name"], candidacy["route"]) == ("Léa Premier", "FC")
    person = world.rose.get(f"/api/v1/persons/{first['lines'][0]['person']}").json
    assert (person["born"], person["roles"]) == ("1er mars 1980 à Lyon", ["candidate"])
    recorded = facts(world.acquis.settings)
    for who in (world.rose, world.join("another", Role.REGISTRAR)):
        again = sent(who, content)
        assert [(each["candidacy"], each["before"]) for each in again["lines"]] == [
            (each["candidacy"], True) for each in first["lines"]
        ]
    assert facts(world.acquis.settings) <= recorded + 3, "but for whoever joined"


def test_enrolment_reads_the_optional_column_of_declared_sex(world):
    head = "nom;prénom;sexe;adresse électronique;certification;voie"
    said = {"F": "f", "m": "m", "Féminin": "f", "homme": "m", "": None}
    lines = [f"Ligne;{n};{sex};line{n}@sex.example;RNCP31936;FC" for n, sex in enumerate(said)]
    answer = sent(world.rose, "\n".join((head, *lines, "Ligne;x;autre;x@sex.example;RNCP31936;FC")).encode())
    assert outcomes(answer) == ["new"] * len(said) + ["wrong"]
    assert [each["column"] for each in answer["lines"][-1]["faults"]] == ["sexe"]
    for line, sex in zip(answer["lines"], said.values(), strict=False):
        assert world.rose.get(f"/api/v1/persons/{line['person']}").json["sex"] == sex


def test_enrolment_continues_after_a_refused_or_invalid_line(world):
    content = a_file(
        "Fermé;Ana;;;ana@voie.example;RNCP31936;CA;",
        "Faux;Bob;31/02/1980;;bob-arobase;RNCP9;nage;un",
        "Sans;Rien;;;;RNCP31936;FC;",
        "Bon;Cid;;;cid@bon.example;RNCP31936;FC;",
        "Mauvais;Blocs;;;dan@blocs.example;RNCP31936;FC;1, 99",
    )
    answer = sent(world.rose, content)
    assert outcomes(answer) == ["refused", "wrong", "wrong", "new", "refused"]
    closed, wrong, alone, good, blocks = answer["lines"]
    assert closed["refusal"] == "route-closed"
    assert [fault["column"] for fault in wrong["faults"]] == [
        "adresse électronique",
        "né(e) le",
        "certification",
        "voie",
        "blocs",
    ]
    assert all(fault["line"] == 3 and fault["fr"] and fault["en"] for fault in wrong["faults"])
    assert "RNCP31936" in wrong["faults"][2]["fr"], "it says which there are"
    assert alone["faults"][0]["column"] == "adresse électronique"
    assert good["done"]
    assert (blocks["refusal"] or blocks["why"], blocks["done"]) != ("", True)
    for line in (closed, wrong):
        assert not line["done"]


def test_enrolment_of_a_possibly_known_person_waits_for_the_registrar_s_decision(world):
    known = done(
        world.rose.post(
            "/api/v1/persons",
            {
                "name": "Nour Connue",
                "email": "nour@connue.example",
                "born": "3 mai 1985 à Metz",
                "roles": ["candidate"],
            },
        )
    )["id"]
    world.projector.catch_up()
    content = a_file(
        "Connue;Nour;;;NOUR@connue.example;RNCP31936;FC;",
        "Nour;connue;03/05/1985;Metz;;RNCP31936;VAE;",
        "Connue;Nour;04/05/1985;Metz;;RNCP31936;FC;",
    )
    asked = sent(world.rose, content)
    assert outcomes(asked) == ["asked", "asked", "new"], "born on another day it is somebody else"
    assert [[each["id"] for each in line["like"]] for line in asked["lines"]] == [[known], [known], []]
    decided = sent(world.rose, content, _2=known, _3=None)
    assert outcomes(decided) == ["known", "new", "new"]
    assert decided["lines"][0]["person"] == known
    assert decided["lines"][1]["person"] != known
    other = a_file("Connue;Nour;;;nour@connue.example;RNCP31936;FC;1")
    (line,) = sent(world.rose, other)["lines"]
    assert (line["outcome"], line["done"]) == ("enrolled", False)


def test_enrolment_of_two_lines_of_one_person_registers_one_person(world):
    content = a_file(
        "Double;Ana;;;ana@double.example;RNCP31936;FC;1",
        "Double;Ana;;;ana@double.example;RNCP31936;VAE;2",
        "Double;Ana;;;ana@double.example;RNCP31936;FC;2",
    )
    tried = sent(world.rose, content, dry_run=True)
    assert outcomes(tried)[:2] == ["new", "known"]
    assert [each["same_as_line"] for each in tried["lines"]][:2] == [None, 2]
    answer = sent(world.rose, content)
    assert outcomes(answer) == ["new", "known", "enrolled"]
    assert answer["lines"][0]["person"] == answer["lines"][1]["person"]


def test_enrolment_lines_with_one_address_but_other_names_or_births_are_not_merged(world):
    content = a_file(
        "Foyer;Ana;01/02/1980;;maison@foyer.example;RNCP31936;FC;1",
        "Foyer;Bob;03/04/1990;;maison@foyer.example;RNCP31936;VAE;2",
        "Foyer;Ana;05/06/2000;;maison@foyer.example;RNCP31936;VAE;2",
        "Foyer;Bob;03/04/1990;;;RNCP31936;VAE;2",
    )
    answer = sent(world.rose, content)
    assert outcomes(answer) == ["new", "wrong", "wrong", "new"]
    assert "ligne 2" in answer["lines"][1]["why"]
    assert answer["lines"][0]["person"] != answer["lines"][3]["person"]


def test_enrolment_of_a_namesake_waits_for_the_registrar_s_decision(world):
    sent(world.rose, a_file("Martin;Zoé;;;zoe.un@namesake.example;RNCP31936;FC;"))
    (other,) = sent(world.rose, a_file("Martin;Zoé;02/03/1991;;zoe.deux@namesake.example;RNCP31936;FC;"))["lines"]
    assert (other["outcome"], other["done"]) == ("asked", False), (
        "another address, and no birth known: perhaps another"
    )
    (kin,) = sent(world.rose, a_file("Martin;Léo;;;zoe.un@namesake.example;RNCP31936;FC;"))["lines"]
    assert kin["outcome"] == "asked", "the address of the household"
    (again,) = sent(world.rose, a_file("MARTIN;Zoé;02/03/1991;;zoe.un@namesake.example;RNCP31936;FC;"))["lines"]
    assert again["outcome"] == "enrolled"


def test_enrolment_is_refused_for_a_known_person_who_is_not_a_candidate(world):
    (line,) = sent(world.rose, a_file("Juré;Jules;;;x@y.example;RNCP31936;FC;"), _2=str(world.jules.id))["lines"]
    assert (line["outcome"], line["done"]) == ("refused", False)
    assert "administrateur" in line["why"]


def test_enrolment_of_the_registrar_s_own_other_file_is_refused(world):
    twin = world.join("registrar-too", Role.REGISTRAR)
    link(world, twin, world.marie)
    world.projector.catch_up()
    (line,) = sent(twin, a_file("Exemple;Marie;;;m@e.example;RNCP31936;CQ;"), _2=str(world.marie.id))["lines"]
    assert line["refusal"] == "own-work"


def test_enrolment_of_an_unreadable_or_faulty_file_records_nothing(world):
    world.refuses(422, "invalid", lambda: world.rose.post("/api/v1/enrolments", {"file": "pas du base64 !"}))
    answer = sent(world.rose, b"nom;age\nx;12\n")
    assert answer["lines"] == []
    assert [fault["column"] for fault in answer["faults"]] == ["age", "certification", "voie"]
    for who in (world.marie, world.sacha, world.ulysse):
        world.refuses(403, "forbidden", lambda who=who: who.post("/api/v1/enrolments", {"file": "AAAA"}))


def test_enrol_command_tries_then_enrols_and_its_report_escapes_spreadsheet_formulas(world, run, tmp_path):
    file, report = tmp_path / "candidats.csv", tmp_path / "report.csv"
    file.write_bytes(
        a_file(
            "Terminal;Tim;;;tim@terminal.example;RNCP31936;FC;",
            '"=HYPERLINK(""http://x"")";;;;h@x.example;RNCP31936;FC;',
            "Raté;Rob;;;rob;RNCP31936;FC;",
        )
    )
    enrol = partial(run, "enrol", ACQUIS_CLOCK="2021-02-01")
    tried = enrol(file, "--dry-run")
    assert tried.exit_code == 1
    assert "to mend" in tried.stdout
    enrolled = enrol(file, "--report", report)
    assert enrolled.exit_code == 1
    assert "In all: 2 new person, 1 to mend" in enrolled.stdout
    rows = list(csv.DictReader(report.read_text("utf-8-sig").splitlines()))
    assert rows[1]["candidate"].startswith("'=HYPERLINK")
    assert [row["done"] for row in rows] == ["yes", "yes", ""]
    world.projector.catch_up()
    before = facts(world.acquis.settings)
    assert "2 new person" in enrol(file).stdout
    assert facts(world.acquis.settings) == before

    other = tmp_path / "other.csv"
    other.write_bytes(a_file("Terminal;Tim;;;tim@terminal.example;RNCP31936;VAE;"))
    assert "to settle" in enrol(other, "--dry-run").stdout
    assert enrol(other, "--same", "2").exit_code == 0
    assert enrol(other, "--same", "7").exit_code == 2
